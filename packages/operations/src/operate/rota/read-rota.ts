import type { OwnRotaAnswer, RotaAnswer } from '@stillhere/contracts'
import { findStaffingGaps, type Span } from '@stillhere/domain'
import {
  type ConfiguredOrganisation,
  findOpenGaps,
  findRota,
  findStaff,
  type Queryable,
  type RotaRows,
  type RotaSwap,
  readClock,
  type StaffRow,
} from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext } from '../../context.ts'
import { serverNow } from '../../views.ts'
import { ownOrganisation } from '../organisation.ts'
import { openingSpans } from '../staffing/opening.ts'
import { expandRota, type PlannedShift } from './expand-rota.ts'
import { addDays, dayOf, startOfDay } from './in-zone.ts'

/** A shift that has begun this long ago without its supporter is flagged. Real time: a rota is of the wall clock. */
export const notComeAfterMs = 10 * 60_000
const dayMs = 86_400_000
const usualDays = 14

/** The rota of an organisation for a while, and who may be expected by it. */
export interface Rota {
  rows: RotaRows
  staff: Map<string, StaffRow>
  /** Shifts of people who are still there. */
  shifts: PlannedShift[]
}

export async function readRota(
  db: Queryable,
  organisation: Pick<ConfiguredOrganisation, 'id' | 'timeZone'>,
  span: Span,
): Promise<Rota> {
  const rows = await findRota(db, organisation.id, span.startsAt)
  const staff = new Map((await findStaff(db, organisation.id)).map((one) => [one.id, one]))
  const shifts = expandRota(rows, organisation.timeZone, span).filter(({ supporterId }) => mayStand(staff, supporterId))
  return { rows, staff, shifts }
}

/** Who was removed, or only looks, is expected no more: what they had is a hole. */
const mayStand = (staff: Map<string, StaffRow>, id: string): boolean => {
  const role = staff.get(id)?.role
  return role !== undefined && role !== 'auditor'
}

/** The pattern, its single dates, the coming shifts with whose they are, holes against the floor, swaps, and flags. */
export async function getRota(
  ctx: OperationContext,
  caller: Caller,
  page: { from?: string | undefined; days?: number | undefined } = {},
): Promise<Answer<RotaAnswer>> {
  const organisation = await ownOrganisation(ctx.db, caller)
  const { timeZone, staffingFloor } = organisation
  const now = await readClock(ctx.db)
  const from = page.from ?? dayOf(now, timeZone)
  const span = {
    startsAt: startOfDay(from, timeZone),
    endsAt: startOfDay(addDays(from, page.days ?? usualDays), timeZone),
  }
  const { rows, staff, shifts } = await readRota(ctx.db, organisation, span)
  const ahead = { startsAt: Math.max(now, span.startsAt), endsAt: Math.max(now, span.endsAt) }
  const gaps = findStaffingGaps(shifts, openingSpans(organisation.opening, timeZone, ahead), staffingFloor)
  const person = personIn(staff)
  const flags = await findOpenGaps(ctx.db, organisation.id)
  return answer(200, {
    timeZone,
    staffingFloor,
    patterns: rows.patterns.map(({ supporterId, fromDay, untilDay, ...pattern }) => ({
      ...pattern,
      supporter: person(supporterId),
      ...(fromDay ? { fromDay } : {}),
      ...(untilDay ? { untilDay } : {}),
    })),
    exceptions: rows.exceptions.map(({ id, kind, onDay, patternId, supporterId, role, starts, ends }) => ({
      id,
      kind,
      onDay,
      ...(patternId ? { patternId } : {}),
      ...(supporterId ? { supporter: person(supporterId) } : {}),
      ...(role ? { role } : {}),
      ...(starts ? { starts } : {}),
      ...(ends ? { ends } : {}),
    })),
    shifts: shifts.map((shift) => shiftView(shift, staff, now)),
    gaps: gaps
      .map(({ startsAt, endsAt, people }) => ({ startsAt: stamp(startsAt), endsAt: stamp(endsAt), people }))
      .slice(0, 500),
    swaps: rows.swaps.map((swap) => swapView(swap, person)),
    flags: flags.map(({ kind, startsAt, endsAt, people, floor, supporterId, toldAt }) => ({
      kind,
      startsAt: stamp(startsAt),
      ...(endsAt ? { endsAt: stamp(endsAt) } : {}),
      people,
      floor,
      ...(supporterId ? { supporter: person(supporterId) } : {}),
      ...(toldAt ? { toldAt: stamp(toldAt) } : {}),
    })),
    serverNow: serverNow(now),
  })
}

/** One's own shifts of the coming four weeks, one's own offers, and what others offer that one may take. */
export async function getOwnRota(ctx: OperationContext, caller: Caller): Promise<Answer<OwnRotaAnswer>> {
  const organisation = await ownOrganisation(ctx.db, caller)
  const now = await readClock(ctx.db)
  const span = { startsAt: now, endsAt: now + 2 * usualDays * dayMs }
  const { rows, staff, shifts } = await readRota(ctx.db, organisation, span)
  const person = personIn(staff)
  const open = rows.swaps.filter(
    (swap) =>
      swap.state === 'offered' && swap.startsAt > now && (swap.offeredBy === caller.id || mayTake(caller.role, swap)),
  )
  return answer(200, {
    timeZone: organisation.timeZone,
    shifts: shifts.filter(({ supporterId }) => supporterId === caller.id).map((shift) => shiftView(shift, staff, now)),
    swaps: open.map((swap) => swapView(swap, person)),
    serverNow: serverNow(now),
  })
}

/** A duty lead's shift is for those who may lead. */
export const mayTake = (role: Caller['role'], swap: Pick<RotaSwap, 'role'>): boolean =>
  swap.role === 'supporter' || role === 'duty-lead' || role === 'supervisor' || role === 'operator'

function shiftView(shift: PlannedShift, staff: Map<string, StaffRow>, now: number): RotaAnswer['shifts'][number] {
  const person = personIn(staff)
  const { id, startsAt, endsAt, role, patternId, exceptionId, offered, takenFrom } = shift
  return {
    id,
    startsAt: stamp(startsAt),
    endsAt: stamp(endsAt),
    role,
    supporter: person(shift.supporterId),
    ...(patternId ? { patternId } : {}),
    ...(exceptionId ? { exceptionId } : {}),
    ...(offered ? { offered } : {}),
    ...(takenFrom ? { takenFrom: person(takenFrom) } : {}),
    state: stateOf(shift, staff.get(shift.supporterId)?.onShift ?? false, now),
  }
}

/** Being in the rota puts nobody on shift: only they themselves do. */
function stateOf(shift: Span, onShift: boolean, now: number): RotaAnswer['shifts'][number]['state'] {
  if (now >= shift.endsAt) return 'over'
  if (now < shift.startsAt) return 'coming'
  if (onShift) return 'here'
  return now >= shift.startsAt + notComeAfterMs ? 'not-come' : 'late'
}

const stamp = (at: number): string => new Date(at).toISOString()
const personIn = (staff: Map<string, StaffRow>) => (id: string) => ({ id, name: staff.get(id)?.name ?? '' })

function swapView(swap: RotaSwap, person: (id: string) => { id: string; name: string }): RotaAnswer['swaps'][number] {
  const { id, shiftId, startsAt, endsAt, role, state, offeredBy, takenBy, seenAt } = swap
  return {
    id,
    shiftId,
    startsAt: stamp(startsAt),
    endsAt: stamp(endsAt),
    role,
    state,
    offeredBy: person(offeredBy),
    ...(takenBy ? { takenBy: person(takenBy) } : {}),
    seen: seenAt !== null,
  }
}
