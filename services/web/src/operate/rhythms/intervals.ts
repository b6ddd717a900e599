/** Intervals as they are typed: minutes, with commas between; `2, 3, 2.5`. Seconds where every one of them is a number. */
export function readIntervals(typed: string): number[] | undefined {
  const parts = typed
    .split(/[,;\n]+/)
    .map((part) => part.trim())
    .filter(Boolean)
  const seconds = parts.map((part) => Math.round(Number(part) * 60))
  return parts.length > 0 && seconds.every(Number.isFinite) ? seconds : undefined
}

export const writeIntervals = (seconds: readonly number[]): string =>
  seconds.map((one) => String(Math.round((one / 60) * 100) / 100)).join(', ')
