import { defaults } from '@stillhere/domain'
import {
  cancelUnsettled,
  type ForsakenAlert,
  findForsakenAlerts,
  insertMessages,
  readClock,
} from '@stillhere/persistence'
import { announceAlert, decideAndApply } from './alert/decide-and-apply.ts'
import type { OperationContext } from './context.ts'
import { pageAboutAlert } from './page-operators.ts'

const afterMs = defaults.abandonAfterSeconds * 1_000

/**
 * C86: an alert that nobody closed for three days and that nobody is on duty for is closed by rule, as `abandoned`. Nobody
 * is texted about it: months later, when a worker comes back, a text would frighten or mislead. The journal and the board
 * say it. The operator is paged an hour before; until then the ladder goes on.
 */
export async function closeForsaken(ctx: OperationContext, limit: number): Promise<{ found: number; failed: number }> {
  // One look a round: those that are past it, and those that soon will be.
  const { now, alerts } = await findForsakenAlerts(ctx.db, afterMs - defaults.abandonWarningSeconds * 1_000, limit)
  const soon = alerts.filter((alert) => now - alert.raisedAt < afterMs)
  if (soon.length > 0) await warnOperators(ctx, soon)
  const forsaken = alerts.filter((alert) => now - alert.raisedAt >= afterMs)
  let failed = 0
  for (const { alertId, sessionId } of forsaken)
    await closeOne(ctx, { alertId, sessionId }).catch((error) => {
      failed += 1
      ctx.events.trouble('poisonRow', { reason: 'abandon', error })
    })
  return { found: forsaken.length, failed }
}

async function closeOne(ctx: OperationContext, ids: { alertId: string; sessionId: string }): Promise<void> {
  const applied = await ctx.db.transaction(async (tx) => {
    const decided = await decideAndApply(ctx, tx, ids, () => ({ kind: 'abandon' }), { kind: 'service' })
    if (decided?.outcome !== 'abandoned') return undefined
    await cancelUnsettled(tx, ids.alertId)
    return decided
  })
  if (applied) announceAlert(ctx, applied)
}

/** Once per alert: the key of the page is the alert. */
async function warnOperators(ctx: OperationContext, soon: readonly ForsakenAlert[]): Promise<void> {
  const queued = await ctx.db.transaction(async (tx) => {
    const now = await readClock(tx)
    return insertMessages(
      tx,
      soon.map((alert) => pageAboutAlert('pager-abandoning', alert, now)),
    )
  })
  if (queued > 0) ctx.wake.prod('outbox')
}
