import { checkDestination, type RefusedDestination } from '@stillhere/domain'

/*
 * A first look at a number while it is typed, so that nobody waits for the worker's word to learn that it cannot be used.
 * Only what is certain is refused here; the worker, which reads numbers with libphonenumber, has the last word.
 */

/** A landline is refused: a text to it is read aloud to whoever is in the room. */
export type NumberLook = 'empty' | 'unfinished' | 'fine' | 'landline' | RefusedDestination

const nationalDigits = 10

/** What people of this country type, as E.164; whatever else stays as it is. */
export function toE164(typed: string): string {
  // Marks that nobody sees come with a number that was copied from a phone's contacts.
  const bare = typed.replaceAll(/[\s().\-\u2010-\u2015/\p{Format}]/gu, '').replace(/^00/, '+')
  if (bare.startsWith('+44')) return `+44${bare.slice(3).replace(/^0/, '')}`
  if (bare.startsWith('0')) return `+44${bare.slice(1)}`
  if (/^44\d{9,}$/.test(bare)) return `+${bare}`
  if (/^7\d{9}$/.test(bare)) return `+44${bare}`
  return bare
}

/** @param ours numbers that are never a rescuer's: the service's, and the person's own */
export function lookAtNumber(typed: string, ours: readonly string[] = []): NumberLook {
  const number = toE164(typed)
  if (number === '') return 'empty'
  if (!/^\+?\d*$/.test(number)) return 'not_a_number'
  if (!number.startsWith('+')) {
    // Without a 0 or a country: three digits are enough to see a short number, unless 44… or 7… is on its way.
    if (/^[47]/.test(number) && number.length <= nationalDigits) return 'unfinished'
    return number.length < 3 ? 'unfinished' : number.length <= 6 ? 'not_allowed' : 'not_a_number'
  }
  if ('+447'.startsWith(number)) return 'unfinished'
  if (!number.startsWith('+44')) return 'region_not_allowed'
  const national = number.slice(3)
  if (national.length > nationalDigits) return 'not_a_number'
  // Filled up with fives: whether it can still become a number that we may use.
  const looked = checkDestination(number.padEnd('+44'.length + nationalDigits, '5'), ours.map(toE164))
  if (looked.kind === 'refused') return looked.reason
  if (looked.line === 'landline') return 'landline'
  return national.length === nationalDigits ? 'fine' : 'unfinished'
}

/** Refused for certain, or not whole: not worth sending. */
export const isUnusable = (look: NumberLook): boolean => look !== 'fine' && look !== 'empty'
