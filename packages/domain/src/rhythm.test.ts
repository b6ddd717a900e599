import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { intervalAtMs, paced } from './rhythm.ts'

/** The product's default: 2 min, then 3-min gaps to a quarter of an hour, 5 to half an hour, tail 15 and 20. */
const steady = [120, 180, 180, 180, 180, 300, 300, 300, 900, 1_200]
const minutes = (m: number, s = 0) => (m * 60 + s) * 1_000

describe('the default rhythm', () => {
  test.each([
    ['at the start', minutes(0), 120],
    ['a second before 2 min', minutes(1, 59), 120],
    ['at 2 min', minutes(2), 180],
    ['a second before 5 min', minutes(4, 59), 180],
    ['a second before 14 min', minutes(13, 59), 180],
    ['at 14 min', minutes(14), 300],
    ['a second before 29 min', minutes(28, 59), 300],
    ['at 29 min', minutes(29), 900],
    ['a second before 44 min', minutes(43, 59), 900],
    ['at 44 min', minutes(44), 1_200],
    ['five hours on: the last interval repeats', minutes(300), 1_200],
  ])('%s', (_when, elapsedMs, seconds) => {
    expect(intervalAtMs(steady, elapsedMs, 1)).toBe(seconds * 1_000)
  })
})

test('a press from before the start has the first interval', () => {
  expect(intervalAtMs(steady, -5_000, 1)).toBe(120_000)
})

test('a rhythm that were empty asks soon', () => {
  expect(intervalAtMs([], 0, 1)).toBe(60_000)
})

const rhythms = fc.array(fc.integer({ min: 60, max: 1_800 }), { minLength: 1, maxLength: 12 })

test('the pace divides the intervals and the time at which they change alike', () => {
  fc.assert(
    fc.property(rhythms, fc.integer({ min: 0, max: 40_000 }), fc.constantFrom(2, 10, 50), (rhythm, seconds, pace) => {
      const paceMs = 1_000 / pace
      expect(intervalAtMs(rhythm, seconds * paceMs, pace)).toBe(intervalAtMs(rhythm, seconds * 1_000, 1) / pace)
    }),
    { numRuns: 10_000 },
  )
})

test('only time changes the interval: it is always one of the list, and in the order of the list', () => {
  fc.assert(
    fc.property(rhythms, fc.array(fc.integer({ min: 0, max: 90_000_000 }), { maxLength: 8 }), (rhythm, instants) => {
      const places = instants.sort((a, b) => a - b).map((elapsed) => placeOf(rhythm, elapsed))
      expect(places).toEqual([...places].sort((a, b) => a - b))
      expect(instants.map((elapsed) => intervalAtMs(rhythm, elapsed, 1))).toEqual(
        places.map((place) => (rhythm[place] ?? 0) * 1_000),
      )
    }),
    { numRuns: 10_000 },
  )
})

test('seconds become whole milliseconds', () => {
  expect(paced(10, 1)).toBe(10_000)
  expect(paced(10, 7)).toBe(1_429)
  expect(paced(60, 10_000)).toBe(6)
})

/** How many intervals lie wholly behind `elapsedMs`, the last one never. */
const placeOf = (rhythm: readonly number[], elapsedMs: number): number =>
  rhythm.slice(0, -1).filter((_, n) => rhythm.slice(0, n + 1).reduce((sum, s) => sum + s, 0) * 1_000 <= elapsedMs)
    .length
