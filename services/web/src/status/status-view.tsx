import type { StatusAnswer } from '@stillhere/contracts'
import { Check, CircleAlert, CircleHelp, CircleX, RefreshCw, SearchX, Siren } from 'lucide'
import type { ComponentChildren } from 'preact'
import { Icon } from '../shared/look/icon.tsx'
import { dayAndClock, dayInWords } from '../shared/words/days.ts'
import { language } from '../shared/words/speak.ts'
import { say, speak } from './words.ts'

type Incident = StatusAnswer['incidents'][number]

const icons = {
  ok: Check,
  trouble: CircleAlert,
  down: Siren,
  closed: CircleX,
  unknown: CircleHelp,
  none: SearchX,
} as const
const locale = () => (language.value === 'cy' ? 'cy-GB' : 'en-GB')
const when = (at: string) => dayAndClock(at)
const number = (value: number) => new Intl.NumberFormat(locale()).format(value)

/** The page from plain data. Without an answer it says so, and what holds all the same. */
export function StatusView(of: {
  status: StatusAnswer | 'no-such-service' | undefined
  isAway: boolean
  onAgain: () => unknown
}) {
  const { isAway } = of
  const status = of.status === 'no-such-service' ? undefined : of.status
  const other = language.value === 'en' ? 'cy' : 'en'
  const state = isAway ? 'unknown' : of.status === 'no-such-service' ? 'none' : (status?.state ?? 'unknown')
  return (
    <>
      {status?.colour && <div class="band" style={{ background: status.colour }} />}
      <header>
        <p class="small">{say('app')}</p>
        <button type="button" class="link" lang={other} onClick={() => void speak(other)}>
          {say('otherLanguage')}
        </button>
      </header>
      <main>
        <h1>{say('title')}</h1>
        {status && <p class="their-words">{status.service}</p>}
        <section class={`state ${state}`} role="status">
          <p class="lead">
            <Icon of={icons[state]} size={28} /> {say(`state.${state}`)}
          </p>
          {state === 'closed' && status?.closedAt && <p>{say('closed.since', { when: when(status.closedAt) })}</p>}
          <p>{say(`state.${state}.what`)}</p>
          {status && <p class="small">{say('heard', { when: when(status.at) })}</p>}
        </section>
        {isAway && (
          <button type="button" onClick={of.onAgain}>
            <Icon of={RefreshCw} size={20} /> {say('again')}
          </button>
        )}
        {status && <Figures status={status} />}
        {status && <Incidents incidents={status.incidents} />}
        <section>
          <h2>{say('about')}</h2>
          <p>{say('about.what')}</p>
          <p>
            <a href={`/status.json${location.search}`}>{say('plain')}</a>
          </p>
        </section>
      </main>
    </>
  )
}

function Figures({ status }: { status: StatusAnswer }) {
  const { figures, lastSyntheticAlert: last } = status
  return (
    <section>
      <h2>{say('figures')}</h2>
      <p class="small">
        {say('figures.span', { from: dayInWords(figures.fromDay), until: dayInWords(figures.untilDay) })}
      </p>
      <dl>
        <Figure name={say('lateness')} why={say('lateness.why')}>
          {figures.lateness && say('seconds', { seconds: number(figures.lateness.p99Seconds) })}
        </Figure>
        <Figure name={say('unowned')} why={say('unowned.why')}>
          {figures.unowned &&
            say('unowned.is', {
              median: number(figures.unowned.medianSeconds),
              most: number(figures.unowned.p95Seconds),
            })}
        </Figure>
        <Figure name={say('delivery')} why={say('delivery.why')}>
          {figures.delivery &&
            say('delivery.is', {
              accepted: figures.delivery.acceptedPercent,
              delivered: figures.delivery.deliveredPercent,
            })}
        </Figure>
        <Figure name={say('proof')} why={say('proof.why')}>
          {last ? (
            <>
              {say(`proof.${last.outcome}`, { when: when(last.at) })}{' '}
              {last.tookSeconds !== undefined && say('proof.took', { seconds: number(last.tookSeconds) })}
            </>
          ) : (
            say('proof.never')
          )}
        </Figure>
      </dl>
    </section>
  )
}

function Figure({ name, why, children }: { name: string; why: string; children: ComponentChildren }) {
  return (
    <div class="figure">
      <dt>{name}</dt>
      <dd>
        <strong>{children || say('tooFew')}</strong> <span class="why">{why}</span>
      </dd>
    </div>
  )
}

function Incidents({ incidents }: { incidents: readonly Incident[] }) {
  return (
    <section>
      <h2>{say('incidents')}</h2>
      {incidents.length === 0 && <p>{say('incidents.none')}</p>}
      <ul class="plain">
        {incidents.map((incident) => (
          <li key={incident.id} class={incident.closedAt ? 'incident over' : 'incident'}>
            <h3>{incident.title}</h3>
            <p class="small">
              <strong>{say(incident.closedAt ? 'incident.over' : `severity.${incident.severity}`)}</strong>{' '}
              {say('incident.from', { when: when(incident.openedAt) })}{' '}
              {incident.closedAt && say('incident.until', { when: when(incident.closedAt) })}
            </p>
            <p class="their-words">{incident.text}</p>
            {incident.updates.map((update) => (
              <div key={update.at}>
                <p class="small">{when(update.at)}</p>
                <p class="their-words">{update.text}</p>
              </div>
            ))}
            {incident.closingText && <p class="their-words">{incident.closingText}</p>}
          </li>
        ))}
      </ul>
    </section>
  )
}
