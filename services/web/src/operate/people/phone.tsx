import { say } from '../words.ts'
import type { Somebody } from './person-form.tsx'

const phoneStates = ['ok', 'none', 'pending', 'refused', 'stopped', 'trouble'] as const
export function phoneState(one: Somebody): (typeof phoneStates)[number] {
  if (one.numberCheck === undefined) return 'none'
  if (one.numberCheck !== 'ok') return one.numberCheck
  if (one.phoneTrouble === 'stopped') return 'stopped'
  return one.phoneTrouble !== undefined || !one.reachable ? 'trouble' : 'ok'
}

/** Whether an alert reaches their phone now; where not, why. */
export function Phone({ of }: { of: Somebody }) {
  const state = phoneState(of)
  const kind = state === 'ok' ? 'good' : state === 'none' || state === 'pending' ? 'look' : 'wrong'
  const code = of.numberCheckCode ?? (of.phoneTrouble === 'stopped' ? undefined : of.phoneTrouble)
  return (
    <>
      <span class={`mark ${kind}`}>{say(`phone.${state}`)}</span>
      {code && state !== 'ok' && <span class="why">{code}</span>}
    </>
  )
}

/** Paid, unpaid, or one who has been there themselves; nothing where nobody has said it. */
export function Engagement({ of }: { of: Somebody }) {
  if (of.engagement === undefined) return <span class="small">{say('engagement.none')}</span>
  return <span>{say(`engagement.${of.engagement}`)}</span>
}
