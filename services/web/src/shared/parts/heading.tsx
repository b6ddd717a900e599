import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

/** The heading of a screen: a screen reader begins here, and nothing is pressed by a key that was on its way. */
export function Heading({ children, of }: { children: ComponentChildren; of: string }) {
  const place = useRef<HTMLHeadingElement>(null)
  useEffect(() => place.current?.focus({ preventScroll: true }), [of])
  return (
    <h1 ref={place} tabIndex={-1}>
      {children}
    </h1>
  )
}
