import type { ReceiptView, SessionView } from '@stillhere/contracts'
import { Check, CircleAlert, CirclePlus, Moon, RotateCcw, ShieldAlert, Siren, Unplug, VolumeX } from 'lucide'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { serverTime } from '../../shared/server/server-clock.ts'

import { clockTime, minutesAndSeconds } from '../../shared/words/speak.ts'
import { pinLooksGone, planStore, plans, planViews, prefer, preferences, runner, service } from '../app.ts'
import { EndDialog } from '../parts/end-dialog.tsx'
import { Frame, Trial, useArrival } from '../parts/frame.tsx'
import { HoldButton } from '../parts/hold-button.tsx'
import { Ring } from '../parts/ring.tsx'
import { useReceipt, whoIs } from '../parts/told.ts'
import { type Look, openingSeconds } from '../session/watch.ts'
import { say } from '../words.ts'
import { PinForm } from './pin-form.tsx'

const extensionSeconds = 300
/** How long a confirmed touch stays green. */
const countedForMs = 3_000

const imHere = () => runner.value?.press('check-in')

/** Beside a phone's clock that is wrong by more, a time of day says nothing. */
const clockIsWrongByMs = 120_000

/** The two instants of the session as this phone's clock would show them; if that is wrong, how far away they are too. */
const times = () => {
  const going = runner.value
  const session = going?.watch.value.session
  const now = going ? serverTime(going.watch.value.clock, going.monotonicNow.value) : null
  const isWrong = now !== null && Math.abs(now - Date.now()) > clockIsWrongByMs
  const timeOf = (at: string | undefined) => {
    const time = clockTime(at ?? 0)
    const minutes = Math.ceil((Date.parse(at ?? '') - (now ?? 0)) / 60_000)
    return isWrong && minutes > 0 ? say('time.in', { time, minutes }) : time
  }
  return { deadline: timeOf(session?.deadlineAt), alert: timeOf(session?.alertAt) }
}

/** Space and Enter count as a touch wherever no other control has the focus. */
function useKeyboardTouch(): void {
  useLayoutEffect(() => {
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
  const leaving = going?.leaving.value
  const supportersLeave =
    leaving && leaving.sessionId === going?.watch.value.session?.id ? clockTime(leaving.closesAt) : undefined
  const acknowledged = going?.watch.value.acknowledged
  const counted =
    seen.waiting === null &&
    acknowledged !== null &&
    acknowledged !== undefined &&
    (going?.monotonicNow.value ?? 0) - acknowledged.monotonicAt < countedForMs
  // The rhythm to begin with again is the first: the closest one to the beginning.
  const again = service.value?.rhythms[0]?.id
  async function end() {
    setEnding(!pinLooksGone.value && (await planStore.hasPin()) ? 'pin' : 'sure')
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
          <div class="choices end-row">
            <button type="button" class="safe" onClick={() => void end()}>
              <Icon of={Check} size={20} /> {say('count.end')}
            </button>
            <button type="button" class="toggle" aria-pressed={dim} onClick={() => void prefer({ dim: !dim })}>
              <Icon of={Moon} size={20} /> {say('count.dim')}
            </button>
            <button type="button" class="toggle" aria-pressed={silent} onClick={() => void prefer({ silent: !silent })}>
              <Icon of={VolumeX} size={20} /> {say('count.silent')}
            </button>
          </div>
          <HoldButton icon={Siren} label={say('help.hold')} onHeld={() => going?.press('help')} />
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
      <p class="small held-line" role="status">
        {supportersLeave ? say('count.leaving', { leave: supportersLeave }) : say('count.held', { time: alert })}
      </p>
      {ending === 'pin' && <EndWithPin close={() => setEnding(undefined)} />}
      {ending === 'sure' && (
        <EndDialog
          onEnd={() => (pinLooksGone.value ? going?.press('help', { quiet: true }) : going?.press('end'))}
          close={() => setEnding(undefined)}
        />
      )}
    </Frame>
  )
}

/** The PIN ends the session; the other PIN looks the same and calls for help without a sign. */
function EndWithPin({ close }: { close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => dialog.current?.showModal(), [])
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
  const button = useRef<HTMLButtonElement>(null)
  useArrival(button, 'asking')
  return (
    <div class="asking frame" data-level={seen.promptIndex}>
      <Trial />
      <div class="heard-only" role="alert">
        <h1>{say('ask.title')}</h1>
      </div>
      <button ref={button} type="button" class="whole" onClick={imHere}>
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

/** How many seconds are left when it is said aloud once more. */
const againAtSeconds = 5

function Opening({ seen }: { seen: Look }) {
  const button = useRef<HTMLButtonElement>(null)
  useArrival(button, 'opening')
  const seconds = Math.min(Math.ceil(seen.toAlertMs / 1_000), openingSeconds)
  // Said aloud at the beginning and once more: every second would drown what is to be done.
  const [first] = useState(seconds)
  const aloud = seconds > againAtSeconds ? first : Math.min(first, againAtSeconds)
  return (
    <div class="opening frame">
      <Trial />
      <div class="heard-only" role="alert" aria-atomic="true">
        <h1>{say('open.aloud', { seconds: aloud })}</h1>
      </div>
      <button ref={button} type="button" class="whole" onClick={imHere}>
        <span class="title" aria-hidden="true">
          {say('open.title')}
        </span>
        <span class="numeral" aria-hidden="true">
          {seconds}
        </span>
        <span class="big">{seen.waiting ? say('ask.sending') : say('open.stop')}</span>
        {seen.holding !== 'watched' && <span class="until">{say('ask.offline', { time: times().alert })}</span>}
      </button>
    </div>
  )
}

/** While people are told: who says what comes without a new version of the session. */
const askReceiptEveryMs = 4_000

/** What was shared, with whom, at what minute: a list that grows. */
function Acting({ seen }: { seen: Look }) {
  const going = runner.value
  const session = going?.watch.value.session
  const acknowledged = going?.watch.value.acknowledged
  const asked = acknowledged?.outcome === 'requestedAllClear'
  const { receipt } = useReceipt({
    sessionId: session?.alert && session.id,
    version: session?.version ?? 0,
    everyMs: askReceiptEveryMs,
  })
  const story = session ? storyOf(session, receipt, acknowledged?.kind === 'help') : []
  return (
    <Frame
      kind="acting"
      title={say('act.title')}
      actions={
        asked ? (
          <>
            <p class="holding" role="status">
              <Icon of={Check} /> <span>{say('act.asked')}</span>
            </p>
            <button type="button" onClick={imHere} disabled={seen.waiting === 'check-in'}>
              {say(seen.waiting === 'check-in' ? 'count.sending' : 'act.again')}
            </button>
          </>
        ) : (
          <button type="button" class="primary" onClick={imHere} disabled={seen.waiting === 'check-in'}>
            {say(seen.waiting === 'check-in' ? 'count.sending' : 'act.callOff')}
          </button>
        )
      }
    >
      {seen.holding !== 'watched' && (
        <p class="holding out-of-touch" role="status">
          <Icon of={CircleAlert} /> <span>{say('act.presumed', { time: times().alert })}</span>
        </p>
      )}
      {session?.alert && (
        <p class="lead" role="status">
          {comfortOf(session, receipt)}
        </p>
      )}
      <ol class="story" aria-live="polite">
        {story.map(({ what, at }) => (
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

/** The best that is true at this moment. */
function comfortOf({ planId, alert }: SessionView, receipt: ReceiptView | undefined): string {
  const told = receipt?.told ?? []
  for (const reply of ['there', 'going'] as const) {
    const found = told.find((one) => one.who === 'rescuer' && one.reply === reply)
    if (found) return say(`act.${reply}`, { who: whoIs(planId, found) })
  }
  if (alert?.owner) return say('act.inHand')
  return say(alert?.told.length ? 'act.waiting' : 'act.nobodyYet')
}

function storyOf(
  { planId, alertAt, alert }: SessionView,
  receipt: ReceiptView | undefined,
  askedForHelp: boolean,
): { what: string; at: string }[] {
  if (alert === undefined) return []
  const plan = plans.value.find(({ id }) => id === planId)
  const opened =
    plan === undefined ? 'act.disclosed' : plan.text.textAddress ? 'act.disclosed.text' : 'act.disclosed.link'
  // Before its time: somebody raised it, this phone or a supporter.
  const isEarly = Date.parse(alert.raisedAt) < Date.parse(alertAt)
  const raised = askedForHelp ? 'act.raised.help' : isEarly ? 'act.raised.early' : 'act.raised'
  const told = receipt?.told.length ? receipt.told : alert.told.map(({ kind, at }) => ({ who: kind, at }))
  return [
    { what: say(raised), at: alert.raisedAt },
    ...(alert.disclosedAt ? [{ what: say(opened), at: alert.disclosedAt }] : []),
    ...told.map((one) => ({ what: say('act.told', { who: whoIs(planId, one) }), at: one.at })),
    ...(alert.ownedAt && alert.owner ? [{ what: say(`act.owned.${alert.owner.kind}`), at: alert.ownedAt }] : []),
  ].sort((a, b) => a.at.localeCompare(b.at))
}
