/*
 * Days and hours of the service's own clocks, wherever this browser stands. Pure. The service alone decides which instants
 * a shift has; here it is asked about them, and they are shown.
 */

const dayMs = 86_400_000

/** `2026-11-29` and `03:00`, as the clocks there show it. */
export function wallClock(at: number, zone: string): { day: string; time: string } {
  const parts = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone: zone })
  const [day = '', time = ''] = parts.format(at).split(' ')
  return { day, time }
}

/** The instant at which those clocks show it. Where a clock is put forward over it, an instant beside it. */
export function instantOf(day: string, time: string, zone: string): number {
  const wanted = Date.parse(`${day}T${time}Z`)
  let at = wanted
  for (let again = 0; again < 2; again += 1) {
    const shown = wallClock(at, zone)
    at += wanted - Date.parse(`${shown.day}T${shown.time}Z`)
  }
  return at
}

export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00Z`) + days * dayMs).toISOString().slice(0, 10)

/** 1 Monday to 7 Sunday. */
export const weekdayOf = (day: string): number => new Date(`${day}T00:00Z`).getUTCDay() || 7

/** The next day with this weekday on which that time is still to come. */
export function nextWeekday(now: number, zone: string, weekday: number, time: string): string {
  const today = wallClock(now, zone).day
  const day = addDays(today, (weekday - weekdayOf(today) + 7) % 7)
  return instantOf(day, time, zone) > now ? day : addDays(day, 7)
}
