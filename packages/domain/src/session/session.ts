import type { PromptKind, PromptLadder } from '../prompts.ts'
import type { Rhythm } from '../rhythm.ts'

export type SessionState = 'counting' | 'prompting' | 'alerting' | 'closed'
export type SessionOutcome = 'ended-safe' | 'all-clear' | 'abandoned'
export type SessionKind = 'ordinary' | 'post-rescue'
export type Company = 'timer-only' | 'supporter'
/** Why an alert was raised; `duress` is `help` with `quiet`. */
export type AlertReason = 'silence' | 'help' | 'duress' | 'raised'

/** The watched period. Instants are epoch milliseconds on the database's clock. */
export interface Session {
  state: SessionState
  version: number
  startedAt: number
  /** The start or the last "using again": where the rhythm counts from. */
  anchorAt: number
  rhythm: Rhythm
  prompts: PromptLadder
  /** The instant at which silence counts. */
  deadlineAt: number
  /** The instant at which prompting has run out; always after `deadlineAt`, or a raise's ten seconds. */
  alertAt: number
  /** The latest press that counted; an older one changes nothing. */
  lastPressAt: number
  /** A supporter has raised it: the ten seconds of "Opening your plan in 10" are running. */
  raised: boolean
  /** A watch that ends by itself: the first press from here on ends it safe. */
  endsAt?: number
  /** Ended for the eyes of the device (duress); the alert goes on. */
  quiet: boolean
  outcome?: SessionOutcome
}

export type SessionCommand =
  | { kind: 'check-in'; pressedAgoMs: number; rhythm?: Rhythm }
  | { kind: 'extend'; seconds: number; version?: number }
  | { kind: 'end' }
  | { kind: 'help'; quiet: boolean }
  | { kind: 'raise' }
  /** A wake-up or the sweep: the clock may have reached something. */
  | { kind: 'reach-deadline' }
  /** The alert of this session has closed. */
  | { kind: 'alert-closed'; abandoned?: boolean }

/** What the command changes beside the session itself; operations carry it out in the same transaction. */
export type SessionEffect =
  | { kind: 'schedule-prompts'; prompts: { kind: PromptKind; dueAt: number }[] }
  | { kind: 'cancel-prompts' }
  | { kind: 'raise-alert'; reason: AlertReason }
  /** The session is alerting: the alert decides what a sign of life means. */
  | { kind: 'request-all-clear' }

export type SessionOutcomeWord =
  | 'moved'
  | 'unchanged'
  | 'stoppedOpening'
  | 'extended'
  | 'ended'
  | 'alerted'
  | 'opening'
  | 'prompted'
  | 'askedAllClear'

export type SessionDecision =
  | { kind: 'changed'; outcome: SessionOutcomeWord; session: Session; effects: SessionEffect[] }
  /** Accepted and recorded; nothing moves. */
  | { kind: 'unchanged'; outcome: SessionOutcomeWord; effects: SessionEffect[] }
  | { kind: 'refused'; reason: 'session_closed' | 'stale_version' | 'limit' | 'notDueYet' }
