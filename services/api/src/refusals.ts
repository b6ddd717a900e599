import { codeOfException, type ErrorCode, errorRow } from '@stillhere/contracts'
import type { FastifyReply } from 'fastify'

/** A request that is refused before or instead of its operation. Its message never holds what was sent. */
export class RefusedError extends Error {
  override name = 'RefusedError'
  readonly retryable = false
  readonly code: ErrorCode
  readonly headers: Record<string, string>

  constructor(code: ErrorCode, message: string = errorRow(code).text, headers: Record<string, string> = {}) {
    super(message)
    this.code = code
    this.headers = headers
  }
}

/** How soon a client may come back when nobody knows better. */
const defaultRetryAfterSeconds = 1

declare module 'fastify' {
  interface FastifyReply {
    /** The code this request was refused with, for the count at its end. */
    refusedAs: ErrorCode | undefined
  }
}

/** The one place where an error becomes an answer: `{code, message, requestId}` and what the operation adds. */
export function sendRefusal(
  reply: FastifyReply,
  code: ErrorCode,
  more: { message?: string; body?: object; retryAfterSeconds?: number; headers?: Record<string, string> } = {},
): FastifyReply {
  const { status, text } = errorRow(code)
  reply.refusedAs = code
  if (status === 429 || status === 503) {
    reply.header('retry-after', Math.max(1, Math.ceil(more.retryAfterSeconds ?? defaultRetryAfterSeconds)))
  }
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  return reply
    .status(status)
    .headers(more.headers ?? {})
    .type('application/json; charset=utf-8')
    .send({ ...more.body, code, message: more.message ?? text, requestId: reply.request.id })
}

/**
 * What an error thrown anywhere in the service means to the caller. Fastify's own errors are told by their status, so
 * that a new one of theirs is still a refusal and not a 500.
 */
export function codeOfError(error: unknown): { code: ErrorCode; foreseen: boolean } {
  if (error instanceof RefusedError) return { code: error.code, foreseen: true }
  if (codeOfException(error) === 'unavailable') return { code: 'unavailable', foreseen: true }
  const status = (error as { statusCode?: unknown } | undefined)?.statusCode
  if (status === 413) return { code: 'too_large', foreseen: true }
  if (status === 415) return { code: 'unsupported_media_type', foreseen: true }
  if (status === 404) return { code: 'not_found', foreseen: true }
  if (typeof status === 'number' && status >= 400 && status < 500) return { code: 'bad_request', foreseen: true }
  return { code: 'internal', foreseen: false }
}
