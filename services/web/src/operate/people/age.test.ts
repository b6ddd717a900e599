import { expect, test } from 'vitest'
import { ageOf } from './age.ts'

const at = '2026-11-20T10:00:00.000Z'
test.each([
  ['2026-11-20T09:59:58.000Z', 'minutes', 0],
  ['2026-11-20T10:59:59.000Z', 'minutes', 59],
  ['2026-11-20T11:00:00.000Z', 'hours', 1],
  ['2026-11-22T09:59:59.000Z', 'hours', 47],
  ['2026-11-22T10:00:00.000Z', 'days', 2],
])('at %s it was %s: %i', (now, unit, count) => {
  expect(ageOf(at, now)).toEqual({ unit, count })
})
