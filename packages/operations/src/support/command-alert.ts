import type { AlertCommand } from '@stillhere/domain'
import {
  type AlertRow,
  findRecipients,
  findSupporter,
  insertRecipients,
  iso,
  type Transaction,
} from '@stillhere/persistence'
import { type AppliedDecision, announceAlert, decideAndApply } from '../alert/decide-and-apply.ts'
import { type Answer, answer, type Caller, type OperationContext, refuse } from '../context.ts'
import { runCommand } from '../run-command.ts'
import { serverNow } from '../views.ts'
import { findAlertFor, readAlertView } from './alert-view.ts'

/** A supporter's command on an alert of their organisation, once per `commandId`. */
export async function commandAlert(
  ctx: OperationContext,
  caller: Caller,
  input: { commandId: string; alertId: string; what: string; payload: object },
  work: (tx: Transaction, alert: AlertRow) => Promise<{ applied?: AppliedDecision | undefined; refused?: Answer }>,
): Promise<Answer> {
  let applied: AppliedDecision | undefined
  const payload = { ...input.payload, alertId: input.alertId }
  const given = await runCommand(ctx, caller, { commandId: input.commandId, what: input.what, payload }, async (tx) => {
    applied = undefined
    const alert = await findAlertFor(tx, caller, input.alertId)
    if (!alert) return refuse('not_found')
    const done = await work(tx, alert)
    if (done.refused) return done.refused
    applied = done.applied
    const after = (await findAlertFor(tx, caller, input.alertId)) ?? alert
    return answer(200, {
      alert: await readAlertView(tx, after, ctx.pace),
      serverNow: serverNow(done.applied?.now ?? Date.parse(iso(after.raisedAt) ?? '')),
    })
  })
  if (applied) announceAlert(ctx, applied)
  return given
}

/** Lets the alert machine decide on a supporter's command. */
export const decideFor = (
  ctx: OperationContext,
  tx: Transaction,
  caller: Caller,
  alert: AlertRow,
  command: AlertCommand,
  detail: Record<string, string | number | boolean> = {},
): Promise<AppliedDecision | undefined> =>
  decideAndApply(ctx, tx, { alertId: alert.id, sessionId: alert.sessionId }, () => command, {
    kind: 'supporter',
    id: caller.id,
    answeredBy: 'link',
    detail,
  })

/** A supporter who claims from the console may not have been told by phone: they become one of the alert's people. */
export async function joinAlert(tx: Transaction, caller: Caller, alert: AlertRow): Promise<void> {
  const recipients = await findRecipients(tx, [alert.id])
  if (recipients.some((recipient) => recipient.id === caller.id)) return
  const supporter = await findSupporter(tx, caller.id)
  await insertRecipients(tx, [
    {
      alertId: alert.id,
      kind: 'supporter',
      id: caller.id,
      organisationId: alert.organisationId,
      position: 0,
      language: supporter?.language ?? 'en',
      code: alert.code,
      codeHeld: false,
      answer: 'none',
      stopped: false,
    },
  ])
}

/** Who has it, for the one who came second. */
export async function alreadyClaimed(tx: Transaction, alert: AlertRow, pace: number): Promise<Answer> {
  const view = await readAlertView(tx, alert, pace)
  return refuse('already_claimed', { owner: { name: '', ...view.owner }, ownedAt: view.ownedAt })
}
