import { setTimeout as pause } from 'node:timers/promises'

/** Where nothing announces a change, this is how often it is looked for. */
const lookEveryMs = 20

/**
 * Resolves with the first answer of `look` that is neither undefined nor false.
 * @throws Error naming `what` when there was none within `withinMs` (default 5 s)
 */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  withinMs = 5_000,
): Promise<T> {
  const giveUpAtMs = performance.now() + withinMs
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > giveUpAtMs) throw new Error(`not within ${withinMs} ms: ${what}`)
    await pause(lookEveryMs)
  }
}
