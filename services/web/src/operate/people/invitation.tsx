import { Copy } from 'lucide'
import { Icon } from '../../shared/look/icon.tsx'
import { Dialog } from '../../shared/parts/dialog.tsx'
import { Qr } from '../../shared/parts/qr.tsx'
import { tell } from '../app.ts'
import { say } from '../words.ts'

export interface Invited {
  name: string
  role: string
  invitation: string
}

/** Where a role works. */
const consoleOf = (role: string): string => (role === 'operator' || role === 'auditor' ? 'operate' : 'support')

/** A way in, shown once: it is kept nowhere, and works once. */
export function Invitation({ of, onClose }: { of: Invited; onClose: () => void }) {
  const link = `${location.origin}/${consoleOf(of.role)}#${of.invitation}`
  return (
    <Dialog title={say('invite.title', { name: of.name })} onClose={onClose}>
      <p>{say('invite.what')}</p>
      <Qr text={link} label={say('invite.qr', { name: of.name })} />
      <p class="link-text">
        <code>{link}</code>
      </p>
      <button
        type="button"
        class="primary"
        onClick={async () => {
          try {
            await navigator.clipboard.writeText(link)
            tell(say('site.copied'))
          } catch {
            tell(say('invite.notCopied'), true)
          }
        }}
      >
        <Icon of={Copy} size={20} /> {say('site.copy')}
      </button>
      <p class="small">{say('invite.safe')}</p>
      <button type="button" onClick={onClose}>
        {say('invite.done')}
      </button>
    </Dialog>
  )
}
