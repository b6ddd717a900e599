import type { FalseAlarmsAnswer, TimesAnswer } from '@stillhere/contracts'
import { renderCsv, tableOf } from '@stillhere/domain'
import { FileDown, Printer } from 'lucide'
import { Icon } from '../../shared/look/icon.tsx'
import { Heading } from '../../shared/parts/heading.tsx'
import { service, who } from '../app.ts'
import { Answered, useAsked } from '../parts/asked.tsx'
import { download } from '../parts/download.ts'
import { Empty } from '../parts/empty.tsx'
import { Choice, Field } from '../parts/field.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { dateAndTime, day } from '../parts/when.ts'
import { keep, place } from '../place.ts'
import { latestQuarters, mostWeeks, periodIn, type ReportPeriod, usualPeriod, wrongWith } from '../reports/period.ts'
import { wallClock } from '../rota/wall-clock.ts'
import { say } from '../words.ts'

const causes = ['silent-phone', 'asleep', 'forgot', 'no-signal', 'not-said'] as const
const hops = ['firstText', 'claim', 'called999', 'there'] as const

/** What those who pay are told: counts that nobody can be told from, on a screen, on paper or as a file. */
export default function ReportsPage() {
  const by = place.value.kept.by === 'site' ? 'site' : 'week'
  const today = wallClock(Date.now(), Intl.DateTimeFormat().resolvedOptions().timeZone).day
  const period = periodIn(place.value.kept, today)
  const wrong = wrongWith(period)
  const query = wrong ? undefined : `?by=${by}&from=${period.from}&to=${period.to}`
  const falseAlarms = useAsked<FalseAlarmsAnswer>(query && `/v1/operate/reports/false-alarms${query}`)
  const times = useAsked<TimesAnswer>(query && `/v1/operate/reports/times${query}`)
  return (
    <div class="report">
      <Heading of="reports">{say('page.reports')}</Heading>
      <p class="for-paper">
        <strong>{who.value?.organisation.name}</strong>
        {` · ${day(period.from)} – ${day(period.to)}`}
        {falseAlarms.body && ` · ${dateAndTime(falseAlarms.body.serverNow)}`}
        {service.value?.trial && ` · ${say('app.trial')}`}
      </p>
      <p>{say('reports.what', { fewest: falseAlarms.body?.fewest ?? 10 })}</p>
      {by === 'site' && <p>{say('reports.siteWhat')}</p>}
      <div class="filters not-printed">
        <Choice
          label={say('reports.by')}
          value={by}
          options={(['week', 'site'] as const).map((one) => [one, say(`reports.by.${one}`)])}
          onChange={(value) => keep({ by: value === 'week' ? undefined : value, sort: undefined })}
        />
        <Dates period={period} today={today} wrong={wrong && say(wrong, { most: mostWeeks })} />
        <button type="button" onClick={() => print()}>
          <Icon of={Printer} size={20} /> {say('reports.print')}
        </button>
      </div>
      <section class="part" aria-labelledby="false-alarms">
        <h2 id="false-alarms">{say('reports.falseAlarms')}</h2>
        {query && <Answered of={falseAlarms}>{({ rows }) => <FalseAlarms rows={rows} />}</Answered>}
      </section>
      <section class="part" aria-labelledby="times">
        <h2 id="times">{say('reports.times')}</h2>
        <p class="small">{say('reports.timesWhat')}</p>
        {query && <Answered of={times}>{({ rows }) => <Times rows={rows} />}</Answered>}
      </section>
    </div>
  )
}

/** A quarter by its name, or any days; kept in the address. */
function Dates({ period, today, wrong }: { period: ReportPeriod; today: string; wrong: string | undefined }) {
  const asValue = ({ from, to }: ReportPeriod) => `${from} ${to}`
  const usual = asValue(usualPeriod(today))
  const quarters = latestQuarters(today, 5).map((one): [string, string] => [
    asValue(one),
    `${day(one.from)} – ${day(one.to)}`,
  ])
  const chosen = asValue(period)
  const isOther = chosen !== usual && quarters.every(([value]) => value !== chosen)
  const choose = ({ from, to }: { from?: string | undefined; to?: string | undefined }) =>
    keep({ from, to, sort: undefined })
  return (
    <>
      <Choice
        label={say('reports.dates')}
        value={chosen}
        options={[
          [usual, say('reports.lastWeeks')],
          ...quarters,
          ...(isOther ? [[chosen, say('reports.otherDates')] as const] : []),
        ]}
        onChange={(value) => {
          const [from, to] = value.split(' ')
          choose(value === usual ? { from: undefined, to: undefined } : { from, to })
        }}
      />
      <Field
        kind="date"
        label={say('reports.from')}
        value={period.from}
        wrong={wrong}
        onInput={(from) => from && choose({ ...period, from })}
      />
      <Field
        kind="date"
        label={say('reports.to')}
        value={period.to}
        onInput={(to) => to && choose({ ...period, to })}
      />
    </>
  )
}

type FalseRow = FalseAlarmsAnswer['rows'][number]
type TimesRow = TimesAnswer['rows'][number]
const keyOf = ({ from, site }: Pick<FalseRow, 'from' | 'site'>) => `${from}.${site?.id ?? ''}`

/** The period, and the site where it is by site. */
function ofPeriod<Row extends Pick<FalseRow, 'from' | 'to' | 'site'>>(rows: readonly Row[]): Column<Row>[] {
  const period: Column<Row> = {
    key: 'from',
    label: say('reports.period'),
    cell: ({ from, to }) => `${day(from)} – ${day(to)}`,
    by: ({ from }) => from,
  }
  const site: Column<Row> = {
    key: 'site',
    label: say('reports.site'),
    cell: ({ site: of }) => of?.label ?? say('reports.noSite'),
    by: ({ site: of }) => of?.label ?? '',
  }
  return rows.some((row) => row.site !== undefined) ? [period, site] : [period]
}

/** A number that is hidden says so; it is never shown as nothing. */
const number = (count: number | null | undefined) => count ?? <span class="small">{say('reports.hidden')}</span>

function FalseAlarms({ rows }: { rows: readonly FalseRow[] }) {
  if (rows.length === 0) return <Empty title={say('reports.none')} what={say('reports.noneWhat')} />
  return (
    <>
      <Save name="false-alarms" rows={rows} />
      <Table
        caption={say('reports.falseAlarms')}
        rows={rows}
        keyOf={keyOf}
        columns={[
          ...ofPeriod<FalseRow>(rows),
          { key: 'alerts', label: say('reports.alerts'), cell: ({ alerts }) => number(alerts), isNumber: true },
          {
            key: 'falseAlarms',
            label: say('reports.falseAlarm'),
            cell: ({ falseAlarms }) => number(falseAlarms),
            isNumber: true,
          },
          ...causes.map(
            (cause): Column<FalseRow> => ({
              key: cause,
              label: say(`reports.cause.${cause}`),
              cell: (row) => number(row.causes[cause]),
              isNumber: true,
            }),
          ),
        ]}
      />
    </>
  )
}

function Times({ rows }: { rows: readonly TimesRow[] }) {
  if (rows.length === 0) return <Empty title={say('reports.none')} what={say('reports.noneWhat')} />
  return (
    <>
      <Save name="times" rows={rows} />
      <Table
        caption={say('reports.times')}
        rows={rows}
        keyOf={keyOf}
        columns={[
          ...ofPeriod<TimesRow>(rows),
          { key: 'alerts', label: say('reports.alerts'), cell: ({ alerts }) => number(alerts), isNumber: true },
          ...hops.map(
            (hop): Column<TimesRow> => ({
              key: hop,
              label: say(`reports.hop.${hop}`),
              cell: ({ [hop]: { medianSeconds, p90Seconds } }) =>
                medianSeconds === null || p90Seconds === null
                  ? number(null)
                  : say('reports.seconds', { median: medianSeconds, p90: p90Seconds }),
              isNumber: true,
            }),
          ),
        ]}
      />
    </>
  )
}

/** How a column of a file is headed: as on the screen, and each number of a hop by what it is. */
function headingOf(column: string): string {
  const [outer = '', inner = ''] = column.split('.')
  const hop = hops.find((one) => one === outer)
  if (hop) return `${say(`reports.hop.${hop}`)}: ${say(inner === 'p90Seconds' ? 'reports.p90' : 'reports.median')}`
  const cause = causes.find((one) => one === inner)
  if (cause) return say(`reports.cause.${cause}`)
  switch (column) {
    case 'from':
      return say('reports.from')
    case 'to':
      return say('reports.to')
    case 'alerts':
      return say('reports.alerts')
    case 'falseAlarms':
      return say('reports.falseAlarm')
    case 'site.label':
    case 'site':
      return say('reports.site')
    case 'site.id':
      return say('reports.siteId')
    default:
      return column
  }
}

function Save({ name, rows }: { name: string; rows: readonly object[] }) {
  return (
    <div class="buttons not-printed">
      <button
        type="button"
        aria-label={`${say('export.csv')}: ${say(name === 'times' ? 'reports.times' : 'reports.falseAlarms')}`}
        onClick={() => download(`${name}.csv`, 'text/csv', renderCsv(tableOf(rows, headingOf)))}
      >
        <Icon of={FileDown} size={20} /> {say('export.csv')}
      </button>
    </div>
  )
}
