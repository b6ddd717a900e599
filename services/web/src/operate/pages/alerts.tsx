import type { AlertExport, PastAlertsAnswer, TimelineAnswer } from '@stillhere/contracts'
import { renderCsv } from '@stillhere/domain'
import { FileDown } from 'lucide'
import { useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { Heading } from '../../shared/parts/heading.tsx'
import { Chain } from '../alerts/chain.tsx'
import { sayBy, sayDetails, sayKind } from '../alerts/journal-words.ts'
import { linesOf, offset, type SentMessage } from '../alerts/lines.ts'
import { WhoSaw } from '../alerts/seen-by.tsx'
import { ask, may } from '../app.ts'
import { Answered, useAsked } from '../parts/asked.tsx'
import { Back } from '../parts/back.tsx'
import { download } from '../parts/download.ts'
import { Empty } from '../parts/empty.tsx'
import { Filter, filteredBy } from '../parts/filter.tsx'
import { useSaving } from '../parts/save.tsx'
import { Table } from '../parts/table.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { toTheSecond } from '../parts/when.ts'
import { hrefOf, place } from '../place.ts'
import { say } from '../words.ts'

type Past = PastAlertsAnswer['alerts'][number]
const path = '/v1/operate/alerts'
const everyMs = 10_000
const outcomes = ['safe', 'false-alarm', 'rescued', 'handed-to-crew', 'not-found', 'abandoned'] as const

export default function AlertsPage() {
  const { id } = place.value
  const alerts = useAsked<PastAlertsAnswer>(path, everyMs)
  const [older, setOlder] = useState<{ rows: readonly Past[]; nextBefore?: string | undefined }>()
  const loading = useSaving()
  if (id !== undefined) return <OneAlert key={id} id={id} />
  const rows = [...(alerts.body?.alerts ?? []), ...(older?.rows ?? [])]
  const nextBefore = older ? older.nextBefore : alerts.body?.nextBefore
  return (
    <>
      <Heading of="alerts">{say('page.alerts')}</Heading>
      <Answered of={alerts}>
        {({ serverNow }) =>
          rows.length === 0 ? (
            <Empty title={say('alerts.empty')} what={say('alerts.emptyWhat')} />
          ) : (
            <List rows={rows} serverNow={serverNow} />
          )
        }
      </Answered>
      {loading.trouble !== undefined && <Trouble of={loading.trouble} />}
      {nextBefore && (
        <button
          type="button"
          class="back"
          disabled={loading.isBusy}
          onClick={() =>
            loading.run(async () => {
              const more = await ask<PastAlertsAnswer>(`${path}?before=${nextBefore}`)
              setOlder({ rows: [...(older?.rows ?? []), ...more.alerts], nextBefore: more.nextBefore })
            })
          }
        >
          {say('app.older')}
        </button>
      )}
    </>
  )
}

function List({ rows: all, serverNow }: { rows: readonly Past[]; serverNow: string }) {
  const rows = all.filter(
    ({ state, outcome }) =>
      (filteredBy('state') === '' || state === filteredBy('state')) &&
      (filteredBy('outcome') === '' || outcome === filteredBy('outcome')),
  )
  return (
    <>
      {all.some(({ state }) => state === 'open') && may('answer-alerts') && (
        <p>
          <a class="button" href="/support">
            {say('alerts.claim')}
          </a>
        </p>
      )}
      <div class="filters">
        <Filter
          name="state"
          label={say('alert.state')}
          options={(['open', 'owned', 'closed'] as const).map((one) => [one, say(`alert.state.${one}`)])}
        />
        <Filter
          name="outcome"
          label={say('alert.outcome')}
          options={outcomes.map((one) => [one, say(`outcome.${one}`)])}
        />
      </div>
      <Table
        caption={say('page.alerts')}
        rows={rows}
        keyOf={({ id }) => id}
        columns={[
          {
            key: 'raised',
            label: say('alert.raised'),
            cell: ({ id, raisedAt }) =>
              may('audit') ? <a href={hrefOf('alerts', id)}>{toTheSecond(raisedAt)}</a> : toTheSecond(raisedAt),
            by: ({ raisedAt }) => raisedAt,
          },
          {
            key: 'code',
            label: say('alert.code'),
            cell: ({ code, synthetic }) => (
              <>
                {code} {synthetic && <span class="mark">{say('alert.synthetic')}</span>}
              </>
            ),
          },
          {
            key: 'state',
            label: say('alert.state'),
            cell: ({ state }) => (
              <span class={`mark ${state === 'open' ? 'wrong' : state === 'owned' ? 'look' : ''}`}>
                {say(`alert.state.${state}`)}
              </span>
            ),
            by: ({ state }) => state,
          },
          {
            key: 'reason',
            label: say('alert.reason'),
            cell: ({ reason }) => say(`alert.reason.${reason}`),
            by: ({ reason }) => reason,
          },
          {
            key: 'unowned',
            label: say('alert.unowned'),
            cell: (one) => unownedSeconds(one, serverNow),
            by: (one) => unownedSeconds(one, serverNow),
            isNumber: true,
          },
          {
            key: 'outcome',
            label: say('alert.outcome'),
            cell: sayOutcome,
            by: ({ outcome }) => outcome ?? '',
          },
        ]}
      />
      {rows.length === 0 && <p>{say('filter.nothing')}</p>}
    </>
  )
}

/** A test that did not come back was closed by no rule of alerts: it was missed. */
function sayOutcome({ outcome, synthetic }: Past): string {
  if (outcome === undefined) return '–'
  if (synthetic) return say(outcome === 'safe' ? 'outcome.testProved' : 'outcome.testMissed')
  return say(`outcome.${outcome}`)
}

/** From the raise until somebody had it, or until it was over, or until now. */
const unownedSeconds = ({ raisedAt, ownedAt, closedAt }: Past, serverNow: string): number =>
  Math.round((Date.parse(ownedAt ?? closedAt ?? serverNow) - Date.parse(raisedAt)) / 1_000)

function OneAlert({ id }: { id: string }) {
  const timeline = useAsked<TimelineAnswer>(`${path}/${id}/timeline`, everyMs)
  // The whole document, with attempts and receipts: without it the journal alone is shown.
  const whole = useAsked<AlertExport>(`${path}/${id}/export`)
  return (
    <>
      <Back to="alerts" />
      <Heading of={id}>{say('alert.title')}</Heading>
      <Answered of={timeline}>
        {(body) => {
          const raisedAt = body.timeline.find(({ kind }) => kind === 'alert-raised')?.at ?? body.timeline[0]?.at ?? ''
          const lines = linesOf(raisedAt, body.timeline, whole.body?.messages as SentMessage[] | undefined)
          const rows = lines.map(({ at, afterMs, by, kind, more }) => [
            at,
            afterMs,
            sayBy(by),
            sayKind(kind),
            sayDetails(more),
          ])
          return (
            <>
              <p>{say('alert.from', { when: toTheSecond(raisedAt) })}</p>
              <div class="buttons">
                <button
                  type="button"
                  onClick={() =>
                    download(
                      `alert-${id}.csv`,
                      'text/csv',
                      renderCsv([
                        [say('line.at'), say('line.afterMs'), say('line.by'), say('line.what'), say('line.more')],
                        ...rows,
                      ]),
                    )
                  }
                >
                  <Icon of={FileDown} size={20} /> {say('export.csv')}
                </button>
                <button
                  type="button"
                  onClick={() =>
                    download(`alert-${id}.json`, 'application/json', JSON.stringify(whole.body ?? body, null, 2))
                  }
                >
                  <Icon of={FileDown} size={20} /> {say('export.json')}
                </button>
                {may('open-plans') && body.timeline.some(({ kind }) => closes.has(kind)) && (
                  <a class="button" href={hrefOf('openings', id)}>
                    {say('openings.ask')}
                  </a>
                )}
              </div>
              <Table
                caption={say('alert.title')}
                rows={lines}
                keyOf={({ key }) => key}
                columns={[
                  {
                    key: 'after',
                    label: say('line.after'),
                    cell: ({ afterMs }) => offset(afterMs),
                    isNumber: true,
                  },
                  { key: 'at', label: say('line.at'), cell: ({ at }) => toTheSecond(at) },
                  { key: 'kind', label: say('line.what'), cell: ({ kind }) => sayKind(kind) },
                  { key: 'by', label: say('line.by'), cell: ({ by }) => sayBy(by) },
                  {
                    key: 'more',
                    label: say('line.more'),
                    cell: ({ more }) => <span class="small">{sayDetails(more)}</span>,
                  },
                ]}
              />
            </>
          )
        }}
      </Answered>
      {whole.body && <WhoSaw of={whole.body} />}
      <Chain path={`${path}/${id}/export`} />
    </>
  )
}

/** Lines after which an alert is over, and its plan is asked for by two people or not at all. */
const closes: ReadonlySet<string> = new Set(['alert-closed', 'alert-abandoned', 'alert-cancelledAlert'])
