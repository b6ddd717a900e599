/** What the people who answer an alert do with it, beside claiming and closing: one small operation each. */
import { type AllClearOutcome, type DoneKind, defaults, type Owner, type ProgressKind, paced } from '@stillhere/domain'
import {
  type AlertRow,
  findAlertsToLog,
  findLastWidening,
  findProgress,
  findSupporter,
  insertAlertLog,
  insertProgress,
  loadSessionsForUpdate,
  newId,
  readClock,
  recordEscalated,
  type SealedValue,
  type Transaction,
} from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext, refuse } from '../context.ts'
import { actorOf, journalChange } from '../journal/journal-change.ts'
import { runCommand } from '../run-command.ts'
import { findAlertFor } from './alert-view.ts'
import { commandAlert, decideFor, joinAlert } from './command-alert.ts'
import { openDebrief } from './open-debrief.ts'

const asOwner = (caller: Caller): Owner => ({ kind: 'supporter', id: caller.id })
type OnAlert = { commandId: string; alertId: string }

/**
 * Something happened: stamped, on the timeline, and of the owner it renews the duty. A note is sealed before it comes here.
 * What was a mistake is withdrawn by whoever recorded it, or by the owner, once: a line of its own, and both stay. Whoever
 * has it does not decline it: they hand it over.
 */
export function recordProgress(
  ctx: OperationContext,
  caller: Caller,
  input: OnAlert & {
    kind: ProgressKind
    note?: string | undefined
    of?: string | undefined
    sealedNote?: SealedValue | undefined
  },
): Promise<Answer> {
  const { commandId, alertId, kind, note, of, sealedNote } = input
  const payload = { kind, ...(note === undefined ? {} : { note }), ...(of === undefined ? {} : { of }) }
  return commandAlert(ctx, caller, { commandId, alertId, what: 'progress', payload }, async (tx, seen) => {
    await loadSessionsForUpdate(tx, [seen.sessionId])
    const alert = (await findAlertFor(tx, caller, seen.id)) ?? seen
    if (alert.state === 'closed') return { refused: refuse('gone') }
    if (kind === 'declined' && alert.owner?.id === caller.id) return { refused: refuse('conflict') }
    if (of !== undefined) {
      const recorded = await findProgress(tx, [alert.id])
      const mistake = recorded.find(({ id }) => id === of)
      if (!mistake) return { refused: refuse('not_found') }
      if (mistake.kind === 'withdrawn' || mistake.kind === 'handed-over' || mistake.kind === 'stood-down')
        return { refused: refuse('conflict') }
      if (recorded.some(({ withdraws }) => withdraws === of)) return { refused: refuse('conflict') }
      if (mistake.actorId !== caller.id && alert.owner?.id !== caller.id) return { refused: refuse('not_owner') }
    }
    const detail = { kind, ...(of === undefined ? {} : { of }) }
    const applied = await decideFor(ctx, tx, caller, alert, { kind: 'progress', by: asOwner(caller) }, detail)
    const at = applied?.now ?? (await readClock(tx))
    await insertProgress(tx, {
      id: newId(),
      organisationId: alert.organisationId,
      alertId: alert.id,
      kind,
      actorKind: 'supporter',
      actorId: caller.id,
      at,
      ...(of === undefined ? {} : { withdraws: of }),
      ...(sealedNote ? { sealedNote } : {}),
    })
    return { applied }
  })
}

/** On the timeline beside what was recorded: whoever comes to the alert later reads what was done with it. */
const recordDone = (tx: Transaction, caller: Caller, alert: AlertRow, kind: DoneKind, at: number): Promise<void> =>
  insertProgress(tx, {
    id: newId(),
    organisationId: alert.organisationId,
    alertId: alert.id,
    kind,
    actorKind: 'supporter',
    actorId: caller.id,
    at,
  })

/**
 * The owner gives it to another supporter of the organisation who is on shift. Somebody else, nobody we know and oneself
 * are refused in words of their own: an alert must not be laid where nobody picks it up.
 */
export function handOver(ctx: OperationContext, caller: Caller, input: OnAlert & { to: string }): Promise<Answer> {
  const { commandId, alertId, to } = input
  return commandAlert(ctx, caller, { commandId, alertId, what: 'hand-over', payload: { to } }, async (tx, seen) => {
    await loadSessionsForUpdate(tx, [seen.sessionId])
    const alert = (await findAlertFor(tx, caller, seen.id)) ?? seen
    if (alert.state === 'closed') return { refused: refuse('gone') }
    if (alert.owner?.id !== caller.id) return { refused: refuse('not_owner') }
    const next = await findSupporter(tx, to)
    if (next?.organisationId !== alert.organisationId) return { refused: refuse('not_found') }
    if (next.id === caller.id) return { refused: refuse('conflict') }
    if (!next.onShift) return { refused: refuse('not_on_shift') }
    await joinAlert(tx, next.id, alert)
    const applied = await decideFor(ctx, tx, caller, alert, {
      kind: 'hand-over',
      by: asOwner(caller),
      to: { kind: 'supporter', id: next.id },
    })
    if (applied?.outcome !== 'handedOver') return { refused: refuse('not_owner') }
    await recordDone(tx, caller, alert, 'handed-over', applied.now)
    return { applied }
  })
}

/**
 * The next step now, not later. It answers the step that the supporter has seen: a second press, and a press that comes
 * when the next step has only just gone out by itself, push nothing.
 */
export function escalateAlert(ctx: OperationContext, caller: Caller, input: OnAlert): Promise<Answer> {
  return commandAlert(ctx, caller, { ...input, what: 'escalate', payload: {} }, async (tx, seen) => {
    await loadSessionsForUpdate(tx, [seen.sessionId])
    const alert = (await findAlertFor(tx, caller, seen.id)) ?? seen
    if (alert.state === 'closed') return { refused: refuse('gone') }
    const widenedAt = Math.max(alert.escalatedAt ?? 0, (await findLastWidening(tx, alert.id)) ?? 0)
    if ((await readClock(tx)) - widenedAt < paced(defaults.escalateOnceSeconds, ctx.pace)) return {}
    const applied = await decideFor(ctx, tx, caller, alert, { kind: 'escalate' })
    if (applied) await recordEscalated(tx, alert.id, applied.now)
    return { applied }
  })
}

/** The owner sends home who is going. Nobody else may. */
export function standDown(ctx: OperationContext, caller: Caller, input: OnAlert): Promise<Answer> {
  return commandAlert(ctx, caller, { ...input, what: 'stand-down', payload: {} }, async (tx, alert) => {
    if (alert.state === 'closed') return { refused: refuse('gone') }
    const applied = await decideFor(ctx, tx, caller, alert, { kind: 'stand-down', by: asOwner(caller) })
    if (applied?.outcome !== 'stoodDown') return { refused: refuse('not_owner') }
    await recordDone(tx, caller, alert, 'stood-down', applied.now)
    return { applied }
  })
}

export interface AlertLogInput {
  outcome: AllClearOutcome
  wanted: 'yes' | 'no' | 'unknown'
  difficulty: number
  energy: number
  followUp: boolean
}

/**
 * Afterwards, in under a minute. A hard one opens a debrief and takes them off the queue until they say so. A rescue has done
 * so at the all-clear, whether a log is written or not: whoever has said since that they are ready stays so.
 */
export async function writeAlertLog(
  ctx: OperationContext,
  caller: Caller,
  input: OnAlert & AlertLogInput,
): Promise<Answer> {
  const { commandId, alertId, ...log } = input
  return runCommand(ctx, caller, { commandId, what: 'log', payload: { alertId, ...log } }, async (tx) => {
    const alert = await findAlertFor(tx, caller, alertId)
    if (!alert) return refuse('not_found')
    if (alert.state !== 'closed') return refuse('conflict')
    const at = await readClock(tx)
    const wasTheirs = alert.owner?.id === caller.id || (await findAlertsToLog(tx, caller.id)).includes(alertId)
    await insertAlertLog(tx, { alertId, supporterId: caller.id, organisationId: alert.organisationId, ...log, at })
    await journalChange(tx, {
      organisationId: alert.organisationId,
      at,
      kind: 'alert-logged',
      sessionId: alert.sessionId,
      alertId,
      actor: actorOf(caller),
      detail: { outcome: log.outcome },
    })
    const known = alert.outcome === 'rescued' && wasTheirs
    const hard = log.difficulty >= 4 || (log.outcome === 'rescued' && !known)
    if (hard) await openDebrief(tx, caller.id, at)
    return answer(200, { debrief: (await findSupporter(tx, caller.id))?.debriefOpen ?? false })
  })
}
