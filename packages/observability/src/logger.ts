import { pino } from 'pino'
import { type Destination, lossyDestination } from './destination.ts'
import { currentRequestId } from './in-request.ts'
import { allowedEvent, allowedFields, type LogFields } from './log-fields.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'fatal'

type Write = (event: string, fields?: LogFields) => void

/**
 * One JSON line an event: `{level, time, service, event, …fields}`. Nothing here throws or waits.
 * `warn` is for what heals by itself, `error` for what a developer must look at: the test harness fails on any
 * `error` nobody allowed.
 */
export interface Logger {
  readonly debug: Write
  readonly info: Write
  readonly warn: Write
  readonly error: Write
  readonly fatal: Write
  /** Lines given up because the reader did not keep up. */
  dropped(): number
  /** Fields refused so far, in all lines. */
  refused(): number
  /** Before the process ends: resolves when all is written, or after `boundMs` (default 500). */
  flush(boundMs?: number): Promise<void>
}

/**
 * @param settings.service the process's name, a word of ours.
 * @param settings.destination where lines go; default standard output. Tests give `{ write }`.
 */
export function createLogger(settings: {
  readonly service: string
  readonly level?: LogLevel | 'silent'
  readonly destination?: Pick<Destination, 'write'> & Partial<Destination>
}): Logger {
  const destination = settings.destination ?? lossyDestination(1)
  const inner = pino(
    {
      level: settings.level ?? 'info',
      base: { service: settings.service, pid: process.pid },
      messageKey: 'event',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => destination.write(line) },
  )
  let refusedFields = 0
  const write =
    (level: LogLevel): Write =>
    (event, fields) => {
      if (!inner.isLevelEnabled(level)) return
      const { kept, refused } = allowedFields(fields)
      if (refused > 0) {
        kept.refusedFields = refused
        refusedFields += refused
      }
      const requestId = currentRequestId()
      if (requestId !== undefined) kept.requestId ??= requestId
      inner[level](kept, allowedEvent(event))
    }
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    fatal: write('fatal'),
    refused: () => refusedFields,
    dropped: () => destination.dropped?.() ?? 0,
    flush: (boundMs = 500) => destination.flush?.(boundMs) ?? Promise.resolve(),
  }
}

/** Says nothing. For pure tests. */
export const silentLogger = (): Logger =>
  createLogger({ service: 'silent', level: 'silent', destination: { write: () => {} } })
