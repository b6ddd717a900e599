/**
 * What `serverNow` says: the database's clock, carried on by this process's monotonic one between readings. A client
 * counts down from it, so a gateway whose own clock is wrong must not show (law 7).
 */
export class ServerClock {
  readonly #readClock: () => Promise<number>
  readonly #monotonicNow: () => number
  #offsetMs: number | undefined

  constructor(readClock: () => Promise<number>, monotonicNow: () => number = () => performance.now()) {
    this.#readClock = readClock
    this.#monotonicNow = monotonicNow
  }

  /** Reads anew; the middle of the round trip is the best guess at when the clock was read. */
  async refresh(): Promise<void> {
    const askedAt = this.#monotonicNow()
    const readAt = await this.#readClock()
    if (Number.isFinite(readAt)) this.#offsetMs = readAt - (askedAt + this.#monotonicNow()) / 2
  }

  /** ISO 8601. Before the first reading, the host's clock. */
  now(): string {
    return new Date(this.#offsetMs === undefined ? Date.now() : this.#offsetMs + this.#monotonicNow()).toISOString()
  }
}
