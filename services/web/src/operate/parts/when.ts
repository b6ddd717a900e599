import { language } from '../../shared/words/speak.ts'

const locale = () => (language.value === 'cy' ? 'cy-GB' : 'en-GB')

export const dateAndTime = (at: string): string =>
  new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at))

/** To the second, as a timeline needs it. */
export const toTheSecond = (at: string): string =>
  new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(at))

/** A day without a clock: `2026-11-22`. */
export const day = (iso: string): string =>
  new Intl.DateTimeFormat(locale(), { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(iso))

/** A day with its weekday: `2026-11-29`. */
export const weekdayAndDay = (iso: string): string =>
  new Intl.DateTimeFormat(locale(), { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' }).format(
    new Date(iso),
  )

/** 1 Monday to 7 Sunday. The first day of 2024 was a Monday. */
export const weekdayName = (weekday: number): string =>
  new Intl.DateTimeFormat(locale(), { weekday: 'long', timeZone: 'UTC' }).format(Date.UTC(2024, 0, weekday))

/** On the clocks of a zone: weekday, day and time. */
export const dayAndTimeIn = (at: string, timeZone: string): string =>
  new Intl.DateTimeFormat(locale(), {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
  }).format(new Date(at))

/** On the clocks of a zone: `22:00–06:00`. */
export function hoursIn(startsAt: string, endsAt: string, timeZone: string): string {
  const time = new Intl.DateTimeFormat(locale(), { hour: '2-digit', minute: '2-digit', timeZone })
  return `${time.format(new Date(startsAt))}–${time.format(new Date(endsAt))}`
}

/** A point of a week: `Sun 03:00`. */
export const weekdayTime = (at: Date): string =>
  new Intl.DateTimeFormat(locale(), { weekday: 'short', hour: '2-digit', minute: '2-digit' }).format(at)
