import { type OpeningView, openingAad, openingInfo } from '@stillhere/contracts'
import { openSealed } from '@stillhere/sealing/open'
import { useEffect, useState } from 'preact/hooks'
import type { Me } from '../../shared/sign-in/brief-key.ts'
import { toTheSecond } from '../parts/when.ts'
import { say } from '../words.ts'

const facts = ['address', 'entry', 'pets', 'naloxone', 'notes', 'callOut'] as const
type Plan = Partial<Record<(typeof facts)[number], string>>

/** The plan, opened in this browser alone. It is kept nowhere here: away from this page it is gone. */
export function OpenedPlan({ of, me }: { of: OpeningView; me: Me }) {
  const [plan, setPlan] = useState<Plan | 'unreadable'>()
  const { id: openingId, sealed, keyId } = of
  useEffect(() => {
    if (!sealed) return setPlan(undefined)
    const aad = openingAad({ openingId, supporterId: me.recipientId, keyId })
    void openSealed([me.key], sealed, openingInfo, aad).then((opened) =>
      setPlan(opened.kind === 'opened' ? (JSON.parse(opened.text) as Plan) : 'unreadable'),
    )
  }, [openingId, sealed?.ciphertext])
  if (plan === undefined) return null
  if (plan === 'unreadable') return <p class="banner trouble">{say('opening.unreadable')}</p>
  return (
    <div class="opened-plan">
      <h3>{say('opening.plan')}</h3>
      <dl>
        {facts.map((one) => (
          <div key={one}>
            <dt>{say(`opening.plan.${one}`)}</dt>
            <dd>{plan[one] ?? '–'}</dd>
          </div>
        ))}
      </dl>
      {of.readableUntil && <p class="small">{say('opening.until', { when: toTheSecond(of.readableUntil) })}</p>}
    </div>
  )
}
