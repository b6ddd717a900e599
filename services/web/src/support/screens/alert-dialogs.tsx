import { Check } from 'lucide'
import { useState } from 'preact/hooks'
import { addressLines } from '../../shared/address/address-lines.ts'
import { Icon } from '../../shared/look/icon.tsx'
import { Dialog } from '../../shared/parts/dialog.tsx'
import { clockTime } from '../../shared/words/speak.ts'
import { act, giveAllClear } from '../acting.ts'
import { spelledOut } from '../alert/address.ts'
import { situationOf } from '../alert/situation.ts'
import type { Alert, AllClear, Brief } from '../desk/desk.ts'
import { dialog, doubted, record } from '../keyboard.ts'
import { feed, isPractice, me } from '../known.ts'
import { say } from '../words.ts'

const close = () => {
  dialog.value = undefined
}

/** What must be asked before it is done, and the address as large as it goes. */
export function AlertDialogs({ alert, brief }: { alert: Alert; brief: Brief | undefined }) {
  switch (dialog.value) {
    case 'all-clear':
      return <GiveAllClear alert={alert} />
    case 'hand-over':
      return <HandOver alert={alert} />
    case 'stand-down':
      return <StandDown alert={alert} />
    case 'read-back':
      return brief ? <ReadBack brief={brief} /> : null
    case 'stamp':
      return <Doubted alert={alert} />
    case undefined:
      return null
  }
}

const outcomes: readonly AllClear['outcome'][] = ['safe', 'false-alarm', 'rescued', 'handed-to-crew', 'not-found']

function GiveAllClear({ alert }: { alert: Alert }) {
  const [outcome, setOutcome] = useState<AllClear['outcome'] | undefined>(undefined)
  const [naloxone, setNaloxone] = useState<boolean | undefined>(situationOf(alert).doses.length > 0 ? true : undefined)
  const isReady = outcome !== undefined && naloxone !== undefined
  return (
    <Dialog title={say('clear.title')} onClose={close}>
      <p>{say('clear.what')}</p>
      <fieldset>
        <legend>{say('clear.how')}</legend>
        {outcomes.map((one) => (
          <label key={one} class="choice">
            <input type="radio" name="outcome" checked={outcome === one} onChange={() => setOutcome(one)} />
            <span>{say(`outcome.${one}`)}</span>
          </label>
        ))}
      </fieldset>
      <fieldset>
        <legend>{say('clear.naloxone')}</legend>
        <div class="choices even">
          {[true, false].map((one) => (
            <label key={String(one)} class="choice">
              <input type="radio" name="naloxone" checked={naloxone === one} onChange={() => setNaloxone(one)} />
              <span>{say(one ? 'app.yes' : 'app.no')}</span>
            </label>
          ))}
        </div>
        <p class="small">{say('clear.watch')}</p>
      </fieldset>
      <div class="choices even">
        <button
          type="button"
          class="primary"
          disabled={!isReady}
          onClick={() => {
            close()
            if (isReady) void giveAllClear(alert, { outcome, naloxone })
          }}
        >
          {say('clear.give')}
        </button>
        <button type="button" onClick={close}>
          {say('app.cancel')}
        </button>
      </div>
    </Dialog>
  )
}

function HandOver({ alert }: { alert: Alert }) {
  const others = (feed.value?.onShift ?? []).filter(({ id }) => id !== me.value?.recipientId)
  return (
    <Dialog title={say('hand.title')} onClose={close}>
      <p>{say(isPractice(alert) ? 'hand.practice' : others.length === 0 ? 'hand.nobody' : 'hand.what')}</p>
      {!isPractice(alert) && (
        <ul class="plain">
          {others.map(({ id, name, role }) => (
            <li key={id}>
              <button
                type="button"
                class="wide"
                onClick={() => {
                  close()
                  void act(alert, { what: 'hand-over', to: id })
                }}
              >
                {say('hand.to', { name })} <span class="small">{say(`role.${role}`)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <button type="button" onClick={close}>
        {say('app.cancel')}
      </button>
    </Dialog>
  )
}

function StandDown({ alert }: { alert: Alert }) {
  return (
    <Dialog title={say('stand.title')} onClose={close}>
      <p>{say('stand.what')}</p>
      <div class="choices even">
        <button
          type="button"
          class="urgent"
          onClick={() => {
            close()
            void act(alert, { what: 'stand-down' })
          }}
        >
          {say('stand.yes')}
        </button>
        <button type="button" onClick={close}>
          {say('stand.no')}
        </button>
      </div>
    </Dialog>
  )
}

/** A stamp on what somebody else has, or the same again a moment later: asked first. */
function Doubted({ alert }: { alert: Alert }) {
  const asked = doubted.value
  if (asked === undefined) return null
  const what = say(`kind.${asked.kind}`)
  const name = alert.owner?.name ?? say(alert.state === 'open' ? 'doubt.nobody' : 'who.rescuer')
  return (
    <Dialog title={say(`doubt.${asked.why}`, { what, name })} onClose={close}>
      <p>{say(`doubt.${asked.why}.what`, { name, time: asked.at ? clockTime(asked.at) : '' })}</p>
      <div class="choices even">
        <button
          type="button"
          class="urgent"
          onClick={() => {
            close()
            void record(alert, asked.kind)
          }}
        >
          {say(`doubt.${asked.why}.yes`)}
        </button>
        <button type="button" onClick={close}>
          {say('app.cancel')}
        </button>
      </div>
    </Dialog>
  )
}

/** Line by line: say it, hear it back, touch it. */
function ReadBack({ brief }: { brief: Brief }) {
  const { lines, postcode } = addressLines(brief.address)
  const [heard, setHeard] = useState<ReadonlySet<string>>(new Set())
  const turn = (line: string) =>
    setHeard((known) => new Set(known.has(line) ? [...known].filter((one) => one !== line) : [...known, line]))
  const all = [...lines, ...(postcode ? [postcode] : [])]
  return (
    <Dialog title={say('read.title')} kind="read-back" onClose={close}>
      <p>{say('read.what')}</p>
      <ul class="plain">
        {all.map((line) => (
          <li key={line}>
            <button type="button" class="read-line" aria-pressed={heard.has(line)} onClick={() => turn(line)}>
              <span class="large">{line}</span>
              {line === postcode && (
                <span class="spelled">
                  {spelledOut(line).map(({ sign, word }, index) => (
                    <span key={index}>
                      <b>{sign}</b> {word}
                    </span>
                  ))}
                </span>
              )}
              <span class="small">
                {heard.has(line) && <Icon of={Check} size={18} />} {say(heard.has(line) ? 'read.heard' : 'read.touch')}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <button type="button" class={all.every((line) => heard.has(line)) ? 'primary' : ''} onClick={close}>
        {say('app.close')}
      </button>
    </Dialog>
  )
}
