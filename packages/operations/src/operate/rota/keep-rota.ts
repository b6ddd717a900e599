/**
 * Who keeps the rota: the weekly pattern and its single dates. A pattern is not changed but ended and made anew, so that a
 * swap is always of the hours that were offered. Every change is put on record and looked at at once (a trigger, 009).
 */
import type { RotaExceptionBody, RotaPatternBody } from '@stillhere/contracts'
import type { Span } from '@stillhere/domain'
import {
  findRota,
  findStaff,
  insertRotaException,
  insertRotaPattern,
  lockRota,
  newId,
  type RotaRole,
  type RotaRows,
  readClock,
  removeRotaException,
  removeRotaPattern,
  type Transaction,
} from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext, refuse, refuseBecause } from '../../context.ts'
import { runCommand } from '../../run-command.ts'
import { ownOrganisation } from '../organisation.ts'
import { recordChange } from '../record-change.ts'
import { expandRota } from './expand-rota.ts'
import { addDays, dayOf, spanOn, startOfDay, weekdayOf } from './in-zone.ts'
import { mayTake } from './read-rota.ts'

/** Most shifts of one organisation's week, and most single dates to come. */
const most = { patterns: 1_000, exceptions: 2_000 }

export async function addRotaPattern(ctx: OperationContext, caller: Caller, input: RotaPatternBody): Promise<Answer> {
  const { commandId, ...payload } = input
  return runCommand(ctx, caller, { commandId, what: 'add-rota-pattern', payload }, async (tx) => {
    const { organisationId } = caller
    await lockRota(tx, organisationId)
    const wrong = await refuseWho(tx, caller, input)
    if (wrong) return wrong
    if (input.fromDay && input.untilDay && input.untilDay < input.fromDay)
      return refuseBecause('invalid', 'untilDay is before fromDay.')
    const now = await readClock(tx)
    const rota = await findRota(tx, organisationId, now)
    if (rota.patterns.length >= most.patterns) return refuse('limit')
    const { timeZone } = await ownOrganisation(tx, caller)
    const id = newId()
    const { supporterId, role, weekday, starts, ends, fromDay = null, untilDay = null } = input
    const row = { id, organisationId, supporterId, role, weekday, starts, ends, fromDay, untilDay }
    if (patternClashes(rota, row, timeZone, now)) return refuseBecause('conflict', twice)
    await insertRotaPattern(tx, row)
    await recordChange(tx, caller, { action: 'rota-pattern-added', thing: id, fields: Object.keys(payload) })
    return answer(201, { patternId: id })
  })
}

export async function endRotaPattern(
  ctx: OperationContext,
  caller: Caller,
  input: { commandId: string; patternId: string },
): Promise<Answer> {
  const { commandId, ...payload } = input
  return runCommand(ctx, caller, { commandId, what: 'end-rota-pattern', payload }, async (tx) => {
    await lockRota(tx, caller.organisationId)
    if (!(await removeRotaPattern(tx, caller.organisationId, input.patternId))) return refuse('not_found')
    await recordChange(tx, caller, { action: 'rota-pattern-ended', thing: input.patternId, fields: [] })
    return answer(200, {})
  })
}

export async function addRotaException(
  ctx: OperationContext,
  caller: Caller,
  input: RotaExceptionBody,
): Promise<Answer> {
  const { commandId, ...payload } = input
  return runCommand(ctx, caller, { commandId, what: 'add-rota-exception', payload }, async (tx) => {
    const { organisationId } = caller
    await lockRota(tx, organisationId)
    const now = await readClock(tx)
    const { timeZone } = await ownOrganisation(tx, caller)
    const rota = await findRota(tx, organisationId, now)
    if (rota.exceptions.length >= most.exceptions) return refuse('limit')
    const id = newId()
    const nothing = { patternId: null, supporterId: null, role: null, starts: null, ends: null }
    const row = { id, organisationId, onDay: input.onDay, overAt: startOfDay(addDays(input.onDay, 2), timeZone) }
    if (row.overAt <= now) return refuseBecause('invalid', 'onDay is over.')
    if (input.kind === 'off') {
      const pattern = rota.patterns.find((one) => one.id === input.patternId)
      if (!pattern) return refuse('not_found')
      if (pattern.weekday !== weekdayOf(input.onDay)) return refuseBecause('invalid', 'No such shift is on that day.')
      const added = await insertRotaException(tx, { ...row, ...nothing, kind: 'off', patternId: pattern.id })
      if (!added) return refuseBecause('conflict', 'That shift is off already.')
    } else {
      const wrong = await refuseWho(tx, caller, input)
      if (wrong) return wrong
      const { kind, supporterId, role, starts, ends } = input
      const span = spanOn(input.onDay, starts, ends, timeZone)
      if (!span) return refuseBecause('invalid', 'On that day the clocks go forward over the whole of it.')
      if (expandRota(rota, timeZone, span).some((one) => one.supporterId === supporterId))
        return refuseBecause('conflict', twice)
      await insertRotaException(tx, { ...row, ...nothing, kind, supporterId, role, starts, ends })
    }
    await recordChange(tx, caller, { action: 'rota-date-added', thing: id, fields: Object.keys(payload) })
    return answer(201, { exceptionId: id })
  })
}

export async function removeRotaDate(
  ctx: OperationContext,
  caller: Caller,
  input: { commandId: string; exceptionId: string },
): Promise<Answer> {
  const { commandId, ...payload } = input
  return runCommand(ctx, caller, { commandId, what: 'remove-rota-exception', payload }, async (tx) => {
    await lockRota(tx, caller.organisationId)
    if (!(await removeRotaException(tx, caller.organisationId, input.exceptionId))) return refuse('not_found')
    await recordChange(tx, caller, { action: 'rota-date-removed', thing: input.exceptionId, fields: [] })
    return answer(200, {})
  })
}

async function refuseWho(
  tx: Transaction,
  caller: Caller,
  { supporterId, role }: { supporterId: string; role: RotaRole },
): Promise<Answer | undefined> {
  const [staff] = await findStaff(tx, caller.organisationId, supporterId)
  if (!staff) return refuse('not_found')
  if (staff.role === 'auditor') return refuseBecause('invalid', 'An auditor answers no alerts.')
  // What a duty lead is told of goes by what somebody may do: a lead in the rota alone would hear nothing.
  return mayTake(staff.role, { role })
    ? undefined
    : refuseBecause('invalid', 'A duty lead’s shift needs somebody who may lead.')
}

const twice = 'They are in the rota at that time already: nobody is in two places at once.'
/** Two weekly shifts that ever meet do so in the first days on which there are both. */
const firstDays = 9

/** Whether somebody's new weekly shift would meet another of theirs, weekly or of a single date. */
function patternClashes(rota: RotaRows, added: RotaRows['patterns'][number], zone: string, now: number): boolean {
  const isTheirs = (one: { supporterId: string | null }) => one.supporterId === added.supporterId
  const patterns = rota.patterns.filter(isTheirs)
  const extras = rota.exceptions.filter((one) => one.kind === 'extra' && isTheirs(one))
  const meets = (others: Pick<RotaRows, 'patterns' | 'exceptions'>, span: Span) => {
    const shifts = expandRota({ ...others, swaps: [], patterns: [...others.patterns, added] }, zone, span)
    const own = shifts.filter(({ patternId }) => patternId === added.id)
    return shifts.some(
      (one) =>
        one.patternId !== added.id &&
        own.some(({ startsAt, endsAt }) => one.startsAt < endsAt && one.endsAt > startsAt),
    )
  }
  const today = dayOf(now, zone)
  // Not by dates that are off: the shifts meet again a week later.
  const weekly = patterns.some((pattern) => {
    const from = [today, added.fromDay ?? today, pattern.fromDay ?? today].toSorted().at(-1) ?? today
    const span = { startsAt: startOfDay(from, zone), endsAt: startOfDay(addDays(from, firstDays), zone) }
    return meets({ patterns: [pattern], exceptions: [] }, span)
  })
  return (
    weekly ||
    extras.some((extra) => {
      const span = extra.starts && extra.ends && spanOn(extra.onDay, extra.starts, extra.ends, zone)
      return span ? meets({ patterns: [], exceptions: [extra] }, span) : false
    })
  )
}
