import type { SessionAnswer } from '@stillhere/contracts'
import {
  type AlertReason,
  decideSession,
  type SessionCommand,
  type SessionDecision,
  type SessionOutcomeWord,
} from '@stillhere/domain'
import {
  cancelQueued,
  cancelSteps,
  findAlert,
  findRhythmEvenRetired,
  findSessionsWithAlert,
  insertSteps,
  type JournalEntry,
  loadSessionsForUpdate,
  readClock,
  recordJournal,
  type SessionRow,
  storeSessions,
  type Transaction,
} from '@stillhere/persistence'
import { type AppliedDecision, announceAlert, decideAndApply } from './alert/decide-and-apply.ts'
import { type RaisedAlert, raiseAlerts } from './alert/raise-alerts.ts'
import { type Answer, answer, type Caller, type OperationContext, refuse } from './context.ts'
import { announce, promptSteps } from './reach-deadline.ts'
import { runCommand } from './run-command.ts'
import { serverNow, sessionView } from './views.ts'

/** Prompts to the own phone that make no sense once the person has answered. */
export const promptTemplates = ['prompt-own', 'prompt-call', 'prompt-push'] as const

/** What must be announced after the commit. */
interface Changed {
  rows: SessionRow[]
  alerts: RaisedAlert[]
  applied?: AppliedDecision
  wakeAt?: { id: string; version: number; dueInMs: number }
}

/** Extend, end and help over HTTP or the live socket, once per `commandId`. */
export async function commandSession(
  ctx: OperationContext,
  caller: Caller,
  input: {
    commandId: string
    sessionId: string
    what: 'extend' | 'end' | 'help'
    payload: object
    command: SessionCommand
  },
): Promise<Answer> {
  let changed: Changed | undefined
  const given = await runCommand(
    ctx,
    caller,
    { commandId: input.commandId, what: input.what, payload: { ...input.payload, sessionId: input.sessionId } },
    async (tx) => {
      const [session] = await loadSessionsForUpdate(tx, [input.sessionId])
      if (!session || session.deviceId !== caller.id) return refuse('not_found')
      const result = await changeSession(ctx, tx, session, input.command)
      changed = result.changed
      return result.answer
    },
  )
  if (changed) announceChanged(ctx, changed)
  return given
}

/** Decides and stores one command on a locked session, alert and all. Runs in the caller's transaction. */
export async function changeSession(
  ctx: OperationContext,
  tx: Transaction,
  session: SessionRow,
  command: SessionCommand,
  by: JournalEntry['actor'] = { kind: 'person' },
): Promise<{ answer: Answer; outcome: string; changed: Changed }> {
  const nothing: Changed = { rows: [], alerts: [] }
  // Under duress the device is told what it would be told after an end.
  const decision: SessionDecision = session.quiet
    ? { kind: 'refused', reason: 'session_closed' }
    : decideSession(session, command, await readClock(tx), ctx.pace)
  if (decision.kind === 'refused') {
    const code = decision.reason === 'notDueYet' ? 'conflict' : decision.reason
    const [view] = await findSessionsWithAlert(tx, [session.id])
    const body = view ? { session: sessionView(view), serverNow: serverNow(await readClock(tx)) } : {}
    return { answer: refuse(code, code === 'limit' ? {} : body), outcome: decision.reason, changed: nothing }
  }
  const now = await readClock(tx)
  const changed: Changed = { rows: [], alerts: [] }
  let outcome: string = decision.outcome
  if (decision.kind === 'changed') {
    const row: SessionRow = { ...session, ...decision.session }
    await storeSessions(tx, [{ session: row, expectedVersion: session.version }], now)
    changed.rows.push(row)
    const raised: AlertReason[] = []
    for (const effect of decision.effects) {
      if (effect.kind === 'cancel-prompts') await cancelPrompts(tx, session.id, now)
      else if (effect.kind === 'schedule-prompts') await insertSteps(tx, promptSteps(row, effect.prompts))
      else if (effect.kind === 'raise-alert') raised.push(effect.reason)
    }
    changed.alerts = await raiseAlerts(
      ctx,
      tx,
      raised.map((reason) => ({ session: row, reason })),
      now,
    )
    await journalSession(tx, session, row, decision.outcome, by, now)
  } else if (decision.effects.some((effect) => effect.kind === 'request-all-clear')) {
    const applied = await requestAllClear(ctx, tx, session)
    if (applied) changed.applied = applied
    outcome = applied?.outcome === 'cancelledAlert' ? 'cancelledAlert' : 'requestedAllClear'
  }
  const [view] = await findSessionsWithAlert(tx, [session.id])
  if (!view) throw new Error('a session vanished')
  if (view.session.quiet) outcome = 'ended'
  return {
    answer: answer(200, { outcome: outcomeWord(outcome), session: sessionView(view), serverNow: serverNow(now) }),
    outcome,
    changed,
  }
}

async function cancelPrompts(tx: Transaction, sessionId: string, now: number): Promise<void> {
  await cancelSteps(tx, { sessionIds: [sessionId] }, ['prompt'], now)
  await cancelQueued(tx, { sessionId, templates: promptTemplates })
}

/** A sign of life, or an end, while alerting: the alert machine says what it means. */
async function requestAllClear(
  ctx: OperationContext,
  tx: Transaction,
  session: SessionRow,
): Promise<AppliedDecision | undefined> {
  const alert = await findAlert(tx, { sessionId: session.id })
  return alert
    ? decideAndApply(ctx, tx, { alertId: alert.id, sessionId: session.id }, () => ({ kind: 'request-all-clear' }), {
        kind: 'person',
      })
    : undefined
}

type WireOutcome = NonNullable<SessionAnswer['outcome']>

/** The machine's words that a client hears; a request while alerting is named by what the alert made of it. */
const outcomeWord = (outcome: SessionOutcomeWord | string): WireOutcome =>
  (outcome === 'askedAllClear' ? 'requestedAllClear' : outcome) as WireOutcome

async function journalSession(
  tx: Transaction,
  before: SessionRow,
  row: SessionRow,
  outcome: SessionOutcomeWord,
  by: JournalEntry['actor'],
  now: number,
): Promise<void> {
  // Of a session only changes of its state are kept (its alert writes its own): presses are nobody's history.
  if (outcome !== 'ended' && outcome !== 'opening' && (row.state === before.state || row.state === 'alerting')) return
  await recordJournal(tx, [
    {
      organisationId: row.organisationId,
      at: now,
      kind: outcome === 'ended' || outcome === 'opening' ? `session-${outcome}` : 'session-answered',
      sessionId: row.id,
      actor: by,
    },
  ])
}

export function announceChanged(ctx: OperationContext, changed: Changed): void {
  announce(ctx, { changed: changed.rows, alerts: changed.alerts })
  if (changed.applied) announceAlert(ctx, changed.applied)
  if (changed.wakeAt) ctx.wake.sessions([changed.wakeAt])
}

/** Looks a rhythm of the organisation up; undefined when it has none of that id. */
export async function findRhythm(tx: Transaction, organisationId: string, rhythmId: string) {
  return (await findRhythmEvenRetired(tx, organisationId, rhythmId))?.intervalsSeconds
}
