import { askOpeningBody, confirmOpeningBody, openingAnswer, openingsAnswer, uuid } from '@stillhere/contracts'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { ApiParts } from '../api-parts.ts'
import { sendAnswer } from '../send-answer.ts'
import { operate } from './operate.ts'
import { refusals, typed } from './typed.ts'

/** Two people open the plan of a closed alert: the first asks, the second confirms, the worker opens. */
export function planOpeningRoutes(app: FastifyInstance, { operations, webOrigins }: ApiParts): void {
  const routes = typed(app)
  const config = operate('open-plans')
  const party = { origin: webOrigins[0] ?? '' }

  routes.get(
    '/v1/operate/plan-openings',
    {
      config,
      schema: {
        summary: 'Who asked for a plan, and what became of it',
        response: { 200: openingsAnswer, ...refusals },
      },
    },
    ({ caller }, reply) => sendAnswer(reply, operations.listOpenings(caller)),
  )
  routes.post(
    '/v1/operate/plan-openings',
    {
      config,
      schema: {
        summary: 'Ask for the plan of a closed alert, signed with a passkey',
        body: askOpeningBody,
        response: { 201: openingAnswer, ...refusals },
      },
    },
    ({ caller, body }, reply) => sendAnswer(reply, operations.askOpening(caller, party, body)),
  )
  routes.post(
    '/v1/operate/plan-openings/:openingId/confirm',
    {
      config,
      schema: {
        summary: 'Somebody else confirms, signed with theirs',
        params: z.object({ openingId: uuid }),
        body: confirmOpeningBody,
        response: { 200: openingAnswer, ...refusals },
      },
    },
    ({ caller, params, body }, reply) =>
      sendAnswer(reply, operations.confirmOpening(caller, party, { ...body, ...params })),
  )
}
