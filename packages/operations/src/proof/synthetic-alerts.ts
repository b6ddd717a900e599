import { createHash, randomBytes } from 'node:crypto'
import { checkDestination } from '@stillhere/domain'
import {
  deletePlan,
  findOrganisation,
  findRescuers,
  findSyntheticRuns,
  findSyntheticSettings,
  insertDevice,
  insertRescuer,
  iso,
  markPlanSynthetic,
  newId,
  type Queryable,
  type RescuerRow,
  readClock,
  type SealedValue,
  type SyntheticRun,
  type SyntheticSettings,
  savePlan,
  storeSyntheticSettings,
  type Transaction,
} from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext, refuse, refuseBecause } from '../context.ts'
import { loadOwnOrganisation } from '../operate/organisation.ts'
import { changedFields, isStale, recordChange } from '../operate/record-change.ts'
import { runCommand } from '../run-command.ts'
import { announceRun, type StartedRun, startRun } from './start-run.ts'

/** Results shown at once: a day of one every five minutes is three pages of them. */
const mostResults = 100
const usualBoundSeconds = 120

/** Seals the handset's number as the only rescuer of a plan that says it is a test. The ids are part of what it covers. */
export type SealHandset = (of: { planId: string; rescuerId: string }) => Promise<{
  plan: SealedValue
  number: SealedValue
}>

/** The schedule, the handset, what comes next and what the last ones showed. */
export async function getSyntheticAlerts(ctx: OperationContext, caller: Caller): Promise<Answer> {
  return answer(200, { syntheticAlerts: await readView(ctx.db, caller.organisationId) })
}

/**
 * Sets when they run and where they go. A handset is invited by text like any rescuer and must agree: a wrong number
 * gets one text. `number`: null: none any more; undefined: as it is.
 */
export async function changeSyntheticAlerts(
  ctx: OperationContext,
  caller: Caller,
  input: {
    commandId: string
    version?: number | undefined
    everyMinutes: number | null
    boundSeconds: number
    number?: string | null | undefined
  },
  seal: SealHandset,
): Promise<Answer> {
  const { commandId, number, ...given } = input
  const payload = { ...given, number: number === null ? 'none' : number === undefined ? 'same' : 'new' }
  const { organisationId } = caller
  const what = 'change-synthetic-alerts'
  const done = await runCommand(ctx, caller, { commandId, what, payload }, async (tx) => {
    const organisation = await loadOwnOrganisation(tx, caller)
    const found = await findSyntheticSettings(tx, organisationId)
    const before: SyntheticSettings = found ?? { organisationId, version: 1, boundSeconds: usualBoundSeconds }
    if (isStale(input.version, before.version)) return refuse('stale_version')
    const ours = [organisation.smsNumber, ...(organisation.pagerNumber ? [organisation.pagerNumber] : [])]
    if (number && checkDestination(number, ours).kind === 'refused')
      return refuseBecause('invalid', 'number is not one that may be texted, or is one of the service\u2019s own.')
    const hasHandset = number === undefined ? before.planId !== undefined : number !== null
    if (input.everyMinutes !== null && !hasHandset)
      return refuseBecause('invalid', 'everyMinutes needs a test handset: give its number.')
    if (input.everyMinutes !== null && organisation.pagerNumber === undefined)
      return refuseBecause('conflict', 'A miss must page somebody: give the organisation a pagerNumber first.')
    // What runs keeps its plan.
    if (number !== undefined && (await isRunning(tx, organisationId))) return refuse('conflict')

    const now = await readClock(tx)
    if (number !== undefined && before.planId) await deletePlan(tx, before.planId, now)
    const planId =
      number === undefined ? before.planId : number === null ? undefined : await makePlan(tx, organisationId, seal)
    const after: SyntheticSettings = {
      organisationId,
      version: before.version + 1,
      boundSeconds: input.boundSeconds,
      ...(planId ? { planId } : {}),
      ...(input.everyMinutes === null
        ? {}
        : { everyMinutes: input.everyMinutes, nextDueAt: now + input.everyMinutes * 60_000 }),
    }
    await storeSyntheticSettings(tx, after)
    const kept = ({ everyMinutes, boundSeconds }: SyntheticSettings) => ({ everyMinutes, boundSeconds })
    await recordChange(tx, caller, {
      action: 'synthetic-alerts-changed',
      thing: organisationId,
      version: after.version,
      fields: [...changedFields(kept(before), kept(after)), ...(number === undefined ? [] : ['number'])],
    })
    return answer(200, {})
  })
  ctx.wake.prod('checks')
  return done.kind === 'answer' ? getSyntheticAlerts(ctx, caller) : done
}

/** A drill: one now, beside the schedule. What it showed is read where the schedule's results are. */
export async function runSyntheticAlert(
  ctx: OperationContext,
  caller: Caller,
  input: { commandId: string },
): Promise<Answer> {
  let started: StartedRun | undefined
  const command = { commandId: input.commandId, what: 'run-synthetic-alert', payload: {} }
  const done = await runCommand(ctx, caller, command, async (tx) => {
    started = undefined
    await loadOwnOrganisation(tx, caller)
    const settings = await findSyntheticSettings(tx, caller.organisationId)
    if (!settings?.planId) return refuseBecause('conflict', 'There is no test handset: give its number first.')
    started = await startRun(tx, settings, { askedBy: caller.id }, await readClock(tx))
    if (started.kind === 'not-ready')
      return refuseBecause('conflict', 'The test handset is not ready: it must be checked, and agree with 1.')
    if (started.kind === 'running') return refuseBecause('conflict', 'A test is running: wait for what it shows.')
    await recordChange(tx, caller, { action: 'drill-started', thing: started.run.id, fields: [] })
    return answer(202, { result: resultOf(started.run) })
  })
  if (started && done.kind === 'answer') announceRun(ctx, started)
  return done
}

async function isRunning(tx: Transaction, organisationId: string): Promise<boolean> {
  const [last] = await findSyntheticRuns(tx, organisationId, 1)
  return last?.outcome === 'running'
}

/** A device that nobody holds the credential of, a plan that says it is a test, and the handset as its rescuer. */
async function makePlan(tx: Transaction, organisationId: string, seal: SealHandset): Promise<string> {
  const [deviceId, planId, rescuerId] = [newId(), newId(), newId()]
  const nobodys = () => createHash('sha256').update(randomBytes(32)).digest()
  const sealed = await seal({ planId, rescuerId })
  await insertDevice(tx, { id: deviceId, organisationId, tokenHash: nobodys(), forgetHash: nobodys() })
  await savePlan(tx, {
    id: planId,
    organisationId,
    deviceId,
    planVersion: 1,
    sealed: sealed.plan,
    alertOrder: 'rescuers-first',
  })
  await insertRescuer(tx, { id: rescuerId, organisationId, planId, position: 1, sealedNumber: sealed.number })
  await markPlanSynthetic(tx, planId)
  return planId
}

async function readView(db: Queryable, organisationId: string) {
  const settings = await findSyntheticSettings(db, organisationId)
  const [handset] = settings?.planId ? await findRescuers(db, [settings.planId]) : []
  const runs = await findSyntheticRuns(db, organisationId, mostResults)
  return {
    version: settings?.version ?? 1,
    everyMinutes: settings?.everyMinutes ?? null,
    boundSeconds: settings?.boundSeconds ?? usualBoundSeconds,
    ...(settings?.nextDueAt ? { nextAt: iso(settings.nextDueAt) } : {}),
    handset: handset ? handsetView(handset) : null,
    hasPager: (await findOrganisation(db, { id: organisationId }))?.pagerNumber !== undefined,
    results: runs.map(resultOf),
  }
}

/**
 * Whose phone a number is, nobody learns by trying it as a handset: one that is somebody's looks like one that never
 * answers its invitation.
 */
function handsetView({ check, checkCode, consent }: RescuerRow) {
  if (checkCode === 'somebodys_phone') return { check: 'ok', consent: 'waiting', ready: false }
  return { check, ...(checkCode ? { checkCode } : {}), consent, ready: check === 'ok' && consent === 'agreed' }
}

/** Milliseconds from when it was due; absent: it did not happen, or nobody said so. */
export function resultOf(run: SyntheticRun) {
  const since = (at: number | undefined) => (at === undefined ? undefined : Math.max(0, at - run.dueAt))
  const hops = {
    raisedMs: since(run.raisedAt),
    acceptedMs: since(run.acceptedAt),
    deliveredMs: since(run.deliveredAt),
    repliedMs: since(run.repliedAt),
    claimedMs: since(run.claimedAt),
  }
  return {
    id: run.id,
    startedAt: iso(run.startedAt),
    dueAt: iso(run.dueAt),
    drill: run.askedBy !== undefined,
    outcome: run.outcome,
    ...(run.reason ? { reason: run.reason } : {}),
    hops: Object.fromEntries(Object.entries(hops).filter(([, ms]) => ms !== undefined)),
    ...(run.alertId ? { alertId: run.alertId } : {}),
    ...(run.closedAt ? { closedAt: iso(run.closedAt) } : {}),
    ...(run.pagedAt ? { pagedAt: iso(run.pagedAt) } : {}),
    ...(run.notPaged ? { notPaged: run.notPaged } : {}),
  }
}
