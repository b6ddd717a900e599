import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { clockTime, language } from '../../shared/words/speak.ts'
import { Table } from '../parts/table.tsx'
import { dateAndTime, weekdayTime } from '../parts/when.ts'
import { say } from '../words.ts'
import { type ChartOf, rowsOf, type Series, sumOf } from './series.ts'

const number = (value: number): string =>
  new Intl.NumberFormat(language.value === 'cy' ? 'cy-GB' : 'en-GB', { maximumSignificantDigits: 3 }).format(value)

/** Its name, what it comes to in words, the picture, what each stroke is, and the same as a table. */
export function Chart({ chart, isLong }: { chart: ChartOf; isLong: boolean }) {
  const id = useId()
  const sums = chart.series.map((one) => sentenceOf(one, chart))
  const isQuiet = rowsOf(chart).length === 0
  return (
    <figure class="chart" aria-labelledby={id}>
      <figcaption>
        <h3 id={id}>{say(chart.title)}</h3>
        <ul class="plain legend">
          {chart.series.map((one, index) => (
            <li key={one.key} class={`tone-${one.tone}`}>
              <Stroke of={one.stroke} />
              <span>{sums[index]}</span>
            </li>
          ))}
        </ul>
      </figcaption>
      {!isQuiet && <Picture chart={chart} isLong={isLong} says={`${say(chart.title)}. ${sums.join(' ')}`} />}
      {!isQuiet && <AsTable chart={chart} />}
    </figure>
  )
}

function sentenceOf(series: Series, { at, unit }: ChartOf): string {
  const sum = sumOf(series, at)
  const name = say(series.label)
  if (sum === undefined) return say('chart.nothing', { name })
  const { total, most, mostAt } = sum
  return say(`chart.sum.${unit}`, { name, total: number(total), most: number(most), when: dateAndTime(mostAt) })
}

/** A sample of the stroke, as a map's key has it. */
function Stroke({ of }: { of: Series['stroke'] }) {
  return (
    <svg class={`stroke ${of}`} viewBox="0 0 32 12" width={32} height={12} aria-hidden="true">
      {of === 'bars' ? <path d="M4 12V4h6v8zM14 12V1h6v11zM24 12V6h6v6z" /> : <path d="M0 6h32" />}
    </svg>
  )
}

function Picture({ chart, isLong, says }: { chart: ChartOf; isLong: boolean; says: string }) {
  const place = useRef<HTMLDivElement>(null)
  const [isMissing, setMissing] = useState(false)
  useEffect(() => {
    let stop: (() => void) | undefined
    let isOver = false
    // Fetched when the first chart is looked at: nobody needs it to see that something is wrong.
    import('./draw-chart.ts').then(
      ({ drawChart }) => {
        if (isOver || place.current === null) return
        stop = drawChart(place.current, {
          at: chart.at,
          series: chart.series,
          unit: say(`chart.unit.${chart.unit}`),
          isWhole: chart.unit === 'count',
          sayTime: (at) => (isLong ? weekdayTime(at) : clockTime(at.getTime())),
        })
      },
      () => setMissing(true),
    )
    return () => {
      isOver = true
      stop?.()
    }
  }, [chart, isLong, language.value])
  if (isMissing) return <p class="small">{say('chart.notDrawn')}</p>
  return <div ref={place} class="chart-place" role="img" aria-label={says} />
}

function AsTable({ chart }: { chart: ChartOf }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{say('chart.table')}</summary>
      {isOpen && (
        <>
          <p class="small">{say('chart.quiet')}</p>
          <Table
            caption={say(chart.title)}
            rows={rowsOf(chart)}
            keyOf={({ at }) => at}
            columns={[
              { key: 'when', label: say('chart.from'), cell: ({ at }) => dateAndTime(at) },
              ...chart.series.map((one, index) => ({
                key: one.key,
                label: say(one.label),
                isNumber: true,
                cell: ({ values }: { values: (number | null)[] }) => {
                  const value = values[index]
                  return value === null || value === undefined ? '–' : number(value)
                },
              })),
            ]}
          />
        </>
      )}
    </details>
  )
}
