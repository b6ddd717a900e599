import { keep, place } from '../place.ts'
import { say } from '../words.ts'
import { Choice } from './field.tsx'

/** A filter over words of ours: it stays in the address. */
export function Filter(of: { name: string; label: string; options: readonly (readonly [string, string])[] }) {
  return (
    <Choice
      label={of.label}
      value={place.value.kept[of.name] ?? ''}
      options={[['', say('filter.all')], ...of.options]}
      onChange={(value) => keep({ [of.name]: value })}
    />
  )
}

export const filteredBy = (name: string): string => place.value.kept[name] ?? ''
