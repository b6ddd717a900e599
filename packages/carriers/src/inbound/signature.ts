import { getExpectedTwilioSignature, validateRequest } from 'twilio/lib/webhooks/webhooks.js'

/** Fields as they came: not trimmed, not renamed, repeated ones as arrays. One changed byte and no signature fits. */
export type RawFields = Readonly<Record<string, string | readonly string[]>>

/** More fields than any of Twilio's webhooks has, few enough to sort and hash without a thought. */
const MOST_FIELDS = 200

/** Reads an `application/x-www-form-urlencoded` body exactly. The object has no prototype: `__proto__` is a name. */
export function readForm(body: string): RawFields {
  const fields: Record<string, string | string[]> = Object.create(null)
  let count = 0
  for (const [name, value] of new URLSearchParams(body)) {
    count += 1
    if (count > MOST_FIELDS) break
    const known = fields[name]
    if (known === undefined) fields[name] = value
    else if (Array.isArray(known)) known.push(value)
    else fields[name] = [known, value]
  }
  return fields
}

interface SignedRequest {
  /** The configured public origin, never what a proxy or a `Host` header says. */
  readonly publicUrl: string
  /** Path and query exactly as requested. */
  readonly pathAndQuery: string
  readonly rawParams: RawFields
}

/**
 * Whether Twilio signed this request with one of the tokens. Two are accepted while a token is rotated.
 * There is no timestamp in a signature, so a request can be replayed: what it does must be idempotent.
 * Never throws; compares in constant time (the SDK does).
 * @see https://www.twilio.com/docs/usage/security#validating-requests
 */
export function verifyTwilioSignature(
  request: SignedRequest & { readonly signature: string | undefined; readonly tokens: readonly string[] },
): boolean {
  const { signature, tokens } = request
  if (!signature || signature.length > 64 || Object.keys(request.rawParams).length > MOST_FIELDS) return false
  return tokens.some((token) => {
    try {
      return token.length > 0 && validateRequest(token, signature, urlOf(request), request.rawParams)
    } catch {
      return false
    }
  })
}

/** The signature Twilio would send: for the self-test at start, which posts to our own public URL (C64). */
export const signTwilioRequest = (request: SignedRequest & { readonly token: string }): string =>
  getExpectedTwilioSignature(request.token, urlOf(request), request.rawParams)

const urlOf = ({ publicUrl, pathAndQuery }: SignedRequest): string => publicUrl.replace(/\/$/, '') + pathAndQuery
