import type { AlertReason } from '../session/session.ts'

export type AlertState = 'open' | 'owned' | 'closed'
export type RecipientKind = 'rescuer' | 'supporter'
/** What a recipient last said. `told` means: has been sent something and has not answered. */
export type RecipientAnswer = 'none' | 'going' | 'cannot' | 'there' | 'safe' | 'left'
/** How an alert ends: a human's all-clear, or the rule for one that nobody closed. */
export type AlertOutcome = AllClearOutcome | 'abandoned'
export type AllClearOutcome = 'safe' | 'false-alarm' | 'rescued' | 'handed-to-crew' | 'not-found'

/** What the owner (or a rescuer) records as it happens. */
export type ProgressKind =
  | 'called-999'
  /** Whoever answered 999 was given a number to call back on, or gave one of the incident. */
  | 'number-given'
  | 'rescuer-going'
  | 'rescuer-there'
  | 'breathing'
  | 'not-breathing'
  | 'naloxone-given'
  | 'crew-there'
  /** A supporter cannot take it. The ladder does not wait for them. */
  | 'declined'
  /** An earlier entry was a mistake. Both stay; what follows from the earlier one follows no more. */
  | 'withdrawn'

/** What the timeline of an alert says beside what was recorded: it was done with a command of its own, for good. */
export type DoneKind = 'handed-over' | 'stood-down'

export interface Owner {
  kind: RecipientKind
  id: string
}

/**
 * A supporter at the console, as far as an alert is concerned.
 * `answers`  duty lead, supervisor, operator: they answer for the service, and may take an alert from whoever has it.
 * `acts`     on shift, or told of this alert, or nobody of the organisation is on shift: somebody is better than nobody.
 * `away`     off shift and told nothing, while others are on shift.
 */
export type Standing = 'answers' | 'acts' | 'away'

/** Who acts at the console. */
export interface Actor {
  id: string
  standing: Standing
}

/** From the missed deadline to the all-clear. Instants are epoch milliseconds on the database's clock. */
export interface Alert {
  state: AlertState
  version: number
  raisedAt: number
  reason: AlertReason
  /** A test of the path: nobody is in danger, and only the test handset is told. */
  synthetic?: true
  owner?: Owner
  ownedAt?: number
  /** The owner's claim lapses here unless something is recorded. */
  dutyUntilAt?: number
  /** The person asked for the all-clear. */
  requestedAt?: number
  /** Unconfirmed by then, the ladder resumes. */
  requestLapsesAt?: number
  outcome?: AlertOutcome
}

/** Somebody an alert may tell, as the decision needs to see them. */
export interface AlertRecipient {
  kind: RecipientKind
  id: string
  told: boolean
  answer: RecipientAnswer
  /**
   * A supporter's phone that has not answered our question with "right" (decision 0019): it may be a stranger's. Only of
   * what came from the phone: who acts at the console has shown a passkey.
   */
  unproved?: true
}

/** What the locked rows say beside the alert itself. */
export interface AlertFacts {
  /** An attempt was accepted, is in flight, or has an unknown outcome: somebody may have been told. */
  anythingSent: boolean
  /** A supporter was told of it: then a rescuer's `1` is recorded and the ladder goes on. */
  supporterTold: boolean
}

export type AlertCommand =
  | { kind: 'answer'; recipient: AlertRecipient; answer: Exclude<RecipientAnswer, 'none'> }
  /** The person gave a sign of life, or ended. */
  | { kind: 'request-all-clear' }
  /** Something was recorded: of the owner it renews the duty. */
  | { kind: 'progress'; by: Owner }
  /** The owner gives it to another supporter. */
  | { kind: 'hand-over'; by: Owner; to: Owner }
  /** A supporter will not wait for the next step. */
  | { kind: 'escalate' }
  /** The owner sends home who is going. */
  | { kind: 'stand-down'; by: Owner }
  /** A supporter takes it from a rescuer, who keeps going; who answers for the service, from another supporter too. */
  | { kind: 'take-over'; by: Actor }
  /** A supporter or operator confirms that it is over. What a supporter has is theirs to close. */
  | { kind: 'all-clear'; by: Actor; outcome: AllClearOutcome }
  /** Nobody closed it for days: the rule may. */
  | { kind: 'abandon' }
  /** A synthetic alert came back, or did not. No other alert is ever closed by it. */
  | { kind: 'end-test'; proved: boolean }
  | { kind: 'reach-duty' }
  | { kind: 'reach-request' }

/** Which text answers whom; names are templates of `texts/`. */
export type AnswerText =
  | 'claim-confirmed'
  | 'going-noted'
  | 'already-claimed'
  | 'cannot-noted'
  | 'there-noted'
  | 'safe-noted-closed'
  | 'safe-reported'
  | 'left-noted'
  | 'late-reply'

export type AlertEffect =
  | { kind: 'answer'; text: AnswerText }
  | { kind: 'record-answer'; answer: Exclude<RecipientAnswer, 'none'> }
  /** Tell everyone of a group, the one who answered excepted. */
  | {
      kind: 'tell'
      /** `former-owner`: who had it until this decision. */
      whom: 'other-supporters' | 'told' | 'owner' | 'former-owner' | 'going'
      text:
        | 'supporter-owns'
        | 'already-claimed'
        | 'request-all-clear'
        | 'safe-told-owner'
        | 'all-clear'
        | 'handed-over'
        | 'stand-down'
    }
  | { kind: 'stop-ladder' }
  /** From now on as if raised now: everyone at once, AGAIN to all who were told. */
  | { kind: 'resume-ladder' }
  /** The next step's wait is skipped. */
  | { kind: 'advance-ladder' }
  /** Owned already, and more people are wanted: everyone is told once more. */
  | { kind: 'tell-everyone' }
  /** Who owned it has fallen silent, given it away or lost it, and is asked again like everyone else. */
  | { kind: 'forget-owner-answer'; owner: Owner }
  | { kind: 'schedule'; step: 'duty' | 'request'; dueAt: number }
  | { kind: 'cancel-messages' }
  | { kind: 'closed' }

/**
 * Every decision that ends an alert, and no other. Whoever must know an alert's end from its journal reads this list:
 * a decision can close an alert only through a word of it.
 */
export const endingWords = ['closed', 'cancelledAlert', 'abandoned', 'testEnded'] as const
export type EndingWord = (typeof endingWords)[number]

/** The kind of the journal's line of a decision. */
export const lineOfDecision = <W extends AlertOutcomeWord>(word: W): `alert-${W}` => `alert-${word}`

export type AlertOutcomeWord =
  | EndingWord
  | 'claimed'
  | 'renewed'
  | 'recorded'
  | 'released'
  | 'reported'
  | 'requestedAllClear'
  | 'lapsed'
  | 'tooLate'
  | 'notDueYet'
  | 'handedOver'
  | 'takenOver'
  | 'escalated'
  | 'stoodDown'
  | 'notOwner'
  | 'notOnShift'
  | 'noTest'

type ClosedAlert = Alert & { state: 'closed'; outcome: AlertOutcome }

export type AlertDecision =
  /** It is over. */
  | { kind: 'changed'; outcome: EndingWord; alert: ClosedAlert; effects: AlertEffect[] }
  | { kind: 'changed'; outcome: Exclude<AlertOutcomeWord, EndingWord>; alert: Alert; effects: AlertEffect[] }
  | { kind: 'unchanged'; outcome: AlertOutcomeWord; effects: AlertEffect[] }
