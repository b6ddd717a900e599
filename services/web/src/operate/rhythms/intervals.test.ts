import { expect, test } from 'vitest'
import { readIntervals, writeIntervals } from './intervals.ts'

test('minutes are typed, seconds are kept', () => {
  expect(readIntervals('2, 3,2.5')).toEqual([120, 180, 150])
  expect(readIntervals(writeIntervals([120, 180, 150, 1_800]))).toEqual([120, 180, 150, 1_800])
})

test('what is no number is no rhythm', () => {
  for (const typed of ['', ' , ', 'two', '2, x']) expect(readIntervals(typed), typed).toBeUndefined()
})
