import { Check } from 'lucide'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { say } from '../words.ts'

/**
 * An end takes a second touch, at another place of the screen: a pocket, a slip or a trembling hand does not take the
 * watch away. With a PIN its form is that second touch.
 */
export function EndDialog({ onEnd, close }: { onEnd: () => void; close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} onClose={close} aria-labelledby="end-title" aria-describedby="end-what">
      <h2 id="end-title">{say('end.title')}</h2>
      <p id="end-what">{say('end.what')}</p>
      <div class="choices even">
        <button
          type="button"
          class="safe"
          onClick={() => {
            close()
            onEnd()
          }}
        >
          <Icon of={Check} size={20} /> {say('end.yes')}
        </button>
        <button type="button" onClick={close}>
          {say('end.no')}
        </button>
      </div>
    </dialog>
  )
}
