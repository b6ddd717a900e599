import { z } from 'zod'
import { commandId, instant, uuid } from './primitives.ts'
import { calendarDay, clockTime, weekday } from './rota.ts'

/** When the service is open, how it winds down, and how it closes for good. */

const hours = { from: clockTime, to: clockTime.meta({ description: 'not after `from`: the day after' }) }
const opening = z.strictObject({
  weekly: z.array(z.strictObject({ weekday, ...hours })).max(70),
  exceptions: z
    .array(z.strictObject({ day: calendarDay, hours: z.array(z.strictObject(hours)).max(10) }))
    .max(200)
    .meta({ description: 'days that are otherwise; with no hours it stays closed' }),
  drainMinutes: z.int().min(0).max(240).meta({ description: 'so long before it closes nothing new begins' }),
  drain: z
    .enum(['no-company', 'no-starts'])
    .meta({ description: 'then and while closed: none with company `supporter`, or none at all' }),
})
const fields = {
  timeZone: z.string().min(1).max(60).meta({ description: 'IANA name, such as Europe/London' }),
  rotaWarningHours: z
    .int()
    .min(1)
    .max(336)
    .meta({ description: 'so long before a hole in the rota duty leads are told' }),
}
export const staffingBody = z.strictObject({
  commandId,
  version: z.int().min(1).optional(),
  ...fields,
  opening: opening.nullable().meta({ description: 'null: always open' }),
})
const closing = z.object({
  askedAt: instant.optional(),
  askedBy: uuid.optional(),
  needsAnother: z.boolean().optional().meta({ description: 'whoever asked cannot confirm: there is another operator' }),
  confirmBefore: instant.optional().meta({ description: 'after this the first step has to be taken again' }),
  closedAt: instant.optional(),
})
export const staffingAnswer = z.object({
  staffing: z.object({
    version: z.int(),
    ...fields,
    opening: opening.nullable(),
    now: z.object({
      open: z.boolean(),
      opensAt: instant.optional(),
      closesAt: instant.optional(),
      draining: z.boolean(),
      mayStart: z.object({ alone: z.boolean(), withSupporter: z.boolean() }),
    }),
    closing,
  }),
  serverNow: instant,
})
export const closingAnswer = z.object({ closing, serverNow: instant })
export const confirmClosingBody = z.strictObject({
  commandId,
  slug: z.string().max(63).meta({ description: 'the slug of the organisation, typed again' }),
})
export type StaffingBody = z.infer<typeof staffingBody>
export type StaffingAnswer = z.infer<typeof staffingAnswer>
export type ClosingAnswer = z.infer<typeof closingAnswer>
export type ConfirmClosingBody = z.infer<typeof confirmClosingBody>
