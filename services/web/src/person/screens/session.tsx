import type { AlertInSession } from '@stillhere/contracts'
import { Check, CircleAlert, CirclePlus, Moon, RotateCcw, ShieldAlert, Siren, Unplug, VolumeX } from 'lucide'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { clockTime, minutesAndSeconds } from '../../shared/words/speak.ts'
import { planStore, planViews, prefer, preferences, runner, service } from '../app.ts'
import { EndDialog } from '../parts/end-dialog.tsx'
import { Frame } from '../parts/frame.tsx'
import { HoldButton } from '../parts/hold-button.tsx'
import { Ring } from '../parts/ring.tsx'
import { type Look, openingSeconds } from '../session/watch.ts'
import { say } from '../words.ts'
import { PinForm } from './pin-form.tsx'

const extensionSeconds = 300
/** How long a confirmed touch stays green. */
const countedForMs = 3_000

const imHere = () => runner.value?.press('check-in')
const times = () => {
  const session = runner.value?.watch.value.session
  return { deadline: clockTime(session?.deadlineAt ?? 0), alert: clockTime(session?.alertAt ?? 0) }
}

/** Space and Enter count as a touch wherever no other control has the focus. */
function useKeyboardTouch(): void {
  useEffect(() => {
    const touch = (event: KeyboardEvent) => {
      if (event.repeat || !['Enter', ' '].includes(event.key)) return
      if ((event.target as Element).closest('button, input, dialog, summary, a')) return
      event.preventDefault()
      imHere()
    }
    document.addEventListener('keydown', touch)
    return () => document.removeEventListener('keydown', touch)
  }, [])
}

export function SessionScreen({ seen }: { seen: Look }) {
  useKeyboardTouch()
  switch (seen.phase) {
    case 'asking':
      return <Asking seen={seen} />
    case 'opening':
      return <Opening seen={seen} />
    case 'acting':
      return <Acting seen={seen} />
    case 'none':
      return <NotWatched />
    default:
      return <Counting seen={seen} />
  }
}

/** The three things the screen may claim: a word, a shape and a colour each. */
function HoldingLine({ seen }: { seen: Look }) {
  const { deadline, alert } = times()
  // In touch, what is to be done until when; out of touch, what the service does by itself, and that is the alert.
  const time = seen.holding === 'watched' ? deadline : alert
  const icon = { watched: Check, 'out-of-touch': Unplug, 'not-watched': ShieldAlert }[seen.holding]
  return (
    <p class={`holding ${seen.holding}`} role="status">
      <Icon of={icon} /> <span>{say(`hold.${seen.holding}`, { time })}</span>
    </p>
  )
}

function NotWatched() {
  return (
    <Frame
      kind="not-watched"
      title={say('hold.not-watched')}
      actions={
        <button type="button" class="primary" onClick={() => void runner.value?.leave()}>
          {say('app.close')}
        </button>
      }
    >
      <p class="holding not-watched" role="alert">
        <Icon of={ShieldAlert} /> <span>{say('hold.not-watched.why')}</span>
      </p>
    </Frame>
  )
}

function Counting({ seen }: { seen: Look }) {
  const going = runner.value
  const { alert } = times()
  const { dim, silent } = preferences.value
  const [ending, setEnding] = useState<'pin' | 'sure'>()
  const acknowledged = going?.watch.value.acknowledged
  const counted =
    seen.waiting === null &&
    acknowledged !== null &&
    acknowledged !== undefined &&
    (going?.monotonicNow.value ?? 0) - acknowledged.monotonicAt < countedForMs
  // The rhythm to begin with again is the first: the closest one to the beginning.
  const again = service.value?.rhythms[0]?.id
  async function end() {
    setEnding((await planStore.hasPin()) ? 'pin' : 'sure')
  }
  const under =
    seen.waiting === 'end'
      ? say('count.ending')
      : seen.waiting === 'help'
        ? say('help.sending')
        : seen.waiting !== null
          ? say(seen.holding === 'watched' ? 'count.sending' : 'count.sendingOffline')
          : counted
            ? say('count.counted')
            : ''
  return (
    <Frame
      kind="counting"
      quietTitle
      title={say('count.title')}
      actions={
        <>
          <div class="choices even">
            {again && (
              <button type="button" onClick={() => going?.press('check-in', { rhythmId: again })}>
                <Icon of={RotateCcw} size={20} /> {say('count.again')}
              </button>
            )}
            <button type="button" onClick={() => going?.press('extend', { seconds: extensionSeconds })}>
              <Icon of={CirclePlus} size={20} /> {say('count.more')}
            </button>
          </div>
          <div class="choices even">
            <button type="button" class="safe" onClick={() => void end()}>
              <Icon of={Check} size={20} /> {say('count.end')}
            </button>
            <HoldButton icon={Siren} label={say('help.hold')} onHeld={() => going?.press('help')} />
          </div>
          <div class="choices even toggles">
            <button type="button" class="link" aria-pressed={dim} onClick={() => void prefer({ dim: !dim })}>
              <Icon of={Moon} size={20} /> {say('count.dim')}
            </button>
            <button type="button" class="link" aria-pressed={silent} onClick={() => void prefer({ silent: !silent })}>
              <Icon of={VolumeX} size={20} /> {say('count.silent')}
            </button>
          </div>
        </>
      }
    >
      <HoldingLine seen={seen} />
      <button type="button" class={`field ${counted ? 'counted' : ''}`} onClick={imHere}>
        <Ring
          share={seen.remainingShare}
          state={seen.waiting ? 'waiting' : seen.holding === 'watched' ? 'held' : 'out'}
        />
        <span class="centre">
          <span class="remaining" aria-hidden="true">
            {minutesAndSeconds(seen.remainingMs)}
          </span>
          <span class="label">{say('count.here')}</span>
          <span class="under" aria-live="polite">
            {under}
          </span>
        </span>
        <span class="heard-only">{say('count.leftLabel', { minutes: Math.floor(seen.remainingMs / 60_000) })}</span>
      </button>
      <p class="small held-line">{say('count.held', { time: alert })}</p>
      {ending === 'pin' && <EndWithPin close={() => setEnding(undefined)} />}
      {ending === 'sure' && <EndDialog onEnd={() => going?.press('end')} close={() => setEnding(undefined)} />}
    </Frame>
  )
}

/** The PIN ends the session; the other PIN looks the same and calls for help without a sign. */
function EndWithPin({ close }: { close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} onClose={close} aria-labelledby="pin-title">
      <h2 id="pin-title">{say('lock.endTitle')}</h2>
      <PinForm
        submit={say('count.end')}
        atOnce
        onOpened={({ duress }) => {
          close()
          if (duress) runner.value?.press('help', { quiet: true })
          else runner.value?.press('end')
        }}
      />
      <button type="button" class="link" onClick={close}>
        {say('app.cancel')}
      </button>
    </dialog>
  )
}

/** The whole screen is one button: whatever is touched counts. */
function Asking({ seen }: { seen: Look }) {
  const prompts = service.value?.prompts ?? []
  const planned = prompts[seen.promptIndex + 1]?.kind
  // Only who gave a number that works is rung; this phone gets louder at that step either way.
  const isRung = planViews.value[runner.value?.watch.value.session?.planId ?? '']?.ownNumberCheck === 'ok'
  const next = planned === 'ring' && !isRung ? 'louder' : planned
  return (
    <div class="asking frame" data-level={seen.promptIndex}>
      <div class="heard-only" role="alert">
        <h1>{say('ask.title')}</h1>
      </div>
      <button type="button" class="whole" onClick={imHere} autofocus>
        <span class="title" aria-hidden="true">
          {say('ask.title')}
        </span>
        <span class="steps" role="img" aria-label={say('ask.steps', { n: seen.promptIndex + 1, all: prompts.length })}>
          {prompts.map(({ kind }, index) => (
            <span key={kind} class={index <= seen.promptIndex ? 'step done' : 'step'} />
          ))}
        </span>
        <span class="big">{say('ask.here')}</span>
        <span>{say('ask.touch')}</span>
        <span class="until">
          {seen.waiting
            ? say('ask.sending')
            : seen.holding === 'watched'
              ? say('ask.until', { time: minutesAndSeconds(seen.toAlertMs) })
              : say('ask.offline', { time: times().alert })}
        </span>
        {next && next !== 'sound' && !seen.waiting && <span class="next">{say(`ask.next.${next}`)}</span>}
      </button>
    </div>
  )
}

function Opening({ seen }: { seen: Look }) {
  return (
    <div class="opening frame">
      <div class="heard-only" role="alert">
        <h1>{say('open.title')}</h1>
      </div>
      <button type="button" class="whole" onClick={imHere} autofocus>
        <span class="title" aria-hidden="true">
          {say('open.title')}
        </span>
        <span class="numeral" aria-hidden="true">
          {Math.min(Math.ceil(seen.toAlertMs / 1_000), openingSeconds)}
        </span>
        <span class="big">{seen.waiting ? say('ask.sending') : say('open.stop')}</span>
        {seen.holding !== 'watched' && <span class="until">{say('ask.offline', { time: times().alert })}</span>}
      </button>
    </div>
  )
}

/** What was shared, with whom, at what minute: a list that grows. */
function Acting({ seen }: { seen: Look }) {
  const going = runner.value
  const session = going?.watch.value.session
  const asked = going?.watch.value.acknowledged?.outcome === 'requestedAllClear'
  const happened = session?.alert ? storyOf(session.alert) : []
  return (
    <Frame
      kind="acting"
      title={say('act.title')}
      actions={
        <>
          {asked && <p role="status">{say('act.asked')}</p>}
          <button type="button" class="primary" onClick={imHere} disabled={seen.waiting === 'check-in'}>
            {seen.waiting === 'check-in' ? say('count.sending') : say('act.callOff')}
          </button>
        </>
      }
    >
      {seen.holding !== 'watched' && (
        <p class="holding out-of-touch" role="status">
          <Icon of={CircleAlert} /> <span>{say('act.presumed', { time: times().alert })}</span>
        </p>
      )}
      {session?.alert && session.alert.told.length === 0 && <p>{say('act.nobodyYet')}</p>}
      <ol class="story" aria-live="polite">
        {happened.map(({ what, at }) => (
          <li key={what + at}>
            <time dateTime={at}>{clockTime(at)}</time> <span>{what}</span>
          </li>
        ))}
      </ol>
      <section class="card" aria-labelledby="guide">
        <h2 id="guide">{say('guide.title')}</h2>
        <ul>
          {(['door', 'naloxone', 'side'] as const).map((what) => (
            <li key={what}>{say(`guide.${what}`)}</li>
          ))}
        </ul>
        <p class="small">{say('guide.notApproved')}</p>
      </section>
    </Frame>
  )
}

function storyOf(alert: AlertInSession): { what: string; at: string }[] {
  return [
    { what: say('act.raised'), at: alert.raisedAt },
    ...(alert.disclosedAt ? [{ what: say('act.disclosed'), at: alert.disclosedAt }] : []),
    ...alert.told.map(({ kind, at }) => ({ what: say(`act.told.${kind}`), at })),
    ...(alert.ownedAt && alert.owner ? [{ what: say(`act.owned.${alert.owner.kind}`), at: alert.ownedAt }] : []),
  ].sort((a, b) => a.at.localeCompare(b.at))
}
