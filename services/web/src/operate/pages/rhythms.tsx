import type { PromptsAnswer, RhythmsAnswer } from '@stillhere/contracts'
import { bounds, checkRhythm } from '@stillhere/domain'
import { Archive, Plus } from 'lucide'
import { useState } from 'preact/hooks'
import { RhythmDots } from '../../person/parts/rhythm-dots.tsx'
import { Icon } from '../../shared/look/icon.tsx'
import { Heading } from '../../shared/parts/heading.tsx'
import { may, send, tell } from '../app.ts'
import { Answered, type Asked, useAsked } from '../parts/asked.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { useDraft } from '../parts/draft.ts'
import { Field } from '../parts/field.tsx'
import { SaveBar, useSaving } from '../parts/save.tsx'
import { readIntervals, writeIntervals } from '../rhythms/intervals.ts'
import { PromptsForm } from '../rhythms/prompts-form.tsx'
import { say } from '../words.ts'

type Rhythm = RhythmsAnswer['rhythms'][number]
const path = '/v1/operate/rhythms'

export default function RhythmsPage() {
  const rhythms = useAsked<RhythmsAnswer>(path)
  const prompts = useAsked<PromptsAnswer>('/v1/operate/prompts')
  const [isNew, setNew] = useState(false)
  return (
    <>
      <Heading of="rhythms">{say('page.rhythms')}</Heading>
      <p class="banner">{say('rhythms.snapshot')}</p>
      <section class="part">
        <h2>{say('prompts.title')}</h2>
        <p>{say('prompts.what')}</p>
        <Answered of={prompts}>{(body) => <PromptsForm prompts={body.prompts} asked={prompts} />}</Answered>
      </section>
      <section class="part">
        <div class="page-head">
          <h2>{say('rhythms.title')}</h2>
          {may('run-service') && !isNew && (
            <button type="button" onClick={() => setNew(true)}>
              <Icon of={Plus} size={20} /> {say('rhythms.new')}
            </button>
          )}
        </div>
        <p>{say('rhythms.what')}</p>
        <Answered of={rhythms}>
          {(body) => (
            <ul class="plain">
              {isNew && (
                <li class="card">
                  <RhythmForm rhythms={rhythms} onDone={() => setNew(false)} />
                </li>
              )}
              {body.rhythms.map((rhythm) => (
                <li key={rhythm.id} class="card">
                  <RhythmForm rhythm={rhythm} rhythms={rhythms} isOnly={body.rhythms.length === 1} />
                </li>
              ))}
            </ul>
          )}
        </Answered>
      </section>
    </>
  )
}

const formOf = (rhythm: Rhythm | undefined) => ({
  version: rhythm?.version,
  name: rhythm?.name ?? '',
  intervals: rhythm ? writeIntervals(rhythm.intervalsSeconds) : '',
})

function RhythmForm(of: { rhythm?: Rhythm; rhythms: Asked<RhythmsAnswer>; isOnly?: boolean; onDone?: () => void }) {
  const { rhythm, rhythms } = of
  const isReadOnly = !may('run-service')
  const draft = useDraft(`rhythm ${rhythm?.id ?? 'new'}`, formOf(rhythm))
  const saving = useSaving()
  const [isRetiring, setRetiring] = useState(false)
  const form = draft.value
  const seconds = readIntervals(form.intervals)
  const isSound = seconds !== undefined && checkRhythm(seconds).kind === 'sound'
  const bound = {
    least: bounds.countdown.minSeconds / 60,
    most: bounds.gapSeconds / 60,
    count: bounds.rhythmIntervals,
  }

  async function save(event: Event) {
    event.preventDefault()
    const well = await saving.run(async () => {
      const body = { name: form.name.trim(), intervalsSeconds: seconds ?? [] }
      if (rhythm) await send('PUT', `${path}/${rhythm.id}`, { ...body, ...(form.version && { version: form.version }) })
      else await send('POST', path, body)
      await rhythms.again()
      draft.drop()
    })
    if (!well) return
    tell(say('rhythm.saved'))
    of.onDone?.()
  }

  return (
    <form class="form" onSubmit={save} aria-label={rhythm?.name ?? say('rhythms.new')}>
      <Field
        label={say('rhythm.name')}
        value={form.name}
        longest={40}
        isRequired
        isReadOnly={isReadOnly}
        onInput={(name) => draft.set({ name })}
      />
      <Field
        label={say('rhythm.intervals')}
        why={say('rhythm.intervalsWhy', bound)}
        value={form.intervals}
        longest={800}
        isRequired
        isReadOnly={isReadOnly}
        onInput={(intervals) => draft.set({ intervals })}
      />
      {isSound && <RhythmDots intervalsSeconds={seconds} />}
      {isReadOnly ? (
        <p class="small">{say('app.readOnly')}</p>
      ) : (
        <SaveBar
          saving={saving}
          isChanged={draft.isChanged || !rhythm}
          wrong={isSound || form.intervals === '' ? undefined : say('rhythm.wrong', bound)}
          onDrop={() => {
            draft.drop()
            of.onDone?.()
          }}
          merging={{
            draft,
            questions: { name: { label: say('rhythm.name') }, intervals: { label: say('rhythm.intervals') } },
            newest: async () => {
              const newest = (await rhythms.newest()).rhythms.find((one) => one.id === rhythm?.id)
              return newest && formOf(newest)
            },
          }}
        >
          {rhythm && !of.isOnly && (
            <button type="button" onClick={() => setRetiring(true)}>
              <Icon of={Archive} size={18} /> {say('rhythm.retire')}
            </button>
          )}
        </SaveBar>
      )}
      {isRetiring && rhythm && (
        <Confirm
          title={say('rhythm.retireTitle', { name: rhythm.name })}
          yes={say('rhythm.retire')}
          onClose={() => setRetiring(false)}
          onYes={async () => {
            await send('DELETE', `${path}/${rhythm.id}`)
            await rhythms.again()
            tell(say('rhythm.retired'))
          }}
        >
          <p>{say('rhythm.retireWhat')}</p>
        </Confirm>
      )}
    </form>
  )
}
