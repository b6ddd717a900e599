import { CirclePlay, DoorOpen, Pencil, Plus, QrCode, Settings, UsersRound } from 'lucide'
import { useEffect } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { askPlans, open, plans, planViews, preferences } from '../app.ts'
import { Disowned } from '../parts/disowned.tsx'
import { Doors } from '../parts/doors.tsx'
import { ForgetCode } from '../parts/forget-code.tsx'
import { Frame, Trouble, WhoIsHere } from '../parts/frame.tsx'
import type { KeptPlan } from '../plans/plan.ts'
import { say } from '../words.ts'

export function HomeScreen() {
  useEffect(() => void askPlans(), [])
  const known = plans.value
  const usual = known.find(({ id }) => id === preferences.value.lastPlanId) ?? known[0]
  return (
    <Frame
      title={say('home.title')}
      actions={
        <button
          type="button"
          class="primary"
          onClick={() => open(usual ? { name: 'ready', planId: usual.id } : { name: 'quick' })}
        >
          <Icon of={CirclePlay} />
          {usual ? say('home.startPlace', { place: usual.text.label }) : say('home.start')}
        </button>
      }
    >
      <WhoIsHere />
      <Disowned />
      <section aria-labelledby="plans">
        <h2 id="plans">{say('home.plans')}</h2>
        {known.length === 0 && <p>{say('home.noPlans')}</p>}
        <ul class="plain">
          {known.map((plan) => (
            <li key={plan.id} class="card">
              <h3>{plan.text.label}</h3>
              <p class="address">{plan.text.address}</p>
              <Unsaved plan={plan} />
              <SiteChanged plan={plan} />
              <Warnings planId={plan.id} />
              <div class="choices">
                {plan.site && (
                  <button type="button" onClick={() => open({ name: 'join', planId: plan.id })}>
                    <Icon of={DoorOpen} size={20} /> {say('join.room')}
                    <span class="heard-only"> {plan.text.label}</span>
                  </button>
                )}
                <button type="button" onClick={() => open({ name: 'plan', planId: plan.id })}>
                  <Icon of={Pencil} size={20} /> {say('home.edit')}
                  <span class="heard-only"> {plan.text.label}</span>
                </button>
                <button type="button" onClick={() => open({ name: 'people', planId: plan.id })}>
                  <Icon of={UsersRound} size={20} /> {say('home.people')}
                  <span class="heard-only"> {plan.text.label}</span>
                </button>
              </div>
            </li>
          ))}
        </ul>
        <div class="choices">
          <button type="button" onClick={() => open({ name: 'plan', planId: 'new' })}>
            <Icon of={Plus} size={20} /> {say('home.newPlan')}
          </button>
          <button type="button" onClick={() => open({ name: 'join' })}>
            <Icon of={QrCode} size={20} /> {say('join.door')}
          </button>
          <button type="button" onClick={() => open({ name: 'settings' })}>
            <Icon of={Settings} size={20} /> {say('home.settings')}
          </button>
        </div>
      </section>
      <ForgetCode />
      <Doors of={['guidance', 'data', 'wrong', 'feedback']} />
    </Frame>
  )
}

/** What stands here is not what the service would act on. */
export function Unsaved({ plan }: { plan: KeptPlan }) {
  if (plan.unsaved === undefined) return null
  return <Trouble>{say(plan.unsaved === 'waiting' ? 'plan.waiting' : 'plan.refused')}</Trouble>
}

/** The site has other words for its door or its staff than those this person agreed to. */
export function SiteChanged({ plan }: { plan: KeptPlan }) {
  if (!plan.site || !planViews.value[plan.id]?.site?.changed) return null
  return (
    <div class="choices">
      <Trouble>{say('join.changed')}</Trouble>
      <button type="button" onClick={() => open({ name: 'join', planId: plan.id })}>
        {say('join.look')}
        <span class="heard-only"> {plan.text.label}</span>
      </button>
    </div>
  )
}

const spoken = [
  'no-entry',
  'no-naloxone',
  'no-own-number',
  'own-number-refused',
  'no-rescuer',
  'no-rescuer-agreed',
  'rescuer-gone',
] as const

/** What the service says is missing, a line each. */
export function Warnings({ planId }: { planId: string }) {
  const readiness = planViews.value[planId]?.readiness ?? []
  const lines = spoken.filter((word) => readiness.includes(word))
  if (lines.length === 0) return null
  return (
    <ul class="warnings">
      {lines.map((word) => (
        <li key={word}>{say(`warn.${word}`)}</li>
      ))}
    </ul>
  )
}
