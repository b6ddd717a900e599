/** P10: a screen says otherwise within 5 s of knowing; this leaves two for the way there. */
const staleAfterMs = 3_000

/**
 * What `serverNow` says: the database's clock, carried on by this process's monotonic one between readings. A client
 * counts down from it, so a gateway whose own clock is wrong must not show (law 7).
 */
export class ServerClock {
  readonly #readClock: () => Promise<number>
  readonly #monotonicNow: () => number
  #offsetMs: number | undefined
  #readAt = Number.NEGATIVE_INFINITY
  #reading = false

  constructor(readClock: () => Promise<number>, monotonicNow: () => number = () => performance.now()) {
    this.#readClock = readClock
    this.#monotonicNow = monotonicNow
  }

  /** Reads anew; the middle of the round trip is the best guess at when the clock was read. One reading at a time. */
  async refresh(): Promise<void> {
    if (this.#reading) return
    this.#reading = true
    try {
      const askedAt = this.#monotonicNow()
      const readAt = await this.#readClock()
      if (!Number.isFinite(readAt)) return
      this.#readAt = this.#monotonicNow()
      this.#offsetMs = readAt - (askedAt + this.#readAt) / 2
    } finally {
      this.#reading = false
    }
  }

  /** Whether the database has answered lately: without it nobody is told that they are watched. */
  isFresh(): boolean {
    return this.#monotonicNow() - this.#readAt < staleAfterMs
  }

  /** ISO 8601. Before the first reading, the host's clock. */
  now(): string {
    return new Date(this.#offsetMs === undefined ? Date.now() : this.#offsetMs + this.#monotonicNow()).toISOString()
  }
}
