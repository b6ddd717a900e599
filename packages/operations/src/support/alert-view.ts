import {
  type AlertRow,
  findAlert,
  findFirstSessions,
  findLastAnswers,
  findOpenedBriefs,
  findPostRescueOf,
  findProgress,
  findReachedAlerts,
  findRecipients,
  findSupporters,
  iso,
  type ProgressRow,
  type Queryable,
  type RecipientRow,
  readClock,
  recordAlertViews,
  recordViews,
} from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext, refuse } from '../context.ts'
import { serverNow } from '../views.ts'
import { nicknameOf } from './nickname.ts'

/** Naloxone may have to be given again after this long; it wears off sooner than what it works against. */
const nextDoseAfterMs = 150_000

/** Alerts of one organisation as the people who answer them see them. The plan is only in the brief, sealed to the owner. */
export async function readAlertViews(db: Queryable, alerts: readonly AlertRow[], pace: number) {
  const [anyOne] = alerts
  if (!anyOne) return []
  const ids = alerts.map((alert) => alert.id)
  // One after the other: inside a transaction there is one connection.
  const recipients = Map.groupBy(await findRecipients(db, ids), (recipient) => recipient.alertId)
  const progress = Map.groupBy(await findProgress(db, ids), (row) => row.alertId)
  const names = new Map((await findSupporters(db, anyOne.organisationId)).map(({ id, name }) => [id, name]))
  const postRescue = await findPostRescueOf(
    db,
    alerts.map((alert) => alert.sessionId),
  )
  const first = await findFirstSessions(
    db,
    alerts.map((alert) => alert.sessionId),
  )
  const answered = await findLastAnswers(
    db,
    alerts.map((alert) => alert.sessionId),
  )
  const reached = await findReachedAlerts(db, ids)
  const opened = await findOpenedBriefs(db, ids)
  return alerts.map((alert) =>
    viewOf(alert, {
      recipients: recipients.get(alert.id) ?? [],
      progress: progress.get(alert.id) ?? [],
      nameOf: (id) => names.get(id),
      postRescue: postRescue.get(alert.sessionId),
      firstSession: first.get(alert.sessionId) ?? alert.sessionId,
      lastAnswerAt: answered.get(alert.sessionId),
      openedAt: (recipientId) => opened.get(`${alert.id}.${recipientId}`),
      nobodyNotified: alert.state === 'open' && !reached.has(alert.id),
      pace,
    }),
  )
}

/** One of them. */
export async function readAlertView(db: Queryable, alert: AlertRow, pace: number): Promise<AlertView> {
  const [view] = await readAlertViews(db, [alert], pace)
  if (!view) throw new Error('one alert has one view')
  return view
}

interface Around {
  recipients: readonly RecipientRow[]
  progress: readonly ProgressRow[]
  nameOf(supporterId: string): string | undefined
  postRescue: string | undefined
  firstSession: string
  lastAnswerAt: number | undefined
  openedAt(recipientId: string): number | undefined
  nobodyNotified: boolean
  pace: number
}

function viewOf(alert: AlertRow, around: Around) {
  const { nameOf } = around
  const withdrawn = new Set(around.progress.map(({ withdraws }) => withdraws))
  const lastDoseAt = around.progress
    .filter(({ kind, id }) => kind === 'naloxone-given' && !withdrawn.has(id))
    .at(-1)?.at
  return {
    id: alert.id,
    sessionId: alert.sessionId,
    code: alert.code,
    nickname: nicknameOf(around.firstSession),
    state: alert.state,
    reason: alert.reason === 'duress' ? 'help' : alert.reason,
    version: alert.version,
    raisedAt: iso(alert.raisedAt),
    ...(around.lastAnswerAt === undefined ? {} : { lastAnswerAt: iso(around.lastAnswerAt) }),
    latenessMs: Math.max(0, alert.raisedAt - alert.dueAt),
    // Nobody has heard of it by phone, and nothing is on its way to anybody: the loudest thing a console can show.
    ...(around.nobodyNotified ? { nobodyNotified: true } : {}),
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
    ...(around.postRescue ? { postRescueSessionId: around.postRescue } : {}),
    told: around.recipients
      .filter((recipient) => recipient.toldAt !== undefined || recipient.answer !== 'none')
      .map((recipient) => ({
        kind: recipient.kind,
        id: recipient.id,
        ...(recipient.kind === 'supporter' ? { name: nameOf(recipient.id) ?? '' } : {}),
        ...(recipient.toldAt ? { at: iso(recipient.toldAt) } : {}),
        ...(recipient.answer === 'none' ? {} : { reply: recipient.answer }),
        ...(recipient.answer === 'none' || !recipient.answeredAt ? {} : { answeredAt: iso(recipient.answeredAt) }),
        ...openedOf(around.openedAt(recipient.id)),
      })),
    progress: around.progress.map(({ id, kind, actorKind, actorId, at, withdraws }) => ({
      id,
      kind,
      by: actorKind,
      byId: actorId,
      ...(actorKind === 'supporter' ? { name: nameOf(actorId) ?? '' } : {}),
      at: iso(at),
      ...(withdraws ? { of: withdraws } : {}),
      ...(withdrawn.has(id) ? { withdrawn: true } : {}),
    })),
    ...(lastDoseAt === undefined || alert.state === 'closed'
      ? {}
      : { nextDoseAt: iso(lastDoseAt + Math.round(nextDoseAfterMs / around.pace)) }),
  }
}

const openedOf = (openedAt: number | undefined) => (openedAt === undefined ? {} : { openedAt: iso(openedAt) })

export type AlertView = ReturnType<typeof viewOf>

/** The alert of this id, if it is of the caller's organisation. A test of the path is nobody's to answer: it is not there. */
export async function findAlertFor(db: Queryable, caller: Caller, alertId: string): Promise<AlertRow | undefined> {
  const alert = await findAlert(db, { id: alertId })
  return alert?.organisationId === caller.organisationId && !alert.synthetic ? alert : undefined
}

/** A console asks again and again: one line a person and alert in this time says that they looked. */
const viewOnceMs = 10 * 60_000

/** C80: who looked at an alert. */
export const journalViews = (ctx: OperationContext, caller: Caller, alertIds: readonly string[]): Promise<void> =>
  ctx.db.transaction((tx) => recordViews(tx, alertIds, caller.id, viewOnceMs))

/** One alert. That this supporter was shown it is part of the person's receipt. */
export async function getAlert(ctx: OperationContext, caller: Caller, alertId: string): Promise<Answer> {
  const alert = await findAlertFor(ctx.db, caller, alertId)
  if (!alert) return refuse('not_found')
  await journalViews(ctx, caller, [alert.id])
  await recordSeen(ctx, caller.organisationId, [{ alertId, supporterId: caller.id }])
  return answer(200, {
    alert: await readAlertView(ctx.db, alert, ctx.pace),
    serverNow: serverNow(await readClock(ctx.db)),
  })
}

/** These supporters were shown these alerts of their organisation; the first time of each is kept for the receipt. */
export async function recordSeen(
  ctx: OperationContext,
  organisationId: string,
  seen: readonly { alertId: string; supporterId: string }[],
): Promise<void> {
  if (seen.length === 0) return
  await ctx.db.transaction(async (tx) => {
    const now = await readClock(tx)
    await recordAlertViews(
      tx,
      seen.map((one) => ({ ...one, organisationId })),
      now,
    )
  })
}
