import { expect, test } from 'vitest'
import { firstThings, lampsOf } from './lamps.ts'

const now = Date.parse('2026-11-22T03:00:00Z')
const raised = (secondsAgo: number, state = 'open') => ({
  state,
  raisedAt: new Date(now - secondsAgo * 1_000).toISOString(),
})
const lamp = (key: string, known: Omit<Parameters<typeof lampsOf>[0], 'now'>) =>
  lampsOf({ now, ...known }).find((one) => one.key === key)

test('alerts that nobody has are wrong, with the seconds of the longest', () => {
  expect(lamp('unowned', { alerts: [] })).toMatchObject({ state: 'good' })
  expect(
    lamp('unowned', { alerts: [raised(12), raised(95), raised(400, 'owned'), raised(900, 'closed')] }),
  ).toMatchObject({
    state: 'wrong',
    values: { count: 2, seconds: 95 },
    todo: 'lamp.unowned.todo',
  })
})

test('fewer on shift than there should be is wrong; nobody at all is never good', () => {
  const shift = (count: number, floor: number) =>
    lamp('shift', {
      shifts: { onShift: Array.from({ length: count }, () => ({ reachable: true, role: 'supporter' })), floor },
    })?.state
  expect([shift(2, 2), shift(1, 2), shift(0, 1), shift(0, 0)]).toEqual(['good', 'wrong', 'wrong', 'look'])
})

test('somebody on shift whose phone cannot be told is said', () => {
  expect(
    lamp('unreachable', { shifts: { onShift: [{ reachable: false, role: 'supporter' }], floor: 1 } }),
  ).toMatchObject({ state: 'look', values: { count: 1 } })
  expect(
    lamp('unreachable', { shifts: { onShift: [{ reachable: true, role: 'supporter' }], floor: 1 } }),
  ).toBeUndefined()
})

test('what is not known has no lamp: nothing is shown as good that nobody has said', () => {
  expect(lampsOf({ now })).toEqual([])
})

test('whatever is not good says what to do, unless somebody does it already', () => {
  const lamps = lampsOf({
    now,
    alerts: [{ ...raised(3), nobodyNotified: true }, raised(9, 'owned')],
    shifts: { onShift: [], floor: 1 },
    organisation: { pagerNumber: null },
    supporters: [{ passkeys: 0, phoneTrouble: 'stopped' }],
  })
  expect(lamps.length).toBeGreaterThan(4)
  for (const { key, state, todo } of lamps) if (key !== 'owned' && state !== 'good') expect(todo, key).toBeDefined()
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
