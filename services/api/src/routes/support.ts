import {
  alertAnswer,
  alertLogAnswer,
  alertLogBody,
  alertsAnswer,
  allClearBody,
  bareCommandBody,
  briefAnswer,
  briefKeyAnswer,
  briefKeyBody,
  handOverBody,
  myShiftAnswer,
  progressBody,
  raiseAnswer,
  sessionCardsAnswer,
  shiftAnswer,
  shiftBody,
  uuid,
} from '@stillhere/contracts'
import { parsePublicKey } from '@stillhere/sealing/seal'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { ApiParts } from '../api-parts.ts'
import { RefusedError } from '../refusals.ts'
import { sendAnswer } from '../send-answer.ts'
import { refusals, typed } from './typed.ts'

const oneAlert = z.object({ alertId: uuid })

/** What supporters see and do: their shift, the cards of sessions that asked for one, and alerts. Never limited. */
export function supportRoutes(app: FastifyInstance, { operations, seal }: ApiParts): void {
  const routes = typed(app)
  const config = { authentication: 'supporter', may: 'answer-alerts' } as const
  const onAlert = { 200: alertAnswer, ...refusals }

  routes.get(
    '/v1/shift',
    {
      config,
      schema: {
        summary: 'How the caller stands: shift, debrief, logs not written yet, until when they are signed in',
        response: { 200: myShiftAnswer, ...refusals },
      },
    },
    ({ caller }, reply) => sendAnswer(reply, operations.getShift(caller)),
  )
  routes.put(
    '/v1/shift',
    { config, schema: { summary: 'On or off shift', body: shiftBody, response: { 200: shiftAnswer, ...refusals } } },
    ({ caller, body }, reply) => sendAnswer(reply, operations.setShift(caller, body)),
  )
  routes.put(
    '/v1/brief-key',
    {
      config: { authentication: 'sign-in', may: 'answer-alerts' },
      schema: {
        summary: 'The key of this browser, to which briefs are sealed',
        body: briefKeyBody,
        response: { 200: briefKeyAnswer, ...refusals },
      },
    },
    async ({ caller, body }, reply) => {
      // A point that is not on the curve would leave the next owner without a brief.
      const parsed = await parsePublicKey({ keyId: 'brief', publicKey: body.publicKey })
      if (parsed.kind === 'refused') throw new RefusedError('invalid', 'publicKey is no point of P-256.')
      return sendAnswer(reply, operations.putBriefKey(caller, body.publicKey))
    },
  )
  routes.get(
    '/v1/session-cards',
    {
      config,
      schema: { summary: 'Sessions that asked for a supporter', response: { 200: sessionCardsAnswer, ...refusals } },
    },
    ({ caller }, reply) => sendAnswer(reply, operations.listSessionCards(caller)),
  )
  routes.post(
    '/v1/sessions/:sessionId/raise',
    {
      config,
      schema: {
        summary: 'Ten seconds of "opening", then the alert',
        params: z.object({ sessionId: uuid }),
        body: bareCommandBody,
        response: { 200: raiseAnswer, ...refusals },
      },
    },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.raiseSession(caller, { ...body, ...params })),
  )
  routes.get(
    '/v1/alerts',
    { config, schema: { summary: 'Alerts, open ones first', response: { 200: alertsAnswer, ...refusals } } },
    ({ caller }, reply) => sendAnswer(reply, operations.listAlerts(caller)),
  )
  routes.get(
    '/v1/alerts/:alertId',
    { config, schema: { summary: 'One alert', params: oneAlert, response: onAlert } },
    ({ caller, params }, reply) => sendAnswer(reply, operations.getAlert(caller, params.alertId)),
  )
  routes.get(
    '/v1/alerts/:alertId/brief',
    {
      config,
      schema: {
        summary: "The plan, sealed to the owner's browser",
        params: oneAlert,
        response: { 200: briefAnswer, ...refusals },
      },
    },
    ({ caller, params }, reply) => sendAnswer(reply, operations.getBrief(caller, params.alertId)),
  )
  routes.post(
    '/v1/alerts/:alertId/claim',
    { config, schema: { summary: '"I have it"', params: oneAlert, body: bareCommandBody, response: onAlert } },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.claimAlert(caller, { ...body, ...params })),
  )
  routes.post(
    '/v1/alerts/:alertId/take-over',
    {
      config,
      schema: {
        summary:
          '"I coordinate": from a rescuer, who keeps going; from a supporter only by who answers for the service',
        params: oneAlert,
        body: bareCommandBody,
        response: onAlert,
      },
    },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.takeOverAlert(caller, { ...body, ...params })),
  )
  routes.post(
    '/v1/alerts/:alertId/escalate',
    { config, schema: { summary: 'The next step now', params: oneAlert, body: bareCommandBody, response: onAlert } },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.escalateAlert(caller, { ...body, ...params })),
  )
  routes.post(
    '/v1/alerts/:alertId/stand-down',
    {
      config,
      schema: { summary: 'Send home who is going', params: oneAlert, body: bareCommandBody, response: onAlert },
    },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.standDown(caller, { ...body, ...params })),
  )
  routes.post(
    '/v1/alerts/:alertId/hand-over',
    {
      config,
      schema: { summary: 'Give it to another supporter', params: oneAlert, body: handOverBody, response: onAlert },
    },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.handOver(caller, { ...body, ...params })),
  )
  routes.post(
    '/v1/alerts/:alertId/progress',
    { config, schema: { summary: 'Something happened', params: oneAlert, body: progressBody, response: onAlert } },
    async ({ caller, params, body }, reply) => {
      const sealedNote = body.note === undefined ? undefined : await seal.note(params.alertId, body.note)
      return sendAnswer(reply, operations.recordProgress(caller, { ...body, ...params, sealedNote }))
    },
  )
  routes.post(
    '/v1/alerts/:alertId/all-clear',
    {
      config,
      schema: {
        summary: '"It is over", confirmed by a human',
        params: oneAlert,
        body: allClearBody,
        response: onAlert,
      },
    },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.giveAllClear(caller, { ...body, ...params })),
  )
  routes.post(
    '/v1/alerts/:alertId/log',
    {
      config,
      schema: {
        summary: 'Afterwards, in under a minute',
        params: oneAlert,
        body: alertLogBody,
        response: { 200: alertLogAnswer, ...refusals },
      },
    },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.writeAlertLog(caller, { ...body, ...params })),
  )
}
