/** When each message of a number that takes `n` a second may be passed on. One slot after another, no bursts. */
export class Pace {
  readonly #nextFreeAt = new Map<string, number>()

  /** How long this message waits in the queue, in milliseconds; it takes its slot only when it can still use it. */
  wait(
    number: string,
    perSecond: number,
    now: number,
    patienceMs: number,
  ): { kind: 'waits'; ms: number } | { kind: 'expires' } {
    const freeAt = Math.max(now, this.#nextFreeAt.get(number) ?? now)
    if (freeAt - now > patienceMs) return { kind: 'expires' }
    this.#nextFreeAt.set(number, freeAt + 1000 / perSecond)
    return { kind: 'waits', ms: freeAt - now }
  }

  /** Forgets the queue of a number that was told to behave otherwise. */
  forget(number: string): void {
    this.#nextFreeAt.delete(number)
  }
}
