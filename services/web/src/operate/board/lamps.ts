import type { Page } from '../place.ts'
import type { Word } from '../words.ts'

/*
 * What the board's lamps say, from plain data: whoever brings more (lateness, delivery, the last synthetic alert) brings
 * another lamp. Pure.
 */

/** `good`: as it should be. `look`: somebody should look. `wrong`: somebody must act now. `unknown`: nobody has said. */
export type LampState = 'good' | 'look' | 'wrong' | 'unknown'

export interface Lamp {
  key: string
  state: LampState
  /** What it says, as a sentence. */
  says: Word
  values?: Record<string, string | number>
  /** What to do about it; only where it is not good. */
  todo?: Word
  /** What is behind the number. */
  page?: Page
  /** The page of `infra/runbooks` for it. */
  runbook?: string
}

/** What is known; what a role is not shown, or what has not answered yet, is left out. */
export interface Known {
  /** Epoch ms, by the service. */
  now: number
  alerts?: readonly { state: string; raisedAt: string; nobodyNotified?: true | undefined }[] | undefined
  shifts?: { onShift: readonly { reachable: boolean; role: string }[]; floor: number } | undefined
  organisation?: { pagerNumber: string | null } | undefined
  supporters?:
    | readonly { passkeys: number; phoneTrouble?: string | undefined; numberCheck?: string | undefined }[]
    | undefined
}

export function lampsOf({ now, alerts, shifts, organisation, supporters }: Known): Lamp[] {
  const lamps: Lamp[] = []
  if (alerts) {
    const open = alerts.filter(({ state }) => state === 'open')
    const longest = Math.max(0, ...open.map(({ raisedAt }) => Math.floor((now - Date.parse(raisedAt)) / 1_000)))
    lamps.push(
      open.length === 0
        ? { key: 'unowned', state: 'good', says: 'lamp.unowned.good', page: 'alerts' }
        : {
            key: 'unowned',
            state: 'wrong',
            says: 'lamp.unowned.wrong',
            values: { count: open.length, seconds: longest },
            todo: 'lamp.unowned.todo',
            page: 'alerts',
            runbook: 'nobody-owns-an-alert',
          },
    )
    const owned = alerts.filter(({ state }) => state === 'owned').length
    lamps.push({
      key: 'owned',
      state: owned === 0 ? 'good' : 'look',
      says: owned === 0 ? 'lamp.owned.none' : 'lamp.owned.some',
      values: { count: owned },
      page: 'alerts',
    })
    const unheard = alerts.filter(({ state, nobodyNotified }) => state === 'open' && nobodyNotified).length
    if (unheard > 0)
      lamps.push({
        key: 'unheard',
        state: 'wrong',
        says: 'lamp.unheard.wrong',
        values: { count: unheard },
        todo: 'lamp.unheard.todo',
        runbook: 'messages-do-not-leave',
      })
  }
  if (shifts) {
    const { onShift, floor } = shifts
    const values = { count: onShift.length, floor }
    if (onShift.length === 0)
      lamps.push({
        key: 'shift',
        // Nobody need be there where nobody is promised.
        state: floor === 0 ? 'look' : 'wrong',
        says: 'lamp.shift.nobody',
        values,
        todo: 'lamp.shift.todo',
        page: 'people',
      })
    else
      lamps.push({
        key: 'shift',
        state: onShift.length < floor ? 'wrong' : 'good',
        says: onShift.length < floor ? 'lamp.shift.below' : 'lamp.shift.good',
        values,
        ...(onShift.length < floor && { todo: 'lamp.shift.todo' as const }),
        page: 'people',
      })
    const unreachable = onShift.filter(({ reachable }) => !reachable).length
    if (unreachable > 0)
      lamps.push({
        key: 'unreachable',
        state: 'look',
        says: 'lamp.unreachable.look',
        values: { count: unreachable },
        todo: 'lamp.unreachable.todo',
        page: 'people',
      })
  }
  if (organisation) {
    const hasPager = organisation.pagerNumber !== null
    lamps.push({
      key: 'pager',
      state: hasPager ? 'good' : 'wrong',
      says: hasPager ? 'lamp.pager.good' : 'lamp.pager.wrong',
      ...(!hasPager && { todo: 'lamp.pager.todo' as const }),
      page: 'organisation',
    })
  }
  if (supporters) {
    const failing = supporters.filter((one) => one.phoneTrouble !== undefined || one.numberCheck === 'refused').length
    lamps.push({
      key: 'phones',
      state: failing === 0 ? 'good' : 'look',
      says: failing === 0 ? 'lamp.phones.good' : 'lamp.phones.look',
      values: { count: failing },
      ...(failing > 0 && { todo: 'lamp.phones.todo' as const }),
      page: 'people',
    })
  }
  return lamps
}

/** What a new service lacks, in the order in which to do it. Empty once it has all of it. */
export interface ToDo {
  key: 'pager' | 'floor' | 'supporters' | 'site'
  page: Page
}

export function firstThings(known: {
  organisation?: { pagerNumber: string | null; staffingFloor: number } | undefined
  supporters?: readonly { role: string; passkeys: number }[] | undefined
  sites?: readonly unknown[] | undefined
}): ToDo[] {
  const things: ToDo[] = []
  if (known.organisation?.pagerNumber === null) things.push({ key: 'pager', page: 'organisation' })
  if (known.organisation?.staffingFloor === 0) things.push({ key: 'floor', page: 'organisation' })
  if (
    known.supporters &&
    !known.supporters.some(({ role, passkeys }) => role !== 'auditor' && role !== 'operator' && passkeys > 0)
  )
    things.push({ key: 'supporters', page: 'people' })
  if (known.sites?.length === 0) things.push({ key: 'site', page: 'sites' })
  return things
}
