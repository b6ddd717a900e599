import type { BoardHistoryAnswer } from '@stillhere/contracts'
import { expect, test } from 'vitest'
import { chartsOf, rowsOf, sumOf } from './series.ts'

const quiet = {
  alerts: { raised: 0, longestLatenessMs: null, longestFirstTextMs: null, longestUnownedMs: null },
  delivery: { attempted: 0, delivered: 0, failed: 0, unknown: 0 },
  synthetic: { proved: 0, missed: 0 },
  foundBySweep: 0,
}
const history: BoardHistoryAnswer['history'] = {
  bucketSeconds: 60,
  buckets: [
    { ...quiet, at: '2026-11-22T03:00:00.000Z' },
    {
      at: '2026-11-22T03:01:00.000Z',
      alerts: { raised: 2, longestLatenessMs: 250, longestFirstTextMs: 1_300, longestUnownedMs: 42_000 },
      delivery: { attempted: 9, delivered: 6, failed: 1, unknown: 2 },
      synthetic: { proved: 1, missed: 0 },
      foundBySweep: 3,
    },
    { ...quiet, at: '2026-11-22T03:02:00.000Z', foundBySweep: 1 },
  ],
}
const chart = (key: string) => {
  const found = chartsOf(history).find((one) => one.key === key)
  if (!found) throw new Error(key)
  return found
}

test('every figure of the history is in a chart, milliseconds as seconds', () => {
  const inBusyMinute = Object.fromEntries(
    chartsOf(history).flatMap(({ series }) => series.map(({ key, values }) => [key, values[1]])),
  )
  expect(inBusyMinute).toEqual({
    raised: 2,
    lateness: 0.25,
    firstText: 1.3,
    unowned: 42,
    delivered: 6,
    failed: 1,
    unknown: 2,
    proved: 1,
    missed: 0,
    found: 3,
  })
})

test('what is beside a chart in words is its sum and its highest, with when', () => {
  const { series, at } = chart('sweep')
  expect(series.map((one) => sumOf(one, at))).toEqual([{ total: 4, most: 3, mostAt: '2026-11-22T03:01:00.000Z' }])
  const { series: tests } = chart('synthetic')
  expect(sumOf(tests[1] as (typeof tests)[number], at)).toBeUndefined()
})

test('the table beside a chart has the stretches in which something happened, the newest first', () => {
  expect(rowsOf(chart('sweep')).map(({ values }) => values)).toEqual([[1], [3]])
  expect(rowsOf(chart('lateness'))).toEqual([{ at: '2026-11-22T03:01:00.000Z', values: [0.25, 1.3] }])
})

test('no two series of a chart are told apart by their colour alone', () => {
  for (const { key, series } of chartsOf(history)) {
    expect(new Set(series.map(({ stroke }) => stroke)).size, key).toBe(series.length)
    expect(new Set(series.map(({ tone }) => tone)).size, key).toBe(series.length)
  }
})
