import type { BoardAnswer } from '@stillhere/contracts'
import type { BoardRunbook } from '@stillhere/domain'
import type { Page } from '../place.ts'
import type { Word } from '../words.ts'

/*
 * What the board's lamps say, from plain data: what is judged at the service is said as it was judged there. Pure.
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
  /** What is behind the number, and how it is filtered there. */
  page?: Page
  kept?: Readonly<Record<string, string>>
  /** The page of `infra/runbooks` for it. */
  runbook?: string
}

/** Lamps of what the service judges: each has a page about its number. */
const boardLampKeys = [
  'unowned',
  'synthetic',
  'staff',
  'sessions',
  'open',
  'delivery',
  'sweep',
  'wakeUps',
  'oldestDue',
  'workers',
  'clock',
] as const
export type BoardLampKey = (typeof boardLampKeys)[number]
export const isBoardLamp = (key: string | undefined): key is BoardLampKey =>
  (boardLampKeys as readonly (string | undefined)[]).includes(key)

/** What would help, before the service says that it is needed. */
const runbooks: Partial<Record<BoardLampKey, BoardRunbook>> = {
  unowned: 'nobody-owns-an-alert',
  synthetic: 'synthetic-alert-missed',
  staff: 'too-few-on-shift',
  open: 'nobody-owns-an-alert',
  delivery: 'carrier-in-trouble',
  sweep: 'engine-unwell',
  wakeUps: 'redis-away',
  oldestDue: 'late-alerts',
  workers: 'process-down',
  clock: 'clock-stepped',
}

/** What is known; what a role is not shown, or what has not answered yet, is left out. */
export interface Known {
  /** What the service itself says of each part. */
  board?: Board | undefined
  shifts?: { onShift: readonly { reachable: boolean }[] } | undefined
  organisation?: { pagerNumber: string | null } | undefined
  supporters?:
    | readonly {
        role: string
        onShift: boolean
        phoneTrouble?: string | undefined
        numberCheck?: string | undefined
        numberState?: string | undefined
      }[]
    | undefined
}

export function lampsOf({ board, shifts, organisation, supporters }: Known): Lamp[] {
  const lamps = board ? boardLamps(board) : []
  const unreachable = shifts?.onShift.filter(({ reachable }) => !reachable).length ?? 0
  if (unreachable > 0)
    lamps.push({
      key: 'unreachable',
      state: 'look',
      says: 'lamp.unreachable.look',
      values: { count: unreachable },
      runbook: 'phones-do-not-answer',
      todo: 'lamp.unreachable.todo',
      page: 'people',
    })
  if (organisation) {
    const hasPager = organisation.pagerNumber !== null
    lamps.push({
      key: 'pager',
      state: hasPager ? 'good' : 'wrong',
      says: hasPager ? 'lamp.pager.good' : 'lamp.pager.wrong',
      ...(!hasPager && { todo: 'lamp.pager.todo' as const, runbook: 'phones-do-not-answer' }),
      page: 'organisation',
    })
  }
  if (supporters) {
    const failing = supporters.filter(
      (one) => one.phoneTrouble !== undefined || one.numberCheck === 'refused' || one.numberState === 'denied',
    ).length
    const without = supporters.filter((one) => one.numberCheck === undefined && isToldOfAlerts(one))
    const onShift = without.filter((one) => one.onShift).length
    if (failing > 0 || without.length === 0)
      lamps.push({
        key: 'phones',
        state: failing === 0 ? 'good' : 'look',
        says: failing === 0 ? 'lamp.phones.good' : 'lamp.phones.look',
        values: { count: failing },
        ...(failing > 0 && { todo: 'lamp.phones.todo' as const, runbook: 'phones-do-not-answer' }),
        page: 'people',
      })
    // Who has none has none that works. Now it matters of those who are on shift.
    if (without.length > 0)
      lamps.push({
        key: 'noNumber',
        state: onShift > 0 ? 'wrong' : 'look',
        says: onShift > 0 ? 'lamp.noNumber.onShift' : 'lamp.noNumber.look',
        values: { count: onShift > 0 ? onShift : without.length },
        todo: 'lamp.noNumber.todo',
        runbook: 'phones-do-not-answer',
        page: 'people',
      })
  }
  return lamps
}

/** An auditor never is; an operator is while they are on shift. */
const isToldOfAlerts = ({ role, onShift }: { role: string; onShift: boolean }): boolean =>
  onShift || (role !== 'auditor' && role !== 'operator')

type Board = BoardAnswer['board']
const states = { ok: 'good', look: 'look', act: 'wrong' } as const

/** Each part as the service judges it, with its runbook. The words say the figure; the state is never ours to soften. */
function boardLamps(board: Board): Lamp[] {
  const lamp = (
    key: BoardLampKey,
    judged: { state: keyof typeof states; runbook?: string | undefined },
    says: Word,
    values: Record<string, string | number> = {},
    more: Partial<Lamp> = {},
  ): Lamp => ({
    key,
    state: states[judged.state],
    says,
    values,
    ...(judged.state !== 'ok' && { todo: 'lamp.todo' as const }),
    ...((judged.runbook ?? runbooks[key]) && { runbook: judged.runbook ?? runbooks[key] }),
    ...more,
  })
  const { alerts, sessions, staff, delivery, sweep, wakeUps, oldestDue, workers, clock, synthetic } = board
  const unowned = { count: alerts.unowned, seconds: alerts.longestUnownedSeconds }
  const sum = (of: 'attempted' | 'delivered' | 'failed') =>
    delivery.channels.reduce((total, channel) => total + channel[of], 0)
  const { last } = synthetic
  const sinceMinutes = last ? Math.max(0, Math.floor((Date.parse(board.at) - Date.parse(last.startedAt)) / 60_000)) : 0
  const isBelow = staff.onShift < staff.floor
  return [
    alerts.unowned > 0
      ? lamp('unowned', alerts, 'lamp.unowned.wrong', unowned, {
          page: 'alerts',
          kept: { state: 'open' },
          todo: 'lamp.unowned.todo',
        })
      : lamp('unowned', alerts, 'lamp.unowned.good', unowned, { page: 'alerts', kept: { state: 'open' } }),
    // What lacks is a schedule, and no runbook helps: the page on which it is set does.
    synthetic.state === 'look' && synthetic.everyMinutes === null
      ? {
          key: 'synthetic',
          state: 'look',
          says:
            last === undefined
              ? 'lamp.synthetic.never'
              : last.outcome === 'running'
                ? 'lamp.synthetic.running'
                : 'lamp.synthetic.noSchedule',
          values: { minutes: sinceMinutes },
          todo: 'lamp.synthetic.todo',
          page: 'proof',
        }
      : lamp(
          'synthetic',
          synthetic,
          last === undefined ? 'lamp.synthetic.never' : `lamp.synthetic.${last.outcome}`,
          { minutes: sinceMinutes },
          { page: 'proof' },
        ),
    lamp(
      'staff',
      staff,
      staff.onShift === 0 ? 'lamp.shift.nobody' : isBelow ? 'lamp.shift.below' : 'lamp.shift.good',
      {
        count: staff.onShift,
        floor: staff.floor,
      },
      {
        page: 'people',
        ...(staff.state !== 'ok' && {
          todo: staff.floor === 0 ? ('lamp.shift.noFloor' as const) : ('lamp.shift.todo' as const),
        }),
      },
    ),
    lamp('sessions', sessions, 'lamp.sessions', { live: sessions.live, prompting: sessions.prompting }),
    lamp(
      'open',
      { state: 'ok' },
      alerts.open > 0 ? 'lamp.owned.some' : 'lamp.owned.none',
      {
        count: alerts.open - alerts.unowned,
      },
      { page: 'alerts', kept: { state: 'owned' } },
    ),
    lamp('delivery', delivery, sum('attempted') === 0 ? 'lamp.delivery.none' : 'lamp.delivery', {
      attempted: sum('attempted'),
      delivered: sum('delivered'),
      failed: sum('failed'),
    }),
    sweep.ageSeconds === undefined
      ? lamp('sweep', sweep, 'lamp.sweep.unknown')
      : lamp('sweep', sweep, 'lamp.sweep', { seconds: sweep.ageSeconds }),
    lamp('wakeUps', wakeUps, wakeUps.asked ? 'lamp.wakeUps' : 'lamp.wakeUps.none', { count: wakeUps.foundBySweep }),
    lamp('oldestDue', oldestDue, oldestDue.seconds === 0 ? 'lamp.due.none' : 'lamp.due', {
      seconds: oldestDue.seconds,
    }),
    lamp('workers', workers, 'lamp.workers', { count: workers.alive }),
    lamp('clock', clock, 'lamp.clock', { ms: Math.abs(clock.hostSkewMs), correction: clock.correctionMs }),
  ]
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
