import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createLogger, type Logger } from '@stillhere/observability'

/** A process that stood still for so long was given no processor: the service's own bounds then rightly complain. */
const starvedAfterMs = 500
const complaintsOfTheStarved = /"trouble":"(?:databaseAway|sweepLate)"/

/** Everything the processes of one stack logged. Errors that nobody allowed fail the test at the end. */
export class CapturedLogs {
  readonly lines: string[] = []
  readonly #allowed: RegExp[] = []
  readonly #longestStallMs: () => number

  constructor(longestStallMs = measureStalls()) {
    this.#longestStallMs = longestStallMs
  }

  /** A logger of the service, whose lines come here down to `debug`. */
  logger(service: string): Logger {
    return createLogger({ service, level: 'debug', destination: { write: (line) => void this.lines.push(line) } })
  }

  /** Errors whose line fits are part of the test. */
  allowErrors(...patterns: RegExp[]): void {
    this.#allowed.push(...patterns)
  }

  /** Lines of level `error` and above that nobody allowed, and that the machine's own load does not explain. */
  unallowedErrors(): string[] {
    const starved = this.#longestStallMs() > starvedAfterMs
    const allowed = starved ? [...this.#allowed, complaintsOfTheStarved] : this.#allowed
    return this.lines.filter(
      (line) => /"level":"(?:error|fatal)"/.test(line) && !allowed.some((pattern) => pattern.test(line)),
    )
  }
}

/** The longest time from now on in which this process's event loop did not turn. */
function measureStalls(): () => number {
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  return () => delay.max / 1e6
}
