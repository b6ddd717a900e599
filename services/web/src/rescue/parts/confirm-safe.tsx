import { HeartHandshake } from 'lucide'
import { useRef } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { press } from '../alert/alert.ts'
import { say } from '../words.ts'

/** "I have spoken to them, they are safe" may end the alert: it is asked once more. */
export function SafeButton() {
  const dialog = useRef<HTMLDialogElement>(null)
  return (
    <>
      <button type="button" class="link" onClick={() => dialog.current?.showModal()}>
        <Icon of={HeartHandshake} /> {say('reply.safe')}
      </button>
      <dialog ref={dialog} aria-labelledby="safe-title">
        <h2 id="safe-title">{say('safe.title')}</h2>
        <p>{say('safe.what')}</p>
        <button
          type="button"
          class="primary"
          onClick={() => {
            dialog.current?.close()
            press('safe')
          }}
        >
          {say('safe.yes')}
        </button>
        <button type="button" onClick={() => dialog.current?.close()}>
          {say('safe.no')}
        </button>
      </dialog>
    </>
  )
}
