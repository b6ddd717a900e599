import type { StaffRole } from './operate.ts'

/**
 * Who may do what, of those who sign in. Every route for them names the power it needs (`config.may`); a route that
 * names none stops the start. A role that does not have it gets the same 401 as no credential: what there is to be done
 * here is not said to whoever may not do it. In a small charity an operator answers alerts as well.
 */
const powers = {
  /** Passkeys of one's own. An auditor signs in like everybody else. */
  'sign-in': ['supporter', 'duty-lead', 'supervisor', 'operator', 'auditor'],
  /**
   * Shift, session cards, raise, alerts, briefs. Which alert they may claim, take over or close follows from whose it is
   * and who is on shift; there a duty lead, supervisor or operator may more (`standingOf` in operations).
   */
  'answer-alerts': ['supporter', 'duty-lead', 'supervisor', 'operator'],
  /** Supporters, and who is on shift. */
  'see-staff': ['duty-lead', 'supervisor', 'operator'],
  'end-shifts': ['duty-lead', 'operator'],
  /** Who is expected when: the pattern, single dates, seeing what was swapped. */
  'keep-rota': ['duty-lead', 'operator'],
  /** What supporters wrote of an alert, open debriefs, and what people said of the service. */
  'read-logs': ['supervisor', 'operator'],
  /** Ladders, rhythms, prompts, texts, the organisation: nothing personal. */
  'see-settings': ['operator', 'auditor'],
  /** Whether the service works: the board, its charts, what tests and incidents showed. Counts; nothing of a person. */
  'see-board': ['duty-lead', 'supervisor', 'operator', 'auditor'],
  /** Which alerts there are, by states and instants; who answers when. Duty leads are told of both. */
  'see-alerts': ['duty-lead', 'supervisor', 'operator', 'auditor'],
  /** A test of the alarm path, now. */
  'run-drills': ['duty-lead', 'operator'],
  /** Counts that nobody can be told from, and what was deleted when. */
  'read-reports': ['supervisor', 'operator', 'auditor'],
  /** To ask for the plan of a closed alert, or to be the second who agrees. Always two, each with their passkey. */
  'open-plans': ['operator'],
  /** Who changed what, and alerts line by line. */
  audit: ['operator', 'auditor'],
  /** Everything that changes how the service runs. */
  'run-service': ['operator'],
} as const satisfies Record<string, readonly StaffRole[]>

export type Power = keyof typeof powers

/** Whether a role has a power. No role has none. */
export const mayDo = (role: StaffRole | undefined, power: Power): boolean =>
  role !== undefined && (powers[power] as readonly StaffRole[]).includes(role)
