import type { IconNode } from 'lucide'
import { useRef, useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { say } from '../words.ts'

const holdMs = 1_200

/**
 * Acts when it is held; a short touch, a key or a screen reader's click asks instead. So a pocket does not call for
 * help, and nobody who cannot hold is kept from it.
 */
export function HoldButton(of: { icon: IconNode; label: string; onHeld: () => void }) {
  const [holding, setHolding] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const held = useRef(false)
  const dialog = useRef<HTMLDialogElement>(null)
  const begin = () => {
    held.current = false
    setHolding(true)
    timer.current = setTimeout(() => {
      held.current = true
      setHolding(false)
      of.onHeld()
    }, holdMs)
  }
  const stop = () => {
    clearTimeout(timer.current)
    setHolding(false)
  }
  return (
    <>
      <button
        type="button"
        class={`hold ${holding ? 'holding' : ''}`}
        onPointerDown={begin}
        onPointerUp={stop}
        onPointerLeave={stop}
        onPointerCancel={stop}
        onContextMenu={(event) => event.preventDefault()}
        onClick={() => {
          if (!held.current) dialog.current?.showModal()
        }}
      >
        <Icon of={of.icon} /> {holding ? say('help.keep') : of.label}
      </button>
      <dialog ref={dialog} aria-labelledby="help-title">
        <h2 id="help-title">{say('help.title')}</h2>
        <p>{say('help.what')}</p>
        <div class="choices even">
          <button
            type="button"
            class="urgent"
            onClick={() => {
              dialog.current?.close()
              of.onHeld()
            }}
          >
            {say('help.yes')}
          </button>
          <button type="button" onClick={() => dialog.current?.close()}>
            {say('app.cancel')}
          </button>
        </div>
      </dialog>
    </>
  )
}
