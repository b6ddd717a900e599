import type { SessionView } from '@stillhere/contracts'

/**
 * What happened, as the people's devices know it: every command with every answer, whether it came or not. Nothing in
 * here was read from the service's own rows, logs or metrics.
 */
export interface CommandRecord {
  kind: 'start' | 'check-in' | 'end' | 'help'
  commandId: string
  askedAt: number
  /** Every answer to this command, repeats too; an attempt without one leaves nothing here but `lostAnswers`. */
  answers: { at: number; status: number; session?: SessionView; outcome?: string; code?: string }[]
  lostAnswers: number
}

/** One session from its person's side. */
export interface SessionHistory {
  /** Rescuers who agreed and may be told. */
  phones: readonly string[]
  commands: CommandRecord[]
  /** Every view of the session that a device was shown afterwards, oldest first. */
  seen: { at: number; session: SessionView }[]
}

/** A text or call as the carrier simulator took it. */
export interface CarrierText {
  sid: string
  to: string
  body: string
  direction: string
  at: string
  automatic?: boolean
}

export class History {
  readonly sessions: SessionHistory[] = []
  /** Phones that nobody may text about an alert: not agreed, or stopped. */
  readonly silentPhones = new Set<string>()
  /** What the receipts of some sessions said of `delivered`, in order (K7). */
  readonly deliveries = new Map<string, boolean[]>()

  open(phones: readonly string[]): SessionHistory {
    const session: SessionHistory = { phones, commands: [], seen: [] }
    this.sessions.push(session)
    return session
  }
}

/** Acknowledged means: a 2xx that holds the session. Only that may a screen show as "protected" (P10). */
export const acknowledged = (command: CommandRecord) =>
  command.answers.find(({ status, session }) => status < 300 && session !== undefined)

/** No answer of it says what became of it: it may or may not have been acted upon. */
export const isOpenQuestion = (command: CommandRecord): boolean =>
  command.answers.every(({ status }) => status >= 500 || status === 429) &&
  (command.lostAnswers > 0 || command.answers.length > 0)
