import type { AlertOrder } from '@stillhere/domain'
import {
  findPlansOfDevice,
  findRescuers,
  findSite,
  findSiteVersions,
  isClosedForGood,
  isPlanIdTaken,
  loadPlanForUpdate,
  type SealedValue,
  savePlan as storePlan,
  type Transaction,
} from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext, refuse } from './context.ts'
import { actorOf, journalChange } from './journal/journal-change.ts'
import { languageOf } from './language-of.ts'
import { runCommand } from './run-command.ts'
import { planView, sitesOf } from './views.ts'

/** Most plans one device may keep: a person has a few places, a script has thousands. */
const mostPlans = 50

export interface SavePlanInput {
  commandId: string
  planId: string
  planVersion: number
  sealed: SealedValue
  sealedOwnNumber?: SealedValue | undefined
  alertOrder: AlertOrder
  /** The site whose template it adopts, and in which version; the current one where none is said. */
  siteId?: string | undefined
  siteVersion?: number | undefined
  /** In which the own phone is written to outside a session. */
  language?: string | undefined
  how: 'create' | 'replace'
}

/** Saves what the device sealed. Nobody but the worker's disclosure folder can say whether it is readable: `check: pending`. */
export async function savePlan(ctx: OperationContext, caller: Caller, input: SavePlanInput): Promise<Answer> {
  const { commandId, ...payload } = input
  const given = await runCommand(ctx, caller, { commandId, what: 'save-plan', payload }, async (tx) => {
    if (await isClosedForGood(tx, caller.organisationId)) return refuse('service_closed')
    const existing = await loadPlanForUpdate(tx, caller.id, input.planId)
    if (input.how === 'replace') {
      if (!existing) return refuse('not_found')
      if (input.planVersion !== existing.planVersion + 1) return refuse('stale_version')
    } else {
      if (existing || (await isPlanIdTaken(tx, input.planId))) return refuse('conflict')
      if (input.planVersion !== 1) return refuse('invalid')
      if ((await findPlansOfDevice(tx, caller.id)).length >= mostPlans) return refuse('limit')
    }
    const site = await adoptedSite(tx, caller, input)
    if (site.kind === 'refused') return refuse(site.code)
    await storePlan(tx, {
      id: input.planId,
      organisationId: caller.organisationId,
      deviceId: caller.id,
      planVersion: input.planVersion,
      sealed: input.sealed,
      alertOrder: input.alertOrder,
      language: languageOf(input.language),
      ...(input.sealedOwnNumber ? { sealedOwnNumber: input.sealedOwnNumber } : {}),
      ...(site.adopted ? { site: site.adopted } : {}),
    })
    await journalChange(tx, {
      organisationId: caller.organisationId,
      kind: input.how === 'create' ? 'plan-created' : 'plan-changed',
      actor: actorOf(caller),
      detail: { planId: input.planId, planVersion: input.planVersion },
    })
    const [plan] = await findPlansOfDevice(tx, caller.id, input.planId)
    if (!plan) return refuse('not_found')
    return answer(input.how === 'create' ? 201 : 200, {
      plan: planView(plan, await findRescuers(tx, [plan.id]), await findSiteVersions(tx, sitesOf(plan))),
    })
  })
  ctx.wake.prod('checks')
  return given
}

/** Another organisation's site, one that is no more and no such site are the same. */
async function adoptedSite(
  tx: Transaction,
  caller: Caller,
  { siteId, siteVersion }: SavePlanInput,
): Promise<
  { kind: 'known'; adopted?: { id: string; version: number } } | { kind: 'refused'; code: 'not_found' | 'invalid' }
> {
  if (siteId === undefined) return siteVersion === undefined ? { kind: 'known' } : { kind: 'refused', code: 'invalid' }
  const site = await findSite(tx, caller.organisationId, { id: siteId })
  if (!site) return { kind: 'refused', code: 'not_found' }
  const version = siteVersion ?? site.templateVersion
  if (version > site.templateVersion) return { kind: 'refused', code: 'invalid' }
  return { kind: 'known', adopted: { id: site.id, version } }
}
