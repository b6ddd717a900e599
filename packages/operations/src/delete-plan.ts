import { isPlanWatched, loadPlanForUpdate, readClock, deletePlan as removePlan } from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext, refuse } from './context.ts'
import { actorOf, journalChange } from './journal/journal-change.ts'
import { runCommand } from './run-command.ts'

/**
 * Forgets the plan and its rescuers. Refused while a session counts on it; an alert keeps its own snapshot, and a session
 * under duress does not count, so that nothing betrays it.
 */
export async function deletePlan(
  ctx: OperationContext,
  caller: Caller,
  input: { commandId: string; planId: string },
): Promise<Answer> {
  const { commandId, planId } = input
  return runCommand(ctx, caller, { commandId, what: 'delete-plan', payload: { planId } }, async (tx) => {
    const plan = await loadPlanForUpdate(tx, caller.id, planId)
    if (!plan) return refuse('not_found')
    if (await isPlanWatched(tx, planId)) return refuse('session_running')
    await removePlan(tx, planId, await readClock(tx))
    await journalChange(tx, {
      organisationId: caller.organisationId,
      kind: 'plan-deleted',
      actor: actorOf(caller),
      detail: { planId },
    })
    return answer(200, {})
  })
}
