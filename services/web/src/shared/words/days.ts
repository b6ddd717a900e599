import { language } from './speak.ts'

/** Browsers know no Welsh days: Chromium writes `2026 M11 23`. The order of the words is as in English. */
const welsh: Readonly<Record<string, string>> = {
  ...{ Monday: 'dydd Llun', Tuesday: 'dydd Mawrth', Wednesday: 'dydd Mercher', Thursday: 'dydd Iau' },
  ...{ Friday: 'dydd Gwener', Saturday: 'dydd Sadwrn', Sunday: 'dydd Sul' },
  ...{ Mon: 'Llun', Tue: 'Maw', Wed: 'Mer', Thu: 'Iau', Fri: 'Gwe', Sat: 'Sad', Sun: 'Sul' },
  ...{ January: 'Ionawr', February: 'Chwefror', March: 'Mawrth', April: 'Ebrill', May: 'Mai', June: 'Mehefin' },
  ...{ July: 'Gorffennaf', August: 'Awst', September: 'Medi', October: 'Hydref', November: 'Tachwedd' },
  ...{ December: 'Rhagfyr', Jan: 'Ion', Feb: 'Chwef', Mar: 'Maw', Apr: 'Ebr', Jun: 'Meh', Jul: 'Gorff', Aug: 'Awst' },
  ...{ Sept: 'Medi', Oct: 'Hyd', Nov: 'Tach', Dec: 'Rhag' },
}

function write(at: Date | string | number, options: Intl.DateTimeFormatOptions): string {
  const english = new Intl.DateTimeFormat('en-GB', options).format(new Date(at))
  return language.value === 'cy' ? english.replace(/[A-Z][a-z]+/g, (word) => welsh[word] ?? word) : english
}

const clock = { hour: '2-digit', minute: '2-digit' } as const

/** Day and clock: `22 Nov 2026, 03:00`; `toTheSecond` as a timeline needs it. */
export const dayAndClock = (at: string, precision: 'toTheMinute' | 'toTheSecond' = 'toTheMinute'): string =>
  write(at, { dateStyle: 'medium', timeStyle: precision === 'toTheSecond' ? 'medium' : 'short' })

/** A day without a clock, of `2026-11-22`: `22 November 2026`. */
export const dayInWords = (iso: string): string => write(iso, { dateStyle: 'long', timeZone: 'UTC' })

/** A day with its weekday, of `2026-11-29`: `Sunday 29 November`. */
export const weekdayAndDay = (iso: string): string =>
  write(iso, { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' })

/** 1 Monday to 7 Sunday. The first day of 2024 was a Monday. */
export const weekdayName = (weekday: number): string =>
  write(Date.UTC(2024, 0, weekday), { weekday: 'long', timeZone: 'UTC' })

/** A point of a week: `Sun 03:00`. */
export const weekdayAndClock = (at: Date): string => `${write(at, { weekday: 'short' })} ${write(at, clock)}`

/** The same with the whole word: `Monday 18:00`. */
export const wholeWeekdayAndClock = (at: string | number): string =>
  `${write(at, { weekday: 'long' })} ${write(at, clock)}`

/** On the clocks of a zone: `Sun 22 Nov, 03:00`. */
export const dayAndClockIn = (at: string, timeZone: string): string =>
  `${write(at, { weekday: 'short', timeZone })} ${write(at, { day: 'numeric', month: 'short', timeZone })}, ${write(at, { ...clock, timeZone })}`

/** On the clocks of a zone: `22:00–06:00`. */
export const hoursIn = (startsAt: string, endsAt: string, timeZone: string): string =>
  `${write(startsAt, { ...clock, timeZone })}–${write(endsAt, { ...clock, timeZone })}`

/** On the clocks of a zone: `Sunday 22 November, 22:00–06:00`. */
export const dayAndHoursIn = (startsAt: string, endsAt: string, timeZone: string): string =>
  `${write(startsAt, { weekday: 'long', day: 'numeric', month: 'long', timeZone })}, ${hoursIn(startsAt, endsAt, timeZone)}`
