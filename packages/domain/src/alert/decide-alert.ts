/**
 * The alert machine.
 *
 *   open ──1 (claim)──▶ owned ──duty lapsed, owner cannot──▶ open
 *     └──────────┬────────┘
 *                ▼ all-clear (5 after a request or after 4; a request before anything was sent)
 *             closed
 *
 * open    nobody has it: the ladder climbs, repeats and widens until a human claims it. It never goes silent.
 * owned   a human has it: the ladder stops, a duty clock runs. A supporter who records nothing for 120 s, or a rescuer
 *         silent for 5 min, loses it and the ladder resumes; any reply of a rescuer renews it. Any number of rescuers
 *         may be going beside the owner; nobody who is going is sent home before the all-clear.
 *         A phone that may be a stranger's (a supporter's number nobody confirmed) claims like any other, but renews nothing
 *         and closes nothing that the person did not ask to have closed: its claim lapses unless the console is used.
 *         A supporter who owns it may hand it over, tell everyone at once, or send home who is going.
 *         What a rescuer owns a supporter may take over (by `1` too): the rescuer is told and keeps going. What a supporter
 *         owns only who answers for the service takes from them, and only they or the owner close from the console.
 * closed  by a human's all-clear, or, three days after the raise and with nobody on duty, by rule as `abandoned`: nobody is
 *         texted about it then, and until then the ladder never goes silent. A synthetic alert (a test) is closed by the
 *         service, when it came back or did not. Terminal. Late replies are answered and recorded; nothing reopens it.
 *
 * A sign of life of the person is a *request* once anything may have been sent: the ladder holds for 120 s, those who
 * were told are asked to speak to the person; unconfirmed, the ladder resumes. Before that it closes the alert.
 */
import { defaults } from '../bounds.ts'
import { type Pace, paced } from '../rhythm.ts'
import type {
  Actor,
  Alert,
  AlertCommand,
  AlertDecision,
  AlertEffect,
  AlertFacts,
  AlertOutcome,
  AlertOutcomeWord,
  AlertRecipient,
  AllClearOutcome,
  EndingWord,
  Owner,
} from './alert.ts'

type OngoingWord = Exclude<AlertOutcomeWord, EndingWord>

/** @param now the database's clock, read once after the row was locked (epoch ms) */
export function decideAlert(
  alert: Alert,
  command: AlertCommand,
  facts: AlertFacts,
  now: number,
  pace: Pace,
): AlertDecision {
  if (alert.state === 'closed') {
    return {
      kind: 'unchanged',
      outcome: 'tooLate',
      effects:
        command.kind === 'answer'
          ? [
              { kind: 'record-answer', answer: command.answer },
              { kind: 'answer', text: 'late-reply' },
            ]
          : [],
    }
  }
  switch (command.kind) {
    case 'answer':
      return decideAnswer(alert, command.recipient, command.answer, facts, now, pace)
    case 'request-all-clear':
      return decideRequest(alert, facts, now, pace)
    case 'progress':
      return alert.owner?.id === command.by.id
        ? renew(alert, command.by, 'renewed', [], now, pace)
        : note('recorded', [])
    case 'hand-over':
      if (alert.owner?.id !== command.by.id) return note('notOwner', [])
      return handOver(alert, command.by, command.to, now, pace)
    case 'escalate':
      return note('escalated', [{ kind: alert.state === 'open' ? 'advance-ladder' : 'tell-everyone' }])
    case 'stand-down':
      if (alert.owner?.id !== command.by.id) return note('notOwner', [])
      return note('stoodDown', [{ kind: 'tell', whom: 'going', text: 'stand-down' }])
    case 'take-over':
      return decideTakeOver(alert, command.by, now, pace)
    case 'all-clear':
      return decideAllClear(alert, command.by, command.outcome)
    case 'abandon':
      if (!isForsaken(alert, now)) return { kind: 'unchanged', outcome: 'notDueYet', effects: [] }
      return ended('abandoned', alert, 'abandoned')
    case 'end-test':
      // K8: behind every other end there is a human, or the rule.
      if (alert.synthetic !== true) return note('noTest', [])
      return ended('testEnded', alert, command.proved ? 'safe' : 'abandoned')
    case 'reach-duty':
      if (alert.state !== 'owned' || (alert.dutyUntilAt ?? 0) > now)
        return { kind: 'unchanged', outcome: 'notDueYet', effects: [] }
      return release(alert, 'lapsed', alert.owner ? [{ kind: 'forget-owner-answer', owner: alert.owner }] : [])
    case 'reach-request':
      if (alert.requestLapsesAt === undefined || alert.requestLapsesAt > now)
        return { kind: 'unchanged', outcome: 'notDueYet', effects: [] }
      return lapseRequest(alert, now, pace)
  }
}

/**
 * Whether an alert is past the rule that closes it: raised days ago (real time, never paced), and nobody is on duty for it
 * now. From this instant nothing is sent about it, whatever was queued or fell due while every worker was away.
 */
export const isForsaken = (alert: Pick<Alert, 'state' | 'raisedAt' | 'dutyUntilAt'>, now: number): boolean =>
  alert.state !== 'closed' &&
  now - alert.raisedAt >= defaults.abandonAfterSeconds * 1_000 &&
  (alert.dutyUntilAt ?? 0) <= now

function decideAnswer(
  alert: Alert,
  recipient: AlertRecipient,
  answer: Extract<AlertCommand, { kind: 'answer' }>['answer'],
  facts: AlertFacts,
  now: number,
  pace: Pace,
): AlertDecision {
  const record: AlertEffect = { kind: 'record-answer', answer }
  const owns = alert.owner?.id === recipient.id
  const renews = owns && recipient.unproved !== true
  const mayOwn = alert.state === 'open' && (recipient.kind === 'supporter' || !facts.supporterTold)
  switch (answer) {
    case 'going':
      if (renews)
        return renew(alert, recipient, 'renewed', [record, { kind: 'answer', text: 'claim-confirmed' }], now, pace)
      if (owns) return note('recorded', [record, { kind: 'answer', text: 'claim-confirmed' }])
      if (mayOwn) return claim(alert, recipient, [record, { kind: 'answer', text: 'claim-confirmed' }], now, pace)
      // They were asked "1 = I take it", and only a supporter gets the brief in full.
      if (recipient.kind === 'supporter' && alert.owner?.kind === 'rescuer')
        return takeOver(alert, recipient, [record, { kind: 'answer', text: 'claim-confirmed' }], now, pace)
      return note('recorded', [
        record,
        { kind: 'answer', text: alert.state === 'owned' ? 'already-claimed' : 'going-noted' },
      ])
    case 'there':
      if (renews)
        return renew(alert, recipient, 'renewed', [record, { kind: 'answer', text: 'there-noted' }], now, pace)
      if (mayOwn) return claim(alert, recipient, [record, { kind: 'answer', text: 'there-noted' }], now, pace)
      return note('recorded', [record, { kind: 'answer', text: 'there-noted' }])
    case 'safe': {
      const supporterOwns = alert.owner?.kind === 'supporter'
      const confirms =
        alert.requestedAt !== undefined ||
        (recipient.kind === 'supporter' && recipient.unproved !== true && (owns || !supporterOwns)) ||
        (recipient.answer === 'there' && recipient.unproved !== true && !supporterOwns)
      if (confirms) return close(alert, 'safe', [record, { kind: 'answer', text: 'safe-noted-closed' }])
      const report: AlertEffect[] = [
        // That they are there stays known: once no supporter owns it, their next 5 closes.
        ...(recipient.answer === 'there' ? [] : [record]),
        { kind: 'answer', text: 'safe-reported' },
        { kind: 'tell', whom: 'owner', text: 'safe-told-owner' },
      ]
      return renews ? renew(alert, recipient, 'reported', report, now, pace) : note('reported', report)
    }
    case 'cannot':
    case 'left': {
      const effects: AlertEffect[] = [
        record,
        { kind: 'answer', text: answer === 'left' ? 'left-noted' : 'cannot-noted' },
      ]
      if (owns) return release(alert, 'released', effects)
      return note('recorded', alert.state === 'open' ? [...effects, { kind: 'advance-ladder' }] : effects)
    }
  }
}

const asSupporter = ({ id }: Actor): Owner => ({ kind: 'supporter', id })

function decideTakeOver(alert: Alert, by: Actor, now: number, pace: Pace): AlertDecision {
  const record: AlertEffect = { kind: 'record-answer', answer: 'going' }
  if (alert.owner?.id === by.id) return renew(alert, asSupporter(by), 'renewed', [], now, pace)
  if (by.standing === 'away') return note('notOnShift', [])
  if (alert.state === 'open') return claim(alert, asSupporter(by), [record], now, pace)
  if (alert.owner?.kind === 'supporter' && by.standing !== 'answers') return note('notOwner', [])
  return takeOver(alert, asSupporter(by), [record], now, pace)
}

/** Another's alert is not closed over their head: "safe" reaches the owner as a report, as a text's 5 does. */
function decideAllClear(alert: Alert, by: Actor, outcome: AllClearOutcome): AlertDecision {
  const others = alert.owner !== undefined && alert.owner.id !== by.id
  if (others && alert.owner?.kind === 'supporter' && by.standing !== 'answers')
    return outcome === 'safe'
      ? note('reported', [{ kind: 'tell', whom: 'owner', text: 'safe-told-owner' }])
      : note('notOwner', [])
  if (by.standing === 'away' && alert.owner?.id !== by.id) return note('notOnShift', [])
  return close(alert, outcome, [])
}

function decideRequest(alert: Alert, facts: AlertFacts, now: number, pace: Pace): AlertDecision {
  if (!facts.anythingSent) return ended('cancelledAlert', alert, 'false-alarm')
  // One request at a time; after it lapsed unconfirmed, the next sign of life is a new one.
  if (alert.requestLapsesAt !== undefined) return note('requestedAllClear', [])
  const requestLapsesAt = now + paced(defaults.unconfirmedRequestSeconds, pace)
  return changed('requestedAllClear', { ...alert, requestedAt: alert.requestedAt ?? now, requestLapsesAt }, [
    { kind: 'cancel-messages' },
    { kind: 'stop-ladder' },
    { kind: 'tell', whom: 'told', text: 'request-all-clear' },
    { kind: 'schedule', step: 'request', dueAt: requestLapsesAt },
  ])
}

/** Nobody confirmed. With an owner the duty clock goes on and the owner is asked again; with none the ladder resumes. */
function lapseRequest(alert: Alert, now: number, pace: Pace): AlertDecision {
  const { requestLapsesAt: _, ...rest } = alert
  if (alert.state === 'owned') {
    const requestLapsesAt = now + paced(defaults.unconfirmedRequestSeconds, pace)
    return changed('lapsed', { ...rest, requestLapsesAt }, [
      { kind: 'tell', whom: 'owner', text: 'request-all-clear' },
      { kind: 'schedule', step: 'request', dueAt: requestLapsesAt },
    ])
  }
  return changed('lapsed', rest, [{ kind: 'resume-ladder' }])
}

const dutySeconds = (owner: Owner): number =>
  owner.kind === 'supporter' ? defaults.supporterDutySeconds : defaults.rescuerDutySeconds

function claim(alert: Alert, by: Owner, effects: AlertEffect[], now: number, pace: Pace): AlertDecision {
  const owner: Owner = { kind: by.kind, id: by.id }
  const dutyUntilAt = now + paced(dutySeconds(owner), pace)
  return changed('claimed', { ...alert, state: 'owned', owner, ownedAt: now, dutyUntilAt }, [
    ...effects,
    { kind: 'stop-ladder' },
    { kind: 'schedule', step: 'duty', dueAt: dutyUntilAt },
    { kind: 'tell', whom: 'other-supporters', text: 'supporter-owns' },
  ])
}

function renew(
  alert: Alert,
  by: Owner,
  outcome: OngoingWord,
  effects: AlertEffect[],
  now: number,
  pace: Pace,
): AlertDecision {
  const dutyUntilAt = now + paced(dutySeconds(by), pace)
  return changed(outcome, { ...alert, dutyUntilAt }, [
    ...effects,
    { kind: 'schedule', step: 'duty', dueAt: dutyUntilAt },
  ])
}

/** Who gave it away has it no more, nor said so: if it opens again they are asked like everybody else. */
function handOver(alert: Alert, by: Owner, to: Owner, now: number, pace: Pace): AlertDecision {
  const dutyUntilAt = now + paced(dutySeconds(to), pace)
  return changed('handedOver', { ...alert, owner: to, ownedAt: now, dutyUntilAt }, [
    { kind: 'forget-owner-answer', owner: { kind: by.kind, id: by.id } },
    { kind: 'schedule', step: 'duty', dueAt: dutyUntilAt },
    { kind: 'tell', whom: 'owner', text: 'handed-over' },
  ])
}

/**
 * A supporter has it from now on. A rescuer who had it stays down as going and hears that a supporter coordinates; a
 * supporter who had it hears that another has it, and is asked like everybody else if it opens again.
 */
function takeOver(alert: Alert, by: Owner, effects: AlertEffect[], now: number, pace: Pace): AlertDecision {
  const owner: Owner = { kind: by.kind, id: by.id }
  const dutyUntilAt = now + paced(dutySeconds(owner), pace)
  const former = alert.owner
  const told: AlertEffect[] =
    former?.kind === 'supporter'
      ? [
          { kind: 'forget-owner-answer', owner: former },
          { kind: 'tell', whom: 'former-owner', text: 'supporter-owns' },
        ]
      : [
          { kind: 'tell', whom: 'former-owner', text: 'already-claimed' },
          { kind: 'tell', whom: 'other-supporters', text: 'supporter-owns' },
        ]
  return changed('takenOver', { ...alert, state: 'owned', owner, ownedAt: now, dutyUntilAt }, [
    ...effects,
    { kind: 'schedule', step: 'duty', dueAt: dutyUntilAt },
    ...told,
  ])
}

/** The ladder resumes at once, so a request that still held it has lapsed with the claim. */
function release(alert: Alert, outcome: OngoingWord, effects: AlertEffect[]): AlertDecision {
  const { owner: _o, ownedAt: _a, dutyUntilAt: _d, requestLapsesAt: _r, ...rest } = alert
  return changed(outcome, { ...rest, state: 'open' }, [...effects, { kind: 'resume-ladder' }])
}

const close = (alert: Alert, outcome: AllClearOutcome, effects: AlertEffect[]): AlertDecision =>
  ended('closed', alert, outcome, effects, [{ kind: 'tell', whom: 'told', text: 'all-clear' }])

/** The one way to the end. Its word stands in the journal, which is held against the alert's state. */
function ended(
  word: EndingWord,
  alert: Alert,
  outcome: AlertOutcome,
  first: AlertEffect[] = [],
  told: AlertEffect[] = [],
): AlertDecision {
  const { dutyUntilAt: _d, requestLapsesAt: _r, ...rest } = alert
  return {
    kind: 'changed',
    outcome: word,
    alert: { ...rest, state: 'closed', outcome, version: alert.version + 1 },
    effects: [...first, { kind: 'cancel-messages' }, { kind: 'stop-ladder' }, ...told, { kind: 'closed' }],
  }
}

const note = (outcome: AlertOutcomeWord, effects: AlertEffect[]): AlertDecision => ({
  kind: 'unchanged',
  outcome,
  effects,
})

const changed = (outcome: OngoingWord, alert: Alert, effects: AlertEffect[]): AlertDecision => ({
  kind: 'changed',
  outcome,
  alert: { ...alert, version: alert.version + 1 },
  effects,
})
