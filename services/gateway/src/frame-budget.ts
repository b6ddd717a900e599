import { liveBounds } from '@stillhere/contracts'

/** What to do with one frame that came in. */
export type Verdict =
  | 'process'
  /** Too many pings: as if it had not come. */
  | 'ignore'
  /** Over the rate, said for the first time in this second. */
  | 'slow-down'
  /** Over the rate: dropped unless it is a check-in. */
  | 'check-in-only'
  /** It goes on: the socket is to close. */
  | 'close'

/**
 * Counts what one socket sends, in windows of a second. Over the rate it says `slow-down` once, then lets only
 * check-ins pass, and after so many frames more, or in the third such second in a row, tells to close. Pings have a
 * count of their own and never close a socket (B39, B42).
 */
export class FrameBudget {
  readonly #now: () => number
  #windowAt = Number.NEGATIVE_INFINITY
  #frames = 0
  #pings = 0
  #hotWindows = 0

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  judge(kind: 'ping' | 'other'): Verdict {
    const now = this.#now()
    if (now - this.#windowAt >= 1_000) {
      this.#hotWindows =
        this.#frames > liveBounds.framesPerSecond && now - this.#windowAt < 2_000 ? this.#hotWindows + 1 : 0
      this.#windowAt = now
      this.#frames = 0
      this.#pings = 0
    }
    if (kind === 'ping') {
      this.#pings += 1
      return this.#pings > liveBounds.pingsPerSecond ? 'ignore' : 'process'
    }
    this.#frames += 1
    if (this.#frames <= liveBounds.framesPerSecond) return 'process'
    if (this.#frames > liveBounds.framesPerSecond * 5 || this.#hotWindows >= 2) return 'close'
    return this.#frames === liveBounds.framesPerSecond + 1 ? 'slow-down' : 'check-in-only'
  }
}
