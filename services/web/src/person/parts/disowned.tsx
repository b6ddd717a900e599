import { useState } from 'preact/hooks'
import { beginAnew, isDisowned, openFirst } from '../app.ts'
import { saveUnsaved } from '../plans/save-plan.ts'
import { say } from '../words.ts'
import { Trouble } from './frame.tsx'

/** The service has deleted this phone: nothing can be started with what it was, and what is kept here need not be lost. */
export function Disowned() {
  const [busy, setBusy] = useState(false)
  if (!isDisowned.value) return null
  async function anew() {
    setBusy(true)
    await beginAnew()
    // Without an answer each plan says that it waits, and is tried again by itself.
    await saveUnsaved().catch(() => undefined)
    openFirst()
  }
  return (
    <div class="choices">
      <Trouble>{say('disowned.what')}</Trouble>
      <button type="button" class="primary" disabled={busy} onClick={() => void anew()}>
        {say(busy ? 'app.wait' : 'disowned.anew')}
      </button>
    </div>
  )
}
