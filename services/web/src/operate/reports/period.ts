import { addDays } from '../rota/wall-clock.ts'
import type { Word } from '../words.ts'

/* Which days a report is of. It is kept in the address, which may hold anything. Pure. */

export interface ReportPeriod {
  /** `2026-07-01`, and the last day. */
  from: string
  to: string
}

/** As many weeks as the service takes in one report. */
export const mostWeeks = 54
const quarterWeeks = 13

/** Without a choice: a quarter of a year, to today. */
export const usualPeriod = (today: string): ReportPeriod => ({ from: addDays(today, -7 * quarterWeeks), to: today })

/** This quarter of the calendar and those before it, newest first. */
export function latestQuarters(today: string, count: number): ReportPeriod[] {
  const [year = 0, month = 1] = today.split('-').map(Number)
  return Array.from({ length: count }, (_, back) => {
    const first = Math.floor((month - 1) / 3) * 3 - back * 3
    const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10)
    return { from: dayOf(Date.UTC(year, first, 1)), to: dayOf(Date.UTC(year, first + 3, 0)) }
  })
}

const isDay = (text: string | undefined): text is string =>
  text !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))

export function periodIn(kept: Readonly<Record<string, string>>, today: string): ReportPeriod {
  const { from, to } = kept
  const usual = usualPeriod(today)
  return { from: isDay(from) ? from : usual.from, to: isDay(to) ? to : usual.to }
}

/** What cannot be asked as it is. */
export function wrongWith({ from, to }: ReportPeriod): Word | undefined {
  if (from > to) return 'reports.wrongOrder'
  return addDays(from, 7 * mostWeeks) < to ? 'reports.tooLong' : undefined
}
