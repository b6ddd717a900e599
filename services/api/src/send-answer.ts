import type { FastifyReply } from 'fastify'
import type { Answer } from './api-operations.ts'
import { inTime } from './in-time.ts'
import { sendRefusal } from './refusals.ts'

/** Sends what an operation answered, as it is. */
export async function sendAnswer(reply: FastifyReply, work: Promise<Answer>) {
  const answer = await inTime(reply.request, work)
  if (answer.kind === 'answer') return reply.status(answer.status).send(answer.body)
  return sendRefusal(reply, answer.code, answer)
}
