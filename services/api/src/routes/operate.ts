import {
  alertLogsAnswer,
  auditAnswer,
  auditQuery,
  bareCommandBody,
  createLadderBody,
  createRhythmBody,
  dryRunAnswer,
  dryRunBody,
  emptyAnswer,
  feedbackAnswer,
  ladderAnswer,
  ladderBody,
  laddersAnswer,
  organisationAnswer,
  organisationBody,
  type Power,
  pastAlertsAnswer,
  pastAlertsQuery,
  previewTextAnswer,
  previewTextBody,
  promptsAnswer,
  promptsBody,
  rhythmAnswer,
  rhythmBody,
  rhythmsAnswer,
  textAnswer,
  textBody,
  textParams,
  textsAnswer,
  textsQuery,
  timelineAnswer,
  uuid,
  versionsAnswer,
} from '@stillhere/contracts'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { ApiParts } from '../api-parts.ts'
import { sendAnswer } from '../send-answer.ts'
import { refusals, typed } from './typed.ts'

/** What a route of `/v1/operate` declares. It may wait while this process is overloaded: nobody's alert hangs on it. */
export const operate = (may: Power) => ({ authentication: 'supporter', may, mayWait: true }) as const

const oneLadder = z.object({ ladderId: uuid })
const oneRhythm = z.object({ rhythmId: uuid })

/** How the service runs: the organisation, ladders, rhythms, prompts, texts; and who changed what. */
export function operateRoutes(app: FastifyInstance, { operations }: ApiParts): void {
  const routes = typed(app)
  const see = operate('see-settings')
  const change = operate('run-service')
  const audit = operate('audit')

  routes.get(
    '/v1/operate/organisation',
    { config: see, schema: { summary: 'The organisation', response: { 200: organisationAnswer, ...refusals } } },
    ({ caller }, reply) => sendAnswer(reply, operations.getOrganisation(caller)),
  )
  routes.put(
    '/v1/operate/organisation',
    {
      config: change,
      schema: {
        summary: 'Change it',
        body: organisationBody,
        response: { 200: organisationAnswer, ...refusals },
      },
    },
    ({ caller, body }, reply) => sendAnswer(reply, operations.changeOrganisation(caller, body)),
  )

  routes.get(
    '/v1/operate/ladders',
    { config: see, schema: { summary: 'Ladders, the default first', response: { 200: laddersAnswer, ...refusals } } },
    ({ caller }, reply) => sendAnswer(reply, operations.listLadders(caller)),
  )
  routes.post(
    '/v1/operate/ladders',
    {
      config: change,
      schema: { summary: 'A new ladder', body: createLadderBody, response: { 201: ladderAnswer, ...refusals } },
    },
    ({ caller, body }, reply) => sendAnswer(reply, operations.createLadder(caller, body)),
  )
  routes.put(
    '/v1/operate/ladders/:ladderId',
    {
      config: change,
      schema: {
        summary: 'Its next version; open alerts keep theirs',
        params: oneLadder,
        body: ladderBody,
        response: { 200: ladderAnswer, ...refusals },
      },
    },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.changeLadder(caller, { ...body, ...params })),
  )
  routes.post(
    '/v1/operate/ladders/dry-run',
    {
      config: see,
      schema: {
        summary: 'What a ladder would do at an instant by the present rota; changes nothing',
        body: dryRunBody,
        response: { 200: dryRunAnswer, ...refusals },
      },
    },
    ({ caller, body }, reply) => sendAnswer(reply, operations.dryRun(caller, body)),
  )
  routes.get(
    '/v1/operate/ladders/:ladderId/versions',
    {
      config: see,
      schema: {
        summary: 'Every version, newest first',
        params: oneLadder,
        response: { 200: versionsAnswer, ...refusals },
      },
    },
    ({ caller, params }, reply) => sendAnswer(reply, operations.listLadderVersions(caller, params.ladderId)),
  )

  routes.get(
    '/v1/operate/rhythms',
    { config: see, schema: { summary: 'Rhythms', response: { 200: rhythmsAnswer, ...refusals } } },
    ({ caller }, reply) => sendAnswer(reply, operations.listRhythms(caller)),
  )
  routes.post(
    '/v1/operate/rhythms',
    {
      config: change,
      schema: { summary: 'A new rhythm', body: createRhythmBody, response: { 201: rhythmAnswer, ...refusals } },
    },
    ({ caller, body }, reply) => sendAnswer(reply, operations.createRhythm(caller, body)),
  )
  routes.put(
    '/v1/operate/rhythms/:rhythmId',
    {
      config: change,
      schema: {
        summary: 'Change it; sessions that run keep theirs',
        params: oneRhythm,
        body: rhythmBody,
        response: { 200: rhythmAnswer, ...refusals },
      },
    },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.changeRhythm(caller, { ...body, ...params })),
  )
  routes.delete(
    '/v1/operate/rhythms/:rhythmId',
    {
      config: change,
      schema: {
        summary: 'Retire it, but not the last one',
        params: oneRhythm,
        body: bareCommandBody,
        response: { 200: emptyAnswer, ...refusals },
      },
    },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.retireRhythm(caller, { ...body, ...params })),
  )
  routes.get(
    '/v1/operate/prompts',
    {
      config: see,
      schema: { summary: 'What a person hears before anybody is told', response: { 200: promptsAnswer, ...refusals } },
    },
    ({ caller }, reply) => sendAnswer(reply, operations.getPrompts(caller)),
  )
  routes.put(
    '/v1/operate/prompts',
    {
      config: change,
      schema: {
        summary: 'Change them; sessions that run keep theirs',
        body: promptsBody,
        response: { 200: promptsAnswer, ...refusals },
      },
    },
    ({ caller, body }, reply) => sendAnswer(reply, operations.changePrompts(caller, body)),
  )

  routes.get(
    '/v1/operate/texts',
    {
      config: see,
      schema: {
        summary: 'Every sentence of the texts',
        querystring: textsQuery,
        response: { 200: textsAnswer, ...refusals },
      },
    },
    ({ caller, query }, reply) => sendAnswer(reply, operations.listTexts(caller, query.language)),
  )
  routes.put(
    '/v1/operate/texts/:language/:textId',
    {
      config: change,
      schema: {
        summary: "The organisation's own words, from the next text on",
        params: textParams,
        body: textBody,
        response: { 200: textAnswer, ...refusals },
      },
    },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.changeText(caller, { ...body, ...params })),
  )
  routes.post(
    '/v1/operate/texts/:language/:textId/preview',
    {
      config: change,
      schema: {
        summary: 'How a wording would read; changes nothing',
        params: textParams,
        body: previewTextBody,
        response: { 200: previewTextAnswer, ...refusals },
      },
    },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.previewText(caller, { ...body, ...params })),
  )

  routes.get(
    '/v1/operate/audit',
    {
      config: audit,
      schema: {
        summary: 'Who changed what, newest first',
        querystring: auditQuery,
        response: { 200: auditAnswer, ...refusals },
      },
    },
    ({ caller, query: { limit, cursor } }, reply) =>
      sendAnswer(
        reply,
        operations.listAudit(caller, { cursor, ...(limit === undefined ? {} : { limit: Number(limit) }) }),
      ),
  )
  routes.get(
    '/v1/operate/alerts',
    {
      config: operate('see-alerts'),
      schema: {
        summary: 'Alerts, newest first',
        querystring: pastAlertsQuery,
        response: { 200: pastAlertsAnswer, ...refusals },
      },
    },
    ({ caller, query }, reply) => sendAnswer(reply, operations.listPastAlerts(caller, query)),
  )
  routes.get(
    '/v1/operate/alerts/:alertId/timeline',
    {
      config: audit,
      schema: {
        summary: 'One alert, line by line',
        params: z.object({ alertId: uuid }),
        response: { 200: timelineAnswer, ...refusals },
      },
    },
    ({ caller, params }, reply) => sendAnswer(reply, operations.getTimeline(caller, params.alertId)),
  )
  routes.get(
    '/v1/operate/logs',
    {
      config: operate('read-logs'),
      schema: { summary: 'What supporters wrote afterwards', response: { 200: alertLogsAnswer, ...refusals } },
    },
    ({ caller }, reply) => sendAnswer(reply, operations.listAlertLogs(caller)),
  )
  routes.get(
    '/v1/operate/feedback',
    {
      config: operate('read-logs'),
      schema: {
        summary: "What people said, sealed to the reader's browser",
        response: { 200: feedbackAnswer, ...refusals },
      },
    },
    ({ caller }, reply) => sendAnswer(reply, operations.listFeedback(caller)),
  )
}
