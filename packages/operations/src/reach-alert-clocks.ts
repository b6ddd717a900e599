import { backOffSteps, findDueSteps, finishSteps, moveSteps, type StepRow } from '@stillhere/persistence'
import { announceAlert, decideAndApply } from './alert/decide-and-apply.ts'
import type { OperationContext } from './context.ts'
import { workOffEach } from './in-halves.ts'

/** Duty and request clocks that ran out: an owner who fell silent loses the alert, an unconfirmed request lapses. */
export async function reachAlertClocks(
  ctx: OperationContext,
  limit: number,
): Promise<{ found: number; failed: number }> {
  const due = await ctx.db.transaction((tx) => findDueSteps(tx, ['duty', 'request'], limit))
  const failed = await workOffEach(
    ctx,
    due,
    (step) => reachOne(ctx, step),
    async (step, error) => {
      ctx.events.trouble('poisonRow', { reason: step.kind, error })
      await ctx.db.transaction((tx) => backOffSteps(tx, [step.id]))
    },
  )
  return { found: due.length, failed }
}

async function reachOne(ctx: OperationContext, step: StepRow): Promise<void> {
  const { alertId, sessionId } = step
  if (!alertId) return
  const applied = await ctx.db.transaction(async (tx) => {
    const decided = await decideAndApply(
      ctx,
      tx,
      { alertId, sessionId },
      () => ({ kind: step.kind === 'duty' ? 'reach-duty' : 'reach-request' }),
      { kind: 'service' },
    )
    // The decision may have cancelled it already; whoever finds it pending ends it here.
    if (!decided) return undefined
    const { dutyUntilAt, requestLapsesAt } = decided.alert
    const later = step.kind === 'duty' ? dutyUntilAt : requestLapsesAt
    // A clock that was set back: the alert's instant lies ahead again, and the step with it.
    if (decided.outcome === 'notDueYet' && later !== undefined && later > decided.now)
      await moveSteps(tx, [step.id], later)
    else await finishSteps(tx, [{ id: step.id, outcome: decided.outcome }], decided.now)
    return decided
  })
  if (applied) announceAlert(ctx, applied)
}
