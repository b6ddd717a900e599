import type { BoardHistoryAnswer } from '@stillhere/contracts'
import type { Word } from '../words.ts'

/*
 * What the charts draw and say, from the history as the service has it. Pure. A chart is a picture of its own table: each
 * series has a word, a stroke of its own and a colour, so that none is told by its colour alone.
 */

export type ChartKey = 'alerts' | 'lateness' | 'unowned' | 'delivery' | 'synthetic' | 'sweep'

export interface Series {
  key: string
  label: Word
  /** One a stretch; null: there was nothing to measure. */
  values: readonly (number | null)[]
  tone: 'held' | 'calm' | 'asking' | 'acting'
  stroke: 'bars' | 'solid' | 'dashed' | 'dotted'
}

export interface ChartOf {
  key: ChartKey
  title: Word
  /** Of numbers the sum says something; of seconds only the longest does. */
  unit: 'count' | 'seconds'
  /** When each stretch begins, ISO. */
  at: readonly string[]
  series: readonly Series[]
}

type Bucket = BoardHistoryAnswer['history']['buckets'][number]

/** Every chart of the board, in its order. */
export function chartsOf({ buckets }: BoardHistoryAnswer['history']): ChartOf[] {
  const at = buckets.map((bucket) => bucket.at)
  const series = (
    key: string,
    label: Word,
    [tone, stroke]: readonly [Series['tone'], Series['stroke']],
    of: (bucket: Bucket) => number | null,
  ): Series => ({ key, label, tone, stroke, values: buckets.map(of) })
  const seconds = (ms: number | null) => (ms === null ? null : ms / 1_000)
  return [
    {
      key: 'alerts',
      title: 'chart.alerts',
      unit: 'count',
      at,
      series: [series('raised', 'series.raised', ['calm', 'bars'], ({ alerts }) => alerts.raised)],
    },
    {
      key: 'lateness',
      title: 'chart.lateness',
      unit: 'seconds',
      at,
      series: [
        series('lateness', 'series.lateness', ['calm', 'solid'], ({ alerts }) => seconds(alerts.longestLatenessMs)),
        series('firstText', 'series.firstText', ['asking', 'dashed'], ({ alerts }) =>
          seconds(alerts.longestFirstTextMs),
        ),
      ],
    },
    {
      key: 'unowned',
      title: 'chart.unowned',
      unit: 'seconds',
      at,
      series: [
        series('unowned', 'series.unowned', ['asking', 'bars'], ({ alerts }) => seconds(alerts.longestUnownedMs)),
      ],
    },
    {
      key: 'delivery',
      title: 'chart.delivery',
      unit: 'count',
      at,
      series: [
        series('delivered', 'series.delivered', ['held', 'solid'], ({ delivery }) => delivery.delivered),
        series('failed', 'series.failed', ['acting', 'dashed'], ({ delivery }) => delivery.failed),
        series('unknown', 'series.unknown', ['asking', 'dotted'], ({ delivery }) => delivery.unknown),
      ],
    },
    {
      key: 'synthetic',
      title: 'chart.synthetic',
      unit: 'count',
      at,
      series: [
        series('proved', 'series.proved', ['held', 'solid'], ({ synthetic }) => synthetic.proved),
        series('missed', 'series.missed', ['acting', 'dashed'], ({ synthetic }) => synthetic.missed),
      ],
    },
    {
      key: 'sweep',
      title: 'chart.sweep',
      unit: 'count',
      at,
      series: [series('found', 'series.found', ['calm', 'bars'], ({ foundBySweep }) => foundBySweep)],
    },
  ]
}

export interface Sum {
  total: number
  most: number
  mostAt: string
}

/** What a series comes to; undefined: nothing happened, or nothing was measured. */
export function sumOf({ values }: Series, at: readonly string[]): Sum | undefined {
  let most = 0
  let mostAt: string | undefined
  let total = 0
  for (const [index, value] of values.entries()) {
    total += value ?? 0
    if ((value ?? 0) > most) {
      most = value ?? 0
      mostAt = at[index]
    }
  }
  return mostAt === undefined ? undefined : { total, most, mostAt }
}

/** The stretches in which something happened, newest first: the table beside a chart. */
export function rowsOf({ at, series }: ChartOf): { at: string; values: (number | null)[] }[] {
  return at
    .map((when, index) => ({ at: when, values: series.map(({ values }) => values[index] ?? null) }))
    .filter(({ values }) => values.some((value) => value !== null && value !== 0))
    .reverse()
}
