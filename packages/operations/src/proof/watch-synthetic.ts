/**
 * What the sweep does for synthetic alerts: starts those that are due, ends those that came back or did not, and pages
 * when one did not. Everything between is the ordinary code. A row says when each is due, and when it is a miss (law 1).
 */
import { decideSession, judgeSyntheticAlert, missPageEverySeconds, type SyntheticVerdict } from '@stillhere/domain'
import {
  cancelSteps,
  cancelUnsettled,
  findAlert,
  findDueSynthetic,
  findLastMissPage,
  findOrganisations,
  findRunningSynthetic,
  finishSyntheticRun,
  insertMessages,
  insertSyntheticRun,
  loadDueSyntheticForUpdate,
  loadSessionsForUpdate,
  moveSyntheticDue,
  newId,
  readClock,
  recordLateDeliveries,
  recordMissNotPaged,
  recordMissPaged,
  type SyntheticRun,
  storeSessions,
  type Transaction,
} from '@stillhere/persistence'
import { type AppliedDecision, announceAlert, decideAndApply } from '../alert/decide-and-apply.ts'
import { listAside, putAside } from '../aside.ts'
import type { OperationContext } from '../context.ts'
import { workOffEach } from '../in-halves.ts'
import { pagerCall, pagerMessage } from '../page-operators.ts'
import { announceRun, startRun } from './start-run.ts'

export async function watchSyntheticAlerts(ctx: OperationContext, limit: number): Promise<{ found: number }> {
  const started = await startDue(ctx, limit)
  const ended = await endThoseThatAreOver(ctx, limit)
  return { found: started + ended }
}

/** Receipts that came after the reply. Nobody waits for it. */
export const notePathReceipts = (ctx: OperationContext): Promise<void> => recordLateDeliveries(ctx.db)

/** What cannot be started is put off by this, said, and holds up no other organisation's. */
const tryAgainMs = 60_000
/** One that cannot be ended is tried again sooner: while it runs, no other is started there. */
const endAgainMs = 5_000

async function startDue(ctx: OperationContext, limit: number): Promise<number> {
  const due = await findDueSynthetic(ctx.db, limit)
  await workOffEach(
    ctx,
    due,
    (organisationId) => startOne(ctx, organisationId),
    async (organisationId, error) => {
      ctx.events.trouble('poisonRow', { reason: 'synthetic', error })
      await ctx.db.transaction(async (tx) => moveSyntheticDue(tx, organisationId, (await readClock(tx)) + tryAgainMs))
    },
  )
  return due.length
}

async function startOne(ctx: OperationContext, organisationId: string): Promise<void> {
  const started = await ctx.db.transaction(async (tx) => {
    const settings = await loadDueSyntheticForUpdate(tx, organisationId)
    if (!settings) return undefined
    const now = await readClock(tx)
    const run = await startRun(tx, settings, {}, now)
    // From now on, not from when it should have been: after an outage none is made up for.
    await moveSyntheticDue(tx, organisationId, now + (settings.everyMinutes ?? 5) * 60_000)
    if (run.kind === 'not-ready') await recordNotReady(tx, settings, now)
    return run
  })
  if (!started) return
  announceRun(ctx, started)
  if (started.kind !== 'not-ready') return
  ctx.events.syntheticAlert({ outcome: 'missed', reason: 'handset-not-ready' })
  ctx.wake.prod('outbox')
}

/** A test that cannot be made proves nothing, and somebody must hear of it as of any miss. */
async function recordNotReady(
  tx: Transaction,
  of: { organisationId: string; boundSeconds: number },
  now: number,
): Promise<void> {
  const { organisationId } = of
  const run: SyntheticRun = {
    id: newId(),
    organisationId,
    startedAt: now,
    dueAt: now,
    missDueAt: now,
    outcome: 'missed',
    reason: 'handset-not-ready',
    closedAt: now,
  }
  await insertSyntheticRun(tx, run)
  await pageMiss(tx, run, now)
}

async function endThoseThatAreOver(ctx: OperationContext, limit: number): Promise<number> {
  const runs = await findRunningSynthetic(ctx.db, limit, listAside(ctx, 'synthetic'))
  if (runs.length === 0) return 0
  const now = await readClock(ctx.db)
  const over = runs.filter((run) => judgeSyntheticAlert(run, run.missDueAt, now).kind !== 'waiting')
  await workOffEach(
    ctx,
    over,
    (run) => endRun(ctx, run.id, run.sessionId),
    ({ id }, error) => {
      ctx.events.trouble('poisonRow', { reason: 'synthetic', error })
      putAside(ctx, 'synthetic', id, endAgainMs)
    },
  )
  return over.length
}

/** Sessions before alerts before runs: the order of the house. What is read here is read again under the locks. */
async function endRun(ctx: OperationContext, runId: string, sessionId: string | undefined): Promise<void> {
  const done = await ctx.db.transaction(async (tx) => {
    if (sessionId !== undefined) await loadSessionsForUpdate(tx, [sessionId])
    const run = (await findRunningSynthetic(tx, 1_000)).find(({ id }) => id === runId)
    if (!run) return undefined
    const now = await readClock(tx)
    const verdict = judgeSyntheticAlert(run, run.missDueAt, now)
    if (verdict.kind === 'waiting') return undefined
    const applied = sessionId === undefined ? undefined : await closeSession(ctx, tx, sessionId, verdict, now)
    const { reason: _, ...rest } = run
    const ended = { ...rest, outcome: verdict.kind, closedAt: now }
    const over: SyntheticRun = verdict.kind === 'missed' ? { ...ended, reason: verdict.reason } : ended
    if (!(await finishSyntheticRun(tx, over))) return { applied }
    if (verdict.kind === 'missed') await pageMiss(tx, over, now)
    return { applied, over }
  })
  if (!done) return
  if (done.applied) announceAlert(ctx, done.applied)
  if (!done.over) return
  const { outcome, reason, claimedAt, dueAt } = done.over
  ctx.events.syntheticAlert({
    outcome: outcome === 'proved' ? 'proved' : 'missed',
    ...(reason ? { reason } : {}),
    ...(claimedAt === undefined ? {} : { tookMs: claimedAt - dueAt }),
  })
  ctx.wake.prod('outbox')
}

/** Nothing of a test stays open: its alert is closed, or its session where no alert was raised. */
async function closeSession(
  ctx: OperationContext,
  tx: Transaction,
  sessionId: string,
  verdict: Exclude<SyntheticVerdict, { kind: 'waiting' }>,
  now: number,
): Promise<AppliedDecision | undefined> {
  const alert = await findAlert(tx, { sessionId })
  if (alert) {
    const ids = { alertId: alert.id, sessionId }
    const proved = verdict.kind === 'proved'
    const applied = await decideAndApply(ctx, tx, ids, () => ({ kind: 'end-test', proved }), { kind: 'service' })
    await cancelUnsettled(tx, alert.id)
    return applied
  }
  const [session] = await loadSessionsForUpdate(tx, [sessionId])
  const decision = session && decideSession(session, { kind: 'end' }, now, ctx.pace)
  if (session && decision?.kind === 'changed') {
    await storeSessions(tx, [{ session: { ...session, ...decision.session }, expectedVersion: session.version }], now)
    await cancelSteps(tx, { sessionIds: [sessionId] }, ['prompt'], now)
  }
  return undefined
}

/**
 * A miss pages by two routes: a text, and a call, because it may be texts that do not work. Once; while none has been
 * proved since, again every hour.
 */
async function pageMiss(tx: Transaction, run: SyntheticRun, now: number): Promise<void> {
  // A page that cannot leave is none: the board says that the pager has no number.
  const [organisation] = await findOrganisations(tx, [run.organisationId])
  if (organisation?.pagerNumber === undefined) return recordMissNotPaged(tx, run.id, 'no-pager')
  const lastAt = await findLastMissPage(tx, run.organisationId)
  if (lastAt !== undefined && now - lastAt < missPageEverySeconds * 1_000)
    return recordMissNotPaged(tx, run.id, 'told-before')
  await insertMessages(tx, [
    pagerMessage(run.organisationId, 'pager-synthetic', run.id, now, {}),
    pagerCall(run.organisationId, run.id, now),
  ])
  await recordMissPaged(tx, run.id, now)
}
