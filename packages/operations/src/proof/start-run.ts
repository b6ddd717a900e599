import { randomInt } from 'node:crypto'
import { syntheticSession } from '@stillhere/domain'
import {
  findPlans,
  findRescuers,
  insertSession,
  insertSyntheticRun,
  isSomebodysPhone,
  newId,
  recordJournal,
  type SessionRow,
  type SyntheticRun,
  type SyntheticSettings,
  type Transaction,
} from '@stillhere/persistence'
import { canBeTold } from '../can-be-told.ts'
import type { OperationContext } from '../context.ts'

export type StartedRun =
  | { kind: 'started'; run: SyntheticRun; session: SessionRow }
  /** Nothing was started: the handset has not agreed, said STOP, or has become somebody's phone. */
  | { kind: 'not-ready' }
  | { kind: 'running' }

/**
 * Starts one synthetic alert: an ordinary session whose deadline passes in seconds, marked as a test. From here on the
 * ordinary worker code has it. The organisation's settings are locked by the caller.
 */
export async function startRun(
  tx: Transaction,
  settings: SyntheticSettings,
  by: { askedBy?: string },
  now: number,
): Promise<StartedRun> {
  const { organisationId } = settings
  const [plan] = settings.planId ? await findPlans(tx, [settings.planId]) : []
  if (plan?.check !== 'ok' || !plan.synthetic || !(await isHandsetReady(tx, organisationId, plan.id)))
    return { kind: 'not-ready' }
  const deadlineAt = now + syntheticSession.countdownSeconds * 1_000
  const alertAt = deadlineAt + syntheticSession.prompts.alertAfterSeconds * 1_000
  const session: SessionRow = {
    id: newId(),
    organisationId,
    deviceId: plan.deviceId,
    planId: plan.id,
    kind: 'ordinary',
    company: 'timer-only',
    state: 'counting',
    version: 1,
    rhythm: [syntheticSession.countdownSeconds],
    prompts: syntheticSession.prompts,
    startedAt: now,
    anchorAt: now,
    deadlineAt,
    alertAt,
    lastPressAt: now,
    raised: false,
    quiet: false,
    endCode: String(randomInt(1_000)).padStart(3, '0'),
    synthetic: true,
  }
  const run: SyntheticRun = {
    id: newId(),
    organisationId,
    ...by,
    sessionId: session.id,
    startedAt: now,
    dueAt: alertAt,
    missDueAt: alertAt + settings.boundSeconds * 1_000,
    outcome: 'running',
  }
  if (!(await insertSyntheticRun(tx, run))) return { kind: 'running' }
  await insertSession(tx, session)
  await recordJournal(tx, [
    {
      organisationId,
      at: now,
      kind: 'session-started',
      sessionId: session.id,
      actor: by.askedBy === undefined ? { kind: 'service' } : { kind: 'operator', id: by.askedBy },
      detail: { synthetic: true },
    },
  ])
  return { kind: 'started', run, session }
}

/** Agreed, reachable, and nobody else's. */
async function isHandsetReady(tx: Transaction, organisationId: string, planId: string): Promise<boolean> {
  const [handset] = (await findRescuers(tx, [planId])).filter((rescuer) => rescuer.synthetic && canBeTold(rescuer))
  return handset?.numberHash !== undefined && !(await isSomebodysPhone(tx, organisationId, handset.numberHash))
}

/** After the commit: the session is watched like any. */
export function announceRun(ctx: OperationContext, started: StartedRun): void {
  if (started.kind !== 'started') return
  const { session } = started
  const dueInMs = session.deadlineAt - session.startedAt
  ctx.wake.sessions([{ id: session.id, version: session.version, dueInMs }])
}
