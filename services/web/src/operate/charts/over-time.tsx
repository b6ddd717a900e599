import type { BoardHistoryAnswer } from '@stillhere/contracts'
import { useMemo } from 'preact/hooks'
import { Answered, useAsked } from '../parts/asked.tsx'
import { Choice } from '../parts/field.tsx'
import { keep, place } from '../place.ts'
import { say } from '../words.ts'
import { Chart } from './chart.tsx'
import { type ChartKey, chartsOf } from './series.ts'

const spans = ['hour', 'day', 'week'] as const
const everyMs = 60_000

/** The board over time: all of it, or the charts that are behind one number. How far back is kept in the address. */
export function OverTime({ only }: { only?: readonly ChartKey[] }) {
  const span = spans.find((one) => one === place.value.kept.span) ?? 'day'
  const asked = useAsked<BoardHistoryAnswer>(`/v1/operate/board/history?span=${span}`, everyMs)
  const charts = useMemo(
    () => asked.body && chartsOf(asked.body.history).filter(({ key }) => only?.includes(key) ?? true),
    [asked.body, only?.join()],
  )
  return (
    <section class="over-time" aria-labelledby="over-time">
      <h2 id="over-time">{say('charts.title')}</h2>
      <div class="filters">
        <Choice
          label={say('charts.span')}
          value={span}
          options={spans.map((one) => [one, say(`span.${one}`)] as const)}
          onChange={(value) => keep({ span: value })}
        />
      </div>
      <Answered of={asked}>
        {() => (
          <div class="charts">
            {charts?.map((chart) => (
              <Chart key={chart.key} chart={chart} isLong={span === 'week'} />
            ))}
          </div>
        )}
      </Answered>
    </section>
  )
}
