/** Timers that end with the simulator: nothing fires, and nothing keeps the process alive, after `stop`. */
export class Timers {
  readonly #pending = new Set<NodeJS.Timeout>()
  #stopped = false

  /** Runs `act` after `ms`; the answer cancels it. */
  after(ms: number, act: () => void): () => void {
    if (this.#stopped) return () => {}
    const timer = setTimeout(() => {
      this.#pending.delete(timer)
      act()
    }, ms)
    this.#pending.add(timer)
    return () => {
      clearTimeout(timer)
      this.#pending.delete(timer)
    }
  }

  stop(): void {
    this.#stopped = true
    for (const timer of this.#pending) clearTimeout(timer)
    this.#pending.clear()
  }
}
