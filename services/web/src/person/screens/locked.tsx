import { useState } from 'preact/hooks'
import { openFirst, planStore, plans } from '../app.ts'
import type { Opening } from '../lock/locked.ts'
import { Doors } from '../parts/doors.tsx'
import { Frame, Trouble } from '../parts/frame.tsx'
import type { KeptPlan } from '../plans/plan.ts'
import { say } from '../words.ts'

type Opened = Extract<Opening<KeptPlan[]>, { kind: 'opened' }>

/** Both PINs open the same plans; only at the end of a session do they differ, and nobody sees it. */
export function LockedScreen() {
  return (
    <Frame title={say('lock.title')}>
      <PinForm submit={say('lock.open')} onOpened={openFirst} />
      <Doors of={['guidance', 'lost']} />
    </Frame>
  )
}

export function PinForm({ submit, onOpened }: { submit: string; onOpened: (opened: Opened) => void }) {
  const [pin, setPin] = useState('')
  const [wrong, setWrong] = useState(false)
  const [busy, setBusy] = useState(false)
  async function tryPin(event: Event) {
    event.preventDefault()
    setBusy(true)
    const opening = await planStore.unlock(pin)
    setBusy(false)
    setPin('')
    setWrong(opening.kind === 'refused')
    if (opening.kind !== 'opened') return
    plans.value = opening.content
    onOpened(opening)
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
      <button type="submit" class="primary" disabled={busy}>
        {busy ? say('app.wait') : submit}
      </button>
    </form>
  )
}
