import type { StaffingAnswer } from '@stillhere/contracts'
import { addDays, weekdayOf } from '../rota/wall-clock.ts'

/*
 * Closing for a while, and opening again, said as opening hours: days that are otherwise. So a service that closes early
 * winds down like every evening (nothing new begins, what runs goes on to its end, people are told). Pure.
 */

export type Opening = NonNullable<StaffingAnswer['staffing']['opening']>
type Hours = { from: string; to: string }

const allDay: Hours = { from: '00:00', to: '00:00' }
/** Always open, said as hours. */
export const aroundTheClock: Opening = {
  weekly: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, ...allDay })),
  exceptions: [],
  drainMinutes: 30,
  drain: 'no-starts',
}

const minutes = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
const dayMinutes = 1_440

const hoursOn = (opening: Opening, day: string): Hours[] =>
  opening.exceptions.find((one) => one.day === day)?.hours ??
  opening.weekly.filter(({ weekday }) => weekday === weekdayOf(day)).map(({ from, to }) => ({ from, to }))

/** What is left of hours that begin so many days after the day of closing, when it closes at that minute of it. */
function clipped(hours: readonly Hours[], daysAfter: number, closes: string): Hours[] {
  const until = minutes(closes)
  return hours.flatMap(({ from, to }) => {
    const begins = minutes(from) + daysAfter * dayMinutes
    const ends = minutes(to) + daysAfter * dayMinutes + (to <= from ? dayMinutes : 0)
    if (begins >= until) return []
    return [{ from, to: ends > until ? closes : to }]
  })
}

/** Most days that one pause may last: the service keeps 200 days that are otherwise. */
export const longestPauseDays = 60

/** Closes at a time of a day, and opens again with the hours of a later one. */
export function closedBetween(opening: Opening | null, day: string, closes: string, opensOn: string): Opening {
  const before = opening ?? aroundTheClock
  const eve = addDays(day, -1)
  const evening = clipped(hoursOn(before, eve), -1, closes)
  const changes = new Map<string, Hours[]>()
  if (JSON.stringify(evening) !== JSON.stringify(hoursOn(before, eve))) changes.set(eve, evening)
  changes.set(day, clipped(hoursOn(before, day), 0, closes))
  for (let next = addDays(day, 1); next < opensOn && changes.size < longestPauseDays + 2; next = addDays(next, 1))
    changes.set(next, [])
  return {
    ...before,
    exceptions: [
      ...before.exceptions.filter((one) => !changes.has(one.day)),
      ...[...changes].map(([one, hours]) => ({ day: one, hours })),
    ].sort((a, b) => (a.day < b.day ? -1 : 1)),
  }
}

/** The usual hours again from today on: what was otherwise of last night, of today, and of the closed days after it goes. */
export function openAgain(opening: Opening, today: string): Opening {
  const gone = new Set([addDays(today, -1), today])
  for (let next = addDays(today, 1); opening.exceptions.some((one) => one.day === next && one.hours.length === 0); ) {
    gone.add(next)
    next = addDays(next, 1)
  }
  return { ...opening, exceptions: opening.exceptions.filter((one) => !gone.has(one.day)) }
}
