/**
 * What becomes of a message, decided from what the carrier said (or did not say). The table follows the carrier's
 * error classes; law 4 holds throughout: when in doubt, send.
 *
 *   queued ─claimed─▶ sending ─accepted─▶ accepted ─receipt─▶ delivered
 *      ▲                 │ ├─ not sent ─▶ queued (backoff)      │ undelivered, or 30 s without `delivered`:
 *      │                 │ └─ refused ──▶ failed               ▼ other channel and next step now
 *      └── none found ── unknown ── found at the carrier ─▶ accepted
 */
export type ErrorClass =
  | 'not-sent'
  | 'unknown'
  | 'recipient-for-good'
  | 'recipient-blocked'
  | 'recipient-for-now'
  | 'content'
  | 'ours'
  | 'capacity'

export type DeliveryEvent =
  | { kind: 'refused'; class: ErrorClass; code: string }
  /** The carrier had it and could not deliver it (a receipt). */
  | { kind: 'undelivered'; class: ErrorClass; code: string }
  | { kind: 'not-sent'; retryAfterMs?: number }
  | { kind: 'unknown' }
  /** The carrier's list does not have it, or cannot be read. */
  | { kind: 'not-found' }
  /** No `delivered` within the limit. */
  | { kind: 'silence' }
  /** By the time it would have left, it was no longer true. */
  | { kind: 'obsolete' }
  /** The carrier says that the handset has it. */
  | { kind: 'delivered' }

/** What the decision needs of the message. */
export interface DeliveryFacts {
  /** `ladder`: tells somebody of an alert; its failure moves the ladder. `other`: a prompt, an answer, an invitation. */
  purpose: 'ladder' | 'other'
  channel: 'text' | 'call' | 'push'
  attempts: number
  sinceFirstAttemptMs: number
  /** Was already sent a second time after an unknown outcome or a passing failure. */
  resent: boolean
}

export interface DeliveryDecision {
  status: 'queued' | 'unknown' | 'failed' | 'accepted' | 'cancelled' | 'delivered'
  /** When it is looked at again, ms from now; absent when it is finished. */
  againInMs?: number
  /** Counts as the one second sending. */
  resend?: boolean
  /** Ring the same person now. */
  call: boolean
  /** The next step of the ladder is due now. */
  advance: boolean
  /** What is now known of the phone. */
  phone?: 'bad' | 'stopped'
  page: boolean
}

/** Backoff of an attempt that was certainly not sent (429, refused connection, DNS), then every second. */
const backoffMs = [200, 500, 1_000]
/** After this long without getting through, the other channel too. */
const otherChannelAfterMs = 3_000
/** An alert's text is worth trying for as long as the carrier would keep it; anything else longer, and slower. */
const giveUpMs = { ladder: 120_000, other: 600_000 }
/** The carrier lists a message within a second or two of accepting it. */
const reconcileAfterMs = 1_000

export function decideDelivery(event: DeliveryEvent, facts: DeliveryFacts): DeliveryDecision {
  const ladder = facts.purpose === 'ladder'
  const call = ladder && facts.channel === 'text'
  const decide = (decision: Partial<DeliveryDecision> & Pick<DeliveryDecision, 'status'>): DeliveryDecision => ({
    call: false,
    advance: false,
    page: false,
    ...decision,
  })
  switch (event.kind) {
    case 'obsolete':
      return decide({ status: 'cancelled' })
    case 'delivered':
      return decide({ status: 'delivered' })
    case 'silence':
      return decide({ status: 'accepted', call, advance: ladder })
    case 'unknown':
      return decide({ status: 'unknown', againInMs: reconcileAfterMs, call })
    case 'not-found':
      return facts.resent
        ? decide({ status: 'failed', call, advance: ladder })
        : decide({ status: 'queued', againInMs: 0, resend: true })
    case 'not-sent': {
      if (facts.sinceFirstAttemptMs > giveUpMs[facts.purpose])
        return decide({ status: 'failed', call, advance: ladder, page: ladder })
      const waitMs = Math.max(event.retryAfterMs ?? 0, backoffMs[facts.attempts - 1] ?? 1_000)
      const late = facts.sinceFirstAttemptMs >= otherChannelAfterMs
      return decide({
        status: 'queued',
        againInMs: Math.min(waitMs, 5_000),
        call: call && late,
        advance: ladder && late,
      })
    }
    case 'refused':
    case 'undelivered':
      return decideByClass(event.class, event.code, facts, call, decide)
  }
}

function decideByClass(
  errorClass: ErrorClass,
  code: string,
  facts: DeliveryFacts,
  call: boolean,
  decide: (decision: Partial<DeliveryDecision> & Pick<DeliveryDecision, 'status'>) => DeliveryDecision,
): DeliveryDecision {
  const advance = facts.purpose === 'ladder'
  switch (errorClass) {
    case 'recipient-for-good':
      // 30006: a landline or a network that takes no texts; a call may still get through.
      return decide({ status: 'failed', phone: 'bad', advance, call: call && code === '30006' })
    case 'recipient-blocked':
      return code === '21610'
        ? decide({ status: 'failed', phone: 'stopped', advance })
        : decide({ status: 'failed', advance, call })
    case 'recipient-for-now':
      return facts.resent
        ? decide({ status: 'failed', advance, call })
        : decide({ status: 'queued', againInMs: 20_000, resend: true, advance, call })
    case 'content':
      return decide({ status: 'failed', advance, call, page: true })
    case 'ours':
    case 'capacity':
      return facts.sinceFirstAttemptMs > giveUpMs[facts.purpose]
        ? decide({ status: 'failed', advance, call, page: true })
        : decide({ status: 'queued', againInMs: 2_000, advance, call, page: true })
    case 'not-sent':
    case 'unknown':
      return facts.resent
        ? decide({ status: 'failed', advance, call })
        : decide({ status: 'queued', againInMs: 1_000, resend: true, advance, call })
  }
}

/** Receipts only rise: a late or repeated one changes nothing. */
export const receiptRanks = {
  accepted: 0,
  queued: 1,
  sending: 2,
  sent: 3,
  delivered: 5,
  undelivered: 4,
  failed: 4,
} as const
export type ReceiptStatus = keyof typeof receiptRanks
