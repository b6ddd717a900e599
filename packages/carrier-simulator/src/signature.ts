import { createHmac } from 'node:crypto'

/**
 * The `X-Twilio-Signature` of one webhook: base64 HMAC-SHA1, keyed with the auth token, over the public URL exactly as
 * it was given, followed by every field's name and value, sorted by name.
 *
 * Written here, and not taken from the SDK our adapter verifies with, so that a fault in the one cannot hide behind the
 * same fault in the other; the tests check the two against each other.
 * Source: https://www.twilio.com/docs/usage/webhooks/webhooks-security
 */
export function signWebhook(authToken: string, url: string, fields: Record<string, string>): string {
  let signed = url
  for (const name of Object.keys(fields).sort()) signed += name + fields[name]
  return createHmac('sha1', authToken).update(signed, 'utf8').digest('base64')
}
