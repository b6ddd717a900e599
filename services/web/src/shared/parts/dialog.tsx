import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

/** A native dialog: it holds the focus from the moment it is drawn, and Escape closes it. */
export function Dialog(of: { title: string; onClose: () => void; children: ComponentChildren; kind?: string }) {
  const place = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    if (place.current && !place.current.open) place.current.showModal()
  }, [])
  return (
    <dialog ref={place} class={of.kind ?? ''} aria-labelledby="dialog-title" onClose={of.onClose}>
      <h2 id="dialog-title">{of.title}</h2>
      {of.children}
    </dialog>
  )
}
