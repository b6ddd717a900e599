import type { AlertOrder } from '@stillhere/domain'
import {
  findPlansOfDevice,
  findRescuers,
  isPlanIdTaken,
  loadPlanForUpdate,
  type SealedValue,
  savePlan as storePlan,
} from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext, refuse } from './context.ts'
import { runCommand } from './run-command.ts'
import { planView } from './views.ts'

/** Most plans one device may keep: a person has a few places, a script has thousands. */
const mostPlans = 50

export interface SavePlanInput {
  commandId: string
  planId: string
  planVersion: number
  sealed: SealedValue
  sealedOwnNumber?: SealedValue | undefined
  alertOrder: AlertOrder
  how: 'create' | 'replace'
}

/** Saves what the device sealed. Nobody but the worker's disclosure folder can say whether it is readable: `check: pending`. */
export async function savePlan(ctx: OperationContext, caller: Caller, input: SavePlanInput): Promise<Answer> {
  const { commandId, ...payload } = input
  const given = await runCommand(ctx, caller, { commandId, what: 'save-plan', payload }, async (tx) => {
    const existing = await loadPlanForUpdate(tx, caller.id, input.planId)
    if (input.how === 'replace') {
      if (!existing) return refuse('not_found')
      if (input.planVersion !== existing.planVersion + 1) return refuse('stale_version')
    } else {
      if (existing || (await isPlanIdTaken(tx, input.planId))) return refuse('conflict')
      if (input.planVersion !== 1) return refuse('invalid')
      if ((await findPlansOfDevice(tx, caller.id)).length >= mostPlans) return refuse('limit')
    }
    await storePlan(tx, {
      id: input.planId,
      organisationId: caller.organisationId,
      deviceId: caller.id,
      planVersion: input.planVersion,
      sealed: input.sealed,
      alertOrder: input.alertOrder,
      ...(input.sealedOwnNumber ? { sealedOwnNumber: input.sealedOwnNumber } : {}),
    })
    const [plan] = await findPlansOfDevice(tx, caller.id, input.planId)
    if (!plan) return refuse('not_found')
    return answer(input.how === 'create' ? 201 : 200, { plan: planView(plan, await findRescuers(tx, [plan.id])) })
  })
  ctx.wake.prod('checks')
  return given
}
