import { preferences } from '../known.ts'

/** The key that does the same. */
export function Key({ of }: { of: string }) {
  if (!preferences.value.keys) return null
  return (
    <span class="key" aria-hidden="true">
      {of}
    </span>
  )
}
