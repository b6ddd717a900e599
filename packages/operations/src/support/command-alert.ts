import type { AlertCommand } from '@stillhere/domain'
import {
  type AlertRow,
  findRecipients,
  findSupporter,
  findSupportersOnShift,
  insertRecipients,
  iso,
  type Transaction,
} from '@stillhere/persistence'
import { type AppliedDecision, announceAlert, decideAndApply } from '../alert/decide-and-apply.ts'
import { loadHeldCodes } from '../alert/held-codes.ts'
import { type Answer, answer, type Caller, type OperationContext, refuse } from '../context.ts'
import { runCommand } from '../run-command.ts'
import { serverNow } from '../views.ts'
import { findAlertFor, readAlertView } from './alert-view.ts'

/** A supporter's command on an alert of their organisation, once per `commandId`. What is refused may have told somebody. */
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
    applied = done.applied
    if (done.refused) return done.refused
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

/**
 * A supporter who has an alert from the console may not have been told by phone: they become one of its people, with
 * their phone where they are on shift with one, so that they are asked again like everybody if they fall silent.
 */
export async function joinAlert(tx: Transaction, supporterId: string, alert: AlertRow): Promise<void> {
  const recipients = await findRecipients(tx, [alert.id])
  if (recipients.some((recipient) => recipient.id === supporterId)) return
  const supporter = await findSupporter(tx, supporterId)
  const phone = (await findSupportersOnShift(tx, [alert.organisationId])).find(({ id }) => id === supporterId)
  // A phone that the alert knows already, as a rescuer's, is told once.
  const own = phone && !recipients.some(({ numberHash }) => numberHash?.equals(phone.numberHash)) ? phone : undefined
  const codes = own && (await loadHeldCodes(tx, [own.numberHash]))
  await insertRecipients(tx, [
    {
      alertId: alert.id,
      kind: 'supporter',
      id: supporterId,
      organisationId: alert.organisationId,
      position: 0,
      ...(own ? { destination: own.destination, numberHash: own.numberHash } : {}),
      language: supporter?.language ?? 'en',
      code: own && codes ? codes.chooseFor(alert.organisationId, own.numberHash, alert.code) : alert.code,
      codeHeld: own !== undefined,
      answer: 'none',
      stopped: false,
    },
  ])
}

/** Who has it, for the one who came second, or who may not do this to somebody else's. */
export async function alreadyClaimed(
  tx: Transaction,
  alert: AlertRow,
  pace: number,
  code: 'already_claimed' | 'not_owner' = 'already_claimed',
): Promise<Answer> {
  const view = await readAlertView(tx, alert, pace)
  return refuse(code, { owner: { name: '', ...view.owner }, ownedAt: view.ownedAt })
}
