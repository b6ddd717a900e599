/** Timers that end with the simulator: nothing fires, and nothing keeps the process alive, after `stop`. */
export class Timers {
  readonly #pending = new Map<NodeJS.Timeout, number>()
  #stopped = false

  /** Runs `act` after `ms`; the answer cancels it. */
  after(ms: number, act: () => void): () => void {
    if (this.#stopped) return () => {}
    const timer = setTimeout(() => {
      this.#pending.delete(timer)
      act()
    }, ms)
    this.#pending.set(timer, performance.now() + ms)
    return () => {
      clearTimeout(timer)
      this.#pending.delete(timer)
    }
  }

  /** How many will fire within `ms`. */
  within(ms: number): number {
    const until = performance.now() + ms
    let count = 0
    for (const firesAt of this.#pending.values()) if (firesAt <= until) count += 1
    return count
  }

  stop(): void {
    this.#stopped = true
    for (const timer of this.#pending.keys()) clearTimeout(timer)
    this.#pending.clear()
  }
}
