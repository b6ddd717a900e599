import type { ErrorClass } from '@stillhere/domain'

/**
 * Every word that may become a metric's label. Closed sets: a label outside its set is counted as `other`, so that
 * no id, number or free text can ever become a time series (P11).
 */
export const wakeUpOutcomes = ['fired', 'notDueYet', 'checkedInSince', 'sessionEnded', 'invalid', 'unknown'] as const
export type WakeUpOutcomeWord = (typeof wakeUpOutcomes)[number]

/** What became of asking for a wake-up. `skipped`: no Redis. `shed`: too many in flight. Neither loses anything: the sweep finds the row. */
export const wakeUpRequestOutcomes = ['asked', 'failed', 'shed', 'skipped', 'refused'] as const
export type WakeUpRequestOutcome = (typeof wakeUpRequestOutcomes)[number]

export const channels = ['sms', 'voice', 'push'] as const
export type ChannelWord = (typeof channels)[number]

export const attemptOutcomes = ['accepted', 'refused', 'failed', 'unknown'] as const
export type AttemptOutcomeWord = (typeof attemptOutcomes)[number]

/** Rows of the table "class, codes, action" in the reliability chapter; `none` where the outcome has no class. */
export const errorClasses = [
  'none',
  'not-sent',
  'unknown',
  'recipient-for-good',
  'recipient-blocked',
  'recipient-for-now',
  'content',
  'ours',
  'capacity',
] as const satisfies readonly (ErrorClass | 'none')[]
export type ErrorClassWord = (typeof errorClasses)[number]

export const receiptOutcomes = [
  'applied',
  'older',
  'repeated',
  'annotated',
  'unknownMessage',
  'wrongSecret',
  'badSignature',
  'malformed',
] as const
export type ReceiptOutcome = (typeof receiptOutcomes)[number]

export const inboundOutcomes = [
  'agreed',
  'declined',
  'claimed',
  'recorded',
  'going',
  'cannot',
  'there',
  'safe',
  'left',
  'stopped',
  'started',
  'checkedIn',
  'ended',
  'helped',
  'cancelledAlert',
  'alreadyOwned',
  'ambiguous',
  'notUnderstood',
  'unknownNumber',
  'numberConfirmed',
  'numberDenied',
  'repeated',
  'ignored',
  'badSignature',
  'malformed',
] as const
export type InboundOutcome = (typeof inboundOutcomes)[number]

/** Operators are told about each of these. */
export const troubles = [
  'signature',
  'credentials',
  'circuitOpen',
  'content',
  'capacity',
  'ours',
  'unreachable',
  'reconcile',
  'clockStep',
  'poisonRow',
  'nobodyToNotify',
  'unreadablePlan',
  'redisPolicy',
  'redisAway',
  'databaseAway',
  'sweepLate',
  'ladderStalled',
  'deadMan',
] as const
export type Trouble = (typeof troubles)[number]

export const syntheticOutcomes = ['proved', 'missed'] as const

export const commands = [
  'start',
  'check-in',
  'extend',
  'end',
  'help',
  'raise',
  'claim',
  'take-over',
  'progress',
  'hand-over',
  'escalate',
  'stand-down',
  'all-clear',
  'log',
] as const
export type CommandWord = (typeof commands)[number]

export const processEvents = ['starting', 'ready', 'stopping', 'stopped'] as const
export type ProcessEvent = (typeof processEvents)[number]

/** Passes of the sweep, in the order a worker runs them; a worker may run fewer. */
export const sweepPasses = [
  'deadlines',
  'forsaken',
  'ladder',
  'outbox',
  'leases',
  'inbound',
  'missedTexts',
  'briefs',
  'checks',
  'heartbeat',
  'clock',
  'openings',
  'synthetic',
  'pager',
  'rota',
  'keys',
  'remember',
  'deadMan',
  'codes',
  'promises',
  'carrierCopies',
  'audit',
  'chain',
  'feedback',
  'pathReceipts',
  'samples',
  'retention',
] as const
export type SweepPassName = (typeof sweepPasses)[number]

/** The word itself where it is in the set, else `other`. */
export const closed = <T extends string>(words: readonly T[], word: string): T | 'other' =>
  (words as readonly string[]).includes(word) ? (word as T) : 'other'
