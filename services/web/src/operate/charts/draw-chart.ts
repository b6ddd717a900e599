import uPlot from 'uplot'
import type { Series } from './series.ts'

/** Everything that a picture needs; words and colours are the page's. */
export interface Drawn {
  at: readonly string[]
  series: readonly Series[]
  /** What the left edge counts. */
  unit: string
  /** Nothing between one and two can happen. */
  isWhole: boolean
  sayTime: (at: Date) => string
}

const dashes = { bars: [], solid: [], dashed: [8, 5], dotted: [2, 5] } as const
const tones = { held: '--held', calm: '--calm', asking: '--asking-line', acting: '--acting' } as const

/** Draws into the place until it is told to stop. As wide as its place, in the page's own type and colours. */
export function drawChart(place: HTMLElement, drawn: Drawn): () => void {
  let plot: uPlot | undefined
  const draw = () => {
    plot?.destroy()
    place.replaceChildren()
    plot = new uPlot(optionsOf(place, drawn), dataOf(drawn), place)
  }
  draw()
  // Colours are read once: another theme is another picture, and so is another size of text.
  const theme = matchMedia('(prefers-color-scheme: dark)')
  theme.addEventListener('change', draw)
  const size = new ResizeObserver(() => {
    if (plot && (plot.width !== place.clientWidth || plot.height !== place.clientHeight)) draw()
  })
  size.observe(place)
  return () => {
    theme.removeEventListener('change', draw)
    size.disconnect()
    plot?.destroy()
  }
}

const dataOf = ({ at, series }: Drawn): uPlot.AlignedData => [
  at.map((one) => Date.parse(one) / 1_000),
  ...series.map(({ values }) => [...values]),
]

function optionsOf(place: HTMLElement, { at, series, unit, isWhole, sayTime }: Drawn): uPlot.Options {
  const style = getComputedStyle(place)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
  const [first = 0, second = 0] = at.map((one) => Date.parse(one) / 1_000)
  const room = (second - first) / 2
  const edge = {
    stroke: colour('--soft'),
    font: `${rem}px ${style.fontFamily}`,
    grid: { stroke: colour('--line'), width: 0.5 },
    ticks: { stroke: colour('--line'), width: 1 },
  }
  return {
    width: place.clientWidth,
    height: place.clientHeight,
    legend: { show: false },
    cursor: { show: false },
    scales: {
      // Half a stretch of room at each end: a bar is as wide there as elsewhere.
      x: { time: true, range: (_plot, from, until) => [from - room, until + room] },
      // A line of nothing but zeros still has a height.
      y: { range: (_plot, _least, most) => [0, Math.max(1, (most ?? 0) * 1.1)] },
    },
    axes: [
      {
        ...edge,
        space: rem * 5,
        size: rem * 2,
        values: (_plot, at) => at.map((one) => sayTime(new Date(one * 1_000))),
      },
      {
        ...edge,
        label: unit,
        labelFont: edge.font,
        labelSize: rem * 1.5,
        size: rem * 2.75,
        space: rem * 2,
        incrs: [
          ...(isWhole ? [] : [0.01, 0.02, 0.05, 0.1, 0.2, 0.5]),
          1,
          2,
          5,
          10,
          20,
          50,
          100,
          200,
          500,
          1_000,
          2_000,
          5_000,
        ],
      },
    ],
    series: [
      {},
      ...series.map(({ tone, stroke }): uPlot.Series => {
        const line = colour(tones[tone])
        return stroke === 'bars'
          ? { stroke: line, fill: line, width: 0, points: { show: false }, paths: bars() }
          : {
              stroke: line,
              width: 2,
              dash: [...dashes[stroke]],
              points: { show: true, size: 6, fill: line, filter: whereSomething },
            }
      }),
    ],
  }
}

/** A point for each stretch in which something happened: a row of zeros is a line. */
const whereSomething: uPlot.Series.Points.Filter = (plot, series) =>
  [...(plot.data[series] ?? [])].flatMap((value, index) => (value ? [index] : []))

function bars(): uPlot.Series.PathBuilder {
  const make = uPlot.paths.bars
  if (!make) throw new Error('the library draws no bars')
  return make({ size: [0.8, 40, 2] })
}
