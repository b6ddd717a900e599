import { HeartHandshake } from 'lucide'
import { useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { Heading } from '../../shared/parts/heading.tsx'
import * as shared from '../../shared/sign-in/screens.tsx'
import { enter, makePasskey, setShift, usePasskey } from '../console.ts'
import { byPasskey, isOnShift, screen, service, standing, tell } from '../known.ts'
import { NumberHeard } from '../parts/number-heard.tsx'
import { Team } from '../parts/team.tsx'
import { say } from '../words.ts'

export const Offline = () => <shared.Offline say={say} />

export function SignIn() {
  return (
    <shared.SignIn say={say} onSignIn={usePasskey}>
      <p class="small">{say('signIn.withoutPage')}</p>
    </shared.SignIn>
  )
}

export function EnrolPasskey() {
  return (
    <shared.EnrolPasskey
      say={say}
      isSecond={byPasskey.value}
      mayWait={service.value?.trial === true}
      onAdd={makePasskey}
      onGoOn={() => enter()}
    >
      <p class="small">{say('passkey.key')}</p>
    </shared.EnrolPasskey>
  )
}

export function FitForShift() {
  const [isAsked, setAsked] = useState(false)
  const answer = async (isFit: boolean) => {
    if (isAsked) return
    setAsked(true)
    if (await setShift(isFit, isFit)) {
      screen.value = 'board'
      tell(say(isFit ? 'shift.on' : 'shift.notToday'))
    }
    setAsked(false)
  }
  return (
    <section class="narrow">
      <Heading of="shift">{say('shift.title')}</Heading>
      <p class="lead">{say('shift.what')}</p>
      <div class="choices even">
        <button type="button" class="primary" onClick={() => void answer(true)}>
          <Icon of={HeartHandshake} /> {say('shift.yes')}
        </button>
        <button type="button" class="primary plain" onClick={() => void answer(false)}>
          {say('shift.no')}
        </button>
      </div>
      <p class="small">{say('shift.noReason')}</p>
      {standing.value?.debriefOpen && <p class="small">{say('shift.resting')}</p>}
      <NumberHeard />
      <section class="card">
        <h2>{say('team.title')}</h2>
        <Team />
      </section>
      {!isOnShift.value && (
        <button
          type="button"
          class="link"
          onClick={() => {
            screen.value = 'board'
          }}
        >
          {say('shift.onlyLook')}
        </button>
      )}
    </section>
  )
}
