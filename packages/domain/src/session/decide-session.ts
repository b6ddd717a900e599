/**
 * The session machine.
 *
 *   counting ──deadline──▶ prompting ──alertAt──▶ alerting ──alert closed──▶ closed
 *      ▲  │                   │  │                    ▲
 *      │  └────── end ────────┼──┼─▶ closed           │
 *      └───── check-in ───────┘  └── help, raise+10 s ┘   (help from counting and prompting at once)
 *
 * counting   the server holds a deadline. A check-in moves it to press + the interval that the rhythm has at the
 *            time of the press; it never moves back and tapping never skips ahead. "Using again" starts the rhythm
 *            anew and may shorten it. An extension adds seconds. Leaves by deadline, help, raise or end.
 * prompting  silence counts; the person's own devices ask. Everything that counts in `counting` counts here, and takes
 *            it back to counting (`stoppedOpening`). Leaves by such a press, by end, by help, or at `alertAt`.
 *            A raise is prompting with ten seconds left.
 * alerting   people are being told. A sign of life or an end is a request for the all-clear: the alert decides.
 *            Leaves only when the alert closes.
 * closed     terminal: nothing leaves it.
 *
 * A check-in wins until the alert is raised: the decision is taken on a locked row, and whoever commits first is right.
 * A press too old to move the deadline is recorded by the caller and changes nothing. Late (`now` past `alertAt` while
 * still counting, after an outage) the alert is raised at once: nobody prompts an hour after silence.
 */
import { bounds, defaults } from '../bounds.ts'
import { promptInstants } from '../prompts.ts'
import { intervalAtMs, type Pace, paced, type Rhythm } from '../rhythm.ts'
import type { AlertReason, Session, SessionCommand, SessionDecision, SessionEffect } from './session.ts'

/** @param now the database's clock, read once after the row was locked (epoch ms) */
export function decideSession(session: Session, command: SessionCommand, now: number, pace: Pace): SessionDecision {
  if (session.state === 'closed') return { kind: 'refused', reason: 'session_closed' }
  switch (command.kind) {
    case 'check-in':
      return decideCheckIn(session, command, now, pace)
    case 'extend':
      return decideExtend(session, command, now, pace)
    case 'end':
      if (session.state === 'alerting') return askAllClear()
      return changed('ended', { ...session, state: 'closed', outcome: 'ended-safe' }, [{ kind: 'cancel-prompts' }])
    case 'help':
      if (session.state === 'alerting') {
        if (command.quiet && !session.quiet) return changed('alerted', { ...session, quiet: true }, [])
        return { kind: 'unchanged', outcome: 'alerted', effects: [] }
      }
      return raiseAlert({ ...session, quiet: command.quiet }, command.quiet ? 'duress' : 'help')
    case 'raise':
      return decideRaise(session, now, pace)
    case 'reach-deadline':
      return decideReachDeadline(session, now, pace)
    case 'alert-closed':
      if (session.state !== 'alerting') return { kind: 'refused', reason: 'notDueYet' }
      return changed(
        'ended',
        {
          ...session,
          state: 'closed',
          outcome: session.outcome ?? (command.abandoned ? 'abandoned' : 'all-clear'),
        },
        [],
      )
  }
}

function decideCheckIn(
  session: Session,
  command: { pressedAgoMs: number; rhythm?: Rhythm },
  now: number,
  pace: Pace,
): SessionDecision {
  if (session.state === 'alerting') return askAllClear()
  const pressedAt = Math.max(now - command.pressedAgoMs, session.startedAt)
  // What was known before a supporter raised it does not stop the opening either.
  const known = session.raised && command.pressedAgoMs > 0 ? session.lastPressAt + 1 : session.lastPressAt
  if (pressedAt < known) return { kind: 'unchanged', outcome: 'unchanged', effects: [] }

  // A watch of fixed length (after a rescue) is over, and the person has answered.
  if (session.endsAt !== undefined && pressedAt >= session.endsAt)
    return changed('ended', { ...session, state: 'closed', outcome: 'ended-safe' }, [{ kind: 'cancel-prompts' }])

  const again = command.rhythm !== undefined
  const anchorAt = again ? pressedAt : session.anchorAt
  const rhythm = command.rhythm ?? session.rhythm
  const deadlineAt = pressedAt + intervalFor(session, rhythm, anchorAt, pressedAt, pace)
  const counts = again || session.raised ? deadlineAt > now : deadlineAt > session.deadlineAt
  if (!counts) return { kind: 'unchanged', outcome: 'unchanged', effects: [] }
  return moveTo({ ...session, anchorAt, rhythm, lastPressAt: pressedAt }, deadlineAt, pace)
}

/** Past the session's 12 h a press buys a minute at a time. */
const intervalFor = (session: Session, rhythm: Rhythm, anchorAt: number, pressedAt: number, pace: Pace): number =>
  pressedAt - session.startedAt >= paced(bounds.sessionSeconds, pace)
    ? paced(defaults.pastLimitSeconds, pace)
    : intervalAtMs(rhythm, pressedAt - anchorAt, pace)

function decideExtend(
  session: Session,
  command: { seconds: number; version?: number },
  now: number,
  pace: Pace,
): SessionDecision {
  // Asking for more time is a sign of life too.
  if (session.state === 'alerting') return askAllClear()
  if (command.version !== undefined && command.version !== session.version)
    return { kind: 'refused', reason: 'stale_version' }
  // It is a sign of life: what has passed already is not taken from the time that is asked for.
  const deadlineAt = Math.max(session.deadlineAt, now) + paced(command.seconds, pace)
  const beyondSession = deadlineAt > session.startedAt + paced(bounds.sessionSeconds, pace)
  const tooLong = deadlineAt - now > paced(bounds.countdown.maxSeconds, pace)
  if (beyondSession || tooLong) return { kind: 'refused', reason: 'limit' }
  const decision = moveTo({ ...session, lastPressAt: Math.max(session.lastPressAt, now) }, deadlineAt, pace)
  return { ...decision, outcome: 'extended' }
}

/** The one place that sets a deadline; `alertAt` follows it, prompts of the old one go. */
function moveTo(session: Session, deadlineAt: number, pace: Pace) {
  const asked = session.state === 'prompting' || session.raised
  const alertAt = deadlineAt + paced(session.prompts.alertAfterSeconds, pace)
  return changed(
    asked ? 'stoppedOpening' : 'moved',
    { ...session, state: 'counting', raised: false, deadlineAt, alertAt },
    asked ? [{ kind: 'cancel-prompts' }] : [],
  )
}

function decideRaise(session: Session, now: number, pace: Pace): SessionDecision {
  if (session.state === 'alerting') return { kind: 'unchanged', outcome: 'alerted', effects: [] }
  const alertAt = now + paced(defaults.raiseSeconds, pace)
  // Already opening, or about to (counting too, after an outage): a raise only ever brings the alert nearer.
  if (session.raised || session.alertAt <= alertAt) return { kind: 'unchanged', outcome: 'opening', effects: [] }
  const deadlineAt = Math.min(session.deadlineAt, now)
  return changed('opening', { ...session, state: 'prompting', raised: true, deadlineAt, alertAt }, [
    { kind: 'cancel-prompts' },
    { kind: 'schedule-prompts', prompts: [{ kind: 'opening', dueAt: now }] },
  ])
}

function decideReachDeadline(session: Session, now: number, pace: Pace): SessionDecision {
  if (session.state === 'alerting' || now < session.deadlineAt) return { kind: 'refused', reason: 'notDueYet' }
  if (now >= session.alertAt) return raiseAlert(session, session.raised ? 'raised' : 'silence')
  if (session.state === 'prompting') return { kind: 'refused', reason: 'notDueYet' }
  return changed('prompted', { ...session, state: 'prompting' }, [
    { kind: 'schedule-prompts', prompts: promptInstants(session.prompts, session.deadlineAt, pace) },
  ])
}

const raiseAlert = (session: Session, reason: AlertReason) =>
  changed('alerted', { ...session, state: 'alerting' }, [{ kind: 'cancel-prompts' }, { kind: 'raise-alert', reason }])

const askAllClear = (): SessionDecision => ({
  kind: 'unchanged',
  outcome: 'askedAllClear',
  effects: [{ kind: 'request-all-clear' }],
})

const changed = (
  outcome: Extract<SessionDecision, { kind: 'changed' }>['outcome'],
  session: Session,
  effects: SessionEffect[],
): Extract<SessionDecision, { kind: 'changed' }> => ({
  kind: 'changed',
  outcome,
  session: { ...session, version: session.version + 1 },
  effects,
})
