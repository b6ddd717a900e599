import type { PlanView } from '@stillhere/contracts'
import { findPlansOfDevice, findRescuers, findSiteVersions, type Queryable } from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext, refuse } from './context.ts'
import { planView, sitesOf } from './views.ts'

export async function listPlans(ctx: OperationContext, caller: Caller): Promise<Answer> {
  return answer(200, { plans: await readPlanViews(ctx.db, caller.id) })
}

/** Another's plan and no such plan are the same. */
export async function getPlan(ctx: OperationContext, caller: Caller, planId: string): Promise<Answer> {
  const [plan] = await readPlanViews(ctx.db, caller.id, planId)
  return plan ? answer(200, { plan }) : refuse('not_found')
}

export async function readPlanViews(db: Queryable, deviceId: string, planId?: string): Promise<PlanView[]> {
  const plans = await findPlansOfDevice(db, deviceId, planId)
  const rescuers = await findRescuers(
    db,
    plans.map((plan) => plan.id),
  )
  const sites = await findSiteVersions(db, plans.flatMap(sitesOf))
  return plans.map((plan) =>
    planView(
      plan,
      rescuers.filter((rescuer) => rescuer.planId === plan.id),
      sites,
    ),
  )
}
