import { ClipboardList, LogOut, MapPin, TriangleAlert } from 'lucide'
import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { loadGuidance } from '../../shared/guidance/guidance.ts'
import { Icon } from '../../shared/look/icon.tsx'
import { language } from '../../shared/words/speak.ts'
import { arrive, inTouch, isRunning, isSending, noted, open, place, replies, trial } from '../alert/alert.ts'
import { leave } from '../leave.ts'
import { say, speak } from '../words.ts'
import { DoseStrip } from './dose-strip.tsx'

/** What every screen has: the way out, whether we are in touch, one heading, and the two buttons that are always there. */
export function Frame(of: { title: string; children: ComponentChildren; next?: ComponentChildren; kind?: string }) {
  const heading = useRef<HTMLHeadingElement>(null)
  // A new screen begins at its top, and a screen reader at its heading.
  useLayoutEffect(() => {
    scrollTo(0, 0)
    heading.current?.focus({ preventScroll: true })
  }, [of.title])
  return (
    <div class={`frame ${of.kind ?? ''}`}>
      <header>
        <button type="button" class="link other-language" lang={language.value === 'en' ? 'cy' : 'en'} onClick={turn}>
          {say('page.otherLanguage')}
        </button>
        {trial.value && (
          <p class="trial">
            <Icon of={TriangleAlert} size={18} /> {say('page.trial')}
            <span class="heard-only"> {say('page.trialWhat')}</span>
          </p>
        )}
        <button type="button" class="leave" onClick={leave}>
          <Icon of={LogOut} size={20} /> {say('page.leave')}
        </button>
      </header>
      <main>
        <Touch />
        {isRunning.value && <DoseStrip />}
        <h1 ref={heading} tabIndex={-1}>
          {of.title}
        </h1>
        {of.children}
      </main>
      <footer>
        {of.next && <div class="next">{of.next}</div>}
        {isRunning.value && <Always />}
      </footer>
    </div>
  )
}

function turn(): void {
  const other = language.value === 'en' ? 'cy' : 'en'
  void speak(other)
  void loadGuidance(other)
}

function Always() {
  const isThere = noted.value.some(({ kind }) => kind === 'there')
  return (
    <nav class="always" aria-label={say('page.always')}>
      {/* Where the address is, it is the main thing to press. */}
      {place.value !== 'address' && (
        <button type="button" aria-pressed={isThere} onClick={arrive}>
          <Icon of={MapPin} /> {isThere ? say('page.arrived') : say('reply.there')}
        </button>
      )}
      <button
        type="button"
        aria-current={place.value === 'handover' ? 'page' : undefined}
        onClick={() => open('handover')}
      >
        <Icon of={ClipboardList} /> {say('hand.open')}
      </button>
    </nav>
  )
}

/** What has not been sent is never shown as sent. */
function Touch() {
  const last = replies.value.at(-1)
  const state = !isRunning.value ? 'quiet' : isSending.value ? 'sending' : (last?.state ?? 'quiet')
  const words =
    state === 'sending'
      ? say(inTouch.value ? 'send.sending' : 'send.notYet')
      : state === 'refused'
        ? say('send.refused')
        : state === 'sent'
          ? say(`send.sent.${last?.reply ?? 'going'}`)
          : ''
  // In the steps the button below says it; the room is for what to do.
  const inSteps = place.value !== 'first' && place.value !== 'address'
  const quiet = (state === 'sent' || state === 'sending') && inTouch.value && inSteps
  const lost = isRunning.value && !inTouch.value && !isSending.value
  return (
    <p class={`touch ${state} ${inTouch.value ? '' : 'lost'} ${quiet ? 'heard-only' : ''}`} role="status">
      {state === 'sending' && !inTouch.value && inSteps ? say('send.notYetShort') : !(lost && inSteps) && words}
      {lost && ` ${say(inSteps ? 'send.lostShort' : 'send.lost')}`}
    </p>
  )
}
