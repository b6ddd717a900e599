import type { ErrorClass } from '@stillhere/domain'

/**
 * Twilio's codes and what they mean for the next second (what to do about each class: `decideDelivery` in domain).
 * Numbers below 30000 come as the answer to a request, 3xxxx in a receipt. Each is described at
 * https://www.twilio.com/docs/api/errors/<code>.
 */
const table: readonly (readonly [ErrorClass, readonly number[]])[] = [
  // Never taken: safe to send again. 20429 too many requests; 429 is its HTTP status without a code.
  ['not-sent', [429, 20429]],
  // Perhaps taken: 20500 internal server error.
  ['unknown', [20500]],
  // 21211 not a number · 21265 is the short code of nobody · 21614 not a mobile · 21635 a landline
  // 30005 unknown handset · 30006 landline or carrier that takes no texts
  ['recipient-for-good', [21211, 21265, 21614, 21635, 30005, 30006]],
  // 21610 said STOP · 30004 blocked
  ['recipient-blocked', [21610, 30004]],
  // 30003 unreachable handset · 30008 unknown error
  ['recipient-for-now', [30003, 30008]],
  // 30007 filtered · 21617 too long · 30042 content
  ['content', [30007, 21617, 30042]],
  // 20003 credentials · 21606, 21608, 21612, 21659 our sender · 21408 country not enabled · 90007 · 30002 suspended
  ['ours', [20003, 21606, 21608, 21612, 21659, 21408, 90007, 30002]],
  // 21611 sender's queue full · 30001 queue overflow · 30036 validity ran out · 30410 carrier timed out, not retried
  ['capacity', [21611, 30001, 30036, 30410]],
]

const classes = new Map(table.flatMap(([errorClass, codes]) => codes.map((code) => [code, errorClass] as const)))

/**
 * The class of a code, and of what has no row.
 *
 * An unlisted code in a receipt (3xxxx, or none at all) is `recipient-for-now`: this message did not arrive, another way
 * is tried at once and the number is not held against anybody. An unlisted answer to a request is `ours`: the carrier
 * refused for a reason nobody foresaw, so an operator hears of it while the ladder goes on. 401 and 403 are `ours` whatever
 * they say. 5xx and 408 may have been taken: `unknown`.
 *
 * @param code Twilio's, or `undefined` where there was none.
 * @param httpStatus of the answer to a request; absent for a receipt.
 */
export function classify(code: number | undefined, httpStatus?: number): ErrorClass {
  if (httpStatus !== undefined) {
    if (httpStatus === 429) return 'not-sent'
    if (httpStatus >= 500 || httpStatus === 408) return 'unknown'
    if (httpStatus === 401 || httpStatus === 403) return 'ours'
  }
  const listed = code === undefined ? undefined : classes.get(code)
  return listed ?? (httpStatus === undefined ? 'recipient-for-now' : 'ours')
}
