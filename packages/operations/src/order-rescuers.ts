import { findRescuers, findSiteVersions, loadPlanForUpdate, orderRescuers as storeOrder } from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext, refuse } from './context.ts'
import { actorOf, journalChange } from './journal/journal-change.ts'
import { runCommand } from './run-command.ts'
import { planView, sitesOf } from './views.ts'

export interface OrderRescuersInput {
  commandId: string
  planId: string
  /** All of the plan's rescuers, the one who is told first in front. */
  rescuerIds: readonly string[]
}

/**
 * Who is told first. Like every change of a plan it counts for alerts raised from now on: one that is open keeps the order
 * it was raised with. The list must name everybody who is in the plan now, so that a list made before somebody was added
 * or removed elsewhere is refused (409 `conflict`) and never guessed at.
 */
export async function orderRescuers(ctx: OperationContext, caller: Caller, input: OrderRescuersInput): Promise<Answer> {
  const { commandId, ...payload } = input
  return runCommand(ctx, caller, { commandId, what: 'order-rescuers', payload }, async (tx) => {
    const plan = await loadPlanForUpdate(tx, caller.id, input.planId)
    if (!plan) return refuse('not_found')
    const asked = new Set(input.rescuerIds)
    if (asked.size !== input.rescuerIds.length) return refuse('invalid')
    const rescuers = await findRescuers(tx, [plan.id])
    if (asked.size !== rescuers.length || !rescuers.every(({ id }) => asked.has(id))) return refuse('conflict')
    // The order that stands already needs no line of its own.
    if (rescuers.some(({ id, position }) => input.rescuerIds[position - 1] !== id)) {
      await storeOrder(tx, plan.id, input.rescuerIds)
      await journalChange(tx, {
        organisationId: caller.organisationId,
        kind: 'rescuers-ordered',
        actor: actorOf(caller),
        detail: { planId: plan.id, order: input.rescuerIds.join(' ') },
      })
    }
    return answer(200, {
      plan: planView(plan, await findRescuers(tx, [plan.id]), await findSiteVersions(tx, sitesOf(plan))),
    })
  })
}
