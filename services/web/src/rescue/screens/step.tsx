import { ArrowLeft, ArrowRight, Check, Phone, SprayCan } from 'lucide'
import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'
import { guidance, loadGuidance, type StepName } from '../../shared/guidance/guidance.ts'
import { Picture } from '../../shared/guidance/picture.tsx'
import { Icon } from '../../shared/look/icon.tsx'
import { allowSound } from '../../shared/sound/chime.ts'
import { language } from '../../shared/words/speak.ts'
import { brief, doses, noted, open, type Place } from '../alert/alert.ts'
import { take } from '../alert/happened.ts'
import type { NotedKind } from '../alert/noted.ts'
import { SafeButton } from '../parts/confirm-safe.tsx'
import { Frame } from '../parts/frame.tsx'
import { NotApproved, Sources } from '../parts/not-approved.tsx'
import { say, type Word } from '../words.ts'
import { Address } from './address.tsx'

/** What a button of a step does: what it notes for the crew, and what comes next. */
interface Way {
  word: Word
  to: StepName
  notes?: NotedKind
}

/** Whether they were last seen breathing; the way through the steps hangs on it. */
function isBreathing(): boolean {
  const last = noted.value.findLast(({ kind }) => kind === 'breathing' || kind === 'not-breathing')
  return last?.kind === 'breathing'
}

/** The ways on from a step, the likeliest or most urgent first. */
function waysFrom(step: StepName): Way[] {
  switch (step) {
    case 'wake':
      return [
        { word: 'step.noAnswer', to: 'ring', notes: 'no-answer' },
        { word: 'step.woke', to: 'awake', notes: 'awake' },
      ]
    case 'ring':
      return [
        { word: 'step.called999', to: 'airway', notes: 'called-999' },
        { word: 'step.next', to: 'airway' },
      ]
    case 'airway':
      return [
        { word: 'step.notBreathing', to: 'breaths', notes: 'not-breathing' },
        { word: 'step.breathing', to: 'recovery', notes: 'breathing' },
      ]
    case 'breaths':
      return [
        { word: 'step.next', to: doses.value ? 'again' : 'naloxone' },
        { word: 'step.breathesNow', to: 'recovery', notes: 'breathing' },
      ]
    case 'naloxone':
      return [
        { word: 'step.gaveDose', to: isBreathing() ? 'stay' : 'again', notes: 'naloxone' },
        { word: 'step.noNaloxone', to: isBreathing() ? 'stay' : 'again' },
      ]
    case 'again':
      return [
        { word: 'step.gaveDose', to: 'again', notes: 'naloxone' },
        { word: 'step.breathesNow', to: 'recovery', notes: 'breathing' },
        { word: 'step.woke', to: 'awake', notes: 'awake' },
      ]
    case 'recovery':
      return [{ word: 'step.onSide', to: doses.value ? 'stay' : 'naloxone', notes: 'recovery' }]
    case 'stay':
      return [
        { word: 'step.gaveDose', to: 'stay', notes: 'naloxone' },
        { word: 'step.notBreathing', to: 'breaths', notes: 'not-breathing' },
        { word: 'step.woke', to: 'awake', notes: 'awake' },
      ]
    case 'awake':
      return [{ word: 'step.stopped', to: 'airway', notes: 'no-answer' }]
  }
}

/** The step before, for whoever went on too soon. */
const before: Record<StepName, Place> = {
  wake: 'address',
  ring: 'wake',
  airway: 'ring',
  breaths: 'airway',
  naloxone: 'airway',
  again: 'naloxone',
  recovery: 'airway',
  stay: 'recovery',
  awake: 'wake',
}

function go({ to, notes }: Way): void {
  // A browser lets the clock sound only after a touch.
  if (notes === 'naloxone') allowSound()
  if (notes) take(notes)
  open(to)
}

const swipeAtLeast = 60

/** One step a screen: a picture, one sentence, one big button. */
export function StepScreen({ step }: { step: StepName }) {
  const file = guidance.value
  const touched = useRef<{ x: number; y: number } | undefined>(undefined)
  if (!file) {
    return (
      <Frame title={say('step.loading')}>
        <p>{say('step.loadingWhat')}</p>
        <a class="button urgent" href="tel:999">
          <Icon of={Phone} /> {say('first.ring999')}
        </a>
        <button type="button" onClick={() => void loadGuidance(language.value)}>
          {say('page.again')}
        </button>
      </Frame>
    )
  }
  const entry = file.entries[step]
  const [first, ...others] = waysFrom(step)
  const back = before[step] === 'address' && !brief.value ? 'first' : before[step]
  /** A swipe only turns the page: what must be answered is not answered by a slip of the hand. */
  const swiped = (dx: number, dy: number) => {
    if (Math.abs(dx) < swipeAtLeast || Math.abs(dy) > Math.abs(dx) / 2) return
    if (dx > 0) open(back)
    else if (first && others.length === 0 && !first.notes) go(first)
  }
  return (
    <Frame
      title={entry.title}
      kind="step"
      next={
        <>
          {first && (
            <button type="button" class={step === 'awake' ? 'urgent' : 'primary'} onClick={() => go(first)}>
              {first.notes === 'naloxone' && <Icon of={SprayCan} size={28} />}
              {say(first.word)}
              {first.notes !== 'naloxone' && <Icon of={ArrowRight} size={28} />}
            </button>
          )}
          {others.length > 0 && (
            <div class="others">
              {others.map((way) => (
                <button type="button" key={way.word} onClick={() => go(way)}>
                  {say(way.word)}
                </button>
              ))}
            </div>
          )}
        </>
      }
    >
      <div
        class="turning"
        onTouchStart={({ touches: [touch] }) => {
          touched.current = touch && { x: touch.clientX, y: touch.clientY }
        }}
        onTouchEnd={({ changedTouches: [touch] }) => {
          const begun = touched.current
          if (begun && touch) swiped(touch.clientX - begun.x, touch.clientY - begun.y)
        }}
      >
        <Picture of={step} label={entry.picture} />
        <p class="say">{entry.say}</p>
        <NotApproved />
        {step === 'ring' && <Script />}
        {step === 'naloxone' && brief.value?.naloxone && <Told word="address.naloxone">{brief.value.naloxone}</Told>}
        {step === 'wake' && brief.value?.callOut && <Told word="address.callOut">{brief.value.callOut}</Told>}
        {entry.more.length > 0 && (
          <ul class="more">
            {entry.more.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        )}
        {step === 'awake' && <SafeButton />}
        <Sources entry={entry} />
        <button type="button" class="link back" onClick={() => open(back)}>
          <Icon of={ArrowLeft} /> {say('step.back')}
        </button>
      </div>
    </Frame>
  )
}

function Told({ word, children }: { word: Word; children: ComponentChildren }) {
  return (
    <p class="told">
      <strong>{say(word)}:</strong> {children}
    </p>
  )
}

/** What to say, with this address in it. The call is the rescuer's own: a link they press, and nothing else dials. */
function Script() {
  const file = guidance.value
  if (!file) return null
  const { script } = file
  const known = brief.value
  const rang = noted.value.some(({ kind }) => kind === 'rang-999')
  return (
    <>
      <a class="button ring" href="tel:999" onClick={() => take('rang-999')}>
        <Icon of={rang ? Check : Phone} size={28} /> {say(rang ? 'step.ringAgain' : 'first.ring999')}
      </a>
      <ol class="script">
        {script.open.map((line) => (
          <li key={line}>{line}</li>
        ))}
        {known && (
          <li>
            {script.address}
            <Address address={known.address} />
          </li>
        )}
        {known?.entry && (
          <li>
            {script.way} <strong>{known.entry}</strong>
          </li>
        )}
        {known?.pets && (
          <li>
            {script.pets} <strong>{known.pets}</strong>
          </li>
        )}
        {script.close.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ol>
    </>
  )
}
