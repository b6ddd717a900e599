import { findRescuers, removeRescuer as forgetRescuer, loadPlanForUpdate, readClock } from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext, refuse } from './context.ts'
import { actorOf, journalChange } from './journal/journal-change.ts'
import { runCommand } from './run-command.ts'

/** Silent: the rescuer hears nothing. An alert that is open keeps whom it was raised with. */
export async function removeRescuer(
  ctx: OperationContext,
  caller: Caller,
  input: { commandId: string; planId: string; rescuerId: string },
): Promise<Answer> {
  const { commandId, planId, rescuerId } = input
  return runCommand(ctx, caller, { commandId, what: 'remove-rescuer', payload: { planId, rescuerId } }, async (tx) => {
    const plan = await loadPlanForUpdate(tx, caller.id, planId)
    if (!plan) return refuse('not_found')
    const rescuers = await findRescuers(tx, [plan.id])
    if (!rescuers.some((rescuer) => rescuer.id === rescuerId)) return refuse('not_found')
    await forgetRescuer(tx, rescuerId, await readClock(tx))
    await journalChange(tx, {
      organisationId: caller.organisationId,
      kind: 'rescuer-removed',
      actor: actorOf(caller),
      detail: { planId, rescuerId },
    })
    return answer(200, {})
  })
}
