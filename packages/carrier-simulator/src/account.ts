/** The one account and number of this carrier, and what it signs with. */
export interface Account {
  readonly sid: string
  /** Signs callbacks. Changes when the next token is promoted. */
  authToken: string
  /** Accepted on requests beside `authToken`, as Twilio does while a token is being replaced. */
  nextAuthToken: string | undefined
  /** The service's own number, E.164. */
  readonly number: string
  /** The public origin that signatures cover, without a slash at the end. */
  readonly webhookBase: string
  /** Where callbacks for `webhookBase` are really posted, for a service that is only reachable locally. */
  deliverTo: string | undefined
}

/** How long things take. All in milliseconds. */
export interface Timings {
  /** From acceptance to the `sent` receipt. */
  sentAfterMs: number
  /** From acceptance to the `delivered` receipt. */
  deliveredAfterMs: number
  /** From acceptance to the `delivered` receipt (or any call receipt) of a number that is `late`. */
  lateAfterMs: number
  /** From placing a call to its ringing. */
  ringsAfterMs: number
  /** How long one second of a call is: its Timeout, and the pauses and keypad timeouts of its TwiML. */
  callSecondMs: number
  /** How long a callback may take in all; Twilio's own is 15 s. */
  callbackTimeoutMs: number
}

export const usualTimings: Timings = {
  sentAfterMs: 20,
  deliveredAfterMs: 60,
  // Later than the 30 s after which the service stops waiting for `delivered` and rings instead.
  lateAfterMs: 45_000,
  ringsAfterMs: 50,
  callSecondMs: 1_000,
  callbackTimeoutMs: 15_000,
}
