import type { ComponentChildren } from 'preact'

/** Nothing is here yet: says what to do first. */
export function Empty({ title, what, children }: { title: string; what: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="lead">{title}</p>
      <p>{what}</p>
      {children}
    </div>
  )
}
