import { useEffect, useState } from 'preact/hooks'
import { minutesAndSeconds } from '../../shared/words/speak.ts'
import { pinTries, plans, underDuress } from '../app.ts'
import type { Opening } from '../lock/locked.ts'
import { Trouble } from '../parts/frame.tsx'
import type { KeptPlan } from '../plans/plan.ts'
import { say } from '../words.ts'

type Opened = Extract<Opening<KeptPlan[]>, { kind: 'opened' }>

/** @param of `atOnce`: a running session's end, which no number of wrong PINs holds up */
export function PinForm(of: { submit: string; atOnce?: boolean; onOpened: (opened: Opened) => void }) {
  const { atOnce = false } = of
  const [pin, setPin] = useState('')
  const [wrong, setWrong] = useState(false)
  const [busy, setBusy] = useState(false)
  const [waitMs, setWaitMs] = useState(0)
  const waits = waitMs > 0
  useEffect(() => {
    if (atOnce) return
    const look = () => void pinTries.waitMs().then(setWaitMs)
    look()
    if (!waits) return
    const looking = setInterval(look, 500)
    return () => clearInterval(looking)
  }, [waits])
  async function tryPin(event: Event) {
    event.preventDefault()
    setBusy(true)
    const opening = await pinTries.unlock(pin, { atOnce })
    setWrong(opening.kind === 'refused')
    if (!atOnce) setWaitMs(await pinTries.waitMs())
    setBusy(false)
    setPin('')
    if (opening.kind !== 'opened') return
    plans.value = opening.content
    underDuress.value = opening.duress
    of.onOpened(opening)
  }
  return (
    <form class="pin" onSubmit={tryPin}>
      <label for="pin">{say('lock.pin')}</label>
      <input
        id="pin"
        type="password"
        inputMode="numeric"
        autocomplete="off"
        maxLength={8}
        required
        value={pin}
        onInput={({ currentTarget }) => setPin(currentTarget.value)}
      />
      {wrong && <Trouble>{say('lock.wrong')}</Trouble>}
      {waits && (
        <>
          <p role="status">{say('lock.wait')}</p>
          {/* Its ticking is for eyes: read out every second it would drown the rest. */}
          <p class="wait" role="timer" aria-label={say('lock.wait')}>
            {minutesAndSeconds(waitMs)}
          </p>
        </>
      )}
      <button type="submit" class="primary" disabled={busy || waits}>
        {busy ? say('app.wait') : of.submit}
      </button>
    </form>
  )
}
