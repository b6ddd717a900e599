/**
 * What the api could not see is checked with authority when it is saved and not when it is needed. Opening is the
 * disclosure folder's (`inspect…`); here the rows are locked, the verdict is stored, and what failed stays due.
 */
import {
  findOrganisation,
  findPlans,
  findRescuers,
  isSomebodysPhone,
  isTestHandset,
  loadPlansToCheckForUpdate,
  loadRescuersToCheckForUpdate,
  loadSupportersToCheckForUpdate,
  type PlanRow,
  type RescuerRow,
  readClock,
  recordJournal,
  recordPlanCheck,
  recordRescuerCheck,
  recordSupporterCheck,
  type SupporterRow,
  storePhone,
  type Transaction,
} from '@stillhere/persistence'
import { askNewNumber } from './confirm-number.ts'
import type { OperationContext } from './context.ts'
import { journalChange } from './journal/journal-change.ts'
import { workOffWaiting } from './work-off-waiting.ts'

/** A number that may be reached: its keyed hash, and itself under the worker's own key. */
export type InspectedNumber =
  | { kind: 'ok'; numberHash: Buffer; destination: string }
  | { kind: 'refused'; code: string }

export type InspectedPlan = { kind: 'ok'; missing: string[]; textAddress: boolean } | { kind: 'refused'; code: string }

/** What the disclosure folder says of sealed things. It discards what it opened. */
export interface Inspector {
  inspectPlan(plan: PlanRow): Promise<InspectedPlan>
  /** @param ours numbers that may not be named: texting ourselves would loop (C72) */
  inspectOwnNumber(plan: PlanRow, ours: readonly string[]): Promise<InspectedNumber>
  inspectRescuer(rescuer: RescuerRow, ours: readonly string[]): Promise<InspectedNumber>
  inspectSupporter(supporter: SupporterRow, ours: readonly string[]): Promise<InspectedNumber>
  /** Whether a number that was kept opens as this row's. */
  opensNumber(rowId: string, destination: string): Promise<boolean>
}

export function checkSavedPlans(
  ctx: OperationContext,
  inspector: Inspector,
  limit: number,
): Promise<{ found: number }> {
  return workOffWaiting(ctx, { kind: 'plans', reason: 'plan-check', limit }, async (tx, among) => {
    const plans = await loadPlansToCheckForUpdate(tx, limit, among)
    for (const plan of plans) await checkPlan(tx, inspector, plan)
    return plans.length
  })
}

async function checkPlan(tx: Transaction, inspector: Inspector, plan: PlanRow): Promise<void> {
  const inspected = await inspector.inspectPlan(plan)
  const own = plan.sealedOwnNumber ? await inspectOwn(tx, inspector, plan) : undefined
  await recordPlanCheck(tx, {
    id: plan.id,
    ...(inspected.kind === 'ok'
      ? { check: 'ok', missing: inspected.missing, textAddress: inspected.textAddress }
      : { check: 'refused', checkCode: inspected.code, missing: [], textAddress: false }),
    ...(own?.kind === 'ok'
      ? { ownCheck: 'ok', ownNumberHash: own.numberHash, ownDestination: own.destination }
      : own
        ? { ownCheck: 'refused', ownCheckCode: own.code }
        : {}),
  })
  await recordJournal(tx, [
    {
      organisationId: plan.organisationId,
      at: await readClock(tx),
      kind: 'plan-checked',
      actor: { kind: 'service' },
      detail: { planId: plan.id, outcome: inspected.kind === 'ok' ? 'ok' : inspected.code },
    },
  ])
}

/** A rescuer's phone is not the person's own as well: the rescuer's 0 would count as the person's sign of life (H31). */
async function inspectOwn(tx: Transaction, inspector: Inspector, plan: PlanRow): Promise<InspectedNumber> {
  const own = await inspector.inspectOwnNumber(plan, await ourNumbers(tx, plan.organisationId))
  if (own.kind === 'refused') return own
  if (await isTestHandset(tx, plan.organisationId, own.numberHash)) return { kind: 'refused', code: 'own_number' }
  const rescuers = await findRescuers(tx, [plan.id])
  const isRescuers = rescuers.some((rescuer) => rescuer.numberHash?.equals(own.numberHash))
  return isRescuers ? { kind: 'refused', code: 'rescuers_number' } : own
}

export function checkSavedRescuers(
  ctx: OperationContext,
  inspector: Inspector,
  limit: number,
): Promise<{ found: number }> {
  return workOffWaiting(ctx, { kind: 'rescuers', reason: 'rescuer-check', limit }, async (tx, among) => {
    const rescuers = await loadRescuersToCheckForUpdate(tx, limit, among)
    for (const rescuer of rescuers) await checkRescuer(tx, inspector, rescuer)
    return rescuers.length
  })
}

async function checkRescuer(tx: Transaction, inspector: Inspector, rescuer: RescuerRow): Promise<void> {
  const inspected = await inspector.inspectRescuer(rescuer, await ourNumbers(tx, rescuer.organisationId))
  const [plan] = await findPlans(tx, [rescuer.planId])
  // The person's own phone is no rescuer: nobody would come.
  const isOwn = inspected.kind === 'ok' && plan?.ownNumberHash?.equals(inspected.numberHash)
  const refused =
    inspected.kind === 'refused'
      ? inspected.code
      : isOwn
        ? 'own_number'
        : await refuseHandset(tx, rescuer, inspected.numberHash)
  await recordRescuerCheck(
    tx,
    inspected.kind === 'ok' && refused === undefined
      ? { id: rescuer.id, check: 'ok', numberHash: inspected.numberHash, destination: inspected.destination }
      : { id: rescuer.id, check: 'refused', ...(refused === undefined ? {} : { checkCode: refused }) },
  )
  await journalChange(tx, {
    organisationId: rescuer.organisationId,
    kind: 'rescuer-checked',
    actor: { kind: 'service' },
    detail: { planId: rescuer.planId, rescuerId: rescuer.id, outcome: refused ?? 'ok' },
  })
}

/**
 * A test handset is ours and answers `1` by itself: whoever relied on it would believe that somebody is coming. It is nobody's rescuer
 * and no supporter's phone; and nobody's phone is a test handset.
 */
async function refuseHandset(tx: Transaction, rescuer: RescuerRow, numberHash: Buffer): Promise<string | undefined> {
  const { organisationId } = rescuer
  if (rescuer.synthetic) return (await isSomebodysPhone(tx, organisationId, numberHash)) ? 'somebodys_phone' : undefined
  return (await isTestHandset(tx, organisationId, numberHash)) ? 'own_number' : undefined
}

export async function checkSavedSupporters(
  ctx: OperationContext,
  inspector: Inspector,
  limit: number,
): Promise<{ found: number }> {
  const of = { kind: 'supporters', reason: 'supporter-check', limit } as const
  const checked = await workOffWaiting(ctx, of, async (tx, among) => {
    const supporters = await loadSupportersToCheckForUpdate(tx, limit, among)
    for (const supporter of supporters) {
      const given = await inspector.inspectSupporter(supporter, await ourNumbers(tx, supporter.organisationId))
      const isHandset = given.kind === 'ok' && (await isTestHandset(tx, supporter.organisationId, given.numberHash))
      const inspected: InspectedNumber = isHandset ? { kind: 'refused', code: 'own_number' } : given
      await recordSupporterCheck(
        tx,
        inspected.kind === 'refused'
          ? { id: supporter.id, check: 'refused', checkCode: inspected.code }
          : { id: supporter.id, check: 'ok', numberHash: inspected.numberHash, destination: inspected.destination },
      )
      // An operator gave this number anew: what the carrier once said of it is asked again, and whose phone it is.
      if (inspected.kind === 'ok') {
        await storePhone(tx, supporter.organisationId, inspected.numberHash, { badCode: undefined })
        await askNewNumber(tx, supporter.id)
      }
      await journalChange(tx, {
        organisationId: supporter.organisationId,
        kind: 'supporter-checked',
        actor: { kind: 'service' },
        detail: { supporterId: supporter.id, outcome: inspected.kind === 'ok' ? 'ok' : inspected.code },
      })
    }
    return supporters.length
  })
  if (checked.found > 0) ctx.wake.prod('outbox')
  return checked
}

async function ourNumbers(tx: Transaction, organisationId: string): Promise<string[]> {
  const organisation = await findOrganisation(tx, { id: organisationId })
  return organisation ? [organisation.smsNumber, ...(organisation.pagerNumber ? [organisation.pagerNumber] : [])] : []
}
