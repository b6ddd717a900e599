import type { StaffingAnswer, StaffingBody } from '@stillhere/contracts'
import {
  type ConfiguredOrganisation,
  iso,
  type Opening,
  type Queryable,
  readClock,
  storeStaffing,
} from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext, refuse, refuseBecause } from '../../context.ts'
import { runCommand } from '../../run-command.ts'
import { serverNow } from '../../views.ts'
import { loadOwnOrganisation, ownOrganisation } from '../organisation.ts'
import { changedFields, isStale, recordVersionedChange } from '../record-change.ts'
import { isTimeZone, spanOn } from '../rota/in-zone.ts'
import { closingView } from './closing.ts'
import { openStateAt } from './opening.ts'

export async function getStaffing(ctx: OperationContext, caller: Caller): Promise<Answer<StaffingAnswer>> {
  const organisation = await ownOrganisation(ctx.db, caller)
  const now = await readClock(ctx.db)
  return answer(200, { staffing: await viewOf(ctx.db, organisation, now), serverNow: serverNow(now) })
}

/** Counts at once: what runs goes on to its end, whatever the hours are now. */
export async function changeStaffing(ctx: OperationContext, caller: Caller, input: StaffingBody): Promise<Answer> {
  const { commandId, ...payload } = input
  return runCommand(ctx, caller, { commandId, what: 'change-staffing', payload }, async (tx) => {
    const before = await loadOwnOrganisation(tx, caller)
    if (isStale(input.version, before.staffingVersion)) return refuse('stale_version')
    if (!isTimeZone(input.timeZone)) return refuseBecause('invalid', 'timeZone is none that is known here.')
    const wrong = input.opening && problemOf(input.opening)
    if (wrong) return refuseBecause('invalid', wrong)
    const { timeZone, rotaWarningHours, opening } = input
    const version = before.staffingVersion + 1
    await storeStaffing(tx, { id: before.id, timeZone, rotaWarningHours, opening, version })
    const content = { timeZone, rotaWarningHours, opening }
    const was = {
      timeZone: before.timeZone,
      rotaWarningHours: before.rotaWarningHours,
      opening: before.opening ?? null,
    }
    await recordVersionedChange(tx, caller, {
      kind: 'staffing',
      action: 'staffing-changed',
      thing: before.id,
      version,
      content,
      before: was,
      fields: changedFields(was, content),
    })
    const now = await readClock(tx)
    const { opening: _, ...rest } = before
    const after = { ...rest, timeZone, rotaWarningHours, staffingVersion: version, ...(opening ? { opening } : {}) }
    return answer(200, { staffing: await viewOf(tx, after, now), serverNow: serverNow(now) })
  })
}

/** Hours that say nothing, or twice the same day, are a slip of the hand. */
function problemOf(opening: Opening): string | undefined {
  const days = opening.exceptions.map(({ day }) => day)
  if (new Set(days).size !== days.length) return 'exceptions name a day twice.'
  if (opening.weekly.length === 0 && opening.exceptions.every(({ hours }) => hours.length === 0))
    return 'These hours are never open; opening null is always open, and closing for good is another thing.'
  // A day on which no clock jumps anywhere.
  const empty = [...opening.weekly, ...opening.exceptions.flatMap(({ hours }) => hours)].some(
    ({ from, to }) => spanOn('2026-01-14', from, to, 'UTC') === undefined,
  )
  return empty ? 'There are hours without length.' : undefined
}

async function viewOf(
  db: Queryable,
  organisation: ConfiguredOrganisation,
  now: number,
): Promise<StaffingAnswer['staffing']> {
  const { open, opensAt, closesAt, draining, mayStart } = openStateAt(organisation, now)
  return {
    version: organisation.staffingVersion,
    timeZone: organisation.timeZone,
    rotaWarningHours: organisation.rotaWarningHours,
    opening: organisation.opening ?? null,
    now: {
      open,
      ...(opensAt ? { opensAt: iso(opensAt) ?? '' } : {}),
      ...(closesAt ? { closesAt: iso(closesAt) ?? '' } : {}),
      draining,
      mayStart,
    },
    closing: await closingView(db, organisation),
  }
}
