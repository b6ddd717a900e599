import { checkDestination } from '@stillhere/domain'
import { parsePhoneNumberFromString } from 'libphonenumber-js/max'

/** Why a number was refused, as the plan shows it. */
export type NumberRefusal = 'not_a_number' | 'not_allowed' | 'region_not_allowed' | 'own_number' | 'landline'

/**
 * What a person typed → E.164, or why not (B44–B48). The policy looks at it before and after: an emergency number must
 * not become a polite "not a number".
 * @param ours numbers that may not be named: the service's own, and for a rescuer the person's own
 */
export function readNumber(
  text: string,
  ours: readonly string[],
): { kind: 'number'; e164: string } | { kind: 'refused'; code: NumberRefusal } {
  const typed = text.trim()
  if (typed.length > 40) return { kind: 'refused', code: 'not_a_number' }
  const asTyped = checkDestination(typed.replace(/[\s().-]/g, ''), ours)
  if (asTyped.kind === 'refused' && asTyped.reason === 'not_allowed') return { kind: 'refused', code: 'not_allowed' }
  // Nothing is picked out of a longer text: of two numbers in one field, one would never be told.
  const parsed = parsePhoneNumberFromString(typed, { defaultCountry: 'GB', extract: false })
  if (!parsed || parsed.ext !== undefined) return { kind: 'refused', code: 'not_a_number' }
  const checked = checkDestination(parsed.number, ours)
  if (checked.kind === 'refused') return { kind: 'refused', code: checked.reason }
  // A text to a landline is read aloud to whoever is in the room.
  if (checked.line === 'landline') return { kind: 'refused', code: 'landline' }
  return { kind: 'number', e164: parsed.number }
}
