import { defaults } from '@stillhere/domain'
import {
  cancelUnsettled,
  type ForsakenAlert,
  findForsakenAlerts,
  insertMessages,
  readClock,
} from '@stillhere/persistence'
import { announceAlert, decideAndApply } from './alert/decide-and-apply.ts'
import { listAside, putAside } from './aside.ts'
import type { OperationContext } from './context.ts'
import { workOffEach, workOffInHalves } from './in-halves.ts'
import { pageAboutAlert } from './page-operators.ts'

const afterMs = defaults.abandonAfterSeconds * 1_000
/** One that cannot be closed is tried again after this long, by each worker, and holds up no other. */
const againMs = 60_000

/**
 * C86: an alert that nobody closed for three days and that nobody is on duty for is closed by rule, as `abandoned`. Nobody
 * is texted about it: months later, when a worker comes back, a text would frighten or mislead. The journal and the board
 * say it. The operator is paged an hour before; until then the ladder goes on.
 */
export async function closeForsaken(ctx: OperationContext, limit: number): Promise<{ found: number; failed: number }> {
  // One look a round: those that are past it, and those that soon will be.
  const beforeMs = afterMs - defaults.abandonWarningSeconds * 1_000
  const { now, alerts } = await findForsakenAlerts(ctx.db, beforeMs, limit, listAside(ctx, 'forsaken'))
  const leaveAlone = ({ alertId }: ForsakenAlert, error: unknown) => {
    ctx.events.trouble('poisonRow', { reason: 'abandon', error })
    putAside(ctx, 'forsaken', alertId, againMs)
  }
  const soon = alerts.filter((alert) => now - alert.raisedAt < afterMs)
  await workOffInHalves(ctx, soon, (some) => warnOperators(ctx, some), leaveAlone)
  const forsaken = alerts.filter((alert) => now - alert.raisedAt >= afterMs)
  const failed = await workOffEach(ctx, forsaken, (alert) => closeOne(ctx, alert), leaveAlone)
  return { found: forsaken.length, failed }
}

async function closeOne(ctx: OperationContext, { alertId, sessionId }: ForsakenAlert): Promise<void> {
  const ids = { alertId, sessionId }
  const applied = await ctx.db.transaction(async (tx) => {
    const decided = await decideAndApply(ctx, tx, ids, () => ({ kind: 'abandon' }), { kind: 'service' })
    if (decided?.outcome !== 'abandoned') return undefined
    await cancelUnsettled(tx, ids.alertId)
    return decided
  })
  if (applied) announceAlert(ctx, applied)
}

/** Once per alert: the key of the page is the alert. */
async function warnOperators(ctx: OperationContext, soon: readonly ForsakenAlert[]): Promise<number> {
  const queued = await ctx.db.transaction(async (tx) => {
    const now = await readClock(tx)
    return insertMessages(
      tx,
      soon.map((alert) => pageAboutAlert('pager-abandoning', alert, now)),
    )
  })
  if (queued > 0) ctx.wake.prod('outbox')
  return queued
}
