import {
  applyRetention,
  auditAlerts,
  checkSavedPlans,
  checkSavedRescuers,
  checkSavedSupporters,
  climbLadders,
  closeForsaken,
  copyFeedback,
  type Inspector,
  inviteRescuers,
  lengthenChains,
  notePathReceipts,
  type OpenInbound,
  type OperationContext,
  openPlans,
  pageUnowned,
  reachAlertClocks,
  readServerClock,
  recordHeartbeat,
  releaseHeldCodes,
  removeCarrierCopies,
  type SealBrief,
  type SealFeedback,
  type SealOpening,
  sealBriefs,
  sweepDeadlines,
  sweepPrompts,
  sweepSilenceMs,
  trySamples,
  watchKeysInUse,
  watchPromises,
  watchRotas,
  watchSyntheticAlerts,
  workOffInbound,
} from '@stillhere/operations'
import type { SweepPass } from '@stillhere/timers'
import type { Sender } from '../sending/sender.ts'
import type { Passes } from './run-sweeps.ts'
import { watchDatabaseClock } from './watch-clock.ts'

/** How many rows one pass takes at once. Large enough for a storm, small enough for the statement timeout. */
const batch = {
  deadlines: 500,
  steps: 500,
  checks: 50,
  invitations: 50,
  looks: 20,
  inbound: 50,
  forsaken: 50,
  chain: 500,
  synthetic: 50,
  rotas: 20,
  openings: 5,
  samples: 20,
}
/** Housekeeping that nobody waits for. */
const everyMs = {
  pager: 1_000,
  codes: 60_000,
  copies: 5_000,
  promises: 5_000,
  audit: 2_000,
  feedback: 2_000,
  receipts: 2_000,
  rota: 500,
  missedTexts: 60_000,
  samples: 24 * 3_600_000,
  samplesAgain: 60_000,
}
/** On the service's clock, so that a clock that was moved on finds what is over. */
const retentionEveryMs = 60_000
const retentionRoundMs = 100

/**
 * What a worker looks for at every round, most urgent first, in rounds that never wait for each other. To add
 * something that must happen: give it a row with a due instant, and a pass here.
 */
export function sweepPasses(of: {
  ctx: OperationContext
  inspector: Inspector
  openInbound: OpenInbound
  sealBrief: SealBrief
  sealFeedback: SealFeedback
  sealOpening: SealOpening
  /** The origin of the pages: what a passkey must have been asked by. */
  pagesOrigin: string
  sender: Sender
  lookAgain: (limit: number) => Promise<{ found: number }>
  /** Housekeeping of this process, by name. */
  housekeeping: { remember: () => Promise<{ found: number }>; deadMan: () => Promise<{ found: number }> }
  /** `keyId:fingerprint` of each disclosure key that this process holds, the current one first. */
  keysInUse: readonly string[]
  removeCopy: (sid: string) => Promise<boolean>
  /** What came in at the carrier while nobody here could be reached. */
  listMissedTexts: () => Promise<{ found: number }>
  processId: string
  /** Whether this process asks for wake-ups at all. */
  wakeUps: boolean
  /** Since a pass of the alarm path last came to a good end, the oldest, ms: a process that no longer fires says no heartbeat. */
  sinceAlarmPathMs: () => number
}): Passes {
  const { ctx, sender } = of
  const overdue = { found: 0 }
  const urgent: SweepPass[] = [
    { name: 'deadlines', run: () => deadlines(ctx, overdue) },
    { name: 'ladder', run: () => ladder(ctx) },
  ]
  const outbox: SweepPass[] = [{ name: 'outbox', run: () => sender.sweep() }]
  const rest: SweepPass[] = [
    // Before what may hang for its bound: while the alarm path goes on, the database hears of it.
    { name: 'heartbeat', run: () => heartbeat(ctx, { ...of, overdue }) },
    { name: 'leases', run: () => of.lookAgain(batch.looks) },
    { name: 'inbound', run: () => inbound(ctx, of.openInbound) },
    { name: 'briefs', run: () => sealBriefs(ctx, of.sealBrief, batch.looks) },
    { name: 'checks', run: () => checks(ctx, of.inspector) },
    { name: 'forsaken', run: () => closeForsaken(ctx, batch.forsaken) },
    { name: 'clock', vital: false, run: watchDatabaseClock(ctx) },
    {
      name: 'openings',
      vital: false,
      run: () => openPlans(ctx, of.sealOpening, { origin: of.pagesOrigin }, batch.openings),
    },
    { name: 'synthetic', vital: false, run: () => watchSyntheticAlerts(ctx, batch.synthetic) },
    { name: 'pager', vital: false, run: rarely(everyMs.pager, () => pageUnowned(ctx)) },
    { name: 'rota', vital: false, run: rarely(everyMs.rota, () => watchRotas(ctx, batch.rotas)) },
    {
      name: 'keys',
      vital: false,
      run: watchKeysInUse(ctx, { processId: of.processId, service: 'worker', keys: of.keysInUse }),
    },
    { name: 'remember', vital: false, run: of.housekeeping.remember },
    { name: 'deadMan', vital: false, run: of.housekeeping.deadMan },
    { name: 'promises', vital: false, run: rarely(everyMs.promises, () => promises(ctx)) },
    { name: 'codes', vital: false, run: rarely(everyMs.codes, () => codes(ctx)) },
    {
      name: 'carrierCopies',
      vital: false,
      run: rarely(everyMs.copies, () => removeCarrierCopies(ctx, of.removeCopy, batch.looks)),
    },
  ]
  const upkeep: SweepPass[] = [
    { name: 'missedTexts', run: rarely(everyMs.missedTexts, of.listMissedTexts) },
    { name: 'audit', run: rarely(everyMs.audit, () => auditAlerts(ctx)) },
    // A batch a round and no more: after a storm the chain catches up while the storm's texts leave.
    { name: 'chain', run: () => lengthenChains(ctx, batch.chain) },
    { name: 'feedback', run: rarely(everyMs.feedback, () => copyFeedback(ctx, of.sealFeedback, batch.looks)) },
    { name: 'pathReceipts', run: rarely(everyMs.receipts, () => pathReceipts(ctx)) },
    { name: 'samples', run: samples(ctx, of.inspector) },
    { name: 'retention', run: retention(ctx) },
  ]
  return { deadlines: urgent, outbox, rest, upkeep }
}

/** @param overdue counts what the sweep found that a wake-up should have, until the next heartbeat writes it */
async function deadlines(ctx: OperationContext, overdue: { found: number }) {
  const { found, ...reached } = await sweepDeadlines(ctx, batch.deadlines)
  overdue.found += reached.overdue
  const prompts = await sweepPrompts(ctx, batch.steps)
  if (found > 0) ctx.events.foundBySweep({ pass: 'deadlines', count: found })
  return { found: found + prompts.found, more: found >= batch.deadlines || prompts.found >= batch.steps }
}

async function ladder(ctx: OperationContext) {
  const climbed = await climbLadders(ctx, batch.steps)
  const clocks = await reachAlertClocks(ctx, batch.steps)
  return { found: climbed.found + clocks.found, more: climbed.found >= batch.steps }
}

async function inbound(ctx: OperationContext, open: OpenInbound) {
  let found = 0
  while (found < batch.inbound) {
    const one = await workOffInbound(ctx, open)
    if (one.found === 0) return { found }
    found += 1
  }
  return { found, more: true }
}

async function checks(ctx: OperationContext, inspector: Inspector) {
  const plans = await checkSavedPlans(ctx, inspector, batch.checks)
  const rescuers = await checkSavedRescuers(ctx, inspector, batch.checks)
  const supporters = await checkSavedSupporters(ctx, inspector, batch.checks)
  const invited = await inviteRescuers(ctx, batch.invitations)
  return {
    found: plans.found + rescuers.found + supporters.found + invited.found,
    more: plans.found >= batch.checks || rescuers.found >= batch.checks || invited.found >= batch.invitations,
  }
}

/** P14 in the database: readiness and starts look at it. It speaks for the whole alarm path, and for no more. */
async function heartbeat(
  ctx: OperationContext,
  of: { processId: string; wakeUps: boolean; sinceAlarmPathMs: () => number; overdue: { found: number } },
) {
  if (of.sinceAlarmPathMs() >= sweepSilenceMs) return { found: 0 }
  const foundBySweep = of.overdue.found
  await recordHeartbeat(ctx, of.processId, { wakeUps: of.wakeUps, foundBySweep })
  of.overdue.found -= foundBySweep
  return { found: 0 }
}

async function promises(ctx: OperationContext) {
  await watchPromises(ctx)
  return { found: 0 }
}

async function pathReceipts(ctx: OperationContext) {
  await notePathReceipts(ctx)
  return { found: 0 }
}

async function codes(ctx: OperationContext) {
  await releaseHeldCodes(ctx)
  return { found: 0 }
}

/**
 * Once a minute, and not in the first one: a worker that has just come has better to do. While there is more, a batch of each
 * kind at every round; in a storm a rule or two a round.
 */
function retention(ctx: OperationContext): SweepPass['run'] {
  let nextAt: number | undefined
  let from = 0
  let beganAt = 0
  return async () => {
    const now = await readServerClock(ctx)
    nextAt ??= now + retentionEveryMs
    // A clock that was set back must not put it off.
    if (now < nextAt && nextAt - now <= retentionEveryMs) return { found: 0 }
    if (from === 0) beganAt = now
    const { found, more, next } = await applyRetention(ctx, { from, withinMs: retentionRoundMs })
    from = next ?? 0
    // From the beginning of the walk: what was over since then is found by the next.
    if (next === undefined && !more) nextAt = beganAt + retentionEveryMs
    return { found }
  }
}

/** With the keys that this process holds: when it has started, and every day. */
function samples(ctx: OperationContext, inspector: Inspector): SweepPass['run'] {
  let nextMs = 0
  return async () => {
    if (performance.now() < nextMs) return { found: 0 }
    nextMs = performance.now() + everyMs.samplesAgain
    await trySamples(ctx, inspector, batch.samples)
    nextMs = performance.now() + everyMs.samples
    return { found: 0 }
  }
}

function rarely(ms: number, run: () => Promise<{ found: number }>): () => Promise<{ found: number }> {
  let lastMs = Number.NEGATIVE_INFINITY
  return async () => {
    if (performance.now() - lastMs < ms) return { found: 0 }
    lastMs = performance.now()
    return run()
  }
}
