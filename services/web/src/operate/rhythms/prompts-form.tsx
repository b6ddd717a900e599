import type { PromptsAnswer } from '@stillhere/contracts'
import { bounds, checkPrompts, type PromptKind, type PromptStep } from '@stillhere/domain'
import { may, send, tell } from '../app.ts'
import { TimeAxis } from '../axis/time-axis.tsx'
import { promptIcons } from '../ladders/ladder-axis.tsx'
import type { Asked } from '../parts/asked.tsx'
import { useDraft } from '../parts/draft.ts'
import { Field } from '../parts/field.tsx'
import type { Questions } from '../parts/merge.ts'
import { SaveBar, useSaving } from '../parts/save.tsx'
import { say } from '../words.ts'

const movable = ['sound', 'louder', 'ring'] as const satisfies readonly PromptKind[]

interface Form {
  version: number
  alertAfterSeconds: string
  /** Seconds after the deadline, as typed; empty: that prompt does not come. */
  sound: string
  louder: string
  ring: string
}

const formOf = ({ version, steps, alertAfterSeconds }: PromptsAnswer['prompts']): Form => {
  const at = (kind: PromptKind) => String(steps.find((one) => one.kind === kind)?.afterSeconds ?? '')
  return {
    version,
    alertAfterSeconds: String(alertAfterSeconds),
    sound: at('sound'),
    louder: at('louder'),
    ring: at('ring'),
  }
}

/** The last chance is always ten seconds before the alert: it says "in 10". */
function promptsOf(form: Form): { steps: PromptStep[]; alertAfterSeconds: number } {
  const alertAfterSeconds = Number(form.alertAfterSeconds)
  const steps: PromptStep[] = movable
    .filter((kind) => form[kind].trim() !== '')
    .map((kind) => ({ kind, afterSeconds: Number(form[kind]) }))
  steps.sort((a, b) => a.afterSeconds - b.afterSeconds)
  const opening = alertAfterSeconds - bounds.prompting.lastChanceSeconds
  return { steps: [...steps, { kind: 'opening', afterSeconds: opening }], alertAfterSeconds }
}

/** What a person hears and sees before anybody is told, on the axis and to be typed. */
export function PromptsForm({ prompts, asked }: { prompts: PromptsAnswer['prompts']; asked: Asked<PromptsAnswer> }) {
  const draft = useDraft<Form>('prompts', formOf(prompts))
  const saving = useSaving()
  const isReadOnly = !may('run-service')
  const form = draft.value
  const questions: Questions<Form> = {
    sound: { label: say('prompt.sound') },
    louder: { label: say('prompt.louder') },
    ring: { label: say('prompt.ring') },
    alertAfterSeconds: { label: say('prompts.alertAfter') },
  }
  const now = promptsOf(form)
  const checked = checkPrompts(now)
  const { minSeconds, maxSeconds, lastChanceSeconds } = bounds.prompting
  const end = Math.min(maxSeconds, Math.max(minSeconds, now.alertAfterSeconds || minSeconds))

  async function save(event: Event) {
    event.preventDefault()
    const well = await saving.run(async () => {
      await send('PUT', '/v1/operate/prompts', { version: form.version, ...now })
      await asked.again()
      draft.drop()
    })
    if (well) tell(say('prompts.saved'))
  }

  return (
    <form class="ladder-form" onSubmit={save}>
      <TimeAxis
        label={say('prompts.axis')}
        from={-end}
        to={0}
        lanes={[
          {
            key: 'person',
            label: say('lane.person'),
            marks: now.steps
              .filter(({ afterSeconds }) => Number.isFinite(afterSeconds))
              .map(({ kind, afterSeconds }) => ({
                key: kind,
                at: afterSeconds - end,
                label: say(`prompt.${kind}`),
                icon: promptIcons[kind],
                least: -end,
                most: -lastChanceSeconds,
                ...(kind !== 'opening' &&
                  !isReadOnly && { onMove: (at: number) => draft.set({ [kind]: String(Math.round(at + end)) }) }),
              })),
          },
        ]}
      />
      <div class="step-fields">
        {movable.map((kind) => (
          <Field
            key={kind}
            label={say(`prompt.${kind}`)}
            why={say('prompts.after')}
            kind="number"
            least={0}
            most={maxSeconds}
            value={form[kind]}
            isReadOnly={isReadOnly}
            onInput={(value) => draft.set({ [kind]: value })}
          />
        ))}
        <Field
          label={say('prompts.alertAfter')}
          why={say('prompts.alertAfterWhy', { least: minSeconds, most: maxSeconds })}
          kind="number"
          least={minSeconds}
          most={maxSeconds}
          isRequired
          value={form.alertAfterSeconds}
          isReadOnly={isReadOnly}
          onInput={(alertAfterSeconds) => draft.set({ alertAfterSeconds })}
        />
      </div>
      <p class="small">{say('prompts.opening', { seconds: lastChanceSeconds })}</p>
      {checked.kind === 'refused' && (
        <p class="wrong" lang="en" role="status">
          {checked.message}
        </p>
      )}
      {isReadOnly ? (
        <p class="small">{say('app.readOnly')}</p>
      ) : (
        <SaveBar
          saving={saving}
          isChanged={draft.isChanged}
          wrong={checked.kind === 'refused' ? say('prompts.wrong') : undefined}
          onDrop={draft.drop}
          merging={{ draft, questions, newest: async () => formOf((await asked.newest()).prompts) }}
        />
      )}
    </form>
  )
}
