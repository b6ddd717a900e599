import type { ComponentChildren } from 'preact'
import { Dialog } from '../../shared/parts/dialog.tsx'
import { say } from '../words.ts'
import { useSaving } from './save.tsx'
import { Trouble } from './trouble.tsx'

/** Asks before something that cannot be taken back. It stays open, and says why, when the service refuses. */
export function Confirm(of: {
  title: string
  yes: string
  /** What was asked in it has no sound answer yet. */
  isOff?: boolean
  onYes: () => Promise<unknown>
  onClose: () => void
  children: ComponentChildren
}) {
  const saving = useSaving()
  return (
    <Dialog title={of.title} onClose={of.onClose}>
      {of.children}
      {saving.trouble !== undefined && <Trouble of={saving.trouble} />}
      <div class="choices even">
        <button
          type="button"
          class="urgent"
          disabled={saving.isBusy || of.isOff}
          onClick={async () => {
            if (await saving.run(of.onYes)) of.onClose()
          }}
        >
          {of.yes}
        </button>
        <button type="button" onClick={of.onClose}>
          {say('app.cancel')}
        </button>
      </div>
    </Dialog>
  )
}
