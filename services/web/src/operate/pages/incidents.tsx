import type { IncidentsAnswer, StatusAnswer } from '@stillhere/contracts'
import { ExternalLink } from 'lucide'
import { useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { Heading } from '../../shared/parts/heading.tsx'
import { may, send, tell, who } from '../app.ts'
import { Answered, type Asked, useAsked } from '../parts/asked.tsx'
import { useDraft } from '../parts/draft.ts'
import { Empty } from '../parts/empty.tsx'
import { Choice, Field } from '../parts/field.tsx'
import { SaveBar, useSaving } from '../parts/save.tsx'
import { dateAndTime } from '../parts/when.ts'
import { say } from '../words.ts'

type Incident = IncidentsAnswer['incidents'][number]
type Severity = Incident['severity']

const path = '/v1/operate/incidents'
const everyMs = 10_000
/** The public answer is up to five seconds old: whoever has just published waits to see it there. */
const publicEveryMs = 3_000
const looks = { ok: 'good', trouble: 'look', down: 'wrong', closed: 'wrong' } as const
const severities = ['trouble', 'down'] as const
const options = () => severities.map((one) => [one, say(`severity.${one}`)] as const)

export default function IncidentsPage() {
  const asked = useAsked<IncidentsAnswer>(path, everyMs)
  const mayWrite = may('run-service')
  return (
    <>
      <Heading of="incidents">{say('page.incidents')}</Heading>
      <p>{say('incidents.what')}</p>
      <InPublic />
      {mayWrite && <New asked={asked} />}
      <Answered of={asked}>
        {({ incidents }) =>
          incidents.length === 0 ? (
            <Empty title={say('incidents.empty')} what={say('incidents.emptyWhat')} />
          ) : (
            <ul class="plain incidents" aria-label={say('page.incidents')}>
              {incidents.map((one) => (
                <li key={one.id}>
                  <One incident={one} asked={asked} mayWrite={mayWrite} />
                </li>
              ))}
            </ul>
          )
        }
      </Answered>
    </>
  )
}

/** What everybody reads at this moment, from where they read it. */
function InPublic() {
  const slug = who.value?.organisation.slug
  const of = slug === undefined ? '' : `?service=${slug}`
  const status = useAsked<StatusAnswer>(slug === undefined ? undefined : `/v1/status${of}`, publicEveryMs)
  return (
    <section class="card" aria-labelledby="in-public">
      <h2 id="in-public">{say('incidents.public')}</h2>
      <Answered of={status}>
        {({ state, incidents }) => (
          <p>
            <span class={`mark ${looks[state]}`}>{say(`status.${state}`)}</span>{' '}
            {say('incidents.open', { count: incidents.filter(({ closedAt }) => closedAt === undefined).length })}
          </p>
        )}
      </Answered>
      <a class="runbook" href={`/status${of}`} target="_blank" rel="noopener">
        <Icon of={ExternalLink} size={20} /> {say('incidents.publicLink')}
      </a>
    </section>
  )
}

function New({ asked }: { asked: Asked<IncidentsAnswer> }) {
  const draft = useDraft('incident', { severity: 'trouble' as Severity, title: '', text: '' })
  const saving = useSaving()
  const { severity, title, text } = draft.value
  async function save(event: Event) {
    event.preventDefault()
    const well = await saving.run(async () => {
      await send('POST', path, { severity, title: title.trim(), text: text.trim() })
      await asked.again()
      draft.drop()
    })
    if (well) tell(say('incident.opened'))
  }
  return (
    <details class="versions" open={draft.isChanged}>
      <summary>{say('incident.new')}</summary>
      <form class="form card" onSubmit={save}>
        <Choice
          label={say('incident.severity')}
          value={severity}
          options={options()}
          onChange={(value) => draft.set({ severity: value })}
        />
        <Field
          label={say('incident.title')}
          why={say('incident.titleWhy')}
          value={title}
          longest={120}
          isRequired
          onInput={(value) => draft.set({ title: value })}
        />
        <Field
          label={say('incident.text')}
          why={say('incident.textWhy')}
          value={text}
          longest={1_000}
          lines={4}
          isRequired
          onInput={(value) => draft.set({ text: value })}
        />
        <SaveBar saving={saving} isChanged={draft.isChanged} label={say('incident.publish')} onDrop={draft.drop} />
      </form>
    </details>
  )
}

function One(of: { incident: Incident; asked: Asked<IncidentsAnswer>; mayWrite: boolean }) {
  const { incident } = of
  const [doing, setDoing] = useState<'updates' | 'close'>()
  return (
    <article class="card" aria-label={incident.title}>
      <h2>{incident.title}</h2>
      <p class="small">
        <span class={`mark ${incident.closedAt ? '' : looks[incident.severity]}`}>
          {incident.closedAt ? say('incident.over') : say(`severity.${incident.severity}`)}
        </span>{' '}
        {say('incident.from', { when: dateAndTime(incident.openedAt) })}{' '}
        {incident.closedAt && say('incident.until', { when: dateAndTime(incident.closedAt) })}
      </p>
      <p class="their-words">{incident.text}</p>
      {incident.updates.map(({ at, text }) => (
        <div key={at}>
          <p class="small">{dateAndTime(at)}</p>
          <p class="their-words">{text}</p>
        </div>
      ))}
      {incident.closingText && <p class="their-words">{incident.closingText}</p>}
      {of.mayWrite && incident.closedAt === undefined && doing === undefined && (
        <div class="buttons">
          <button type="button" onClick={() => setDoing('updates')}>
            {say('incident.update')}
          </button>
          <button type="button" onClick={() => setDoing('close')}>
            {say('incident.close')}
          </button>
        </div>
      )}
      {doing && <More incident={incident} what={doing} asked={of.asked} onDone={() => setDoing(undefined)} />}
    </article>
  )
}

/** What is known now, or the last words. What was said before stays as it was. */
function More(of: {
  incident: Incident
  what: 'updates' | 'close'
  asked: Asked<IncidentsAnswer>
  onDone: () => void
}) {
  const { incident, what } = of
  const draft = useDraft(`incident.${incident.id}.${what}`, { severity: incident.severity, text: '' })
  const saving = useSaving()
  const { severity, text } = draft.value
  async function save(event: Event) {
    event.preventDefault()
    const well = await saving.run(async () => {
      await send('POST', `${path}/${incident.id}/${what}`, {
        text: text.trim(),
        ...(what === 'updates' && { severity }),
      })
      await of.asked.again()
      draft.drop()
    })
    if (!well) return
    tell(say(what === 'close' ? 'incident.closed' : 'incident.updated'))
    of.onDone()
  }
  return (
    <form class="form" onSubmit={save}>
      {what === 'updates' && (
        <Choice
          label={say('incident.severityNow')}
          value={severity}
          options={options()}
          onChange={(value) => draft.set({ severity: value })}
        />
      )}
      <Field
        label={say(what === 'close' ? 'incident.lastWords' : 'incident.more')}
        why={say('incident.textWhy')}
        value={text}
        longest={1_000}
        lines={3}
        isRequired
        onInput={(value) => draft.set({ text: value })}
      />
      <SaveBar
        saving={saving}
        isChanged={false}
        label={say(what === 'close' ? 'incident.close' : 'incident.publish')}
        onDrop={draft.drop}
      >
        <button
          type="button"
          onClick={() => {
            draft.drop()
            of.onDone()
          }}
        >
          {say('app.cancel')}
        </button>
      </SaveBar>
    </form>
  )
}
