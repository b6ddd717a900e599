/**
 * What the api could not see is checked here with authority, when it is saved and not when it is needed: the plan opens
 * and has its form, numbers are numbers we may reach. What was opened is discarded; the answer is `ok` or a code.
 */
import type { OperationContext } from '@stillhere/operations'
import {
  backOffCheck,
  findOrganisation,
  findPlans,
  loadPlansToCheckForUpdate,
  loadRescuersToCheckForUpdate,
  type PlanRow,
  type RescuerRow,
  readClock,
  recordJournal,
  recordPlanCheck,
  recordRescuerCheck,
  type Transaction,
} from '@stillhere/persistence'
import { openNumber, openPlan } from '@stillhere/sealing/open'
import type { Keyring } from './keyring.ts'
import { missingFields, readPlan } from './plan-form.ts'
import { readNumber } from './read-number.ts'

export async function checkSavedPlans(ctx: OperationContext, keys: Keyring, limit: number): Promise<{ found: number }> {
  return ctx.db.transaction(async (tx) => {
    const plans = await loadPlansToCheckForUpdate(tx, limit)
    for (const plan of plans)
      await checkPlan(tx, keys, plan).catch(async (error) => {
        ctx.events.trouble('poisonRow', { reason: 'plan-check', error })
        await backOffCheck(tx, 'plans', plan.id)
      })
    return { found: plans.length }
  })
}

async function checkPlan(tx: Transaction, keys: Keyring, plan: PlanRow): Promise<void> {
  const opened = await openPlan(keys.openingKeys, { planId: plan.id, planVersion: plan.planVersion }, plan.sealed)
  const read =
    opened.kind === 'opened'
      ? readPlan(opened.text)
      : ({ kind: 'refused', code: opened.reason === 'unknown_key' ? 'unknown_key' : 'cannot_open' } as const)
  const own = await checkOwnNumber(tx, keys, plan)
  await recordPlanCheck(tx, {
    id: plan.id,
    ...(read.kind === 'plan' ? { check: 'ok' as const } : { check: 'refused' as const, checkCode: read.code }),
    missing: read.kind === 'plan' ? missingFields(read.plan) : [],
    textAddress: read.kind === 'plan' && read.plan.textAddress,
    ...own,
  })
  await recordJournal(tx, [
    {
      organisationId: plan.organisationId,
      at: await readClock(tx),
      kind: 'plan-checked',
      actor: { kind: 'service' },
      detail: { planId: plan.id, outcome: read.kind === 'plan' ? 'ok' : read.code },
    },
  ])
}

async function checkOwnNumber(tx: Transaction, keys: Keyring, plan: PlanRow) {
  if (!plan.sealedOwnNumber) return {}
  const opened = await openNumber(keys.openingKeys, { planId: plan.id, rescuerId: 'own' }, plan.sealedOwnNumber)
  if (opened.kind === 'refused') return { ownCheck: 'refused' as const, ownCheckCode: opened.reason }
  const read = readNumber(opened.text, await ourNumbers(tx, plan.organisationId))
  if (read.kind === 'refused') return { ownCheck: 'refused' as const, ownCheckCode: read.code }
  return {
    ownCheck: 'ok' as const,
    ownNumberHash: keys.hashNumber(read.e164),
    ownDestination: await keys.keepNumber(plan.id, read.e164),
  }
}

export async function checkSavedRescuers(
  ctx: OperationContext,
  keys: Keyring,
  limit: number,
): Promise<{ found: number }> {
  return ctx.db.transaction(async (tx) => {
    const rescuers = await loadRescuersToCheckForUpdate(tx, limit)
    for (const rescuer of rescuers)
      await checkRescuer(tx, keys, rescuer).catch(async (error) => {
        ctx.events.trouble('poisonRow', { reason: 'rescuer-check', error })
        await backOffCheck(tx, 'rescuers', rescuer.id)
      })
    return { found: rescuers.length }
  })
}

async function checkRescuer(tx: Transaction, keys: Keyring, rescuer: RescuerRow): Promise<void> {
  const refused = (checkCode: string) => recordRescuerCheck(tx, { id: rescuer.id, check: 'refused', checkCode })
  const opened = await openNumber(
    keys.openingKeys,
    { planId: rescuer.planId, rescuerId: rescuer.id },
    rescuer.sealedNumber,
  )
  if (opened.kind === 'refused') return refused(opened.reason)
  const read = readNumber(opened.text, await ourNumbers(tx, rescuer.organisationId))
  if (read.kind === 'refused') return refused(read.code)
  const numberHash = keys.hashNumber(read.e164)
  const [plan] = await findPlans(tx, [rescuer.planId])
  // The person's own phone is no rescuer: nobody would come.
  if (plan?.ownNumberHash?.equals(numberHash)) return refused('own_number')
  await recordRescuerCheck(tx, {
    id: rescuer.id,
    check: 'ok',
    numberHash,
    destination: await keys.keepNumber(rescuer.id, read.e164),
  })
}

/** Texting ourselves would loop (C72). */
async function ourNumbers(tx: Transaction, organisationId: string): Promise<string[]> {
  const organisation = await findOrganisation(tx, { id: organisationId })
  return organisation ? [organisation.smsNumber, ...(organisation.pagerNumber ? [organisation.pagerNumber] : [])] : []
}
