/*
 * Which numbers the service may ever text or ring. Checked where a number is opened and again where it is sent to: two
 * layers, because a wrong number may be an emergency line or a stranger's bill. Input is E.164; turning what people
 * type into E.164 is libphonenumber's work, in the browser and in the worker. Ranges: Ofcom's National Telephone
 * Numbering Plan, https://www.ofcom.org.uk/phones-and-broadband/phone-numbers/numbering
 */

export type RefusedDestination =
  /** Not `+`, country and number. */
  | 'not_a_number'
  /** An emergency or short number: never, whatever anybody wants. */
  | 'not_allowed'
  /** A premium, personal or pager number, or another country: costs, or cannot answer. */
  | 'region_not_allowed'
  /** One of the service's own senders, or the person's own phone where a rescuer's is meant. */
  | 'own_number'

export type Destination =
  /** Texts and calls. */
  | { kind: 'allowed'; line: 'mobile' }
  /** Calls only: a text to a landline is read aloud to whoever is in the room. */
  | { kind: 'allowed'; line: 'landline' }
  | { kind: 'refused'; reason: RefusedDestination }

/** Emergency, police, health and helpline numbers, as dialled and as they look with a country code before them. */
const NEVER = ['999', '112', '101', '105', '111', '116000', '116006', '116111', '116117', '116123']

const E164 = /^\+[1-9][0-9]{6,14}$/
const UK_MOBILE = /^\+447[1-57-9][0-9]{8}$/
const UK_LANDLINE = /^\+44(?:1[0-9]{8,9}|[23][0-9]{9})$/
// No area code begins so (0110, 0111, 0112 and 010x are not given out): it is a short number with something behind it.
const UK_BEGINS_SHORT = /^\+44(?:999|10|11[0-2])/

/**
 * Whether we may send to this number, and by which line. `ours` are the service's own senders; a caller that checks a
 * rescuer adds the person's own number.
 */
export function checkDestination(e164: string, ours: readonly string[] = []): Destination {
  if (NEVER.includes(e164.replace(/^\+?(?:44)?/, ''))) return refused('not_allowed')
  // Five and six digits are short codes, whatever country's.
  if (/^\+?[0-9]{1,6}$/.test(e164)) return refused('not_allowed')
  if (!E164.test(e164)) return refused('not_a_number')
  if (UK_BEGINS_SHORT.test(e164)) return refused('not_allowed')
  if (ours.includes(e164)) return refused('own_number')
  if (UK_MOBILE.test(e164)) return { kind: 'allowed', line: 'mobile' }
  if (UK_LANDLINE.test(e164)) return { kind: 'allowed', line: 'landline' }
  return refused('region_not_allowed')
}

function refused(reason: RefusedDestination): Destination {
  return { kind: 'refused', reason }
}
