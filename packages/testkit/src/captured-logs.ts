import { readFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createLogger, type Logger } from '@stillhere/observability'

/** What the machine did to this process while a stack ran. */
export interface Load {
  /** The longest time in which its event loop did not turn. */
  longestStallMs: number
  /** Of the processor time that it asked for, the share that it waited for others to be done: 0 to 1. */
  waitedShare: number
}

/** A process to which this happened was given no processor: the service's own bounds then rightly complain. */
const isStarved = ({ longestStallMs, waitedShare }: Load) => longestStallMs > 500 || waitedShare > 1 / 3
const complaintsOfTheStarved = /"trouble":"(?:databaseAway|sweepLate)"/

/** Everything the processes of one stack logged. Errors that nobody allowed fail the test at the end. */
export class CapturedLogs {
  readonly lines: string[] = []
  readonly #allowed: RegExp[] = []
  readonly #load: () => Load

  constructor(load = measureLoad()) {
    this.#load = load
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
    const allowed = isStarved(this.#load()) ? [...this.#allowed, complaintsOfTheStarved] : this.#allowed
    return this.lines.filter(
      (line) => /"level":"(?:error|fatal)"/.test(line) && !allowed.some((pattern) => pattern.test(line)),
    )
  }
}

/** From now on. */
function measureLoad(): () => Load {
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  const before = readSchedule()
  return () => {
    const now = readSchedule()
    const waited = now.waited - before.waited
    const asked = waited + now.ran - before.ran
    return { longestStallMs: delay.max / 1e6, waitedShare: asked > 0 ? waited / asked : 0 }
  }
}

/** Linux says how long a thread ran and how long it stood ready to run, ns (sched-stats.txt). Elsewhere nobody says. */
function readSchedule(): { ran: number; waited: number } {
  try {
    const [ran = 0, waited = 0] = readFileSync('/proc/self/schedstat', 'utf8').split(' ').map(Number)
    return { ran, waited }
  } catch {
    return { ran: 0, waited: 0 }
  }
}
