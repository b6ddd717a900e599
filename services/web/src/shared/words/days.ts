import { language } from './speak.ts'

/** Browsers know no Welsh dates: what they write instead is `2026 M11 23`. Digits are read in both languages. */
const welshDays = ['Sul', 'Llun', 'Maw', 'Mer', 'Iau', 'Gwe', 'Sad']
const welshMonths = 'Ionawr Chwefror Mawrth Ebrill Mai Mehefin Gorffennaf Awst Medi Hydref Tachwedd Rhagfyr'.split(' ')

/** Day and clock: `22 Nov 2026, 03:00`, in Welsh `22/11/2026, 03:00`; `toTheSecond` as a timeline needs it. */
export function dayAndClock(at: string, precision: 'toTheMinute' | 'toTheSecond' = 'toTheMinute'): string {
  const timeStyle = precision === 'toTheSecond' ? 'medium' : 'short'
  const dateStyle = language.value === 'cy' ? 'short' : 'medium'
  return new Intl.DateTimeFormat('en-GB', { dateStyle, timeStyle }).format(new Date(at))
}

/** A day without a clock, of `2026-11-22`: `22 November 2026`, `22 Tachwedd 2026`. */
export function dayInWords(iso: string): string {
  const day = new Date(iso)
  if (language.value === 'cy') return `${day.getUTCDate()} ${welshMonths[day.getUTCMonth()]} ${day.getUTCFullYear()}`
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(day)
}

/** A point of a week: `Sun 03:00`, `Sul 03:00`. */
export function weekdayAndClock(at: Date): string {
  const day =
    language.value === 'cy'
      ? (welshDays[at.getDay()] ?? '')
      : new Intl.DateTimeFormat('en-GB', { weekday: 'short' }).format(at)
  return `${day} ${new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(at)}`
}
