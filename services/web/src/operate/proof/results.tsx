import { Check, Hourglass, Siren } from 'lucide'
import { Icon } from '../../shared/look/icon.tsx'
import { maySee } from '../app.ts'
import { RunbookLink } from '../board/board-view.tsx'
import { Table } from '../parts/table.tsx'
import { dateAndTime, toTheSecond } from '../parts/when.ts'
import { hrefOf } from '../place.ts'
import { say } from '../words.ts'
import { hopKeys, hopsOf, type Result } from './result.ts'

const looks = { proved: 'good', missed: 'wrong', running: 'look' } as const
const icons = { proved: Check, missed: Siren, running: Hourglass } as const

const milliseconds = (ms: number | undefined): string => (ms === undefined ? '–' : say('proof.ms', { ms }))

function Outcome({ of }: { of: Result['outcome'] }) {
  return (
    <span class={`mark ${looks[of]}`}>
      <Icon of={icons[of]} size={16} /> {say(`proof.outcome.${of}`)}
    </span>
  )
}

/** What went wrong, and who was told of it. */
function Miss({ of }: { of: Result }) {
  return (
    <>
      {of.reason && <p>{say(`proof.reason.${of.reason}`)}</p>}
      <p>
        {of.pagedAt
          ? say('proof.paged', { when: toTheSecond(of.pagedAt) })
          : say(`proof.${of.notPaged ?? 'not-paged'}`)}
      </p>
      <RunbookLink name="synthetic-alert-missed" />
    </>
  )
}

/** The newest test, hop by hop. */
export function Newest({ of }: { of: Result }) {
  return (
    <section class="card" aria-labelledby="newest">
      <h2 id="newest">{say('proof.newest')}</h2>
      <p role="status">
        <Outcome of={of.outcome} />{' '}
        {say(of.drill ? 'proof.wasDrill' : 'proof.wasScheduled', { when: toTheSecond(of.startedAt) })}
      </p>
      {of.outcome === 'missed' && <Miss of={of} />}
      <ol class="hops">
        {hopsOf(of).map(({ key, ms, sinceMs }) => (
          <li key={key} class={ms === undefined ? 'not-reached' : ''}>
            <span>{say(`proof.hop.${key}`)}</span> <strong>{milliseconds(ms)}</strong>{' '}
            <span class="small">{sinceMs === undefined ? '' : say('proof.since', { ms: sinceMs })}</span>
          </li>
        ))}
      </ol>
      <p class="small">{say('proof.hopsWhat')}</p>
      {of.alertId && maySee('alerts') && <a href={hrefOf('alerts', of.alertId)}>{say('proof.timeline')}</a>}
    </section>
  )
}

/** Every test that is kept. */
export function Results({ of }: { of: readonly Result[] }) {
  return (
    <Table
      caption={say('proof.results')}
      rows={of}
      keyOf={({ id }) => id}
      columns={[
        {
          key: 'started',
          label: say('proof.started'),
          cell: ({ alertId, startedAt }) =>
            alertId && maySee('alerts') ? (
              <a href={hrefOf('alerts', alertId)}>{dateAndTime(startedAt)}</a>
            ) : (
              dateAndTime(startedAt)
            ),
        },
        { key: 'by', label: say('proof.by'), cell: ({ drill }) => say(drill ? 'proof.drill' : 'proof.schedule') },
        {
          key: 'outcome',
          label: say('proof.outcome'),
          cell: (one) => (
            <>
              <Outcome of={one.outcome} />
              {one.reason && <span class="why">{say(`proof.reason.${one.reason}`)}</span>}
              {one.pagedAt && <span class="why">{say('proof.paged', { when: toTheSecond(one.pagedAt) })}</span>}
              {one.notPaged && <span class="why">{say(`proof.${one.notPaged}`)}</span>}
            </>
          ),
        },
        ...hopKeys.map((key) => ({
          key,
          label: say(`proof.hop.${key}`),
          cell: (one: Result) => milliseconds(one.hops[key]),
          isNumber: true,
        })),
      ]}
    />
  )
}
