import {
  type AlertRow,
  findAlert,
  findPostRescueOf,
  findProgress,
  findRecipients,
  findSupporters,
  iso,
  type Queryable,
  readClock,
  recordViews,
} from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext, refuse } from '../context.ts'
import { serverNow } from '../views.ts'
import { nicknameOf } from './nickname.ts'

/** Naloxone may have to be given again after this long; it wears off sooner than what it works against. */
const nextDoseAfterMs = 150_000

/** An alert as the people who answer it see it. The plan itself is only in the brief, sealed to its owner. */
export async function readAlertView(db: Queryable, alert: AlertRow, pace: number) {
  // One after the other: inside a transaction there is one connection.
  const recipients = await findRecipients(db, [alert.id])
  const progress = await findProgress(db, alert.id)
  const supporters = await findSupporters(db, alert.organisationId)
  const postRescue = await findPostRescueOf(db, alert.sessionId)
  const nameOf = (id: string) => supporters.find((supporter) => supporter.id === id)?.name
  const lastDoseAt = progress.filter(({ kind }) => kind === 'naloxone-given').at(-1)?.at
  return {
    id: alert.id,
    sessionId: alert.sessionId,
    code: alert.code,
    nickname: nicknameOf(alert.sessionId),
    state: alert.state,
    reason: alert.reason === 'duress' ? 'help' : alert.reason,
    version: alert.version,
    raisedAt: iso(alert.raisedAt),
    latenessMs: Math.max(0, alert.raisedAt - alert.dueAt),
    ...(alert.disclosedAt ? { disclosedAt: iso(alert.disclosedAt) } : {}),
    ...(alert.owner
      ? {
          owner: {
            kind: alert.owner.kind,
            ...(alert.owner.kind === 'supporter' ? { id: alert.owner.id, name: nameOf(alert.owner.id) ?? '' } : {}),
          },
        }
      : {}),
    ...(alert.ownedAt ? { ownedAt: iso(alert.ownedAt) } : {}),
    ...(alert.dutyUntilAt ? { dutyUntilAt: iso(alert.dutyUntilAt) } : {}),
    ...(alert.requestedAt ? { requestedAt: iso(alert.requestedAt) } : {}),
    ...(alert.outcome ? { outcome: alert.outcome } : {}),
    ...(alert.closedAt ? { closedAt: iso(alert.closedAt) } : {}),
    ...(postRescue ? { postRescueSessionId: postRescue } : {}),
    told: recipients
      .filter((recipient) => recipient.toldAt !== undefined || recipient.answer !== 'none')
      .map((recipient) => ({
        kind: recipient.kind,
        id: recipient.id,
        ...(recipient.kind === 'supporter' ? { name: nameOf(recipient.id) ?? '' } : {}),
        ...(recipient.toldAt ? { at: iso(recipient.toldAt) } : {}),
        ...(recipient.answer === 'none' ? {} : { reply: recipient.answer }),
      })),
    progress: progress.map(({ kind, actorKind, actorId, at }) => ({
      kind,
      by: actorKind,
      ...(actorKind === 'supporter' ? { name: nameOf(actorId) ?? '' } : {}),
      at: iso(at),
    })),
    ...(lastDoseAt === undefined || alert.state === 'closed'
      ? {}
      : { nextDoseAt: iso(lastDoseAt + Math.round(nextDoseAfterMs / pace)) }),
  }
}

export type AlertView = Awaited<ReturnType<typeof readAlertView>>

/** The alert of this id, if it is of the caller's organisation. */
export async function findAlertFor(db: Queryable, caller: Caller, alertId: string): Promise<AlertRow | undefined> {
  const alert = await findAlert(db, { id: alertId })
  return alert?.organisationId === caller.organisationId ? alert : undefined
}

/** A console asks again and again: one line a person and alert in this time says that they looked. */
const viewOnceMs = 10 * 60_000

/** C80: who looked at an alert. */
export const journalViews = (ctx: OperationContext, caller: Caller, alertIds: readonly string[]): Promise<void> =>
  ctx.db.transaction((tx) => recordViews(tx, alertIds, caller.id, viewOnceMs))

export async function getAlert(ctx: OperationContext, caller: Caller, alertId: string): Promise<Answer> {
  const alert = await findAlertFor(ctx.db, caller, alertId)
  if (!alert) return refuse('not_found')
  await journalViews(ctx, caller, [alert.id])
  return answer(200, {
    alert: await readAlertView(ctx.db, alert, ctx.pace),
    serverNow: serverNow(await readClock(ctx.db)),
  })
}
