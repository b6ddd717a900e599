import { expect, test } from 'vitest'
import { addDays, instantOf, nextWeekday, wallClock, weekdayOf } from './wall-clock.ts'

const iso = (at: number) => new Date(at).toISOString()

test('three in the morning is another instant in winter, in summer, and elsewhere', () => {
  expect(iso(instantOf('2026-01-11', '03:00', 'Europe/London'))).toBe('2026-01-11T03:00:00.000Z')
  expect(iso(instantOf('2026-07-12', '03:00', 'Europe/London'))).toBe('2026-07-12T02:00:00.000Z')
  expect(iso(instantOf('2026-01-11', '03:00', 'America/Vancouver'))).toBe('2026-01-11T11:00:00.000Z')
})

test('on the nights on which the clocks change, three is after the change', () => {
  expect(iso(instantOf('2026-03-29', '03:00', 'Europe/London'))).toBe('2026-03-29T02:00:00.000Z')
  expect(iso(instantOf('2026-10-25', '03:00', 'Europe/London'))).toBe('2026-10-25T03:00:00.000Z')
})

test('what the clocks there show of an instant is what it was made of', () => {
  const at = instantOf('2026-02-28', '23:45', 'Australia/Lord_Howe')
  expect(wallClock(at, 'Australia/Lord_Howe')).toEqual({ day: '2026-02-28', time: '23:45' })
})

test('the next Sunday at three is today while it is still to come, and a week on after it', () => {
  const zone = 'Europe/London'
  const before = instantOf('2026-01-11', '02:59', zone)
  expect(nextWeekday(before, zone, 7, '03:00')).toBe('2026-01-11')
  expect(nextWeekday(before + 60_000, zone, 7, '03:00')).toBe('2026-01-18')
  expect(weekdayOf('2026-01-11')).toBe(7)
  expect(addDays('2026-02-28', 1)).toBe('2026-03-01')
})
