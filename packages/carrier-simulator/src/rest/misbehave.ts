import type { FastifyReply } from 'fastify'
import type { Behaviour } from '../behaviours.ts'
import { requestRefusal } from '../refusals.ts'
import { sendError } from './errors.ts'

/**
 * Answers (or does not) a request that this behaviour keeps from being taken. False: go on, it may be taken.
 * What comes after the request was taken, or after it was checked, is not here.
 */
export function misbehave(behaviour: Behaviour, reply: FastifyReply): boolean {
  switch (behaviour.kind) {
    case '429':
      sendError(reply, 429, 20_429, requestRefusal(20_429).message)
      return true
    case '500-before':
      sendServerError(reply)
      return true
    case 'hang':
      // The socket stays open until the client gives up or the simulator stops.
      reply.hijack()
      return true
    case 'reset':
      reply.hijack()
      reply.request.raw.socket.resetAndDestroy()
      return true
    case 'garbage':
      reply.code(200).header('content-type', 'text/html').send('<html><title>Service')
      return true
    default:
      return false
  }
}

export function sendServerError(reply: FastifyReply): FastifyReply {
  return sendError(reply, 500, 20_500, requestRefusal(20_500).message)
}
