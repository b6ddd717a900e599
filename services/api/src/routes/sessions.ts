import {
  checkInBody,
  emptyAnswer,
  endBody,
  extendBody,
  helpBody,
  pushBody,
  receiptView,
  sessionAnswer,
  startSessionBody,
  uuid,
  whyBody,
} from '@stillhere/contracts'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { ApiParts } from '../api-parts.ts'
import { sendAnswer } from '../send-answer.ts'
import { refusals, typed } from './typed.ts'

const oneSession = z.object({ sessionId: uuid })

/** A person's session. None of these is ever limited or turned away under load: seconds of silence count. */
export function sessionRoutes(app: FastifyInstance, { operations }: ApiParts): void {
  const routes = typed(app)
  const config = { authentication: 'device' } as const
  const response = { 200: sessionAnswer, ...refusals }

  routes.post(
    '/v1/sessions',
    {
      config,
      schema: {
        summary: 'Start a session',
        body: startSessionBody,
        response: { 201: sessionAnswer, ...refusals },
      },
    },
    ({ caller, body }, reply) => sendAnswer(reply, operations.startSession(caller, body)),
  )
  routes.get(
    '/v1/sessions/:sessionId',
    { config, schema: { summary: 'The session as it is now', params: oneSession, response } },
    ({ caller, params }, reply) => sendAnswer(reply, operations.getSession(caller, params.sessionId)),
  )
  routes.get(
    '/v1/sessions/:sessionId/receipt',
    {
      config,
      schema: { summary: 'Who was told, and when', params: oneSession, response: { 200: receiptView, ...refusals } },
    },
    ({ caller, params }, reply) => sendAnswer(reply, operations.getReceipt(caller, params.sessionId)),
  )
  routes.post(
    '/v1/sessions/:sessionId/check-ins',
    { config, schema: { summary: 'A sign of life', params: oneSession, body: checkInBody, response } },
    ({ caller, params, body: { version: _, ...body } }, reply) =>
      sendAnswer(reply, operations.checkIn(caller, { ...body, ...params })),
  )
  routes.post(
    '/v1/sessions/:sessionId/extend',
    { config, schema: { summary: 'Move the deadline later', params: oneSession, body: extendBody, response } },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.extendSession(caller, { ...body, ...params })),
  )
  routes.post(
    '/v1/sessions/:sessionId/end',
    { config, schema: { summary: 'End safely', params: oneSession, body: endBody, response } },
    ({ caller, params, body: { version: _, ...body } }, reply) =>
      sendAnswer(reply, operations.endSession(caller, { ...body, ...params })),
  )
  routes.post(
    '/v1/sessions/:sessionId/help',
    { config, schema: { summary: 'Raise the alert at once', params: oneSession, body: helpBody, response } },
    ({ caller, params, body: { version: _, ...body } }, reply) =>
      sendAnswer(reply, operations.callForHelp(caller, { ...body, ...params })),
  )
  routes.post(
    '/v1/sessions/:sessionId/why',
    {
      config,
      schema: {
        summary: 'Why nobody answered, without blame',
        params: oneSession,
        body: whyBody,
        response: { 200: emptyAnswer, ...refusals },
      },
    },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.sayWhy(caller, { ...body, ...params })),
  )
  routes.put(
    '/v1/sessions/:sessionId/push',
    {
      config,
      schema: {
        summary: 'Where the browser can be reached for prompts, or nowhere any more',
        params: oneSession,
        body: pushBody,
        response: { 200: emptyAnswer, ...refusals },
      },
    },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.keepPush(caller, { ...body, ...params })),
  )
}
