import {
  anonymiseAlerts,
  expirePlans,
  expirePlansOfClosed,
  hastenDevicesOfClosed,
  type Remove,
  readClock,
  recordJournal,
  recordRetentionRound,
  removeAudit,
  removeChallenges,
  removeCommands,
  removeCredentials,
  removeDeletedPlans,
  removeDevices,
  removeEndedSessions,
  removeFeedback,
  removeForgottenPlans,
  removeHeartbeats,
  removeInbound,
  removeIncidents,
  removeInvitations,
  removeKeyUses,
  removeLooseJournal,
  removeLooseMessages,
  removePhones,
  removeRemovedRescuers,
  removeRotaDates,
  removeRotaSwaps,
  removeStaffingGaps,
  removeSweepMinutes,
  removeSyntheticRuns,
  type Transaction,
  tryLockRetention,
} from '@stillhere/persistence'
import type { OperationContext } from './context.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** One kind of thing: how long it is kept after its end, why not shorter, and who removes it. Never divided by the pace. */
export interface RetentionRule {
  what: string
  keptMs: number
  why: string
  remove: Remove
}

/**
 * What is kept how long, and why. The one place; the README shows it. What stays for ever names nobody: daily counts, the
 * tombstones of alerts' journals, and phones that said STOP, as keyed hashes.
 * In this order: what hangs on something goes before it.
 */
export const retentionRules: readonly RetentionRule[] = [
  {
    what: 'sessions without an alert',
    keptMs: dayMs,
    why: 'the person looks back at the receipt; then a count by day and organisation is enough',
    remove: removeEndedSessions,
  },
  {
    what: 'alerts, all that was said and shown in them, and their sessions',
    keptMs: 30 * dayMs,
    why: 'follow-up, complaints, learning; then times and outcome without identity',
    remove: anonymiseAlerts,
  },
  {
    what: 'plans that nobody used',
    keptMs: 365 * dayMs,
    why: 'a plan is offered again for as long as it may be right',
    remove: expireUnused,
  },
  {
    what: 'plans of a service that closed for good',
    keptMs: dayMs,
    why: 'nobody can start with one any more; while a session or an alert speaks of one it stays',
    remove: expireClosed,
  },
  {
    what: 'plans of a phone that was forgotten while help was on its way',
    keptMs: 0,
    why: 'the help needs it until it is over; whoever had the phone forgotten is told that it is gone',
    remove: expireForgotten,
  },
  {
    what: 'deleted plans and their rescuers',
    keptMs: dayMs,
    why: 'the words went at the deletion; ids stay for a command that is repeated',
    remove: removeDeletedPlans,
  },
  {
    what: 'rescuers who were removed',
    keptMs: dayMs,
    why: 'a command that is repeated finds them',
    remove: removeRemovedRescuers,
  },
  {
    what: 'texts that belong to no session and no alert',
    keptMs: 7 * dayMs,
    why: 'receipts that come late, an invitation that did not arrive',
    remove: removeLooseMessages,
  },
  { what: 'answers to commands', keptMs: 2 * dayMs, why: 'a repeated command has its answer', remove: removeCommands },
  {
    what: 'ids of texts that came in',
    keptMs: 30 * dayMs,
    why: 'a text that the carrier brings again, or somebody replays, counts once; its words went when it was read',
    remove: removeInbound,
  },
  { what: 'challenges of passkeys', keptMs: hourMs, why: 'answered within minutes', remove: removeChallenges },
  {
    what: 'credentials that expired',
    keptMs: 7 * dayMs,
    why: 'who was signed in can be asked for a week',
    remove: removeCredentials,
  },
  {
    what: 'invitations of supporters and operators',
    keptMs: 30 * dayMs,
    why: 'one that was not used by then is made anew',
    remove: removeInvitations,
  },
  { what: 'heartbeats of processes that ended', keptMs: dayMs, why: 'to see what ran', remove: removeHeartbeats },
  { what: 'keys of processes that ended', keptMs: dayMs, why: 'to see what was in use', remove: removeKeyUses },
  {
    what: 'journal lines of plans, consent, shifts and staff',
    keptMs: 365 * dayMs,
    why: 'who changed what, over a year of duty',
    remove: removeLooseJournal,
  },
  {
    what: 'what people said of the service',
    keptMs: 365 * dayMs,
    why: 'a complaint is answered and learnt from within a year',
    remove: removeFeedback,
  },
  {
    what: 'who changed which setting',
    keptMs: 730 * dayMs,
    why: 'an inquiry into an alert may come late',
    remove: removeAudit,
  },
  {
    what: 'what tests of the alarm path showed',
    keptMs: 90 * dayMs,
    why: 'whether the path was proved in a quarter; their sessions and alerts go like any',
    remove: removeSyntheticRuns,
  },
  {
    what: 'incidents that are closed',
    keptMs: 365 * dayMs,
    why: 'the public page shows a month; a year is looked back on',
    remove: removeIncidents,
  },
  {
    what: 'how many rows the sweep found, by minute',
    keptMs: 8 * dayMs,
    why: 'the charts of a week',
    remove: removeSweepMinutes,
  },
  {
    what: 'single dates of the rota',
    keptMs: 90 * dayMs,
    why: 'who should have been there, for as long as a complaint is likely',
    remove: removeRotaDates,
  },
  { what: 'swaps of shifts', keptMs: 90 * dayMs, why: 'as the dates they are of', remove: removeRotaSwaps },
  {
    what: 'holes in staffing',
    keptMs: 90 * dayMs,
    why: 'how often a floor was missed in a quarter',
    remove: removeStaffingGaps,
  },
  {
    what: 'phones that nothing names any more and that did not say STOP',
    keptMs: 7 * dayMs,
    why: 'looked at once a week',
    remove: removePhones,
  },
  {
    what: 'devices of a service that closed for good',
    keptMs: dayMs,
    why: 'looked at like those without a plan, but now',
    remove: hastenDevicesOfClosed,
  },
  {
    what: 'devices without a plan, a year after the last',
    keptMs: 7 * dayMs,
    why: 'looked at once a week; a person may come back',
    remove: removeDevices,
  },
]

async function expireUnused(tx: Transaction, keptMs: number, limit: number): Promise<number> {
  return noteExpired(tx, await expirePlans(tx, keptMs, limit))
}

async function expireClosed(tx: Transaction, keptMs: number, limit: number): Promise<number> {
  return noteExpired(tx, await expirePlansOfClosed(tx, keptMs, limit))
}

async function expireForgotten(tx: Transaction, keptMs: number, limit: number): Promise<number> {
  return noteExpired(tx, await removeForgottenPlans(tx, keptMs, limit))
}

async function noteExpired(tx: Transaction, expired: { organisationId: string; count: number }[]): Promise<number> {
  const at = await readClock(tx)
  await recordJournal(
    tx,
    expired.map(({ organisationId, count }) => ({
      organisationId,
      at,
      kind: 'plans-expired',
      actor: { kind: 'service' },
      detail: { count },
    })),
  )
  return expired.reduce((sum, { count }) => sum + count, 0)
}

/** What it removed is on record in the same transaction; that it looked, once a walk. */
async function removeBy(tx: Transaction, rule: RetentionRule): Promise<number> {
  const removed = await rule.remove(tx, rule.keptMs, retentionBatch)
  if (removed > 0) await recordRetentionRound(tx, rule.what, removed)
  return removed
}

/** Stands for a walk through all of them. */
export const everyRule = 'every rule'

/** Rows of one rule in one transaction: far under the statement timeout, and no lock is held for long. */
const retentionBatch = 100

/**
 * Removes what has been kept long enough: of each rule one batch, in a transaction of its own. One worker at a time; a
 * rule that fails is said and stops no other.
 * @param how.from the rule to begin with; `how.withinMs`: no further rule is begun after this long, because a storm needs the
 *   connections more
 * @returns how many went, whether a rule has more, and the rule to go on with where time was up
 */
export async function applyRetention(
  ctx: Pick<OperationContext, 'db' | 'events'>,
  how: { from?: number; withinMs?: number } = {},
): Promise<{ found: number; more: boolean; next?: number }> {
  const { from = 0, withinMs = Number.POSITIVE_INFINITY } = how
  const beganMs = performance.now()
  let found = 0
  let more = false
  for (const [index, rule] of retentionRules.entries()) {
    if (index < from) continue
    if (index > from && performance.now() - beganMs > withinMs) return { found, more, next: index }
    try {
      const removed = await ctx.db.transaction(async (tx) => ((await tryLockRetention(tx)) ? removeBy(tx, rule) : 0))
      found += removed
      more ||= removed >= retentionBatch
    } catch (error) {
      ctx.events.trouble('poisonRow', { reason: `retention: ${rule.what}`, error })
    }
  }
  await recordRetentionRound(ctx.db, everyRule, 0).catch((error) => {
    ctx.events.trouble('poisonRow', { reason: 'retention: its record', error })
  })
  return { found, more }
}
