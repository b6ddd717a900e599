/**
 * The allow-list. A field that is not here, or whose value has not the shape its kind promises, is dropped before
 * anything is serialised. Shapes are narrow so that a phone number, a token (43 characters of base64url), a name with
 * a space or a sentence cannot pass as an id, a word or a count even when somebody puts one there by mistake.
 */
type Kind = 'id' | 'word' | 'code' | 'number' | 'flag'

const kinds = {
  // who and what, always pseudonymous
  requestId: 'id',
  commandId: 'id',
  organisationId: 'id',
  deviceId: 'id',
  planId: 'id',
  rescuerId: 'id',
  sessionId: 'id',
  alertId: 'id',
  stepId: 'id',
  messageId: 'id',
  attemptId: 'id',
  inboundId: 'id',
  recipientId: 'id',
  supporterId: 'id',
  workerId: 'id',
  sid: 'id',
  keyId: 'word',
  // what happened
  outcome: 'word',
  reason: 'word',
  trouble: 'word',
  command: 'word',
  route: 'word',
  method: 'word',
  channel: 'word',
  template: 'word',
  step: 'word',
  state: 'word',
  pass: 'word',
  check: 'word',
  queue: 'word',
  role: 'word',
  mode: 'word',
  setting: 'word',
  errorClass: 'word',
  signal: 'word',
  status: 'code',
  code: 'code',
  // how many, how long
  count: 'number',
  found: 'number',
  dropped: 'number',
  failed: 'number',
  batch: 'number',
  attempt: 'number',
  version: 'number',
  port: 'number',
  pid: 'number',
  statusCode: 'number',
  latenessMs: 'number',
  tookMs: 'number',
  waitedMs: 'number',
  byMs: 'number',
  lagMs: 'number',
  dueInMs: 'number',
  retryAfterMs: 'number',
  pace: 'number',
  trial: 'flag',
  retryable: 'flag',
  ok: 'flag',
} as const satisfies Record<string, Kind>

type Shapes = { id: string; word: string; code: string | number; number: number; flag: boolean }

/** Fields a log line may hold. `error` is reduced to class name, code and stack frames: messages may hold anything. */
export type LogFields = { readonly [K in keyof typeof kinds]?: Shapes[(typeof kinds)[K]] | undefined } & {
  readonly error?: unknown
}

/** Seven digits in a row are nobody's outcome word; they may be somebody's number. */
const longDigits = /\d{7,}/
const word = /^[A-Za-z][A-Za-z0-9_./:-]{0,39}$/
// A UUID, a carrier's SID (two letters, 32 hexadecimal digits) or a short name made by us.
const id = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[A-Z]{2}[0-9a-f]{32}|[a-z][a-z-]{0,15}(?:-\d{1,6})?)$/
const code = /^[A-Za-z0-9_-]{1,32}$/

const fits: Record<Kind, (value: unknown) => boolean> = {
  id: (v) => typeof v === 'string' && id.test(v),
  word: (v) => typeof v === 'string' && word.test(v) && !longDigits.test(v),
  code: (v) =>
    (typeof v === 'number' && Number.isInteger(v) && Math.abs(v) < 1e6) ||
    (typeof v === 'string' && code.test(v) && !longDigits.test(v)),
  // 1e9 ms are eleven days; a national phone number as a number is larger.
  number: (v) => typeof v === 'number' && Number.isFinite(v) && Math.abs(v) < 1e9,
  flag: (v) => typeof v === 'boolean',
}

/** A stack frame is `at name (file:line:column)`: whatever else a stack holds is the message. */
const frame = /^\s+at [^\n]{0,200}:\d+:\d+\)?$/

export interface DescribedError {
  readonly class: string
  readonly code?: string | number
  readonly constraint?: string
  readonly frames: readonly string[]
  readonly cause?: DescribedError
}

/**
 * What may be said about an error: the class's name, a short code, a database constraint's name, where it was thrown,
 * and the same of its causes. Never the message: drivers and carriers quote values in theirs.
 */
export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { class: typeof error, frames: [] }
  const name = error.constructor?.name || error.name
  const { code: errorCode, constraint } = error as { code?: unknown; constraint?: unknown }
  const stack = typeof error.stack === 'string' ? error.stack : ''
  // A message may run over several lines and imitate frames, so it is cut out as a whole first.
  const after = error.message && stack.includes(error.message) ? stack.split(error.message).slice(1).join('') : stack
  return {
    class: fits.word(name) ? name : 'Error',
    ...(fits.code(errorCode) ? { code: errorCode as string | number } : {}),
    ...(fits.word(constraint) ? { constraint: constraint as string } : {}),
    frames: after
      .split('\n')
      .filter((line) => frame.test(line))
      .slice(0, 12)
      .map((line) => line.trim().replace(/\d{7,}/g, '…')),
    ...(error.cause !== undefined && depth < 3 ? { cause: describeError(error.cause, depth + 1) } : {}),
  }
}

/** The fields that may be printed, and how many were not. */
export function allowedFields(fields: object | undefined): { kept: Record<string, unknown>; refused: number } {
  const kept: Record<string, unknown> = {}
  let refused = 0
  for (const [name, value] of Object.entries(fields ?? {})) {
    if (value === undefined) continue
    if (name === 'error') kept.error = describeError(value)
    else if (Object.hasOwn(kinds, name) && fits[kinds[name as keyof typeof kinds]](value)) kept[name] = value
    else refused += 1
  }
  return { kept, refused }
}

/** Event names are a few lower-case words of ours; a name built from a value does not pass. */
export const allowedEvent = (event: string): string =>
  /^[a-z][A-Za-z]{0,24}(?:[ -][a-z][A-Za-z]{0,24}){0,7}$/.test(event) ? event : 'unnamed event'
