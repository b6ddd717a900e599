import { say } from '../words.ts'
import { ageOf } from './age.ts'
import type { Somebody } from './person-form.tsx'

const phoneStates = ['ok', 'none', 'pending', 'refused', 'stopped', 'denied', 'trouble', 'waiting'] as const
export function phoneState(one: Somebody): (typeof phoneStates)[number] {
  if (one.numberCheck === undefined) return 'none'
  if (one.numberCheck !== 'ok') return one.numberCheck
  if (one.phoneTrouble === 'stopped') return 'stopped'
  if (one.numberState === 'denied') return 'denied'
  if (one.phoneTrouble !== undefined || !one.reachable) return 'trouble'
  return one.numberState === 'waiting' ? 'waiting' : 'ok'
}

const looks = { ok: 'good', none: 'look', pending: 'look', waiting: 'look' } as const

/**
 * Whether an alert reaches their phone now; where not, why; and whether it said that it is theirs.
 * @param now the service's, where it is also said how long ago
 */
export function Phone({ of, now }: { of: Somebody; now?: string }) {
  const state = phoneState(of)
  const kind = state in looks ? looks[state as keyof typeof looks] : 'wrong'
  const code = of.numberCheckCode ?? (of.phoneTrouble === 'stopped' ? undefined : of.phoneTrouble)
  const said = now && of.numberCheck === 'ok' && whatItSaid(of, now)
  return (
    <>
      <span class={`mark ${kind}`}>{say(`phone.${state}`)}</span>
      {code && state !== 'ok' && <span class="why">{code}</span>}
      {said && <span class="why">{said}</span>}
    </>
  )
}

/** With its age in words: a question of last month is another matter than one of a minute ago. */
function whatItSaid({ numberState, numberStateAt, numberConfirmedBy }: Somebody, now: string): string | undefined {
  if (numberState === undefined) return undefined
  if (numberStateAt === undefined) return say('phone.age.never')
  const { unit, count } = ageOf(numberStateAt, now)
  const age = say(`phone.ago.${unit}`, { count })
  if (numberState === 'waiting') return say('phone.age.asked', { age })
  if (numberState === 'denied') return say('phone.age.denied', { age })
  return say(numberConfirmedBy === 'claim' ? 'phone.age.claimed' : 'phone.age.confirmed', { age })
}

/** Whether a question to their phone could still tell something: not after STOP, nor once it has answered. */
export const mayAsk = ({ numberState, numberConfirmedBy, phoneTrouble }: Somebody): boolean =>
  numberState !== undefined &&
  phoneTrouble !== 'stopped' &&
  (numberState !== 'confirmed' || numberConfirmedBy === 'claim')

/** Paid, unpaid, or one who has been there themselves; nothing where nobody has said it. */
export function Engagement({ of }: { of: Somebody }) {
  if (of.engagement === undefined) return <span class="small">{say('engagement.none')}</span>
  return <span>{say(`engagement.${of.engagement}`)}</span>
}
