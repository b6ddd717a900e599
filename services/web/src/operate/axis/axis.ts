/*
 * Time in seconds from left to right, 0 the alert, and marks that do not lie on each other. Pure: what is drawn where.
 */

export interface Mark {
  key: string
  /** Seconds after the alert; before it, negative. */
  at: number
}

/** How far the axis reaches, in seconds. */
export const reaches = [120, 300, 600, 1_800] as const

/** The shortest that shows every mark with room to spare. */
export const reachFor = (latest: number): number => reaches.find((reach) => reach > latest) ?? reaches[3]

/** Where lines with a number stand. */
export function ticks(from: number, to: number): number[] {
  const every = [15, 30, 60, 120, 300].find((step) => (to - from) / step <= 7) ?? 300
  const first = Math.ceil(from / every) * every
  return Array.from({ length: Math.floor((to - first) / every) + 1 }, (_, index) => first + index * every)
}

/** The same on a phone: every other one. */
export const fewer = (all: readonly number[]): number[] => {
  const zero = Math.max(0, all.indexOf(0))
  return all.filter((_, index) => (index - zero) % 2 === 0)
}

/** In which row each mark lies so that none hides another. @param width seconds that one mark covers */
export function rowsOf(marks: readonly Mark[], width: number): Map<string, number> {
  const rows = new Map<string, number>()
  const ends: number[] = []
  for (const { key, at } of [...marks].sort((a, b) => a.at - b.at)) {
    const free = ends.findIndex((end) => end <= at)
    const row = free < 0 ? ends.length : free
    ends[row] = at + width
    rows.set(key, row)
  }
  return rows
}

const stepSeconds = 5

/** Where a mark that is dragged comes to lie: whole steps of 5 s, within the bounds. */
export const snapped = (seconds: number, least: number, most: number): number =>
  Math.min(most, Math.max(least, Math.round(seconds / stepSeconds) * stepSeconds))

/** What a key does to a mark; undefined: nothing. */
export function movedByKey(key: string, at: number, least: number, most: number, isFine: boolean): number | undefined {
  const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[key]
  const within = (seconds: number) => Math.min(most, Math.max(least, seconds))
  if (by !== undefined) return within(at + by * (isFine ? 1 : stepSeconds))
  if (key === 'PageUp') return within(at + 30)
  if (key === 'PageDown') return within(at - 30)
  if (key === 'Home') return least
  if (key === 'End') return most
  return undefined
}
