import { Fingerprint, KeyRound, RefreshCw } from 'lucide'
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { Icon } from '../look/icon.tsx'
import { Heading } from '../parts/heading.tsx'

/** What every console says around signing in; each has the words in its own catalogue. */
type SignInWord =
  | 'offline.title'
  | 'offline.what'
  | 'offline.again'
  | 'signIn.title'
  | 'signIn.what'
  | 'signIn.button'
  | 'signIn.first'
  | 'passkey.title'
  | 'passkey.what'
  | 'passkey.second'
  | 'passkey.keptSecond'
  | 'passkey.secondWhat'
  | 'passkey.add'
  | 'passkey.addSecond'
  | 'passkey.goOn'
  | 'passkey.later'
type Say = (word: SignInWord) => string

export function Offline({ say }: { say: Say }) {
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

export function SignIn(of: { say: Say; onSignIn: () => unknown; children?: ComponentChildren }) {
  const { say } = of
  return (
    <section class="narrow">
      <Heading of="sign-in">{say('signIn.title')}</Heading>
      <p class="lead">{say('signIn.what')}</p>
      <button type="button" class="primary" onClick={of.onSignIn}>
        <Icon of={Fingerprint} /> {say('signIn.button')}
      </button>
      <p class="small">{say('signIn.first')}</p>
      {of.children}
    </section>
  )
}

/** After an invitation, and later for a second one. Only a trial lets it wait. */
export function EnrolPasskey(of: {
  say: Say
  /** Signed in by a passkey already. */
  isSecond: boolean
  mayWait: boolean
  /** @returns whether one was made */
  onAdd: () => Promise<boolean>
  onGoOn: () => unknown
  children?: ComponentChildren
}) {
  const { say, isSecond } = of
  const [isKept, setKept] = useState(false)
  const [isSecondKept, setSecondKept] = useState(false)
  return (
    <section class="narrow">
      <Heading of="passkey">
        {say(isSecondKept ? 'passkey.keptSecond' : isSecond ? 'passkey.second' : 'passkey.title')}
      </Heading>
      <p class="lead">{say(isSecond ? 'passkey.secondWhat' : 'passkey.what')}</p>
      {!isSecondKept && (
        <button
          type="button"
          class={isKept ? '' : 'primary'}
          onClick={async () => {
            if (!(await of.onAdd())) return
            setKept(true)
            if (isSecond) setSecondKept(true)
          }}
        >
          <Icon of={KeyRound} /> {say(isSecond || isKept ? 'passkey.addSecond' : 'passkey.add')}
        </button>
      )}
      {(isKept || isSecond) && (
        <button type="button" class={isKept ? 'primary' : ''} onClick={of.onGoOn}>
          {say('passkey.goOn')}
        </button>
      )}
      {!isKept && !isSecond && of.mayWait && (
        <button type="button" class="link" onClick={of.onGoOn}>
          {say('passkey.later')}
        </button>
      )}
      {of.children}
    </section>
  )
}
