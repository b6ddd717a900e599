import { useMemo, useState } from 'preact/hooks'
import { open, openFirst, planDrafts } from '../app.ts'
import { Frame, Trouble } from '../parts/frame.tsx'
import { newPlan } from '../plans/plan.ts'
import { savePlan } from '../plans/save-plan.ts'
import { useDraft } from '../plans/use-draft.ts'
import { whyNotSaved } from '../plans/why-not-saved.ts'
import { say } from '../words.ts'

/** A place is enough to start. */
export function QuickScreen() {
  const [address, setAddress] = useState(() => planDrafts.take('quick')?.plan.text.address ?? '')
  const [busy, setBusy] = useState(false)
  const [trouble, setTrouble] = useState('')
  const [plan] = useState(() => planDrafts.take('quick')?.plan ?? newPlan(say('plan.defaultLabel')))
  const written = useMemo(() => ({ ...plan, text: { ...plan.text, address } }), [plan, address])
  useDraft('quick', written, 0)
  async function go(event: Event) {
    event.preventDefault()
    setBusy(true)
    try {
      await savePlan(written)
      open({ name: 'ready', planId: plan.id })
    } catch (error) {
      setTrouble(whyNotSaved(error))
    }
    setBusy(false)
  }
  return (
    <Frame
      title={say('quick.title')}
      actions={
        <>
          <button type="submit" form="quick" class="primary" disabled={busy}>
            {say(busy ? 'app.wait' : 'quick.go')}
          </button>
          <button type="button" onClick={openFirst}>
            {say('app.back')}
          </button>
        </>
      }
    >
      <form id="quick" onSubmit={go}>
        <label for="address">{say('q.address')}</label>
        <p class="why" id="address-why">
          {say('quick.why')}
        </p>
        <textarea
          id="address"
          required
          rows={3}
          maxLength={1_000}
          autocomplete="off"
          aria-describedby="address-why"
          placeholder={say('eg.address')}
          value={address}
          onInput={({ currentTarget }) => setAddress(currentTarget.value)}
        />
      </form>
      {trouble && <Trouble>{trouble}</Trouble>}
    </Frame>
  )
}
