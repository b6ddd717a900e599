/**
 * The auditor (C19): a second pair of eyes on the ladder, with queries of its own. It finds every open alert that does not
 * climb, puts a step there that is due now, pages the operator, and says so to whoever speaks to the outside switch. It
 * takes no lock of the alert's: whatever holds the ladder up must not hold up the one that notices.
 */
import { defaults, paced, resumeRows } from '@stillhere/domain'
import {
  auditPosition,
  findAuditedAlerts,
  findStalledAlerts,
  insertMessages,
  insertSteps,
  newStep,
  readClock,
  recordJournal,
  type StalledAlert,
  type StepRow,
  tryLockAudit,
} from '@stillhere/persistence'
import type { OperationContext } from './context.ts'
import { workOffInHalves } from './in-halves.ts'
import { pageAboutAlert } from './page-operators.ts'

/** No ladder, repeat, duty or request lies further ahead; an hour is none of them. Nominal seconds. */
const farSeconds = 900

const within = (ctx: Pick<OperationContext, 'pace'>) => ({
  farMs: paced(farSeconds, ctx.pace),
  forsakenAfterMs: defaults.abandonAfterSeconds * 1_000,
})

/** Whether any open alert does not climb: then nobody outside may be told that all is well. */
export const isAnyAlertStalled = async (ctx: OperationContext): Promise<boolean> =>
  (await findStalledAlerts(ctx.db, within(ctx))).length > 0

/**
 * All at once; where that fails in halves: an alert that cannot even be given a step is said, and the others get theirs.
 * @returns how many alerts did not climb
 */
export async function auditAlerts(ctx: OperationContext): Promise<{ found: number }> {
  try {
    return { found: await audit(ctx) }
  } catch (error) {
    const stalled = await findStalledAlerts(ctx.db, within(ctx))
    if (stalled.length === 0) throw error
    const found = await workOffInHalves(
      ctx,
      stalled.map(({ alertId }) => alertId),
      (among) => audit(ctx, among),
      (_alert, cause) => ctx.events.trouble('poisonRow', { reason: 'audit', error: cause }),
    )
    return { found }
  }
}

async function audit(ctx: OperationContext, among?: readonly string[]): Promise<number> {
  const found = await ctx.db.transaction(async (tx) => {
    if (!(await tryLockAudit(tx))) return []
    const all = await findStalledAlerts(tx, within(ctx))
    const stalled = among ? all.filter(({ alertId }) => among.includes(alertId)) : all
    if (stalled.length === 0) return []
    const pushed = await findAuditedAlerts(
      tx,
      stalled.map((alert) => alert.alertId),
    )
    const now = await readClock(tx)
    const toPush = stalled.filter((alert) => !pushed.has(alert.alertId))
    await insertSteps(
      tx,
      toPush.flatMap((alert) => stepsFor(alert, now, ctx.pace)),
    )
    // Once per alert and five minutes, however long it lasts: the key holds the bucket.
    await insertMessages(
      tx,
      stalled.map((alert) => pageAboutAlert('pager-silent', alert, now, ctx.pace)),
    )
    await recordJournal(
      tx,
      toPush.map((alert) => ({
        organisationId: alert.organisationId,
        at: now,
        kind: 'alert-stalled',
        sessionId: alert.sessionId,
        alertId: alert.alertId,
        actor: { kind: 'service' as const },
        detail: { stall: alert.stall },
      })),
    )
    return stalled
  })
  for (const { stall } of found) ctx.events.trouble('ladderStalled', { reason: stall })
  if (found.length > 0) {
    ctx.wake.prod('deadlines')
    ctx.wake.prod('outbox')
  }
  return found.length
}

/**
 * What makes it climb. Open and without a next step: the whole ladder from now, as when a claim lapses. Open and standing
 * still: everyone, now. Owned: the duty clock, at its instant or now; once it is reached the ladder resumes by itself.
 */
function stepsFor(alert: StalledAlert, now: number, pace: number): StepRow[] {
  const of = { organisationId: alert.organisationId, sessionId: alert.sessionId, alertId: alert.alertId }
  if (alert.state === 'owned')
    return [newStep({ ...of, kind: 'duty', position: auditPosition, dueAt: Math.max(now, alert.dutyUntilAt ?? now) })]
  const everyone = newStep({
    ...of,
    kind: 'ladder',
    position: auditPosition,
    spec: { afterSeconds: 0, to: 'everyone', channel: 'text' },
    dueAt: now,
  })
  if (alert.stall !== 'no-step' && alert.stall !== 'far') return [everyone]
  const ladder = resumeRows(alert.ladder, now, pace).map((row) =>
    newStep({
      ...of,
      kind: row.kind,
      position: row.position,
      ...(row.kind === 'ladder' ? { spec: row.step } : {}),
      dueAt: row.dueAt,
    }),
  )
  return [everyone, ...ladder]
}
