import { Trash2 } from 'lucide'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { forgetEverything } from '../../shared/kept/kept.ts'
import { Icon } from '../../shared/look/icon.tsx'
import {
  api,
  device,
  open,
  openAgreed,
  openFirst,
  pinLooksGone,
  pinTries,
  planStore,
  prefer,
  preferences,
  underDuress,
} from '../app.ts'
import { Doors } from '../parts/doors.tsx'
import { Frame, Trouble } from '../parts/frame.tsx'
import { say } from '../words.ts'
import { PinForm } from './pin-form.tsx'
import { LanguageChoice } from './welcome.tsx'

const looks = ['auto', 'dark', 'light'] as const

export function SettingsScreen() {
  return (
    <Frame
      title={say('settings.title')}
      actions={
        <button type="button" onClick={openFirst}>
          {say('app.back')}
        </button>
      }
    >
      <section aria-labelledby="language">
        <h2 id="language">{say('settings.language')}</h2>
        <LanguageChoice />
      </section>
      <Group title={say('settings.look')}>
        <fieldset>
          <legend class="heard-only">{say('settings.look')}</legend>
          {looks.map((look) => (
            <label key={look} class="choice">
              <input
                type="radio"
                name="look"
                checked={preferences.value.look === look}
                onChange={() => void prefer({ look })}
              />
              <span>{say(`look.${look}`)}</span>
            </label>
          ))}
        </fieldset>
      </Group>
      <Group title={say('settings.pin')}>
        <Pin />
      </Group>
      <Group title={say('settings.code')}>
        <OwnCode />
      </Group>
      <Group title={say('move.title')}>
        <NewPhone />
      </Group>
      <Group title={say('settings.more')}>
        <Doors of={['guidance', 'data', 'wrong', 'feedback']} />
      </Group>
      <Forget />
    </Frame>
  )
}

/** Closed until it is wanted: whoever glances at the phone sees five lines. */
function Group({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <details class="line group">
      <summary>
        <h2>{title}</h2>
      </summary>
      <div class="inside">{children}</div>
    </details>
  )
}

function Pin() {
  const [hasPin, setHasPin] = useState(false)
  const [pins, setPins] = useState({ pin: '', duress: '' })
  const [bad, setBad] = useState(false)
  const [takingAway, setTakingAway] = useState(false)
  useEffect(() => void planStore.hasPin().then((has) => setHasPin(has && !pinLooksGone.value)), [])
  async function set(event: Event) {
    event.preventDefault()
    const fits = (pin: string) => /^\d{4,8}$/.test(pin)
    const isBad = !fits(pins.pin) || (pins.duress !== '' && (!fits(pins.duress) || pins.duress === pins.pin))
    setBad(isBad)
    if (isBad) return
    await planStore.setPins(pins.pin, pins.duress || undefined)
    await pinTries.forget()
    pinLooksGone.value = false
    setPins({ pin: '', duress: '' })
    setHasPin(true)
  }
  async function takeAway(duress: boolean) {
    // Under duress it only looks so, until the app is opened anew: see `pinLooksGone`.
    if (duress) pinLooksGone.value = true
    else await planStore.removePin()
    setTakingAway(false)
    setHasPin(false)
  }
  const field = (which: keyof typeof pins, label: string) => (
    <div class="question current">
      <label for={`set-${which}`}>{label}</label>
      <input
        id={`set-${which}`}
        type="password"
        inputMode="numeric"
        autocomplete="new-password"
        maxLength={8}
        value={pins[which]}
        onInput={({ currentTarget }) => setPins({ ...pins, [which]: currentTarget.value })}
      />
    </div>
  )
  return (
    <>
      <p>{say('settings.pinWhat')}</p>
      {hasPin ? (
        <>
          <p role="status">{say('settings.pinOn')}</p>
          {takingAway ? (
            <PinForm submit={say('settings.pinOff')} onOpened={({ duress }) => void takeAway(duress)} />
          ) : (
            <button type="button" onClick={() => setTakingAway(true)}>
              {say('settings.pinOff')}
            </button>
          )}
        </>
      ) : (
        <form onSubmit={set}>
          {field('pin', say('settings.pinNew'))}
          <details>
            <summary>{say('settings.pinSecond')}</summary>
            {field('duress', say('settings.pinDuress'))}
            <p class="why">{say('settings.pinDuressWhat')}</p>
          </details>
          {bad && <Trouble>{say('settings.pinBad')}</Trouble>}
          <button type="submit">{say('app.save')}</button>
        </form>
      )}
    </>
  )
}

/** The code that deletes what the service keeps of this phone. */
function OwnCode() {
  const [shown, setShown] = useState(false)
  const own = device.value?.forgetCode
  const isNoted = preferences.value.forgetCode === 'noted'
  return (
    <>
      <p>{say('settings.codeWhat')}</p>
      {own && !isNoted && <p class="why">{say('settings.codeNotNoted')}</p>}
      {own && shown && <p class="code">{own}</p>}
      <div class="choices">
        {own && !shown && (
          <button type="button" onClick={() => setShown(true)}>
            {say('settings.codeShow')}
          </button>
        )}
        {shown && !isNoted && (
          <button type="button" onClick={() => void prefer({ forgetCode: 'noted' })}>
            {say('note.have')}
          </button>
        )}
      </div>
      <p class="why">{say('settings.codeNote')}</p>
      <Doors of={['lost']} />
    </>
  )
}

/** To a new phone, and from an old one. */
function NewPhone() {
  return (
    <>
      <p>{say('promise.device')}</p>
      <div class="choices">
        {device.value && (
          <button type="button" onClick={() => open({ name: 'move' })}>
            {say('settings.move')}
          </button>
        )}
        <button type="button" onClick={() => openAgreed({ name: 'arrive' })}>
          {say('settings.arrive')}
        </button>
      </div>
    </>
  )
}

/**
 * Deletes at the service first; without a connection it asks whether this phone alone is enough. Under duress it is this
 * phone alone, and nothing says so.
 */
function Forget() {
  const dialog = useRef<HTMLDialogElement>(null)
  const [alone, setAlone] = useState(false)
  async function forget() {
    if (!alone && !underDuress.value) {
      try {
        const code = device.value?.forgetCode
        if (code) await api('POST', '/v1/forget', { code })
      } catch {
        setAlone(true)
        return
      }
    }
    await forgetEverything()
    open({ name: 'forgotten' })
  }
  return (
    <>
      <button type="button" class="urgent" onClick={() => dialog.current?.showModal()}>
        <Icon of={Trash2} size={20} /> {say('settings.forget')}
      </button>
      <dialog ref={dialog} aria-labelledby="forget-sure">
        <h2 id="forget-sure">{say('settings.forget')}</h2>
        <p role="status">{say(alone ? 'settings.forgetOffline' : 'settings.forgetWhat')}</p>
        <div class="choices">
          <button type="button" class="urgent" onClick={() => void forget()}>
            {say('settings.forgetYes')}
          </button>
          <button type="button" onClick={() => dialog.current?.close()}>
            {say('app.cancel')}
          </button>
        </div>
      </dialog>
    </>
  )
}
