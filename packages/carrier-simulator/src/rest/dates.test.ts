import { expect, test } from 'vitest'
import { parseDateFilter, parseFilterDate, toRfc2822 } from './dates.ts'

test('writes dates as Twilio does', () => {
  expect(toRfc2822(Date.UTC(2026, 0, 2, 3, 4, 5, 678))).toBe('Fri, 02 Jan 2026 03:04:05 +0000')
})

test('a date alone is the whole day in UTC; with a time it is that second', () => {
  const day = parseFilterDate('2026-01-02')
  expect(day).toEqual({ from: Date.UTC(2026, 0, 2), until: Date.UTC(2026, 0, 3) })
  const second = { from: Date.UTC(2026, 0, 2, 3, 4, 5), until: Date.UTC(2026, 0, 2, 3, 4, 6) }
  expect(parseFilterDate('2026-01-02T03:04:05Z')).toEqual(second)
  expect(parseFilterDate('2026-01-02 03:04:05.678')).toEqual(second)
  expect(parseFilterDate('Fri, 02 Jan 2026 03:04:05 -0000')).toEqual(second)
  expect(parseFilterDate('yesterday')).toBeUndefined()
})

test('before and after include the date they name', () => {
  const at = Date.UTC(2026, 0, 2, 12)
  const passes = (query: Record<string, string>) => {
    const filter = parseDateFilter('DateSent', query)
    return filter.kind === 'filter' ? filter.passes(at) : 'invalid'
  }
  expect(passes({})).toBe(true)
  expect(passes({ DateSent: '2026-01-02' })).toBe(true)
  expect(passes({ DateSent: '2026-01-03' })).toBe(false)
  expect(passes({ 'DateSent<': '2026-01-02' })).toBe(true)
  expect(passes({ 'DateSent<': '2026-01-01' })).toBe(false)
  expect(passes({ 'DateSent>': '2026-01-02' })).toBe(true)
  expect(passes({ 'DateSent>': '2026-01-03' })).toBe(false)
  expect(passes({ 'DateSent>': '2026-01-01', 'DateSent<': '2026-01-01' })).toBe(false)
  expect(passes({ 'DateSent<': 'soon' })).toBe('invalid')
})
