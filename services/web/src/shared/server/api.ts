import type { ErrorCode } from '@stillhere/contracts'

/** The service answered no. `body` may carry more, such as the session that is running. */
export class RefusedError extends Error {
  override name = 'RefusedError'
  readonly status: number
  readonly code: ErrorCode
  readonly body: Record<string, unknown>
  constructor(status: number, body: Record<string, unknown>) {
    super(`refused: ${String(body.code)}`)
    this.status = status
    this.code = (body.code ?? 'internal') as ErrorCode
    this.body = body
  }
}

/** No answer: no network, or too slow. Nothing is known of what became of the request. */
export class NoAnswerError extends Error {
  override name = 'NoAnswerError'
}

/** One answer, with the monotonic instants between which the service looked at its clock. */
export interface Answer<T> {
  body: T
  sentAt: number
  heardAt: number
}

export type Api = ReturnType<typeof createApi>

const answerWithinMs = 8_000

/** HTTP to the service. The token travels in a header and never in an address. */
export function createApi(origin: string, token: () => string | undefined) {
  return async function ask<T>(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: object,
  ): Promise<Answer<T>> {
    const bearer = token()
    const sentAt = performance.now()
    let response: Response
    let text: string
    try {
      response = await fetch(origin + path, {
        method,
        cache: 'no-store',
        credentials: 'omit',
        headers: {
          ...(bearer && { authorization: `Bearer ${bearer}` }),
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(answerWithinMs),
      })
      text = await response.text()
    } catch (cause) {
      throw new NoAnswerError('no answer', { cause })
    }
    const heardAt = performance.now()
    const parsed = readJson(text)
    if (!response.ok) throw new RefusedError(response.status, parsed)
    return { body: parsed as T, sentAt, heardAt }
  }
}

function readJson(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    // A proxy's page, say: its status tells enough.
    return {}
  }
}
