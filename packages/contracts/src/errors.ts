import { z } from 'zod'

/** One row of the table: the HTTP status, the code that closes a live socket where it does, and the words. */
export interface ErrorRow {
  readonly status: number
  readonly close?: number
  /** Names the thing, the shape and the range; never what was sent. */
  readonly text: string
}

/**
 * The only table of errors. Each service has one mapper that answers `{code, message, requestId}` from it.
 * `README.md` of this package holds the same table for people; a test compares the two.
 */
export const errorTable = {
  bad_json: { status: 400, close: 4400, text: 'The body must be one JSON object.' },
  unknown_field: { status: 400, close: 4400, text: 'There is a field this request does not have.' },
  invalid: { status: 400, close: 4400, text: 'A field is missing or has the wrong shape.' },
  limit: { status: 400, text: 'A number is above its limit.' },
  ladder_could_fall_silent: { status: 400, text: 'With this ladder an alert could reach nobody.' },
  text_refused: { status: 400, text: 'A text may not be worded so.' },
  token_in_url: {
    status: 400,
    text: 'A token must never be in an address. If it was yours, it has been revoked: make a new device.',
  },
  bad_request: { status: 400, text: 'This is not an HTTP request this service can read.' },
  not_authenticated: { status: 401, close: 4401, text: 'A valid bearer token is needed.' },
  bad_signature: { status: 403, text: 'The signature is missing or wrong.' },
  origin_not_allowed: { status: 403, text: 'This origin may not open a live socket.' },
  not_found: { status: 404, text: 'There is no such thing, or it is not yours.' },
  method_not_allowed: { status: 405, text: 'This path has other methods; see the Allow header.' },
  too_slow: { status: 408, close: 4408, text: 'The request or the reader was too slow.' },
  command_mismatch: { status: 409, text: 'This commandId was used before with another payload.' },
  stale_version: { status: 409, text: 'The version is not the current one.' },
  session_running: { status: 409, text: 'A session is already running.' },
  session_closed: { status: 409, text: 'The session is closed.' },
  no_one_to_alert: { status: 409, text: 'No rescuer has agreed and no supporter is on shift.' },
  service_closed: { status: 409, text: 'The service is closed or closes soon; nothing new of this kind begins now.' },
  plan_unreadable: { status: 409, text: 'The plan has not been checked, or its check was refused.' },
  already_claimed: { status: 409, text: 'Somebody has claimed this alert already.' },
  not_owner: { status: 409, text: 'Only who has this alert can do this.' },
  not_on_shift: { status: 409, text: 'This supporter is not on shift.' },
  conflict: { status: 409, text: 'This cannot be done in the present state.' },
  gone: { status: 410, text: 'This was closed or has expired.' },
  too_large: { status: 413, close: 1009, text: 'The body may have up to 16 KiB, a live frame up to 4,096 bytes.' },
  unsupported_media_type: {
    status: 415,
    close: 1003,
    text: 'The body must be application/json in UTF-8, without Content-Encoding; a live frame must be text.',
  },
  too_many: { status: 429, close: 4429, text: 'Too many requests; try again after Retry-After seconds.' },
  slow_down: { status: 429, text: 'Too many frames; check-ins still count, the socket closes if this goes on.' },
  headers_too_large: { status: 431, text: 'The request has too many or too large headers.' },
  internal: { status: 500, close: 1011, text: 'Something went wrong here.' },
  cannot_protect: {
    status: 503,
    text: 'Nobody is being watched over: the part that raises alerts is unwell. No session was started.',
  },
  unavailable: { status: 503, text: 'The service cannot answer now. Nothing new is being watched; try again.' },
} as const satisfies Record<string, ErrorRow>

export type ErrorCode = keyof typeof errorTable

/** Every code, for schemas and tests. */
export const errorCodes = Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]]

/** Close codes of a live socket that are no fault of the client's: the gateway stops; a hello could not be checked. */
export const closeCodes = { serverStops: 1001, tryAgainLater: 1013 } as const

/** What every error answers. Some carry more beside it, such as the running session. */
export const errorBody = z.looseObject({ code: z.enum(errorCodes), message: z.string(), requestId: z.string() })
export interface ErrorBody {
  code: ErrorCode
  message: string
  requestId: string
}

/** The row of a code, with the optional parts readable on every one. */
export function errorRow(code: ErrorCode): ErrorRow {
  return errorTable[code]
}

/**
 * What an exception means to whoever is waiting. `unavailable`: it, or a cause of it, says it is retryable or ran out
 * of time; nothing is known to have been written, and the same command may be sent again.
 */
export function codeOfException(error: unknown): Extract<ErrorCode, 'unavailable' | 'internal'> {
  let cause = error
  for (let depth = 0; cause instanceof Error && depth < 5; depth += 1) {
    if (('retryable' in cause && cause.retryable === true) || cause.name === 'TimeoutError') return 'unavailable'
    cause = cause.cause
  }
  return 'internal'
}
