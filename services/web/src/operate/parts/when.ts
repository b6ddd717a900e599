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
