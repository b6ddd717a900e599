import { Fingerprint, HeartHandshake, KeyRound, RefreshCw } from 'lucide'
import { useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { byPasskey, enter, isOnShift, makePasskey, screen, service, setShift, tell, usePasskey } from '../console.ts'
import { Heading } from '../parts/heading.tsx'
import { Team } from '../parts/team.tsx'
import { say } from '../words.ts'

export function Offline() {
  return (
    <section class="narrow">
      <Heading of="offline">{say('offline.title')}</Heading>
      <p>{say('offline.what')}</p>
      <button type="button" class="primary" onClick={() => location.reload()}>
        <Icon of={RefreshCw} /> {say('offline.again')}
      </button>
    </section>
  )
}

export function SignIn() {
  return (
    <section class="narrow">
      <Heading of="sign-in">{say('signIn.title')}</Heading>
      <p class="lead">{say('signIn.what')}</p>
      <button type="button" class="primary" onClick={() => void usePasskey()}>
        <Icon of={Fingerprint} /> {say('signIn.button')}
      </button>
      <p class="small">{say('signIn.first')}</p>
      <p class="small">{say('signIn.withoutPage')}</p>
    </section>
  )
}

/** After an invitation, and later for a second one. */
export function EnrolPasskey() {
  const [isKept, setKept] = useState(false)
  const goOn = () => void enter()
  const isSecond = byPasskey.value
  return (
    <section class="narrow">
      <Heading of="passkey">{say(isSecond ? 'passkey.second' : 'passkey.title')}</Heading>
      <p class="lead">{say(isSecond ? 'passkey.secondWhat' : 'passkey.what')}</p>
      <button
        type="button"
        class={isKept ? '' : 'primary'}
        onClick={async () => {
          if (await makePasskey()) setKept(true)
        }}
      >
        <Icon of={KeyRound} /> {say(isSecond || isKept ? 'passkey.addSecond' : 'passkey.add')}
      </button>
      {(isKept || isSecond) && (
        <button type="button" class={isKept ? 'primary' : ''} onClick={goOn}>
          {say('passkey.goOn')}
        </button>
      )}
      {!isKept && !isSecond && service.value?.trial && (
        <button type="button" class="link" onClick={goOn}>
          {say('passkey.later')}
        </button>
      )}
      <p class="small">{say('passkey.key')}</p>
    </section>
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
