import { z } from 'zod'
import { instant, uuid } from './primitives.ts'
import { calendarDay } from './rota.ts'

/** Counts that nobody can be told from. Null is hidden: fewer than `fewest`, or what would give such a number away. */

export const reportQuery = z.object({
  from: calendarDay.optional(),
  to: calendarDay
    .optional()
    .meta({ description: 'whole weeks, Monday to Sunday, that lie between, are over and have no open alert' }),
  by: z.enum(['week', 'site']).optional(),
  format: z.enum(['json', 'csv']).optional().meta({ description: 'or by Accept: text/csv' }),
})
export type ReportQuery = z.infer<typeof reportQuery>

const count = z.int().nullable()
const head = {
  by: z.enum(['week', 'site']),
  timeZone: z.string(),
  fewest: z.int().meta({ description: 'no number below it is shown' }),
}
const period = {
  from: calendarDay,
  to: calendarDay,
  site: z.object({ id: uuid, label: z.string() }).nullable().optional().meta({ description: 'null: of no site' }),
}
export const falseAlarmsAnswer = z.object({
  ...head,
  rows: z.array(
    z.object({
      ...period,
      alerts: count.meta({ description: 'by site only where its false alarms are hidden with all' }),
      falseAlarms: count.meta({ description: 'closed as safe or false alarm' }),
      others: count,
      causes: z.record(z.string(), count).meta({ description: 'what people said kept them from answering' }),
    }),
  ),
  serverNow: instant,
})
const times = z.object({ count, medianSeconds: z.int().nullable(), p90Seconds: z.int().nullable() })
export const timesAnswer = z.object({
  ...head,
  rows: z.array(
    z.object({
      ...period,
      alerts: count,
      firstText: times,
      claim: times,
      called999: times,
      there: times.meta({ description: 'a rescuer or a crew; all from the missed deadline' }),
    }),
  ),
  serverNow: instant,
})
export const retentionAnswer = z.object({
  rules: z.array(
    z.object({
      what: z.string(),
      why: z.string(),
      keptSeconds: z.int(),
      lastRemovedAt: instant.optional(),
      removed: count
        .optional()
        .meta({ description: 'by that round, over the whole installation; null: fewer than ten' }),
      nextIsKnown: z.boolean().meta({ description: 'false: which of these goes next is not worked out' }),
      nextDueAt: instant.optional().meta({ description: 'when the oldest of this organisation’s goes' }),
    }),
  ),
  lastLookedAt: instant.optional().meta({ description: 'when all rules were last walked through' }),
  serverNow: instant,
})
export type FalseAlarmsAnswer = z.infer<typeof falseAlarmsAnswer>
export type TimesAnswer = z.infer<typeof timesAnswer>
export type RetentionAnswer = z.infer<typeof retentionAnswer>
