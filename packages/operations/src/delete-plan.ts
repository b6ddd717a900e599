import {
  findSessionOfPlan,
  findSessionsWithAlert,
  loadPlanForUpdate,
  readClock,
  deletePlan as removePlan,
} from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext, refuse } from './context.ts'
import { actorOf, journalChange } from './journal/journal-change.ts'
import { runCommand } from './run-command.ts'
import { sessionView } from './views.ts'

/**
 * Forgets the plan and its rescuers. Refused while a session counts on it or alerts; one under duress does not count, so
 * that nothing betrays it: its alert keeps a snapshot of its own.
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
    const running = await findSessionOfPlan(tx, planId)
    if (running) {
      const [session] = await findSessionsWithAlert(tx, [running])
      return refuse('session_running', session ? { session: sessionView(session) } : undefined)
    }
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
