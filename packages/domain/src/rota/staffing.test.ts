import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expectedAt, findStaffingGaps } from './staffing.ts'

const shift = (supporterId: string, startsAt: number, endsAt: number) => ({ supporterId, startsAt, endsAt })
const day = [{ startsAt: 0, endsAt: 24 }]

test('a day with nobody is one hole, and with no floor it is none', () => {
  expect(findStaffingGaps([], day, 1)).toEqual([{ startsAt: 0, endsAt: 24, people: 0 }])
  expect(findStaffingGaps([], day, 0)).toEqual([])
})

test('shifts that touch leave no hole; one that ends early leaves what is missing', () => {
  expect(findStaffingGaps([shift('a', -3, 8), shift('b', 8, 30)], day, 1)).toEqual([])
  expect(findStaffingGaps([shift('a', 0, 8), shift('b', 9, 24)], day, 1)).toEqual([
    { startsAt: 8, endsAt: 9, people: 0 },
  ])
})

test('somebody who stands in the rota twice at once is one person', () => {
  expect(findStaffingGaps([shift('a', 0, 24), shift('a', 0, 24)], day, 2)).toEqual([
    { startsAt: 0, endsAt: 24, people: 1 },
  ])
})

test('a hole that gets worse is one hole, and says how bad it gets', () => {
  expect(findStaffingGaps([shift('a', 0, 24), shift('b', 0, 8)], day, 3)).toEqual([
    { startsAt: 0, endsAt: 24, people: 1 },
  ])
})

test('nobody is missed while the service is closed', () => {
  const open = [
    { startsAt: 2, endsAt: 4 },
    { startsAt: 20, endsAt: 22 },
  ]
  expect(findStaffingGaps([shift('a', 2, 4)], open, 1)).toEqual([{ startsAt: 20, endsAt: 22, people: 0 }])
})

test('every moment is in a hole exactly when fewer are expected than the floor', () => {
  const anyShift = fc
    .tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: -5, max: 25 }), fc.integer({ min: 1, max: 12 }))
    .map(([who, startsAt, long]) => shift(who, startsAt, startsAt + long))
  fc.assert(
    fc.property(fc.array(anyShift, { maxLength: 8 }), fc.integer({ min: 0, max: 4 }), (shifts, floor) => {
      const gaps = findStaffingGaps(shifts, day, floor)
      for (let at = 0; at < 24; at += 1) {
        const hole = gaps.some((gap) => gap.startsAt <= at && at < gap.endsAt)
        expect(hole).toBe(expectedAt(shifts, at).size < floor)
      }
      for (const [index, gap] of gaps.entries()) expect(gaps[index + 1]?.startsAt ?? 99).toBeGreaterThan(gap.endsAt)
    }),
  )
})
