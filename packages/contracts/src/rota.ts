import { z } from 'zod'
import { commandId, instant, uuid } from './primitives.ts'

/**
 * The rota: who is expected when, in the organisation's own time. It never puts anybody on shift: `PUT /v1/shift` does,
 * because only the person can say that they are fit.
 */

/** A day of the organisation's own calendar. */
export const calendarDay = z.iso.date().meta({ description: 'YYYY-MM-DD in the time zone of the organisation' })
/** A time on its clocks. */
export const clockTime = z
  .string()
  .regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/)
  .meta({ description: 'HH:MM on the clocks of the organisation' })
export const weekday = z.int().min(1).max(7).meta({ description: '1 Monday to 7 Sunday' })
export const rotaRoles = ['supporter', 'duty-lead'] as const
const role = z.enum(rotaRoles)
const ends = clockTime.meta({ description: 'HH:MM; not after `starts`: the day after' })

/** One of the pattern's shifts is its id and the day; one more is an id. */
export const shiftId = z
  .string()
  .regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:\.[0-9]{4}-[0-9]{2}-[0-9]{2})?$/)
  .meta({ description: 'as `GET …/rota` gives it' })

export const rotaPatternBody = z.strictObject({
  commandId,
  supporterId: uuid,
  role,
  weekday,
  starts: clockTime,
  ends,
  fromDay: calendarDay.optional(),
  untilDay: calendarDay.optional().meta({ description: 'the last day on which it begins' }),
})
/** `off`: this one of the pattern's shifts is not. `extra`: one more, on one day. */
export const rotaExceptionBody = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('off'), commandId, patternId: uuid, onDay: calendarDay }),
  z.strictObject({
    kind: z.literal('extra'),
    commandId,
    supporterId: uuid,
    role,
    onDay: calendarDay,
    starts: clockTime,
    ends,
  }),
])
export const rotaSwapBody = z.strictObject({ commandId, shiftId })

export const rotaQuery = z.object({
  from: calendarDay.optional().meta({ description: 'the first day, default today' }),
  days: z
    .string()
    .regex(/^(?:[1-9]|[1-4][0-9]|5[0-6])$/)
    .optional()
    .meta({ description: '1 to 56, default 14' }),
})

const person = z.object({ id: uuid, name: z.string() })
export const rotaShiftView = z.object({
  id: shiftId,
  startsAt: instant,
  endsAt: instant,
  role,
  supporter: person,
  patternId: uuid.optional(),
  exceptionId: uuid.optional(),
  offered: uuid.optional().meta({ description: 'the swap in which it is offered: still theirs' }),
  takenFrom: person.optional().meta({ description: 'whose it was before a swap' }),
  state: z
    .enum(['coming', 'here', 'late', 'not-come', 'over'])
    .meta({ description: '`not-come`: ten minutes after its start they have not come on shift' }),
})
export const rotaSwapView = z.object({
  id: uuid,
  shiftId,
  startsAt: instant,
  endsAt: instant,
  role,
  state: z.enum(['offered', 'taken', 'withdrawn']),
  offeredBy: person,
  takenBy: person.optional(),
  seen: z.boolean().meta({ description: 'a duty lead or operator has seen it' }),
})
export const staffingGapView = z.object({
  startsAt: instant,
  endsAt: instant,
  people: z.int().meta({ description: 'the fewest who are expected at any moment of it' }),
})
export const rotaAnswer = z.object({
  timeZone: z.string(),
  staffingFloor: z.int(),
  patterns: z.array(
    z.object({
      id: uuid,
      supporter: person,
      role,
      weekday: z.int(),
      starts: z.string(),
      ends: z.string(),
      fromDay: z.string().optional(),
      untilDay: z.string().optional(),
    }),
  ),
  exceptions: z.array(
    z.object({
      id: uuid,
      kind: z.enum(['off', 'extra']),
      onDay: z.string(),
      patternId: uuid.optional(),
      supporter: person.optional(),
      role: role.optional(),
      starts: z.string().optional(),
      ends: z.string().optional(),
    }),
  ),
  shifts: z.array(rotaShiftView),
  gaps: z.array(staffingGapView).meta({ description: 'fewer expected than the floor, in opening hours' }),
  swaps: z.array(rotaSwapView),
  flags: z.array(
    z.object({
      kind: z.enum(['coming', 'now', 'not-come']),
      startsAt: instant,
      endsAt: instant.optional(),
      people: z.int(),
      floor: z.int(),
      supporter: person.optional(),
      toldAt: instant.optional().meta({ description: 'when a duty lead was texted' }),
    }),
  ),
  serverNow: instant,
})
/** `GET /v1/rota`: one's own coming shifts, and what others offer that one may take. */
export const ownRotaAnswer = z.object({
  timeZone: z.string(),
  shifts: z.array(rotaShiftView),
  swaps: z.array(rotaSwapView),
  serverNow: instant,
})
export const rotaPatternAnswer = z.object({ patternId: uuid })
export const rotaExceptionAnswer = z.object({ exceptionId: uuid })
export const rotaSwapAnswer = z.object({
  swap: z.object({ id: uuid, state: z.enum(['offered', 'taken', 'withdrawn']) }),
})

export type RotaPatternBody = z.infer<typeof rotaPatternBody>
export type RotaExceptionBody = z.infer<typeof rotaExceptionBody>
export type RotaSwapBody = z.infer<typeof rotaSwapBody>
export type RotaAnswer = z.infer<typeof rotaAnswer>
export type OwnRotaAnswer = z.infer<typeof ownRotaAnswer>
