import { randomUUID } from 'node:crypto'
import { emptyAnswer, feedbackBody } from '@stillhere/contracts'
import type { FastifyInstance } from 'fastify'
import type { ApiParts } from '../api-parts.ts'
import { sendAnswer } from '../send-answer.ts'
import { refusals, typed } from './typed.ts'

/** What a person wants to say, sealed before it is stored, and kept without their device. */
export function feedbackRoutes(app: FastifyInstance, { operations, seal }: ApiParts): void {
  typed(app).post(
    '/v1/feedback',
    {
      config: { authentication: 'device', mayWait: true, limit: 'feedback' },
      schema: { summary: 'Feedback or a complaint', body: feedbackBody, response: { 201: emptyAnswer, ...refusals } },
    },
    async ({ caller, body }, reply) => {
      const id = randomUUID()
      const sealed = await seal.feedback(id, body.text)
      return sendAnswer(reply, operations.giveFeedback(caller, { ...body, id, sealed }))
    },
  )
}
