import { bounds, type LadderStep } from '@stillhere/domain'
import { Plus, Trash2 } from 'lucide'
import { useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { Choice } from '../parts/field.tsx'
import { say } from '../words.ts'
import { changed, type EditedStep, inOrder, withOneMore } from './edit-ladder.ts'
import { sayStep } from './ladder-axis.tsx'

const audiences: readonly LadderStep['to'][] = ['first', 'supporters', 'rescuers', 'everyone']
const channels: readonly LadderStep['channel'][] = ['text', 'call', 'console']

/** The same steps, to be typed. */
export function StepsList(of: {
  steps: readonly EditedStep[]
  wrongStep?: number | undefined
  isReadOnly: boolean
  onChange: (steps: EditedStep[]) => void
}) {
  const { mostSteps } = bounds.ladder
  const steps = inOrder(of.steps)
  const set = (key: string, change: Partial<LadderStep>) => of.onChange(inOrder(changed(steps, key, change)))
  return (
    <div class="steps">
      <ol class="plain steps-list">
        {steps.map((step, index) => (
          <li key={step.key} class={of.wrongStep === index + 1 ? 'wrong-step' : ''}>
            <fieldset disabled={of.isReadOnly}>
              <legend class="label">{sayStep(step, index)}</legend>
              <div class="step-fields">
                <SecondsField
                  id={`after-${step.key}`}
                  seconds={step.afterSeconds}
                  onTyped={(afterSeconds) => set(step.key, { afterSeconds })}
                />
                <Choice
                  label={say('step.channel')}
                  value={step.channel}
                  options={channels.map((one) => [one, say(`channel.${one}`)])}
                  onChange={(channel) => set(step.key, { channel })}
                />
                <Choice
                  label={say('step.to')}
                  value={step.to}
                  options={audiences.map((one) => [one, say(`to.${one}`)])}
                  onChange={(to) => set(step.key, { to })}
                />
                {!of.isReadOnly && (
                  <button type="button" onClick={() => of.onChange(steps.filter(({ key }) => key !== step.key))}>
                    <Icon of={Trash2} size={18} /> {say('step.remove', { number: index + 1 })}
                  </button>
                )}
              </div>
            </fieldset>
          </li>
        ))}
      </ol>
      {!of.isReadOnly && (
        <button
          type="button"
          disabled={steps.length >= mostSteps}
          onClick={() => of.onChange(inOrder(withOneMore(steps, bounds.ladder.lastStepSeconds)))}
        >
          <Icon of={Plus} size={18} /> {say('step.add')}
        </button>
      )}
    </div>
  )
}

/**
 * Steps change their order by it, so it counts when it has been typed to its end. Until then it is this field's own: an
 * answer that arrives meanwhile draws the page anew and would put back what was there.
 */
function SecondsField(of: { id: string; seconds: number; onTyped: (seconds: number) => void }) {
  const [typed, setTyped] = useState<string>()
  return (
    <div class="field">
      <label for={of.id}>{say('step.after')}</label>
      <input
        id={of.id}
        type="number"
        inputMode="numeric"
        min={0}
        max={bounds.ladder.lastStepSeconds}
        step={1}
        required
        value={typed ?? of.seconds}
        onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        onChange={({ currentTarget: { value } }) => {
          setTyped(undefined)
          if (value !== '' && Number.isInteger(Number(value))) of.onTyped(Number(value))
        }}
      />
    </div>
  )
}
