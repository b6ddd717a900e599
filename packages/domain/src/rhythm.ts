/** Intervals between check-ins, in nominal whole seconds. The last one repeats. Never empty. */
export type Rhythm = readonly number[]

/** How many times faster than nominal a trial runs. 1 in live. Divides only what people feel (see `contract.md`, `--pace`). */
export type Pace = number

/** Nominal seconds → milliseconds on the clock that decides. */
export const paced = (seconds: number, pace: Pace): number => Math.round((seconds * 1000) / pace)

/**
 * The interval that holds at `elapsedMs` (real) after the start or the last "using again".
 * It depends on time alone, so tapping early or often never skips ahead: with `[120, 180, 300]`
 * the first two minutes have 120 s, the next three have 180 s, everything after has 300 s.
 * @returns milliseconds, already divided by the pace
 */
export function intervalAtMs(rhythm: Rhythm, elapsedMs: number, pace: Pace): number {
  let reachedMs = 0
  for (const seconds of rhythm) {
    const intervalMs = paced(seconds, pace)
    reachedMs += intervalMs
    if (elapsedMs < reachedMs) return intervalMs
  }
  return paced(rhythm[rhythm.length - 1] ?? shortestIntervalSeconds, pace)
}

/** Used only when a stored rhythm were empty (a CHECK forbids it): ask soon rather than never. */
const shortestIntervalSeconds = 60
