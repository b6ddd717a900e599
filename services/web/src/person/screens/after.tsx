import type { ReceiptView } from '@stillhere/contracts'
import { BellOff, MoonStar, Smile, WifiOff } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { clockTime } from '../../shared/words/speak.ts'
import { api, openFirst, runner, service, startSession } from '../app.ts'
import { AloneSteps } from '../parts/alone-steps.tsx'
import { Frame, Trouble } from '../parts/frame.tsx'
import { whyNotStarted } from '../session/why-not-started.ts'
import { say } from '../words.ts'

const reasons = [
  ['silent-phone', BellOff],
  ['asleep', MoonStar],
  ['forgot', Smile],
  ['no-signal', WifiOff],
] as const

const afterNaloxone = ['stay'] as const

export function AfterScreen() {
  const session = runner.value?.watch.value.session
  const [receipt, setReceipt] = useState<ReceiptView>()
  const [thanked, setThanked] = useState(false)
  const [trouble, setTrouble] = useState('')
  const id = session?.id
  const hadAlert = session?.alert !== undefined
  useEffect(() => {
    if (!hadAlert) return
    api<ReceiptView>('GET', `/v1/sessions/${id}/receipt`).then(
      ({ body }) => setReceipt(body),
      () => setTrouble(say('app.noAnswer')),
    )
  }, [id, hadAlert])
  if (!session) return null
  const title =
    session.outcome === 'ended-safe' ? 'after.safe' : session.outcome === 'all-clear' ? 'after.over' : 'after.closed'
  const tail = service.value?.rhythms.find(({ name }) => name === 'tail')

  function tell(reason: string) {
    setThanked(true)
    // A kindness to us, never a duty: without an answer nothing is said.
    api('POST', `/v1/sessions/${id}/why`, { commandId: crypto.randomUUID(), reason }).catch(() => undefined)
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
      title={say(title)}
      actions={
        <>
          {trouble && <Trouble>{trouble}</Trouble>}
          <button type="button" class="primary" onClick={() => void done()}>
            {say('after.done')}
          </button>
          {tail && (
            <>
              <button type="button" onClick={() => void watchOn()}>
                {say('after.tail')}
              </button>
              <p class="small">{say('after.tailWhat')}</p>
            </>
          )}
        </>
      }
    >
      <p class="holding ended">
        <span>{say('after.nobodyWatches')}</span>
      </p>
      {hadAlert && (
        <>
          <p class="lead">{say('after.thanks')}</p>
          {thanked ? (
            <p role="status">{say('after.whyThanks')}</p>
          ) : (
            <section aria-labelledby="why">
              <h2 id="why">{say('after.why')}</h2>
              <div class="reasons">
                {reasons.map(([reason, icon]) => (
                  <button key={reason} type="button" onClick={() => tell(reason)}>
                    <Icon of={icon} size={32} /> {say(`why.${reason}`)}
                  </button>
                ))}
              </div>
            </section>
          )}
          {receipt && <Receipt receipt={receipt} />}
          <AloneSteps of={afterNaloxone} />
        </>
      )}
    </Frame>
  )
}

function Receipt({ receipt }: { receipt: ReceiptView }) {
  return (
    <section class="card" aria-labelledby="receipt">
      <h2 id="receipt">{say('after.receipt')}</h2>
      {receipt.told.length === 0 && <p>{say('after.nobodyTold')}</p>}
      <ol class="story">
        {receipt.told.map(({ who, at, delivered, reply, openedAt }) => (
          <li key={who + at}>
            <time dateTime={at}>{clockTime(at)}</time>
            <span>
              {say(`receipt.${who}`)}
              {delivered !== undefined && `, ${say(delivered ? 'receipt.delivered' : 'receipt.notDelivered')}`}
              {reply && `, ${say(`receipt.${reply}`)}`}
              {openedAt && `, ${say('receipt.opened', { time: clockTime(openedAt) })}`}
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}
