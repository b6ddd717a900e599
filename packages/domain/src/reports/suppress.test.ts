import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fewest, summariseTimes, suppressLine } from './suppress.ts'

test('nine are nobody, ten are counted', () => {
  expect(suppressLine([9])).toEqual({ total: null, parts: [null] })
  expect(suppressLine([10])).toEqual({ total: 10, parts: [10] })
  expect(suppressLine([0, 0])).toEqual({ total: null, parts: [null, null] })
})

test('one small part alone is not what the total less the rest gives away', () => {
  expect(suppressLine([3, 20, 40])).toEqual({ total: 63, parts: [null, null, 40] })
})

test('small parts that are few even together take a larger one with them', () => {
  expect(suppressLine([1, 2, 30, 50])).toEqual({ total: 83, parts: [null, null, null, 50] })
})

test('a zero says that nobody did: it is hidden like any small number', () => {
  expect(suppressLine([0, 25, 30])).toEqual({ total: 55, parts: [null, null, 30] })
})

test('whatever the numbers, no difference of what is published is a small number', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 7 }), (parts) => {
      const line = suppressLine(parts)
      const real = parts.reduce((sum, part) => sum + part, 0)
      for (const part of line.parts) if (part !== null) expect(part).toBeGreaterThanOrEqual(fewest)
      if (line.total === null) {
        expect(real).toBeLessThan(fewest)
        expect(line.parts.every((part) => part === null)).toBe(true)
        return
      }
      expect(line.total).toBe(real)
      const hidden = line.parts.filter((part) => part === null).length
      const difference = real - line.parts.reduce<number>((sum, part) => sum + (part ?? 0), 0)
      if (hidden === 0) expect(difference).toBe(0)
      else {
        expect(difference).toBeGreaterThanOrEqual(fewest)
        // Alone only where there is nothing else: then it is the total, and not small.
        expect(hidden > 1 || parts.length === 1).toBe(true)
      }
    }),
    { numRuns: 5_000 },
  )
})

test('times of few say nothing', () => {
  const ten = Array.from({ length: 10 }, (_, index) => (index + 1) * 10)
  expect(summariseTimes(ten.slice(1))).toEqual({ count: null, medianSeconds: null, p90Seconds: null })
  expect(summariseTimes(ten)).toEqual({ count: 10, medianSeconds: 55, p90Seconds: 91 })
})
