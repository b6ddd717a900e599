/**
 * Small numbers are not published: fewer than ten of anything may be somebody.
 *
 * One line of counts whose total may be known is made safe at a time:
 * 1. every part under `k` is hidden, zero too (a zero says that nobody did, which of few is as telling);
 * 2. what is hidden is never one part alone, which total less the rest would give away, nor parts that are fewer than `k`
 *    together: the smallest published part is hidden with them until neither is so.
 * A total under `k` is hidden with all its parts.
 */

/** Statistical disclosure control's usual bound for health figures; the service's own promise. */
export const fewest = 10

export interface SuppressedLine {
  /** Null: hidden. */
  total: number | null
  parts: (number | null)[]
}

/** Pure. @param parts whole numbers from 0; their sum is the total that a reader is taken to know */
export function suppressLine(parts: readonly number[], k: number = fewest): SuppressedLine {
  const total = parts.reduce((sum, part) => sum + part, 0)
  if (total < k) return { total: null, parts: parts.map(() => null) }
  const hidden = parts.map((part) => part < k)
  for (;;) {
    const count = hidden.filter(Boolean).length
    const together = parts.reduce((sum, part, index) => (hidden[index] ? sum + part : sum), 0)
    if (count === 0 || (count > 1 && together >= k)) break
    const next = smallestShown(parts, hidden)
    if (next === undefined) break
    hidden[next] = true
  }
  return { total, parts: parts.map((part, index) => (hidden[index] ? null : part)) }
}

function smallestShown(parts: readonly number[], hidden: readonly boolean[]): number | undefined {
  let smallest: number | undefined
  for (const [index, part] of parts.entries())
    if (!hidden[index] && (smallest === undefined || part < (parts[smallest] ?? 0))) smallest = index
  return smallest
}

/** How many, the middle, and what nine in ten stay within. */
export interface Times {
  count: number | null
  medianSeconds: number | null
  p90Seconds: number | null
}

/** Times of those to whom it happened, or nothing where they are few. */
export function summariseTimes(seconds: readonly number[], k: number = fewest): Times {
  const count = seconds.length
  if (count < k) return { count: null, medianSeconds: null, p90Seconds: null }
  const sorted = [...seconds].sort((a, b) => a - b)
  return { count, medianSeconds: quantile(sorted, 0.5), p90Seconds: quantile(sorted, 0.9) }
}

/** Between two values, in whole seconds: nobody's own time. */
function quantile(sorted: readonly number[], at: number): number {
  const place = (sorted.length - 1) * at
  const low = sorted[Math.floor(place)] ?? 0
  const high = sorted[Math.ceil(place)] ?? low
  return Math.round(low + (high - low) * (place - Math.floor(place)))
}
