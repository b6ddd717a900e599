import {
  bareCommandBody,
  emptyAnswer,
  guidanceDocument,
  guidanceSignOffAnswer,
  guidanceSignOffsAnswer,
  signGuidanceBody,
} from '@stillhere/contracts'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { ApiParts } from '../api-parts.ts'
import { sendAnswer } from '../send-answer.ts'
import { operate } from './operate.ts'
import { refusals, typed } from './typed.ts'

const oneDocument = z.object({ document: guidanceDocument })

/** Who answers for clinical guidance. The words themselves are the pages'; here is only their hash. */
export function guidanceRoutes(app: FastifyInstance, { operations }: ApiParts): void {
  const routes = typed(app)

  routes.get(
    '/v1/operate/guidance',
    {
      config: operate('see-settings'),
      schema: { summary: 'Who signed which guidance', response: { 200: guidanceSignOffsAnswer, ...refusals } },
    },
    ({ caller }, reply) => sendAnswer(reply, operations.listGuidanceSignOffs(caller)),
  )
  routes.put(
    '/v1/operate/guidance/:document',
    {
      config: operate('run-service'),
      schema: {
        summary: 'Sign it, in one’s own name',
        params: oneDocument,
        body: signGuidanceBody,
        response: { 200: guidanceSignOffAnswer, ...refusals },
      },
    },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.signGuidance(caller, { ...body, ...params })),
  )
  routes.delete(
    '/v1/operate/guidance/:document',
    {
      config: operate('run-service'),
      schema: {
        summary: 'Take a signature back',
        params: oneDocument,
        body: bareCommandBody,
        response: { 200: emptyAnswer, ...refusals },
      },
    },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.withdrawGuidance(caller, { ...body, ...params })),
  )
}
