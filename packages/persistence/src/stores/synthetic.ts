import type { MissReason, SyntheticHops } from '@stillhere/domain'
import { iso, type Queryable, type Transaction } from '../database.ts'

/** An organisation's synthetic alerts: when, how long until a miss, and on which plan. */
export interface SyntheticSettings {
  organisationId: string
  version: number
  everyMinutes?: number
  boundSeconds: number
  planId?: string
  nextDueAt?: number
}

interface SettingsColumns {
  organisation_id: string
  version: number
  every_minutes: number | null
  bound_seconds: number
  plan_id: string | null
  next_due_at: number | null
}

const toSettings = (c: SettingsColumns): SyntheticSettings => ({
  organisationId: c.organisation_id,
  version: c.version,
  ...(c.every_minutes ? { everyMinutes: c.every_minutes } : {}),
  boundSeconds: c.bound_seconds,
  ...(c.plan_id ? { planId: c.plan_id } : {}),
  ...(c.next_due_at ? { nextDueAt: c.next_due_at } : {}),
})

export async function findSyntheticSettings(
  db: Queryable,
  organisationId: string,
): Promise<SyntheticSettings | undefined> {
  const [row] = await db.query<SettingsColumns>('SELECT * FROM app.synthetic_alerts WHERE organisation_id = $1', [
    organisationId,
  ])
  return row && toSettings(row)
}

/** The organisation is locked by the caller. */
export async function storeSyntheticSettings(tx: Transaction, settings: SyntheticSettings): Promise<void> {
  await tx.query(
    `INSERT INTO app.synthetic_alerts (organisation_id, version, every_minutes, bound_seconds, plan_id, next_due_at)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (organisation_id) DO UPDATE SET version = excluded.version, every_minutes = excluded.every_minutes,
       bound_seconds = excluded.bound_seconds, plan_id = excluded.plan_id, next_due_at = excluded.next_due_at`,
    [
      settings.organisationId,
      settings.version,
      settings.everyMinutes ?? null,
      settings.boundSeconds,
      settings.planId ?? null,
      iso(settings.nextDueAt),
    ],
  )
}

/** Organisations whose schedule is due, the oldest first. */
export async function findDueSynthetic(db: Queryable, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    'SELECT organisation_id AS id FROM app.synthetic_alerts WHERE next_due_at <= app.clock() ORDER BY next_due_at LIMIT $1',
    [limit],
  )
  return rows.map(({ id }) => id)
}

/** One that is due still, unless another worker holds it. */
export async function loadDueSyntheticForUpdate(
  tx: Transaction,
  organisationId: string,
): Promise<SyntheticSettings | undefined> {
  const [row] = await tx.query<SettingsColumns>(
    `SELECT * FROM app.synthetic_alerts WHERE organisation_id = $1 AND next_due_at <= app.clock() FOR UPDATE SKIP LOCKED`,
    [organisationId],
  )
  return row && toSettings(row)
}

export async function moveSyntheticDue(tx: Transaction, organisationId: string, nextDueAt: number): Promise<void> {
  await tx.query('UPDATE app.synthetic_alerts SET next_due_at = $2 WHERE organisation_id = $1', [
    organisationId,
    iso(nextDueAt),
  ])
}

/** The plan and its rescuer are a test's from here on: marked in the transaction that wrote them. */
export async function markPlanSynthetic(tx: Transaction, planId: string): Promise<void> {
  await tx.query('UPDATE app.rescue_plans SET synthetic = true WHERE id = $1', [planId])
  await tx.query('UPDATE app.rescuers SET synthetic = true WHERE plan_id = $1', [planId])
}

/** Whether this phone answers by itself: then nobody may rely on it. */
export async function isTestHandset(db: Queryable, organisationId: string, numberHash: Buffer): Promise<boolean> {
  const rows = await db.query(
    `SELECT FROM app.rescuers WHERE synthetic AND organisation_id = $1 AND number_hash = $2 AND removed_at IS NULL
       AND number_check = 'ok' LIMIT 1`,
    [organisationId, numberHash],
  )
  return rows.length > 0
}

/** Whether somebody relies on this phone, or is reached by it: then it may not answer by itself. */
export async function isSomebodysPhone(db: Queryable, organisationId: string, numberHash: Buffer): Promise<boolean> {
  const [row] = await db.query<{ used: boolean }>(
    `SELECT EXISTS (SELECT FROM app.rescuers
         WHERE organisation_id = $1 AND number_hash = $2 AND removed_at IS NULL AND NOT synthetic)
       OR EXISTS (SELECT FROM app.rescue_plans
         WHERE organisation_id = $1 AND own_number_hash = $2 AND deleted_at IS NULL)
       OR EXISTS (SELECT FROM app.supporters
         WHERE organisation_id = $1 AND number_hash = $2 AND removed_at IS NULL) AS used`,
    [organisationId, numberHash],
  )
  return row?.used ?? false
}

/** One synthetic alert, with the instants of its hops. */
export interface SyntheticRun extends SyntheticHops {
  id: string
  organisationId: string
  /** Who asked for a drill; the schedule asks for the others. */
  askedBy?: string
  sessionId?: string
  /** Only where results are listed: the alert that was raised, for as long as it is kept. */
  alertId?: string
  startedAt: number
  missDueAt: number
  outcome: 'running' | 'proved' | 'missed'
  reason?: MissReason
  closedAt?: number
  pagedAt?: number
  /** Of a miss: why nobody was paged. */
  notPaged?: NotPaged
}
export type NotPaged = 'no-pager' | 'told-before'

interface RunColumns {
  id: string
  organisation_id: string
  asked_by: string | null
  session_id: string | null
  alert_id?: string | null
  started_at: number
  due_at: number
  miss_due_at: number
  outcome: SyntheticRun['outcome']
  reason: MissReason | null
  raised_at: number | null
  sent_at: number | null
  accepted_at: number | null
  delivered_at: number | null
  replied_at: number | null
  claimed_at: number | null
  closed_at: number | null
  paged_at: number | null
  not_paged?: NotPaged | null
}

const toRun = (c: RunColumns): SyntheticRun => ({
  id: c.id,
  organisationId: c.organisation_id,
  ...(c.asked_by ? { askedBy: c.asked_by } : {}),
  ...(c.session_id ? { sessionId: c.session_id } : {}),
  ...(c.alert_id ? { alertId: c.alert_id } : {}),
  startedAt: c.started_at,
  dueAt: c.due_at,
  missDueAt: c.miss_due_at,
  outcome: c.outcome,
  ...(c.reason ? { reason: c.reason } : {}),
  ...(c.raised_at ? { raisedAt: c.raised_at } : {}),
  ...(c.sent_at ? { sentAt: c.sent_at } : {}),
  ...(c.accepted_at ? { acceptedAt: c.accepted_at } : {}),
  ...(c.delivered_at ? { deliveredAt: c.delivered_at } : {}),
  ...(c.replied_at ? { repliedAt: c.replied_at } : {}),
  ...(c.claimed_at ? { claimedAt: c.claimed_at } : {}),
  ...(c.closed_at ? { closedAt: c.closed_at } : {}),
  ...(c.paged_at ? { pagedAt: c.paged_at } : {}),
  ...(c.not_paged ? { notPaged: c.not_paged } : {}),
})

/** @returns false when one of the organisation's is running already */
export async function insertSyntheticRun(tx: Transaction, run: SyntheticRun): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO app.synthetic_runs (id, organisation_id, asked_by, session_id, started_at, due_at, miss_due_at, outcome,
       reason, closed_at)
     VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10) ON CONFLICT (organisation_id) WHERE outcome = 'running' DO NOTHING RETURNING 1`,
    [
      run.id,
      run.organisationId,
      run.askedBy ?? null,
      run.sessionId ?? null,
      iso(run.startedAt),
      iso(run.dueAt),
      iso(run.missDueAt),
      run.outcome,
      run.reason ?? null,
      iso(run.closedAt),
    ],
  )
  return rows.length === 1
}

/** Those that run, with what their rows say of the hops now. */
/** @param except runs that are left alone */
export async function findRunningSynthetic(
  db: Queryable,
  limit: number,
  except: readonly string[] = [],
): Promise<SyntheticRun[]> {
  const rows = await db.query<RunColumns>(
    `SELECT r.id, r.organisation_id, r.asked_by, r.session_id, r.started_at, r.due_at, r.miss_due_at, r.outcome, r.reason,
       r.replied_at, r.closed_at, r.paged_at, a.raised_at, a.owned_at AS claimed_at, m.sent_at, m.accepted_at, m.delivered_at
     FROM app.synthetic_runs r LEFT JOIN app.alerts a ON a.session_id = r.session_id
     LEFT JOIN LATERAL (
       SELECT min(first_attempt_at) AS sent_at, min(accepted_at) AS accepted_at, min(delivered_at) AS delivered_at
       FROM app.messages WHERE alert_id = a.id AND template = 'alert-first') m ON true
     WHERE r.outcome = 'running' AND r.id <> ALL($2::uuid[]) ORDER BY r.miss_due_at LIMIT $1`,
    [limit, except],
  )
  return rows.map(toRun)
}

/** The reply that claimed it, when the carrier's webhook brought it. Its session and alert are locked by the caller. */
export async function recordSyntheticReply(tx: Transaction, sessionId: string, repliedAt: number): Promise<void> {
  await tx.query(
    `UPDATE app.synthetic_runs SET replied_at = $2 WHERE session_id = $1 AND outcome = 'running' AND replied_at IS NULL`,
    [sessionId, iso(repliedAt)],
  )
}

/** Ends it once. @returns false when another worker has */
export async function finishSyntheticRun(tx: Transaction, run: SyntheticRun): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE app.synthetic_runs SET outcome = $2, reason = $3, raised_at = $4, sent_at = $5, accepted_at = $6,
       delivered_at = $7, claimed_at = $8, closed_at = $9
     WHERE id = $1 AND outcome = 'running' RETURNING 1`,
    [
      run.id,
      run.outcome,
      run.reason ?? null,
      iso(run.raisedAt),
      iso(run.sentAt),
      iso(run.acceptedAt),
      iso(run.deliveredAt),
      iso(run.claimedAt),
      iso(run.closedAt),
    ],
  )
  return rows.length === 1
}

/** A receipt that came after the reply. */
export async function recordLateDeliveries(db: Queryable): Promise<void> {
  await db.query(
    `UPDATE app.synthetic_runs r SET delivered_at = m.delivered_at
     FROM app.alerts a JOIN app.messages m ON m.alert_id = a.id
     WHERE r.started_at > app.clock() - interval '20 minutes' AND r.outcome <> 'running' AND r.delivered_at IS NULL
       AND a.session_id = r.session_id AND m.template = 'alert-first' AND m.delivered_at IS NOT NULL`,
  )
}

/** When the organisation was last paged about a miss since the last proof. */
export async function findLastMissPage(db: Queryable, organisationId: string): Promise<number | undefined> {
  const [row] = await db.query<{ at: number | null }>(
    `SELECT max(paged_at) AS at FROM app.synthetic_runs WHERE organisation_id = $1 AND paged_at IS NOT NULL
       AND started_at > app.clock() - interval '1 day'
       AND started_at > coalesce((SELECT max(started_at) FROM app.synthetic_runs
         WHERE organisation_id = $1 AND outcome = 'proved' AND started_at > app.clock() - interval '1 day'), '-infinity')`,
    [organisationId],
  )
  return row?.at ?? undefined
}

export async function recordMissPaged(tx: Transaction, runId: string, now: number): Promise<void> {
  await tx.query('UPDATE app.synthetic_runs SET paged_at = $2 WHERE id = $1', [runId, iso(now)])
}

export async function recordMissNotPaged(tx: Transaction, runId: string, why: NotPaged): Promise<void> {
  await tx.query('UPDATE app.synthetic_runs SET not_paged = $2 WHERE id = $1', [runId, why])
}

/** Newest first. */
export async function findSyntheticRuns(db: Queryable, organisationId: string, limit: number): Promise<SyntheticRun[]> {
  const rows = await db.query<RunColumns>(
    `SELECT r.*, (SELECT a.id FROM app.alerts a WHERE a.session_id = r.session_id LIMIT 1) AS alert_id
     FROM app.synthetic_runs r WHERE organisation_id = $1 ORDER BY started_at DESC, id DESC LIMIT $2`,
    [organisationId, limit],
  )
  return rows.map(toRun)
}

/** The last that is over. */
export async function findLastSyntheticRun(db: Queryable, organisationId: string): Promise<SyntheticRun | undefined> {
  const [row] = await db.query<RunColumns>(
    `SELECT * FROM app.synthetic_runs WHERE organisation_id = $1 AND outcome <> 'running'
     ORDER BY started_at DESC, id DESC LIMIT 1`,
    [organisationId],
  )
  return row && toRun(row)
}
