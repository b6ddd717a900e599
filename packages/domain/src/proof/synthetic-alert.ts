/**
 * A synthetic alert: an ordinary session on an ordinary plan, marked, whose only rescuer is a test handset that answers
 * `1` by itself. It runs through the code that a real one runs through, and proves that the alarm path works: due, raised,
 * accepted by the carrier, delivered, replied, claimed.
 */
import type { LadderStep } from '../alert/ladder.ts'
import type { PromptLadder } from '../prompts.ts'

/** What a synthetic session is made of. Its own short intervals, in real seconds: no person feels them. */
export const syntheticSession = {
  countdownSeconds: 2,
  prompts: { steps: [{ kind: 'sound', afterSeconds: 0 }], alertAfterSeconds: 2 },
} as const satisfies { countdownSeconds: number; prompts: PromptLadder }

/**
 * Its ladder. Not the organisation's: that one may begin with supporters, whom a test must not tell. After it come the
 * repeats that every ladder has.
 */
export const syntheticLadder: readonly LadderStep[] = [{ afterSeconds: 0, to: 'rescuers', channel: 'text' }]

/** When each hop happened, epoch ms on the service's clock. `sentAt`: the first attempt began. */
export interface SyntheticHops {
  dueAt: number
  raisedAt?: number
  sentAt?: number
  acceptedAt?: number
  /** Some networks never say; it is shown and not asked for. */
  deliveredAt?: number
  /** The carrier's webhook brought the reply that claimed it. */
  repliedAt?: number
  claimedAt?: number
}

/** Where it broke: the first hop that did not happen, or an answer that proves nothing. */
export const missReasons = [
  'handset-not-ready',
  'not-raised',
  'not-accepted',
  'no-reply',
  'not-claimed',
  /** Claimed on the link's page or by a call: the way back by text is not proved. */
  'answered-otherwise',
  /** A reply that was sent before the text: of an earlier test. */
  'reply-before-text',
  'too-late',
] as const
export type MissReason = (typeof missReasons)[number]

export type SyntheticVerdict = { kind: 'waiting' } | { kind: 'proved' } | { kind: 'missed'; reason: MissReason }

/** @param missAt from here on what has not come back is a miss */
export function judgeSyntheticAlert(hops: SyntheticHops, missAt: number, now: number): SyntheticVerdict {
  const { raisedAt, sentAt, acceptedAt, repliedAt, claimedAt } = hops
  const missed = (reason: MissReason): SyntheticVerdict => ({ kind: 'missed', reason })
  if (repliedAt !== undefined && claimedAt !== undefined) {
    if (sentAt === undefined || repliedAt < sentAt) return missed('reply-before-text')
    return claimedAt <= missAt ? { kind: 'proved' } : missed('too-late')
  }
  if (now < missAt) return { kind: 'waiting' }
  if (claimedAt !== undefined) return missed('answered-otherwise')
  if (raisedAt === undefined) return missed('not-raised')
  if (acceptedAt === undefined) return missed('not-accepted')
  return missed(repliedAt === undefined ? 'no-reply' : 'not-claimed')
}

/** From one page about a missed test to the next while none is proved: the pager is not worn out. Real seconds. */
export const missPageEverySeconds = 3_600
