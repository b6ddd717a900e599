import type { ReceiptView } from '@stillhere/contracts'

import { bounds } from '@stillhere/domain'
import { BellOff, HeartPulse, MoonStar, Smile, WifiOff } from 'lucide'
import { useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'

import { clockTime } from '../../shared/words/speak.ts'
import { api, openFirst, runner, service, startSession } from '../app.ts'
import { AloneSteps } from '../parts/alone-steps.tsx'
import { Frame, Trouble } from '../parts/frame.tsx'
import { useReceipt, whoIs } from '../parts/told.ts'
import { whyNotStarted } from '../session/why-not-started.ts'

import { say } from '../words.ts'

const reasons = [
  ['silent-phone', BellOff],
  ['asleep', MoonStar],
  ['forgot', Smile],
  ['no-signal', WifiOff],
] as const

const afterHelp = ['stay', 'recovery'] as const
/** Somebody came, or was to come, because help was needed. */
const careOutcomes: readonly unknown[] = ['rescued', 'handed-to-crew', 'not-found']
const hour = 3_600

export function AfterScreen() {
  const session = runner.value?.watch.value.session
  const alert = session?.alert
  const { receipt, failed } = useReceipt({ sessionId: alert && session?.id, version: session?.version ?? 0 })
  const [said, setSaid] = useState<'nothing' | 'why' | 'needed-help'>('nothing')
  const [trouble, setTrouble] = useState('')
  if (!session) return null
  const title =
    session.outcome === 'ended-safe' ? 'after.safe' : session.outcome === 'all-clear' ? 'after.over' : 'after.closed'
  const tail = service.value?.rhythms.find(({ name }) => name === 'tail')
  // Before its time: help was asked for, by this phone or by a supporter who saw it go quiet.
  const isEarly = alert && Date.parse(alert.raisedAt) < Date.parse(session.alertAt)
  const neededHelp = isEarly || said === 'needed-help' || careOutcomes.includes(receipt?.alert?.outcome)
  // Nobody is asked why it was a false alarm before it is known that it was one.
  const isKnown = neededHelp || receipt !== undefined || failed

  function tell(reason: string) {
    setSaid('why')
    // A kindness to us, never a duty: without an answer nothing is said.
    api('POST', `/v1/sessions/${session?.id}/why`, { commandId: crypto.randomUUID(), reason }).catch(() => undefined)
  }
  async function watchOn() {
    if (!session || !tail) return
    try {
      await startSession({ planId: session.planId, rhythmId: tail.id, company: session.company })
    } catch (error) {
      setTrouble(whyNotStarted(error))
    }
  }
  async function done() {
    await runner.value?.leave()
    openFirst()
  }

  return (
    <Frame
      kind="after"
      title={say(title)}
      actions={
        <>
          {trouble && <Trouble>{trouble}</Trouble>}
          <button type="button" class="primary" onClick={() => void done()}>
            {say('after.done')}
          </button>
        </>
      }
    >
      {alert && isKnown && <p class="lead">{say(neededHelp ? 'after.care' : 'after.thanks')}</p>}
      {alert && neededHelp && <AloneSteps of={afterHelp} />}
      <p class="holding ended">
        <span>{say('after.nobodyWatches')}</span>
      </p>
      {tail && (
        <section class="card">
          <button type="button" onClick={() => void watchOn()}>
            {say('after.tail')}
          </button>
          <p class="small">
            {say('after.tailWhat', { gaps: gapsOf(tail.intervalsSeconds), hours: bounds.sessionSeconds / hour })}
          </p>
        </section>
      )}
      {alert && isKnown && !neededHelp && said === 'nothing' && (
        <section aria-labelledby="why">
          <h2 id="why">{say('after.why')}</h2>
          <div class="reasons">
            {reasons.map(([reason, icon]) => (
              <button key={reason} type="button" onClick={() => tell(reason)}>
                <Icon of={icon} size={32} /> {say(`why.${reason}`)}
              </button>
            ))}
          </div>
          <button type="button" onClick={() => setSaid('needed-help')}>
            <Icon of={HeartPulse} /> {say('why.needed-help')}
          </button>
        </section>
      )}
      {said === 'why' && <p role="status">{say('after.whyThanks')}</p>}
      {failed && alert && <Trouble>{say('app.noAnswer')}</Trouble>}
      {receipt && alert && <Receipt receipt={receipt} planId={session.planId} />}
    </Frame>
  )
}

/** `15–20`, or `20` where all gaps are alike, in minutes. */
function gapsOf(intervalsSeconds: readonly number[]): string {
  const minutes = intervalsSeconds.map((seconds) => Math.round(seconds / 60))
  return [...new Set([Math.min(...minutes), Math.max(...minutes)])].join('–')
}

function Receipt({ receipt, planId }: { receipt: ReceiptView; planId: string }) {
  return (
    <section class="card" aria-labelledby="receipt">
      <h2 id="receipt">{say('after.receipt')}</h2>
      {receipt.told.length === 0 && <p>{say('after.nobodyTold')}</p>}
      <ol class="story">
        {receipt.told.map(({ who, rescuerId, at, delivered, reply, openedAt }) => (
          <li key={who + at}>
            <time dateTime={at}>{clockTime(at)}</time>
            <span>
              {whoIs(planId, { who, ...(rescuerId && { rescuerId }) })}
              {delivered !== undefined && `, ${say(delivered ? 'receipt.delivered' : 'receipt.notDelivered')}`}
              {reply && `, ${say(`receipt.${reply}`)}`}
              {openedAt && `, ${say('receipt.opened', { time: clockTime(openedAt) })}`}
            </span>
          </li>
        ))}
        {receipt.planOpened?.map(({ at, reason }) => (
          <li key={at}>
            <time dateTime={at}>{clockTime(at)}</time>
            <span>
              {say('after.planOpened')} {say(`after.planOpened.${reason}`)}
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}
