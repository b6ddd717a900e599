import type { Span } from '@stillhere/domain'
import type { RotaRole, RotaRows } from '@stillhere/persistence'
import { daysAround, spanOn, weekdayOf } from './in-zone.ts'

/** One shift on one day, and whose it is now. */
export interface PlannedShift extends Span {
  /** `patternId.YYYY-MM-DD`, or the id of a single date. */
  id: string
  supporterId: string
  role: RotaRole
  onDay: string
  patternId?: string
  exceptionId?: string
  /** The swap in which it is offered: theirs until somebody has taken it. */
  offered?: string
  /** Whose it was before a swap. */
  takenFrom?: string
}

/** Shifts that touch a span, by start: the pattern, without the dates that are off, with those that are extra, after swaps. */
export function expandRota(rows: RotaRows, zone: string, span: Span): PlannedShift[] {
  const off = new Set(rows.exceptions.filter((one) => one.kind === 'off').map((one) => `${one.patternId}.${one.onDay}`))
  const days = daysAround(span, zone)
  const planned: PlannedShift[] = []
  const add = (shift: Omit<PlannedShift, keyof Span>, starts: string, ends: string) => {
    const when = spanOn(shift.onDay, starts, ends, zone)
    if (when && when.startsAt < span.endsAt && when.endsAt > span.startsAt)
      planned.push(afterSwaps({ ...shift, ...when }, rows))
  }
  for (const onDay of days) {
    const weekday = weekdayOf(onDay)
    for (const pattern of rows.patterns) {
      const { id: patternId, supporterId, role, fromDay, untilDay } = pattern
      const id = `${patternId}.${onDay}`
      if (pattern.weekday !== weekday || off.has(id)) continue
      if ((fromDay && onDay < fromDay) || (untilDay && onDay > untilDay)) continue
      add({ id, supporterId, role, onDay, patternId }, pattern.starts, pattern.ends)
    }
  }
  const known = new Set(days)
  for (const { id, kind, supporterId, role, onDay, starts, ends } of rows.exceptions) {
    if (kind !== 'extra' || !supporterId || !role || !starts || !ends || !known.has(onDay)) continue
    add({ id, supporterId, role, onDay, exceptionId: id }, starts, ends)
  }
  return planned.sort((a, b) => a.startsAt - b.startsAt || (a.id < b.id ? -1 : 1))
}

function afterSwaps(shift: PlannedShift, { swaps }: RotaRows): PlannedShift {
  let now = shift
  for (const swap of swaps) {
    if (swap.shiftId !== shift.id || swap.offeredBy !== now.supporterId) continue
    if (swap.state === 'offered') now = { ...now, offered: swap.id }
    else if (swap.state === 'taken' && swap.takenBy)
      now = { ...now, supporterId: swap.takenBy, takenFrom: swap.offeredBy }
  }
  return now
}
