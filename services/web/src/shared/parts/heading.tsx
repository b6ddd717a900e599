import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

/**
 * The heading of a screen: a screen reader begins here, and nothing is pressed by a key that was on its way. The focus moves
 * before the screen is seen: moved later, it would be taken from a control that somebody has reached meanwhile.
 */
export function Heading({ children, of }: { children: ComponentChildren; of: string }) {
  const place = useRef<HTMLHeadingElement>(null)
  useLayoutEffect(() => place.current?.focus({ preventScroll: true }), [of])
  return (
    <h1 ref={place} tabIndex={-1}>
      {children}
    </h1>
  )
}
