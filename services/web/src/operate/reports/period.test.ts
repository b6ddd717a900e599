import { expect, test } from 'vitest'
import { latestQuarters, periodIn, usualPeriod, wrongWith } from './period.ts'

test('without a choice a report is of the thirteen weeks to today', () => {
  expect(usualPeriod('2026-11-23')).toEqual({ from: '2026-08-24', to: '2026-11-23' })
  expect(periodIn({}, '2026-11-23')).toEqual(usualPeriod('2026-11-23'))
})

test('a commissioner’s quarters are the calendar’s, over the turn of a year and in a leap year', () => {
  expect(latestQuarters('2028-02-29', 3)).toEqual([
    { from: '2028-01-01', to: '2028-03-31' },
    { from: '2027-10-01', to: '2027-12-31' },
    { from: '2027-07-01', to: '2027-09-30' },
  ])
})

test('what the address holds is a day or nothing', () => {
  const kept = { from: '2026-07-01', to: '2026-09-30' }
  expect(periodIn(kept, '2026-11-23')).toEqual(kept)
  expect(periodIn({ from: '2026-99-99', to: '1&by=site' }, '2026-11-23')).toEqual(usualPeriod('2026-11-23'))
})

test('a period runs forwards, and is no longer than the service takes', () => {
  expect(wrongWith({ from: '2026-07-01', to: '2026-06-30' })).toBe('reports.wrongOrder')
  expect(wrongWith({ from: '2025-01-01', to: '2026-06-30' })).toBe('reports.tooLong')
  expect(wrongWith({ from: '2026-07-01', to: '2026-09-30' })).toBeUndefined()
})
