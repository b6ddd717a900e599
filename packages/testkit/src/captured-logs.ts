import { createLogger, type Logger } from '@stillhere/observability'

/** Everything the processes of one stack logged. Errors that nobody allowed fail the test at the end. */
export class CapturedLogs {
  readonly lines: string[] = []
  readonly #allowed: RegExp[] = []

  /** A logger of the service, whose lines come here down to `debug`. */
  logger(service: string): Logger {
    return createLogger({ service, level: 'debug', destination: { write: (line) => void this.lines.push(line) } })
  }

  /** Errors whose line fits are part of the test. */
  allowErrors(...patterns: RegExp[]): void {
    this.#allowed.push(...patterns)
  }

  /** Lines of level `error` and above that nobody allowed. */
  unallowedErrors(): string[] {
    return this.lines.filter(
      (line) => /"level":"(?:error|fatal)"/.test(line) && !this.#allowed.some((pattern) => pattern.test(line)),
    )
  }
}
