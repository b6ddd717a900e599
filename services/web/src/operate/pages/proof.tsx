import type { SyntheticAlertsAnswer } from '@stillhere/contracts'
import { Play } from 'lucide'
import { useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { Heading } from '../../shared/parts/heading.tsx'
import { may, send, tell } from '../app.ts'
import { Answered, type Asked, useAsked } from '../parts/asked.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { useDraft } from '../parts/draft.ts'
import { Empty } from '../parts/empty.tsx'
import { Field } from '../parts/field.tsx'
import type { Questions } from '../parts/merge.ts'
import { SaveBar, useSaving } from '../parts/save.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { dateAndTime } from '../parts/when.ts'
import { formOf, type Proof, whyNoDrill, wrongWith } from '../proof/result.ts'
import { Newest, Results } from '../proof/results.tsx'
import { say } from '../words.ts'

const path = '/v1/operate/synthetic-alerts'
/** While one runs each hop is looked for; else a schedule of minutes does not change sooner. */
const everyMs = 2_000

export default function ProofPage() {
  const asked = useAsked<SyntheticAlertsAnswer>(path, everyMs)
  return (
    <>
      <Heading of="proof">{say('page.proof')}</Heading>
      <p>{say('proof.what')}</p>
      <Answered of={asked}>
        {({ syntheticAlerts: proof }) => (
          <>
            <Now proof={proof} onRun={asked.again} />
            {proof.results[0] ? (
              <Newest of={proof.results[0]} />
            ) : (
              <Empty title={say('proof.empty')} what={say('proof.emptyWhat')} />
            )}
            {may('run-service') && <Settings proof={proof} asked={asked} />}
            {proof.results.length > 0 && (
              <section class="part">
                <h2>{say('proof.results')}</h2>
                <Results of={proof.results} />
              </section>
            )}
          </>
        )}
      </Answered>
    </>
  )
}

/** What is set, whether the handset is ready, what comes next; and one now. */
function Now({ proof, onRun }: { proof: Proof; onRun: () => Promise<void> }) {
  const { everyMinutes, boundSeconds, nextAt, handset, hasPager } = proof
  const running = useSaving()
  const why = whyNoDrill(proof)
  return (
    <section class="part" aria-label={say('proof.now')}>
      <dl class="facts">
        <dt>{say('proof.schedule')}</dt>
        <dd>
          {everyMinutes === null ? say('proof.off') : say('proof.every', { minutes: everyMinutes })}{' '}
          {nextAt && say('proof.next', { when: dateAndTime(nextAt) })}
        </dd>
        <dt>{say('proof.bound')}</dt>
        <dd>
          {say('proof.boundIs', { seconds: boundSeconds })} {say(hasPager ? 'proof.pages' : 'proof.pagesNobody')}
        </dd>
        <dt>{say('proof.handset')}</dt>
        <dd>
          <span class={`mark ${handset?.ready ? 'good' : 'look'}`}>
            {say(
              handset === null
                ? 'handset.none'
                : handset.ready
                  ? 'handset.ready'
                  : handset.check === 'refused'
                    ? 'handset.refused'
                    : handset.check === 'pending'
                      ? 'handset.pending'
                      : handset.consent === 'stopped' || handset.consent === 'left'
                        ? 'handset.stopped'
                        : handset.consent === 'declined'
                          ? 'handset.declined'
                          : 'handset.waiting',
            )}
          </span>
        </dd>
      </dl>
      {may('run-drills') && (
        <div class="buttons">
          <button
            type="button"
            class="primary"
            disabled={why !== undefined || running.isBusy}
            onClick={() =>
              running.run(async () => {
                await send('POST', path)
                await onRun()
                tell(say('proof.started.done'))
              })
            }
          >
            <Icon of={Play} size={20} /> {say('proof.run')}
          </button>
          {why && <p class="small">{say(why)}</p>}
        </div>
      )}
      {running.trouble !== undefined && <Trouble of={running.trouble} />}
    </section>
  )
}

const settingsOf = (proof: Proof) => ({ version: proof.version, ...formOf(proof) })

function Settings({ proof, asked }: { proof: Proof; asked: Asked<SyntheticAlertsAnswer> }) {
  const draft = useDraft('synthetic-alerts', settingsOf(proof))
  const saving = useSaving()
  const [isEnding, setEnding] = useState(false)
  const form = draft.value
  const questions: Questions<ReturnType<typeof settingsOf>> = {
    number: { label: say('proof.number') },
    isOn: {
      label: say('proof.schedule'),
      say: (isOn, { everyMinutes }) =>
        isOn ? say('proof.every', { minutes: Number(everyMinutes) }) : say('proof.off'),
    },
    everyMinutes: 'isOn',
    boundSeconds: { label: say('proof.boundSeconds') },
  }
  const wrong = wrongWith(form, proof.handset !== null)

  async function save(event: Event) {
    event.preventDefault()
    const well = await saving.run(async () => {
      const number = form.number.replace(/[\s()-]/g, '')
      await send('PUT', path, {
        version: form.version,
        everyMinutes: form.isOn ? Number(form.everyMinutes) : null,
        boundSeconds: Number(form.boundSeconds),
        ...(number === '' ? {} : { number }),
      })
      await asked.again()
      draft.drop()
    })
    if (well) tell(say('proof.saved'))
  }

  return (
    <form class="form card" onSubmit={save}>
      <h2>{say('proof.settings')}</h2>
      <Field
        label={say('proof.number')}
        why={say(proof.handset === null ? 'proof.numberWhy' : 'proof.numberKept')}
        kind="tel"
        value={form.number}
        longest={24}
        onInput={(number) => draft.set({ number })}
      />
      <label class="choice">
        <input
          type="checkbox"
          checked={form.isOn}
          onChange={({ currentTarget }) => draft.set({ isOn: currentTarget.checked })}
        />
        <span>{say('proof.isOn')}</span>
      </label>
      {form.isOn && (
        <Field
          label={say('proof.everyMinutes')}
          why={say('proof.everyWhy')}
          kind="number"
          least={5}
          most={1_440}
          value={form.everyMinutes}
          onInput={(everyMinutes) => draft.set({ everyMinutes })}
        />
      )}
      <Field
        label={say('proof.boundSeconds')}
        why={say('proof.boundWhy')}
        kind="number"
        least={30}
        most={600}
        value={form.boundSeconds}
        onInput={(boundSeconds) => draft.set({ boundSeconds })}
      />
      <SaveBar
        saving={saving}
        isChanged={draft.isChanged}
        wrong={wrong && say(wrong)}
        onDrop={draft.drop}
        merging={{ draft, questions, newest: async () => settingsOf((await asked.newest()).syntheticAlerts) }}
      >
        {proof.handset !== null && (
          <button type="button" onClick={() => setEnding(true)}>
            {say('proof.endHandset')}
          </button>
        )}
      </SaveBar>
      {isEnding && (
        <Confirm
          title={say('proof.endTitle')}
          yes={say('proof.endHandset')}
          onClose={() => setEnding(false)}
          onYes={async () => {
            await send('PUT', path, {
              version: proof.version,
              everyMinutes: null,
              boundSeconds: proof.boundSeconds,
              number: null,
            })
            await asked.again()
            draft.drop()
            tell(say('proof.ended'))
          }}
        >
          <p>{say('proof.endWhat')}</p>
        </Confirm>
      )}
    </form>
  )
}
