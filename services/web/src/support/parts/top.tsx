import { BellOff, CircleHelp, Fingerprint, Handshake, KeyRound, Radio, TriangleAlert, VolumeX, WifiOff } from 'lucide'
import { Icon } from '../../shared/look/icon.tsx'
import { clockTime, language } from '../../shared/words/speak.ts'
import { lineAlarm, quietLine } from '../alarm/attention.ts'
import { soundAllowed } from '../alarm/sound.ts'
import { makePasskey, prefer, signInEnds, usePasskey } from '../console.ts'
import {
  byPasskey,
  feed,
  helpOpen,
  isOnShift,
  line,
  lostTo,
  loudlySignedOut,
  notice,
  screen,
  service,
  silentSeconds,
} from '../known.ts'
import { say } from '../words.ts'

/** What stands above every screen: trial, line, language, help; then what is wrong. */
export function Top({ signedIn }: { signedIn: boolean }) {
  const other = language.value === 'en' ? 'cy' : 'en'
  return (
    <header class="top">
      <p class="name">{say('app.title')}</p>
      <Trial />
      {signedIn && <LineWord />}
      <span class="tools">
        <button type="button" class="link" lang={other} onClick={() => void prefer({ language: other })}>
          {say('app.otherLanguage')}
        </button>
        {signedIn && (
          <button
            type="button"
            class="link"
            onClick={() => {
              helpOpen.value = true
            }}
          >
            <Icon of={CircleHelp} size={20} /> {say('app.help')}
          </button>
        )}
      </span>
    </header>
  )
}

/** On every screen, that of a new alert too: nobody takes a trial for the service. */
export function Trial() {
  if (!service.value?.trial) return null
  return (
    <p class="trial">
      <Icon of={TriangleAlert} size={18} /> {say('app.trial')}
    </p>
  )
}

function LineWord() {
  const state = feed.value === undefined ? 'opening' : line.value
  return (
    <p class={`line-word ${state}`} role="status">
      <Icon of={state === 'live' ? Radio : WifiOff} size={18} /> {say(`line.${state}`)}
    </p>
  )
}

/** What is wrong with this page itself. Each says what still works. */
export function Banners() {
  const state = line.value
  return (
    <>
      {feed.value !== undefined && state !== 'live' && loudlySignedOut.value === undefined && (
        <div class={`banner ${state}`} role="alert">
          <Icon of={WifiOff} />
          <p>
            <strong>{say(`line.${state}.title`)}</strong> {say(`line.${state}.what`)}
          </p>
          {state === 'lost' && (
            <p class="age" aria-hidden="true">
              {say('line.age', { seconds: silentSeconds.value })}
            </p>
          )}
          {lineAlarm.value && (
            <button type="button" onClick={quietLine}>
              <Icon of={BellOff} size={20} /> {say('line.quiet')}
            </button>
          )}
        </div>
      )}
      {isOnShift.value && !soundAllowed.value && (
        <div class="banner mute" role="alert">
          <Icon of={VolumeX} />
          <p>
            <strong>{say('sound.blocked')}</strong> {say('sound.blockedWhat')}
          </p>
          {/* Any touch lets the page sound; this one is there to be touched. */}
          <button type="button">{say('sound.turnOn')}</button>
        </div>
      )}
    </>
  )
}

/** The token ends soon, or has ended while somebody counts on this page. The alert that is open stays below it. */
export function SignInAgain() {
  const ended = loudlySignedOut.value
  const endsAt = signInEnds.value
  if (ended === undefined && (endsAt === undefined || screen.value === 'sign-in')) return null
  return (
    <div class={`banner sign-in-again ${ended ? 'lost' : ''}`} role="alert">
      <Icon of={KeyRound} />
      <p>
        <strong>
          {ended ? say('again.ended') : say('again.ends', { time: endsAt === undefined ? '' : clockTime(endsAt) })}
        </strong>{' '}
        {say(
          ended === 'open' ? 'again.open' : ended ? 'again.shut' : byPasskey.value ? 'again.what' : 'again.noPasskey',
        )}
      </p>
      {(ended === undefined || byPasskey.value) && (
        <button
          type="button"
          class={ended ? 'urgent' : ''}
          onClick={() => void (byPasskey.value ? usePasskey() : makePasskey())}
        >
          <Icon of={Fingerprint} size={20} /> {say(byPasskey.value ? 'signIn.button' : 'passkey.add')}
        </button>
      )}
    </div>
  )
}

/** Somebody took what was ours: loud, because whoever had it may be on the phone to 999. */
export function LostTo() {
  const lost = lostTo.value
  if (lost === undefined) return null
  return (
    <div class="banner taken" role="alert">
      <Icon of={Handshake} />
      <p>
        <strong>{say('lost.title', { name: lost.name, code: lost.code })}</strong>{' '}
        {say('lost.what', { name: lost.name })}
      </p>
      <button
        type="button"
        onClick={() => {
          lostTo.value = undefined
        }}
      >
        {say('lost.read')}
      </button>
    </div>
  )
}

export function Notice({ onlyTrouble = false }: { onlyTrouble?: boolean }) {
  const said = onlyTrouble && !notice.value?.isTrouble ? undefined : notice.value
  return (
    <div class="notice-place">
      <p class={said?.isTrouble ? 'notice trouble' : 'heard-only'} role="alert">
        {said?.isTrouble ? said.text : ''}
      </p>
      <p class={said && !said.isTrouble ? 'notice' : 'heard-only'} role="status">
        {said && !said.isTrouble ? said.text : ''}
      </p>
    </div>
  )
}
