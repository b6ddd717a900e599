import { type AlertReason, decideSession, type PromptKind } from '@stillhere/domain'
import {
  backOffSteps,
  cancelSteps,
  findDueSessionIds,
  findDueSteps,
  findPlans,
  findPushable,
  finishSteps,
  insertMessages,
  insertSteps,
  loadDuePromptsForUpdate,
  loadDueSessionsForUpdate,
  loadFreeSessionsForUpdate,
  type NewMessage,
  newStep,
  priorities,
  readClock,
  readDueSince,
  readSessionVersions,
  recordJournal,
  recordPrompt,
  type SessionRow,
  type StepRow,
  storeSessions,
  type Transaction,
} from '@stillhere/persistence'
import { type RaisedAlert, raiseAlerts } from './alert/raise-alerts.ts'
import { listAside, putAside } from './aside.ts'
import type { OperationContext } from './context.ts'
import { destinationOfPerson } from './destinations.ts'
import { restoreHold } from './host/restored.ts'
import { workOffInHalves } from './in-halves.ts'
import { raiseForPoisoned } from './poisoned-session.ts'

/** What became of a session that was looked at; also the wake-up's outcome word. */
export interface Reached {
  outcome: 'fired' | 'notDueYet' | 'checkedInSince' | 'sessionEnded' | 'unknown'
  /** When it is due next, ms from the clock's reading. */
  nextInMs?: number
}

/** A session whose row cannot be moved is tried again after this long: it is neither found nor said at every round. */
const poisonedAgainMs = 2_000

/**
 * Sweeps sessions whose deadline or alert is due: oldest first, up to `limit`, skipping what another worker holds.
 * A batch that fails is worked off in halves, so that a poison row delays nobody else; its own alert is raised beside it.
 */
export async function sweepDeadlines(
  ctx: OperationContext,
  limit: number,
): Promise<{ found: number; failed: string[]; overdue: number }> {
  const except = listAside(ctx, 'session')
  try {
    return { ...(await reachDue(ctx, limit, { except })), failed: [] }
  } catch (error) {
    const ids = await findDueSessionIds(ctx.db, limit, except)
    if (ids.length === 0) throw error
    const failed: string[] = []
    const found = await workOffInHalves(
      ctx,
      ids,
      async (some) => (await reachDue(ctx, some.length, { among: some })).found,
      async (id) => {
        failed.push(id)
        putAside(ctx, 'session', id, poisonedAgainMs)
        announce(ctx, { changed: [], alerts: await raiseForPoisoned(ctx, id) })
      },
    )
    return { found, failed, overdue: 0 }
  }
}

/** Longer due than this, and a wake-up should have been here first. */
const wakeUpGraceMs = 500

async function reachDue(
  ctx: OperationContext,
  limit: number,
  of: { among?: readonly string[]; except?: readonly string[] },
): Promise<{ found: number; overdue: number }> {
  const done = await ctx.db.transaction(async (tx) => {
    const sessions = await loadDueSessionsForUpdate(tx, limit, of)
    if (sessions.length === 0) return undefined
    const now = await readClock(tx)
    const overdue = sessions.filter((session) => now - (dueAt(session) ?? now) > wakeUpGraceMs).length
    return { ...(await reach(ctx, tx, sessions, now)), found: sessions.length, overdue }
  })
  if (!done) return { found: 0, overdue: 0 }
  announce(ctx, done)
  return { found: done.found, overdue: done.overdue }
}

/** A row that somebody else holds is looked at again after this long: about a sweep. */
const heldAgainMs = 250

/** A wake-up's look at these sessions: acts on what is due, says when the rest is. */
export async function reachDeadlines(ctx: OperationContext, asked: readonly string[]): Promise<Map<string, Reached>> {
  const aside = new Set(listAside(ctx, 'session'))
  const ids = asked.filter((id) => !aside.has(id))
  const done = await ctx.db.transaction(async (tx) => {
    // What a sweep holds is being acted on: waiting for its lock would only hold this batch up too.
    const sessions = await loadFreeSessionsForUpdate(tx, ids)
    const held = await readSessionVersions(
      tx,
      ids.filter((id) => !sessions.some((session) => session.id === id)),
    )
    const now = await readClock(tx)
    const late = sessions.filter((session) => (dueAt(session) ?? Number.POSITIVE_INFINITY) <= now)
    const due = await withoutHeld(tx, late, now)
    return { ...(await reach(ctx, tx, due, now)), sessions, held, due, now }
  })
  announce(ctx, done)
  const after = new Map(done.changed.map((session) => [session.id, session]))
  const fired = new Set(done.due.map((session) => session.id))
  return new Map(
    asked.map((id): [string, Reached] => {
      if (aside.has(id)) return [id, { outcome: 'notDueYet', nextInMs: poisonedAgainMs }]
      const session = after.get(id) ?? done.sessions.find((s) => s.id === id)
      if (!session && done.held.some((row) => row.id === id))
        return [id, { outcome: 'notDueYet', nextInMs: heldAgainMs }]
      if (!session) return [id, { outcome: 'unknown' }]
      const next = dueAt(session)
      const outcome = fired.has(id) ? 'fired' : next === undefined ? 'sessionEnded' : 'notDueYet'
      return [id, { outcome, ...(next === undefined ? {} : { nextInMs: Math.max(0, next - done.now) }) }]
    }),
  )
}

const dueAt = (session: SessionRow): number | undefined =>
  session.state === 'counting' ? session.deadlineAt : session.state === 'prompting' ? session.alertAt : undefined

/** A wake-up that outlived a restore must not raise what the restore holds (F54). Nothing else is ever this late. */
async function withoutHeld(tx: Transaction, late: readonly SessionRow[], now: number): Promise<readonly SessionRow[]> {
  if (late.every((session) => (dueAt(session) ?? now) >= now - restoreHold.graceMs)) return late
  const since = (await readDueSince(tx)) ?? Number.NEGATIVE_INFINITY
  return late.filter((session) => (dueAt(session) ?? now) >= since)
}

interface ReachedBatch {
  changed: SessionRow[]
  alerts: RaisedAlert[]
  prompted: boolean
}

async function reach(
  ctx: OperationContext,
  tx: Transaction,
  sessions: readonly SessionRow[],
  now: number,
): Promise<ReachedBatch> {
  const changes: { session: SessionRow; expectedVersion: number }[] = []
  const raised: { session: SessionRow; reason: AlertReason }[] = []
  const promptsGone: string[] = []
  const prompts: StepRow[] = []
  for (const session of sessions) {
    const decision = decideSession(session, { kind: 'reach-deadline' }, now, ctx.pace)
    if (decision.kind !== 'changed') continue
    const changed: SessionRow = { ...session, ...decision.session }
    changes.push({ session: changed, expectedVersion: session.version })
    for (const effect of decision.effects) {
      if (effect.kind === 'raise-alert') raised.push({ session: changed, reason: effect.reason })
      else if (effect.kind === 'cancel-prompts') promptsGone.push(session.id)
      else if (effect.kind === 'schedule-prompts') prompts.push(...promptSteps(changed, effect.prompts))
    }
  }
  await storeSessions(tx, changes, now)
  await cancelSteps(tx, { sessionIds: promptsGone }, ['prompt'], now)
  await insertSteps(tx, prompts)
  // What is raised has its line with the alert; what is prompted, or closed by the clock, here.
  await recordJournal(
    tx,
    changes
      .filter(({ session }) => session.state !== 'alerting')
      .map(({ session }) => ({
        organisationId: session.organisationId,
        at: now,
        kind: `session-${session.state}`,
        sessionId: session.id,
        actor: { kind: 'service' as const },
        detail: { reason: 'deadline' },
      })),
  )
  const alerts = await raiseAlerts(ctx, tx, raised, now)
  return { changed: changes.map((change) => change.session), alerts, prompted: prompts.length > 0 }
}

export const promptSteps = (session: SessionRow, prompts: readonly { kind: PromptKind; dueAt: number }[]): StepRow[] =>
  prompts.map((prompt, position) =>
    newStep({
      organisationId: session.organisationId,
      sessionId: session.id,
      kind: 'prompt',
      position,
      spec: { prompt: prompt.kind },
      dueAt: prompt.dueAt,
    }),
  )

/** After the commit: devices, the outbox and the log hear of it. */
export function announce(
  ctx: OperationContext,
  done: { changed: readonly SessionRow[]; alerts: readonly RaisedAlert[]; prompted?: boolean },
): void {
  ctx.wake.changed(done.changed.map(({ id, version }) => ({ id, version })))
  if (done.alerts.length > 0) ctx.wake.prod('outbox')
  if (done.prompted) ctx.wake.prod('deadlines')
  for (const alert of done.alerts) {
    if (alert.synthetic) continue
    ctx.events.alertRaised({
      alertId: alert.id,
      sessionId: alert.sessionId,
      latenessMs: alert.latenessMs,
      asked: alert.reason === 'help' || alert.reason === 'duress',
    })
    if (alert.nobody) ctx.events.trouble('nobodyToNotify')
  }
}

/**
 * Fires prompts that are due: the devices see a new version, the own phone is texted and rung at `ring`. A batch that fails
 * is fired in halves; a prompt that cannot be fired stays due and backs off by seconds.
 */
export async function sweepPrompts(ctx: OperationContext, limit: number): Promise<{ found: number }> {
  const due = await ctx.db.transaction((tx) => findDueSteps(tx, ['prompt'], limit))
  if (due.length === 0) return { found: 0 }
  const found = await workOffInHalves(
    ctx,
    [...new Set(due.map((step) => step.sessionId))],
    (some) => firePrompts(ctx, some),
    async (sessionId, error) => {
      ctx.events.trouble('poisonRow', { reason: 'prompt', error })
      const steps = due.filter((step) => step.sessionId === sessionId).map((step) => step.id)
      await ctx.db.transaction((tx) => backOffSteps(tx, steps))
    },
  )
  return { found }
}

async function firePrompts(ctx: OperationContext, sessionIds: readonly string[]): Promise<number> {
  const done = await ctx.db.transaction(async (tx) => {
    const sessions = await loadFreeSessionsForUpdate(tx, sessionIds)
    const due = await loadDuePromptsForUpdate(
      tx,
      sessions.map((session) => session.id),
    )
    const now = await readClock(tx)
    const plans = new Map(
      (
        await findPlans(
          tx,
          sessions.map((s) => s.planId),
        )
      ).map((plan) => [plan.id, plan]),
    )
    const pushable = await findPushable(
      tx,
      sessions.map((session) => session.id),
    )
    const changed: { id: string; version: number }[] = []
    const finished: { id: string; outcome: string }[] = []
    const messages: Parameters<typeof insertMessages>[1][number][] = []
    for (const session of sessions) {
      const steps = due.filter((step) => step.sessionId === session.id).sort((a, b) => a.dueAt - b.dueAt)
      finished.push(
        ...steps.map((step) => ({ id: step.id, outcome: session.state === 'prompting' ? 'prompted' : session.state })),
      )
      if (session.state !== 'prompting') continue
      const kinds = steps.flatMap((step) => (step.spec && 'prompt' in step.spec ? [step.spec.prompt] : []))
      const latest = kinds.at(-1)
      if (latest === undefined) continue
      changed.push({ id: session.id, version: await recordPrompt(tx, session.id, latest, now) })
      if (pushable.has(session.id) && kinds.some(isPushed)) messages.push(pushMessage(session, latest, now))
      const plan = plans.get(session.planId)
      const destination = plan && destinationOfPerson(plan)
      if (!kinds.includes('ring') || !destination) continue
      for (const channel of ['text', 'call'] as const)
        messages.push({
          organisationId: session.organisationId,
          sessionId: session.id,
          recipientKind: 'person',
          recipientId: session.id,
          channel,
          template: channel === 'text' ? 'prompt-own' : 'prompt-call',
          detail: { alertAt: session.alertAt },
          language: session.language ?? 'en',
          destination,
          ...(plan?.ownNumberHash ? { numberHash: plan.ownNumberHash } : {}),
          priority: priorities.alert,
          dedupeKey: `prompt.${session.id}.${session.deadlineAt}.${channel}`,
          dueAt: now,
        })
    }
    await finishSteps(tx, finished, now)
    await insertMessages(tx, messages)
    return { changed, found: finished.length, messages: messages.length }
  })
  ctx.wake.changed(done.changed)
  if (done.messages > 0) ctx.wake.prod('outbox')
  return done.found
}

/** The first two: afterwards the phone itself is rung, and the last is a countdown that a notification would be late for. */
const isPushed = (kind: PromptKind): boolean => kind === 'sound' || kind === 'louder'

/** To the browser, beside the sound and the text: where it is reached is read when it is sent. */
const pushMessage = (session: SessionRow, kind: PromptKind, now: number): NewMessage => ({
  organisationId: session.organisationId,
  sessionId: session.id,
  recipientKind: 'person',
  recipientId: session.id,
  channel: 'push',
  template: 'prompt-push',
  detail: {},
  language: 'en',
  priority: priorities.push,
  dedupeKey: `prompt.${session.id}.${session.deadlineAt}.push.${kind}`,
  dueAt: now,
})
