import {
  findPlansOfDevice,
  findRescuers,
  findSiteVersions,
  insertRescuer,
  isClosedForGood,
  isRescuerIdTaken,
  loadPlanForUpdate,
  type SealedValue,
} from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext, refuse } from './context.ts'
import { actorOf, journalChange } from './journal/journal-change.ts'
import { languageOf } from './language-of.ts'
import { runCommand } from './run-command.ts'
import { planView, sitesOf } from './views.ts'

/** Most rescuers of one plan (B50). */
const mostRescuers = 5

export interface AddRescuerInput {
  commandId: string
  planId: string
  rescuerId: string
  position: number
  sealedNumber: SealedValue
  /** The word the person told them, sealed by the api before it is stored. */
  sealedWord?: SealedValue | undefined
  /** What the command's identity is made of in place of `sealedWord`, whose bytes differ at every sealing. */
  word?: string | undefined
  /** What the person says they read. */
  language?: string | undefined
}

/** Names a rescuer. They are invited by text once their number has been checked, and count only when they have agreed. */
export async function addRescuer(ctx: OperationContext, caller: Caller, input: AddRescuerInput): Promise<Answer> {
  const { commandId, sealedWord, ...payload } = input
  const given = await runCommand(ctx, caller, { commandId, what: 'add-rescuer', payload }, async (tx) => {
    const plan = await loadPlanForUpdate(tx, caller.id, input.planId)
    if (!plan) return refuse('not_found')
    if (await isClosedForGood(tx, caller.organisationId)) return refuse('service_closed')
    const rescuers = await findRescuers(tx, [plan.id])
    // The same rescuer once more is not a second one.
    if (rescuers.some((rescuer) => rescuer.id === input.rescuerId))
      return answer(200, { plan: planView(plan, rescuers, await findSiteVersions(tx, sitesOf(plan))) })
    if (await isRescuerIdTaken(tx, input.rescuerId)) return refuse('conflict')
    if (rescuers.length >= mostRescuers) return refuse('limit')
    await insertRescuer(tx, {
      id: input.rescuerId,
      organisationId: caller.organisationId,
      planId: plan.id,
      position: input.position,
      sealedNumber: input.sealedNumber,
      ...(sealedWord ? { sealedWord } : {}),
      language: languageOf(input.language),
    })
    await journalChange(tx, {
      organisationId: caller.organisationId,
      kind: 'rescuer-added',
      actor: actorOf(caller),
      detail: { planId: plan.id, rescuerId: input.rescuerId },
    })
    const [saved] = await findPlansOfDevice(tx, caller.id, plan.id)
    if (!saved) return refuse('not_found')
    return answer(201, {
      plan: planView(saved, await findRescuers(tx, [plan.id]), await findSiteVersions(tx, sitesOf(saved))),
    })
  })
  ctx.wake.prod('checks')
  return given
}
