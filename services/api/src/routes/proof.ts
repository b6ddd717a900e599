import {
  alertExport,
  bareCommandBody,
  boardAnswer,
  boardHistoryAnswer,
  boardHistoryQuery,
  closeIncidentBody,
  incidentAnswer,
  incidentsAnswer,
  openIncidentBody,
  serviceQuery,
  statusAnswer,
  syntheticAlertsAnswer,
  syntheticAlertsBody,
  syntheticResultAnswer,
  updateIncidentBody,
  uuid,
} from '@stillhere/contracts'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { ApiParts } from '../api-parts.ts'
import { sendAnswer } from '../send-answer.ts'
import { operate } from './operate.ts'
import { organisationOf } from './service.ts'
import { refusals, typed } from './typed.ts'

const oneAlert = z.object({ alertId: uuid })
const oneIncident = z.object({ incidentId: uuid })

/** That the alarm path works, for those who run the service and, without a number that could be a person, for everybody. */
export function proofRoutes(app: FastifyInstance, parts: ApiParts): void {
  const { operations, seal } = parts
  const routes = typed(app)
  const board = operate('see-board')
  const change = operate('run-service')

  routes.get(
    '/v1/status',
    {
      config: { authentication: 'none', mayWait: true },
      schema: {
        summary: 'Whether it works, how well it did, what went wrong',
        querystring: serviceQuery,
        response: { 200: statusAnswer, ...refusals },
      },
    },
    async (request, reply) => {
      const organisationId = await organisationOf(request, request.query.service, parts)
      void reply.header('cache-control', 'public, max-age=5')
      return sendAnswer(reply, operations.getStatus(organisationId))
    },
  )

  routes.get(
    '/v1/operate/board',
    {
      config: board,
      schema: { summary: 'Each figure, and what to do', response: { 200: boardAnswer, ...refusals } },
    },
    ({ caller }, reply) => sendAnswer(reply, operations.getBoard(caller)),
  )
  routes.get(
    '/v1/operate/board/history',
    {
      config: board,
      schema: {
        summary: 'The same over an hour, a day or a week',
        querystring: boardHistoryQuery,
        response: { 200: boardHistoryAnswer, ...refusals },
      },
    },
    ({ caller, query }, reply) => sendAnswer(reply, operations.getBoardHistory(caller, query.span)),
  )

  routes.get(
    '/v1/operate/synthetic-alerts',
    {
      config: board,
      schema: {
        summary: 'Tests of the alarm path: when, where to, what they showed',
        response: { 200: syntheticAlertsAnswer, ...refusals },
      },
    },
    ({ caller }, reply) => sendAnswer(reply, operations.getSyntheticAlerts(caller)),
  )
  routes.put(
    '/v1/operate/synthetic-alerts',
    {
      config: change,
      schema: {
        summary: 'Set when they run and the test handset',
        body: syntheticAlertsBody,
        response: { 200: syntheticAlertsAnswer, ...refusals },
      },
    },
    ({ caller, body }, reply) =>
      sendAnswer(
        reply,
        operations.changeSyntheticAlerts(caller, body, (of) => seal.testHandset(of, body.number ?? '')),
      ),
  )
  routes.post(
    '/v1/operate/synthetic-alerts',
    {
      config: operate('run-drills'),
      schema: {
        summary: 'A drill: one now',
        body: bareCommandBody,
        response: { 202: syntheticResultAnswer, ...refusals },
      },
    },
    ({ caller, body }, reply) => sendAnswer(reply, operations.runSyntheticAlert(caller, body)),
  )

  routes.get(
    '/v1/operate/alerts/:alertId/export',
    {
      config: operate('audit'),
      schema: {
        summary: 'One alert as one document, with the head of its chain',
        params: oneAlert,
        response: { 200: alertExport, ...refusals },
      },
    },
    ({ caller, params }, reply) => {
      void reply.header('content-disposition', `attachment; filename="alert-${params.alertId}.json"`)
      return sendAnswer(reply, operations.exportAlert(caller, params.alertId))
    },
  )

  routes.get(
    '/v1/operate/incidents',
    {
      config: board,
      schema: { summary: 'What everybody was told', response: { 200: incidentsAnswer, ...refusals } },
    },
    ({ caller }, reply) => sendAnswer(reply, operations.listIncidents(caller)),
  )
  routes.post(
    '/v1/operate/incidents',
    {
      config: change,
      schema: {
        summary: 'Tell everybody that something is wrong',
        body: openIncidentBody,
        response: { 201: incidentAnswer, ...refusals },
      },
    },
    ({ caller, body }, reply) => sendAnswer(reply, operations.openIncident(caller, body)),
  )
  routes.post(
    '/v1/operate/incidents/:incidentId/updates',
    {
      config: change,
      schema: {
        summary: 'What is known of it now',
        params: oneIncident,
        body: updateIncidentBody,
        response: { 200: incidentAnswer, ...refusals },
      },
    },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.updateIncident(caller, { ...body, ...params })),
  )
  routes.post(
    '/v1/operate/incidents/:incidentId/close',
    {
      config: change,
      schema: {
        summary: 'And that it is over',
        params: oneIncident,
        body: closeIncidentBody,
        response: { 200: incidentAnswer, ...refusals },
      },
    },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.closeIncident(caller, { ...body, ...params })),
  )
}
