import { useState } from 'preact/hooks'
import { RefusedError } from '../../shared/server/api.ts'
import { askAs } from '../app.ts'
import { Frame, Trouble } from '../parts/frame.tsx'
import { say } from '../words.ts'
import { keptFor } from './kept-for.ts'
import { Back } from './points.tsx'

/** I lost my phone: from any phone, without an account, with the code that was written down. */
export function LostPage() {
  return (
    <Frame title={say('door.lost')} actions={<Back />}>
      <p class="lead">{say('lost.what')}</p>
      <UseCode />
      <section class="card" aria-labelledby="no-code">
        <h2 id="no-code">{say('lost.noCode')}</h2>
        <p>{say('lost.noCodeWhat', keptFor)}</p>
      </section>
    </Frame>
  )
}

function whyNot(error: unknown): string {
  if (!(error instanceof RefusedError)) return say('lost.noAnswer')
  switch (error.code) {
    case 'session_running':
      return say('lost.running')
    case 'invalid':
      return say('lost.notWhole')
    case 'not_found':
      return say('settings.useCodeNot')
    default:
      return say('lost.noAnswer')
  }
}

export function UseCode() {
  const [code, setCode] = useState('')
  const [done, setDone] = useState(false)
  const [busy, setBusy] = useState(false)
  const [trouble, setTrouble] = useState('')
  async function use(event: Event) {
    event.preventDefault()
    setBusy(true)
    setTrouble('')
    try {
      await askAs(undefined)('POST', '/v1/forget', { code: code.trim() })
      setCode('')
      setDone(true)
    } catch (error) {
      setTrouble(whyNot(error))
    }
    setBusy(false)
  }
  if (done)
    return (
      <p class="lead" role="status">
        {say('settings.useCodeDone')} {say('lost.backups', keptFor)}
      </p>
    )
  return (
    <form onSubmit={use}>
      <div>
        <label for="forget-code">{say('settings.useCodeLabel')}</label>
        <p class="why" id="forget-why">
          {say('lost.codeWhy')}
        </p>
        <input
          id="forget-code"
          required
          maxLength={64}
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          aria-describedby="forget-why"
          value={code}
          onInput={({ currentTarget }) => setCode(currentTarget.value)}
        />
      </div>
      {trouble && <Trouble>{trouble}</Trouble>}
      <button type="submit" disabled={busy}>
        {say(busy ? 'app.wait' : 'settings.useCode')}
      </button>
    </form>
  )
}
