import type { FastifyRequest } from 'fastify'
import pTimeout from 'p-timeout'

declare module 'fastify' {
  interface FastifyRequest {
    /** On the monotonic clock: when the caller is told that there is no answer. */
    answerBy: number
  }
}

/** F17: with Postgres gone or slow a caller hears it within 2 s, whatever the request was waiting for. */
export const answerWithinMs = 1_900

/**
 * The result, or a `TimeoutError` at the request's own deadline, which is answered 503. The work may still commit: the
 * same command sent again gets its answer.
 */
export function inTime<T>(request: Pick<FastifyRequest, 'answerBy'>, work: Promise<T>): Promise<T> {
  return pTimeout(work, { milliseconds: Math.max(1, request.answerBy - performance.now()) })
}
