import { expect, test } from 'vitest'
import { fewer, movedByKey, reachFor, rowsOf, snapped, ticks } from './axis.ts'

test('the axis reaches past the last step, and never beyond half an hour', () => {
  expect([0, 119, 120, 300, 900, 1_800].map(reachFor)).toEqual([120, 120, 300, 600, 1_800, 1_800])
})

test('its lines stand at whole numbers, the alert among them', () => {
  expect(ticks(-60, 300)).toEqual([-60, 0, 60, 120, 180, 240, 300])
  expect(ticks(-60, 120)).toEqual([-60, -30, 0, 30, 60, 90, 120])
  expect(ticks(-75, 1_800)).toContain(0)
  expect(fewer(ticks(-60, 300))).toContain(0)
})

test('marks at one time, or close together, lie in rows of their own', () => {
  const rows = rowsOf(
    [
      { key: 'a', at: 0 },
      { key: 'b', at: 10 },
      { key: 'c', at: 40 },
      { key: 'd', at: 10 },
    ],
    30,
  )
  expect(Object.fromEntries(rows)).toEqual({ a: 0, b: 1, d: 2, c: 0 })
})

test('a mark is dragged in steps of five seconds and stays within its bounds', () => {
  expect([snapped(62, 0, 1_800), snapped(-9, 0, 1_800), snapped(9_999, 0, 1_800)]).toEqual([60, 0, 1_800])
})

test('every move that a hand can make, a key can make', () => {
  const move = (key: string, isFine = false) => movedByKey(key, 60, 0, 1_800, isFine)
  expect(move('ArrowRight')).toBe(65)
  expect(move('ArrowLeft', true)).toBe(59)
  expect(move('PageUp')).toBe(90)
  expect([move('Home'), move('End')]).toEqual([0, 1_800])
  expect(move('Tab')).toBeUndefined()
})
