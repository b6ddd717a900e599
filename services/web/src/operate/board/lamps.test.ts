import type { BoardAnswer } from '@stillhere/contracts'
import { expect, test } from 'vitest'
import { firstThings, lampsOf } from './lamps.ts'

const ok = { state: 'ok' } as const
const calm: BoardAnswer['board'] = {
  at: '2026-11-22T03:00:00.000Z',
  state: 'ok',
  sessions: { ...ok, live: 3, prompting: 1 },
  alerts: { ...ok, open: 0, unowned: 0, longestUnownedSeconds: 0 },
  staff: { ...ok, onShift: 2, floor: 1 },
  delivery: { ...ok, channels: [] },
  sweep: { ...ok, ageSeconds: 0 },
  wakeUps: { ...ok, foundBySweep: 0, asked: true },
  oldestDue: { ...ok, seconds: 0 },
  workers: { ...ok, alive: 2 },
  clock: { ...ok, hostSkewMs: -4, correctionMs: 0 },
  synthetic: { ...ok, everyMinutes: 15 },
  openIncidents: 0,
}
const lamp = (key: string, known: Parameters<typeof lampsOf>[0]) => lampsOf(known).find((one) => one.key === key)

test('a calm service has nothing but green words', () => {
  const lamps = lampsOf({ board: calm })
  expect(lamps.length).toBeGreaterThan(8)
  expect(lamps.filter(({ state }) => state !== 'good')).toEqual([])
})

test('alerts that nobody has are wrong, with the seconds of the longest', () => {
  const alerts = {
    state: 'act',
    runbook: 'nobody-owns-an-alert',
    open: 3,
    unowned: 2,
    longestUnownedSeconds: 95,
  } as const
  expect(lamp('unowned', { board: { ...calm, alerts } })).toMatchObject({
    state: 'wrong',
    values: { count: 2, seconds: 95 },
    todo: 'lamp.unowned.todo',
    runbook: 'nobody-owns-an-alert',
  })
  expect(lamp('open', { board: { ...calm, alerts } })?.values).toEqual({ count: 1 })
})

test('the service judges: what it says to look at is never shown as good, and says what to do', () => {
  for (const [state, shown] of [
    ['look', 'look'],
    ['act', 'wrong'],
  ] as const) {
    const judged = { state, runbook: 'engine-unwell' } as const
    const board = {
      ...calm,
      ...Object.fromEntries(
        (['sweep', 'wakeUps', 'oldestDue', 'workers', 'clock', 'synthetic', 'delivery', 'staff'] as const).map(
          (part) => [part, { ...calm[part], ...judged }],
        ),
      ),
    } as typeof calm
    for (const part of ['sweep', 'wakeUps', 'oldestDue', 'workers', 'clock', 'synthetic', 'delivery', 'staff'])
      expect(lamp(part, { board }), part).toMatchObject({ state: shown, runbook: 'engine-unwell' })
    expect(lampsOf({ board }).filter((one) => one.state !== 'good' && one.todo === undefined)).toEqual([])
  }
})

test('the last test of the alarm path is said with its age', () => {
  const last = {
    id: '0',
    startedAt: '2026-11-22T02:57:00.000Z',
    dueAt: '2026-11-22T02:57:00.000Z',
    drill: false,
    outcome: 'proved',
    hops: {},
  } as const
  expect(lamp('synthetic', { board: { ...calm, synthetic: { ...ok, everyMinutes: 15, last } } })).toMatchObject({
    says: 'lamp.synthetic.proved',
    values: { minutes: 3 },
  })
})

test('a path that is proved and not tested by itself says so, and sends nobody to the runbook of a miss', () => {
  const last = {
    ...{ id: '0', startedAt: '2026-11-22T02:57:00.000Z', dueAt: '2026-11-22T02:57:00.000Z', drill: true, hops: {} },
    outcome: 'proved',
  } as const
  const judged = { state: 'look', runbook: 'synthetic-alert-missed', everyMinutes: null } as const
  for (const [synthetic, says] of [
    [{ ...judged, last }, 'lamp.synthetic.noSchedule'],
    [judged, 'lamp.synthetic.never'],
  ] as const) {
    const one = lamp('synthetic', { board: { ...calm, synthetic } })
    expect(one).toMatchObject({ state: 'look', says, todo: 'lamp.synthetic.todo', page: 'proof' })
    expect(one).not.toHaveProperty('runbook')
  }
  const missed = { ...judged, state: 'act', last: { ...last, outcome: 'missed' } } as const
  expect(lamp('synthetic', { board: { ...calm, synthetic: missed } })).toMatchObject({
    state: 'wrong',
    runbook: 'synthetic-alert-missed',
  })
})

test('nobody on shift is never said in green, and where no floor is set that is what to do', () => {
  const staff = { state: 'look', runbook: 'too-few-on-shift', onShift: 0, floor: 0 } as const
  expect(lamp('staff', { board: { ...calm, staff } })).toMatchObject({ state: 'look', todo: 'lamp.shift.noFloor' })
})

test('somebody on shift whose phone cannot be told is said; a pager without a number must be mended', () => {
  expect(lamp('unreachable', { shifts: { onShift: [{ reachable: false }] } })).toMatchObject({ values: { count: 1 } })
  expect(lamp('unreachable', { shifts: { onShift: [{ reachable: true }] } })).toBeUndefined()
  expect(lamp('pager', { organisation: { pagerNumber: null } })).toMatchObject({ state: 'wrong' })
})

test('a number that is not there is not one that works: it is said of how many, and of whom on shift it matters now', () => {
  const person = (of: object) => ({ role: 'supporter', onShift: false, ...of })
  const works = person({ numberCheck: 'ok' })
  expect(lamp('phones', { supporters: [works] })).toMatchObject({ state: 'good' })
  const some = { supporters: [works, person({}), person({ role: 'duty-lead' })] }
  expect(lamp('phones', some), 'nothing green beside it').toBeUndefined()
  expect(lamp('noNumber', some)).toMatchObject({ state: 'look', says: 'lamp.noNumber.look', values: { count: 2 } })
  expect(lamp('noNumber', { supporters: [person({ onShift: true }), person({})] })).toMatchObject({
    state: 'wrong',
    says: 'lamp.noNumber.onShift',
    values: { count: 1 },
  })
  // Nobody texts an auditor, and an operator only on shift.
  expect(lamp('noNumber', { supporters: [person({ role: 'auditor' }), person({ role: 'operator' })] })).toBeUndefined()
  expect(lamp('noNumber', { supporters: [person({ role: 'operator', onShift: true })] })).toMatchObject({
    state: 'wrong',
  })
  const both = { supporters: [person({ numberCheck: 'refused' }), person({})] }
  expect([lamp('phones', both)?.state, lamp('noNumber', both)?.state]).toEqual(['look', 'look'])
})

test('what is not known has no lamp: nothing is shown as good that nobody has said', () => {
  expect(lampsOf({})).toEqual([])
})

test('a new service is told what to do first, and no more once it is done', () => {
  const keys = (known: Parameters<typeof firstThings>[0]) => firstThings(known).map(({ key }) => key)
  expect(
    keys({
      organisation: { pagerNumber: null, staffingFloor: 0 },
      supporters: [{ role: 'operator', passkeys: 1 }],
      sites: [],
    }),
  ).toEqual(['pager', 'floor', 'supporters', 'site'])
  expect(
    keys({
      organisation: { pagerNumber: '+447700900001', staffingFloor: 1 },
      supporters: [{ role: 'supporter', passkeys: 1 }],
      sites: [{}],
    }),
  ).toEqual([])
  expect(keys({})).toEqual([])
})
