import { NotebookPen } from 'lucide'
import { Icon } from '../../shared/look/icon.tsx'
import { device, prefer, preferences } from '../app.ts'
import { say } from '../words.ts'

/** Shown from the moment the device is made until the person has said what becomes of it. It holds nobody up. */
export function ForgetCode() {
  const code = device.value?.forgetCode
  if (code === undefined || preferences.value.forgetCode !== undefined) return null
  return (
    <section class="card note" aria-labelledby="note-title">
      <h2 id="note-title">
        <Icon of={NotebookPen} /> {say('note.title')}
      </h2>
      <p class="code">{code}</p>
      <p>{say('settings.codeWhat')}</p>
      <div class="choices even">
        <button type="button" onClick={() => void prefer({ forgetCode: 'noted' })}>
          {say('note.have')}
        </button>
        <button type="button" onClick={() => void prefer({ forgetCode: 'later' })}>
          {say('note.later')}
        </button>
      </div>
    </section>
  )
}
