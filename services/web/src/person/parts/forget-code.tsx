import { NotebookPen } from 'lucide'

import { useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'

import { device, prefer, preferences } from '../app.ts'
import { say } from '../words.ts'

/**
 * The code for a lost phone, offered where nothing is urgent until it was written down. Whoever has it can delete
 * everything: it is on the screen only after a press, and only until the screen is left.
 */
export function ForgetCode() {
  const [shown, setShown] = useState(false)
  const code = device.value?.forgetCode
  if (code === undefined || preferences.value.forgetCode === 'noted') return null
  return (
    <section class="card" aria-labelledby="note-title">
      <h2 id="note-title">
        <Icon of={NotebookPen} /> {say('settings.code')}
      </h2>
      <p>{say('settings.codeWhat')}</p>
      {shown && <p class="code">{code}</p>}
      {shown ? (
        <button type="button" onClick={() => void prefer({ forgetCode: 'noted' })}>
          {say('note.have')}
        </button>
      ) : (
        <button type="button" onClick={() => setShown(true)}>
          {say('settings.codeShow')}
        </button>
      )}
    </section>
  )
}
