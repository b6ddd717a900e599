import { signTwilioRequest } from '@stillhere/carriers/inbound'

/** What the carrier would meet at the configured public address. */
export type SelfTestOutcome =
  /** A sample signed as the carrier signs was let in. */
  | { kind: 'proved' }
  /** It reached us and its signature was refused: the address is not the one the carrier will call. */
  | { kind: 'refused' }
  /** Nothing, or something else, answered. */
  | { kind: 'unreachable' }

/** The carrier's own patience is longer; this one holds up a start. */
const answerWithinMs = 4_000

/**
 * Signs a callback as the carrier would and sends it to ourselves by the public way (C64). Signatures cover the public
 * address, so one slash too many in a setting or a proxy that rewrites loses every reply and every receipt, and nobody
 * would see it until a rescuer's `1` is refused. The sample names no message, so it changes nothing.
 */
export async function testWebhook(of: {
  apiUrl: string
  token: string
  fetch?: typeof fetch
}): Promise<SelfTestOutcome> {
  const pathAndQuery = '/v1/carriers/twilio/receipts?n=self-test'
  const fields = { MessageSid: `SM${'0'.repeat(32)}`, MessageStatus: 'self-test' }
  try {
    const signature = signTwilioRequest({ publicUrl: of.apiUrl, pathAndQuery, rawParams: fields, token: of.token })
    const response = await (of.fetch ?? fetch)(of.apiUrl + pathAndQuery, {
      method: 'POST',
      headers: { 'x-twilio-signature': signature },
      body: new URLSearchParams(fields),
      redirect: 'manual',
      signal: AbortSignal.timeout(answerWithinMs),
    })
    await response.body?.cancel()
    if (response.status === 204) return { kind: 'proved' }
    return { kind: response.status === 403 ? 'refused' : 'unreachable' }
  } catch {
    return { kind: 'unreachable' }
  }
}
