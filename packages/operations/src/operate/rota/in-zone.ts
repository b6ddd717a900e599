/**
 * Days and hours of an organisation's own clocks as instants. An hour that a clock skips in spring is the one after it, an
 * hour that comes twice in autumn is the first: a shift that ends then and one that begins then still touch
 * (`disambiguation: 'compatible'`, https://tc39.es/proposal-temporal/docs/timezone.html).
 */
import type { Span } from '@stillhere/domain'
import { Temporal } from 'temporal-polyfill'

/** Whether this is a zone that this process knows. */
export function isTimeZone(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone)
    return true
  } catch {
    return false
  }
}

const dayAt = (at: number, zone: string) =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate()

/** The calendar day of an instant, `YYYY-MM-DD`. */
export const dayOf = (at: number, zone: string): string => dayAt(at, zone).toString()

/** An instant in as many letters as a text has room for, in no language: `31/12 18:00`. */
export function dayAndTime(at: number, zone: string): string {
  const there = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
  const two = (number: number) => String(number).padStart(2, '0')
  return `${two(there.day)}/${two(there.month)} ${two(there.hour)}:${two(there.minute)}`
}

/** The instant at which a day begins. */
export const startOfDay = (day: string, zone: string): number =>
  Temporal.PlainDate.from(day).toZonedDateTime(zone).epochMilliseconds

export const addDays = (day: string, days: number): string => Temporal.PlainDate.from(day).add({ days }).toString()

export const weekdayOf = (day: string): number => Temporal.PlainDate.from(day).dayOfWeek

/** Every day of the zone that a span touches, and the one before it: what began then may still go on. */
export function daysAround(span: Span, zone: string): string[] {
  const days: string[] = []
  const last = dayAt(span.endsAt, zone)
  for (let day = dayAt(span.startsAt, zone).subtract({ days: 1 }); days.length < 400; day = day.add({ days: 1 })) {
    if (Temporal.PlainDate.compare(day, last) > 0) break
    days.push(day.toString())
  }
  return days
}

/**
 * From one clock time to another, beginning on a day; not after the first, the second is on the day after. Undefined where
 * a clock that is put forward leaves nothing of it.
 */
export function spanOn(day: string, starts: string, ends: string, zone: string): Span | undefined {
  const date = Temporal.PlainDate.from(day)
  const at = (on: Temporal.PlainDate, time: string) =>
    on.toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from(time) }).epochMilliseconds
  const startsAt = at(date, starts)
  const endsAt = at(ends > starts ? date : date.add({ days: 1 }), ends)
  return endsAt > startsAt ? { startsAt, endsAt } : undefined
}
