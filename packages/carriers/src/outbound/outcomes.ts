import type { ErrorClass } from '@stillhere/domain'

/** Certainly not taken by the carrier; sending again cannot double anything. */
export type FailedReason = 'connection' | 'dns' | 'connect_timeout' | 'rate_limited' | 'circuit_open' | 'busy'

/** Perhaps taken. */
export type UnknownReason = 'timeout' | 'reset' | 'server_error' | 'no_sid' | 'garbage' | 'too_large' | 'redirected'

/** What became of one attempt (law 4). Never thrown, always a value. */
export type SendOutcome =
  | { readonly kind: 'accepted'; readonly sid: string }
  | { readonly kind: 'refused'; readonly code: string; readonly class: ErrorClass }
  | { readonly kind: 'failed'; readonly reason: FailedReason; readonly retryAfterMs?: number }
  | { readonly kind: 'unknown'; readonly reason: UnknownReason }

/**
 * Whose turn it is. `first`: the first message of an alert, and the call that stands in for it; never held or refused by
 * us. `alert`: the others that an alert begins with. `following`: what comes after them. `other`, or absent: everything
 * else. What one of the last three runs into holds up neither of the others.
 */
export type Lane = 'first' | 'alert' | 'following' | 'other'

export interface Text {
  /** E.164. */
  readonly to: string
  readonly from: string
  /** At most 1,600 characters. */
  readonly body: string
  /** Absolute; holds the attempt's nonce. Absent: no receipts are wanted. */
  readonly statusCallbackUrl?: string | undefined
  /** How long the carrier may keep it; 120 for alerts (its default of ten hours is no use to anybody). */
  readonly validitySeconds: number
  readonly lane?: Lane
}

export interface Call {
  readonly to: string
  readonly from: string
  /** Asked for TwiML when somebody answers. */
  readonly url: string
  readonly statusCallbackUrl: string
  /** How long it rings; at most 30, so that voicemail does not answer for a person. */
  readonly timeoutSeconds: number
  readonly machineDetection?: boolean
  readonly lane?: Lane
}

/** Asked with the ids of what was found; answers those that belong to another message. */
export type KnownOf = (sids: readonly string[]) => Promise<ReadonlySet<string>>

export type FoundSent =
  | { readonly kind: 'found'; readonly sid: string; readonly status: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown'; readonly reason: string }

export type FetchedStatus =
  | { readonly kind: 'found'; readonly status: string; readonly code?: string; readonly class?: ErrorClass }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown'; readonly reason: string }

export interface ListedText {
  readonly sid: string
  readonly from: string
  readonly to: string
  readonly body: string
  readonly receivedAt: number
}

export type ListedInbound =
  /** Oldest first. `complete` is false where the carrier has more than we read. */
  | { readonly kind: 'found'; readonly texts: readonly ListedText[]; readonly complete: boolean }
  | { readonly kind: 'unknown'; readonly reason: string }

/** Nothing here throws or rejects; every call ends within the wait for a slot (0.8 s) and the time-out (4 s). */
export interface SmsCarrier {
  send(text: Text): Promise<SendOutcome>
  /**
   * Looks for a text the carrier may have taken after an unknown outcome.
   * @param query.bodyMatches is given each body; holds the code and wording of the attempt.
   * @param query.sentAfterMs epoch; two seconds are allowed for clocks.
   * @param query.knownOf which of these ids are other messages' already: a repeat reads like the one before it.
   */
  findSent(query: {
    readonly to: string
    readonly from: string
    readonly bodyMatches: (body: string) => boolean
    readonly sentAfterMs: number
    readonly knownOf?: KnownOf
  }): Promise<FoundSent>
  /** For a message whose receipts do not come (F33). */
  fetchStatus(sid: string): Promise<FetchedStatus>
  /** Deletes the message, body and numbers, at the carrier. `failed` also while it is under way: ask again later. */
  removeMessage(sid: string): Promise<'removed' | 'gone' | 'failed'>
  /** What came in, for the hours in which our webhook was not reachable (H33). */
  listInbound(query: { readonly to: string; readonly sinceMs: number }): Promise<ListedInbound>
}

export interface VoiceCarrier {
  /** Accepted means the carrier will ring, not that anybody answered; only a pressed digit is an answer. */
  placeCall(call: Call): Promise<SendOutcome>
  findCall(query: {
    readonly to: string
    readonly from: string
    readonly placedAfterMs: number
    readonly knownOf?: KnownOf
  }): Promise<FoundSent>
}

export interface Carrier extends SmsCarrier, VoiceCarrier {
  /** Ends idle connections. Requests under way end by themselves. */
  close(): void
}
