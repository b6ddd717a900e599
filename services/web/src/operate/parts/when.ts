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

/** A point of a week: `Sun 03:00`. */
export const weekdayTime = (at: Date): string =>
  new Intl.DateTimeFormat(locale(), { weekday: 'short', hour: '2-digit', minute: '2-digit' }).format(at)
