import { expect, test } from 'vitest'
import { inUnits } from './rows.ts'

test('how long something is kept is said in whole units', () => {
  expect(inUnits(30 * 86_400)).toEqual({ count: 30, unit: 'days' })
  expect(inUnits(3_600)).toEqual({ count: 1, unit: 'hours' })
  expect(inUnits(900)).toEqual({ count: 15, unit: 'minutes' })
})
