import { PhoneCall } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { RefusedError } from '../../shared/server/api.ts'
import { plans, planViews, service } from '../app.ts'
import { rehearseOwnPhone } from '../plans/save-plan.ts'
import { say } from '../words.ts'
import { Trouble } from './frame.tsx'

/** The service sends one test a minute: a second press would say that one is on its way, and none would be. */
const againAfterMs = 60_000

/** The plan's own phone, tried out before it counts: it is rung and texted, marked TEST. */
export function OwnPhone({ planId }: { planId: string }) {
  const plan = plans.value.find(({ id }) => id === planId)
  const check = planViews.value[planId]?.ownNumberCheck
  const [busy, setBusy] = useState(false)
  const [resting, setResting] = useState(false)
  const [trouble, setTrouble] = useState('')
  useEffect(() => {
    if (!resting) return
    const rest = setTimeout(() => setResting(false), againAfterMs)
    return () => clearTimeout(rest)
  }, [resting])
  // Of a number that was not saved, or is refused, the plan itself says so.
  if (!plan?.ownNumber || check !== 'ok') return null
  async function test() {
    setBusy(true)
    setTrouble('')
    try {
      await rehearseOwnPhone(planId)
      setResting(true)
    } catch (error) {
      const number = service.value?.smsNumber ?? ''
      setTrouble(error instanceof RefusedError ? say('own.refused', { number }) : say('app.noAnswer'))
    }
    setBusy(false)
  }
  return (
    <section class="card" aria-labelledby="own-phone">
      <h3 id="own-phone">{say('own.title')}</h3>
      <p class="why">{say('own.why')}</p>
      {trouble && <Trouble>{trouble}</Trouble>}
      <p role="status">{resting && say('own.tested')}</p>
      <button type="button" disabled={busy || resting} onClick={() => void test()}>
        <Icon of={PhoneCall} size={20} /> {say(busy ? 'app.wait' : 'own.test')}
      </button>
    </section>
  )
}
