import { Bell } from 'lucide'
import { useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { preferences, service } from '../app.ts'
import { allowPush, canBePushed, refusePush } from '../prompting/push.ts'
import { say } from '../words.ts'

/** A notification when we ask: offered where the service and this browser can, and asked for only by a touch. */
export function Reminders() {
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState(false)
  if (!service.value?.webPush || !canBePushed()) return null
  const on = preferences.value.push === true && Notification.permission === 'granted'
  async function change() {
    setBusy(true)
    setRefused(false)
    if (on) await refusePush().catch(() => undefined)
    else setRefused(!(await allowPush()))
    setBusy(false)
  }
  return (
    <div class="inside">
      <p id="reminders-what" class="why">
        {say('reminders.what')}
      </p>
      <button
        type="button"
        aria-pressed={on}
        aria-describedby="reminders-what"
        disabled={busy}
        onClick={() => void change()}
      >
        <Icon of={Bell} size={20} /> {say(on ? 'reminders.stop' : 'reminders.start')}
      </button>
      <p role="status">{refused ? say('reminders.refused') : on ? say('reminders.on') : ''}</p>
    </div>
  )
}
