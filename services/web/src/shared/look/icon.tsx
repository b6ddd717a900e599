import type { IconNode } from 'lucide'
import { h } from 'preact'

/** A lucide icon, always beside a word that says the same: so it is hidden from screen readers. */
export function Icon({ of, size = 24 }: { of: IconNode; size?: number }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" width={size} height={size} aria-hidden="true">
      {of.map(([tag, attributes], index) => h(tag, { ...attributes, key: index }))}
    </svg>
  )
}
