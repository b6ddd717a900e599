import type {
  AlertOutcome,
  Company,
  PromptKind,
  PromptLadder,
  Session,
  SessionKind,
  SessionOutcome,
  SessionState,
} from '@stillhere/domain'
import { iso, type Queryable, StaleWriteError, type Transaction } from '../database.ts'
import { removePushSubscriptions } from './push-subscriptions.ts'

/** A session's row: the machine's session, and whose it is. */
export interface SessionRow extends Session {
  id: string
  organisationId: string
  deviceId: string
  planId: string
  kind: SessionKind
  company: Company
  /** Three digits that an end by text needs. */
  endCode: string
  /** The version under which a session under duress looks ended. */
  quietVersion?: number
  /** The session whose rescue this watch follows. */
  after?: string
  prompt?: { kind: PromptKind; at: number }
  closedAt?: number
  /** In which the own phone is spoken to; English where nobody said. */
  language?: string
  /** A test of the path; no figure counts it. */
  synthetic?: true
}

interface Columns {
  id: string
  organisation_id: string
  device_id: string
  plan_id: string
  kind: SessionKind
  company: Company
  state: SessionState
  version: number
  rhythm: number[]
  prompts: PromptLadder
  started_at: number
  anchor_at: number
  deadline_at: number
  alert_at: number
  last_press_at: number
  raised: boolean
  quiet: boolean
  quiet_version: number | null
  ends_at: number | null
  after_session_id: string | null
  prompt_kind: PromptKind | null
  prompt_at: number | null
  end_code: string
  outcome: SessionOutcome | null
  closed_at: number | null
  synthetic: boolean
  language: string
}

const toRow = (c: Columns): SessionRow => ({
  id: c.id,
  organisationId: c.organisation_id,
  deviceId: c.device_id,
  planId: c.plan_id,
  kind: c.kind,
  company: c.company,
  state: c.state,
  version: c.version,
  rhythm: c.rhythm,
  prompts: c.prompts,
  startedAt: c.started_at,
  anchorAt: c.anchor_at,
  deadlineAt: c.deadline_at,
  alertAt: c.alert_at,
  lastPressAt: c.last_press_at,
  raised: c.raised,
  quiet: c.quiet,
  endCode: c.end_code,
  ...(c.quiet_version ? { quietVersion: c.quiet_version } : {}),
  ...(c.ends_at ? { endsAt: c.ends_at } : {}),
  ...(c.after_session_id ? { after: c.after_session_id } : {}),
  ...(c.prompt_kind && c.prompt_at ? { prompt: { kind: c.prompt_kind, at: c.prompt_at } } : {}),
  ...(c.outcome ? { outcome: c.outcome } : {}),
  ...(c.closed_at ? { closedAt: c.closed_at } : {}),
  ...(c.synthetic ? { synthetic: true as const } : {}),
  ...(c.language === 'en' ? {} : { language: c.language }),
})

/** What the sweep looks for; the CHECK of the table says the same. */
export const dueAtOf = (session: Session): number | undefined =>
  session.state === 'counting' ? session.deadlineAt : session.state === 'prompting' ? session.alertAt : undefined

export async function insertSession(tx: Transaction, row: SessionRow): Promise<void> {
  await tx.query(
    `INSERT INTO app.sessions (id, organisation_id, device_id, plan_id, kind, company, state, version, rhythm, prompts,
       started_at, anchor_at, deadline_at, alert_at, due_at, last_press_at, raised, quiet, end_code,
       ends_at, after_session_id, synthetic, language)
     VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23)`,
    [
      row.id,
      row.organisationId,
      row.deviceId,
      row.planId,
      row.kind,
      row.company,
      row.state,
      row.version,
      row.rhythm,
      JSON.stringify(row.prompts),
      iso(row.startedAt),
      iso(row.anchorAt),
      iso(row.deadlineAt),
      iso(row.alertAt),
      iso(dueAtOf(row)),
      iso(row.lastPressAt),
      row.raised,
      row.quiet,
      row.endCode,
      iso(row.endsAt),
      row.after ?? null,
      row.synthetic ?? false,
      row.language ?? 'en',
    ],
  )
}

/** Locks the sessions in id order. Unknown ids are absent from the result. */
export async function loadSessionsForUpdate(tx: Transaction, ids: readonly string[]): Promise<SessionRow[]> {
  const rows = await tx.query<Columns>('SELECT * FROM app.sessions WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE', [
    ids,
  ])
  return rows.map(toRow)
}

/** Locks these sessions but for those that somebody else holds: their steps stay due. */
export async function loadFreeSessionsForUpdate(tx: Transaction, ids: readonly string[]): Promise<SessionRow[]> {
  const rows = await tx.query<Columns>(
    'SELECT * FROM app.sessions WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE SKIP LOCKED',
    [ids],
  )
  return rows.map(toRow)
}

/** SQL and its values: all but these. `position` is the number of the value. */
const allBut = (except: readonly string[] | undefined, position: number) =>
  except?.length ? { sql: `AND id <> ALL($${position}::uuid[])`, values: [except] } : { sql: '', values: [] }

export async function findDueSessionIds(db: Queryable, limit: number, except?: readonly string[]): Promise<string[]> {
  const but = allBut(except, 2)
  const rows = await db.query<{ id: string }>(
    `SELECT id FROM app.sessions WHERE due_at <= app.clock() AND due_at >= app.due_since() ${but.sql}
     ORDER BY due_at LIMIT $1`,
    [limit, ...but.values],
  )
  return rows.map((row) => row.id)
}

/** Read by itself, because the row may be unreadable in its other columns. */
export async function findOrganisationOfSession(db: Queryable, id: string): Promise<string | undefined> {
  const [row] = await db.query<{ organisation_id: string }>('SELECT organisation_id FROM app.sessions WHERE id = $1', [
    id,
  ])
  return row?.organisation_id
}

/** Locks up to `limit` sessions whose deadline or alert is due, oldest first; skips what another worker holds. */
export async function loadDueSessionsForUpdate(
  tx: Transaction,
  limit: number,
  { among, except }: { among?: readonly string[]; except?: readonly string[] } = {},
): Promise<SessionRow[]> {
  const but = allBut(except, among ? 3 : 2)
  const rows = await tx.query<Columns>(
    `SELECT * FROM app.sessions WHERE due_at <= app.clock() AND due_at >= app.due_since()
       ${among ? 'AND id = ANY($2::uuid[])' : ''} ${but.sql} ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED`,
    [limit, ...(among ? [among] : []), ...but.values],
  )
  return rows.map(toRow)
}

/**
 * Stores what was decided: compare-and-set on the version, counted.
 * @throws StaleWriteError when a row had another version; nothing of the transaction may be kept
 */
export async function storeSessions(
  tx: Transaction,
  changes: readonly { session: SessionRow; expectedVersion: number }[],
  now: number,
): Promise<void> {
  if (changes.length === 0) return
  const sessions = changes.map((change) => change.session)
  const rows = await tx.query(
    `UPDATE app.sessions s SET state = v.state, version = v.version, rhythm = v.rhythm::integer[], anchor_at = v.anchor_at,
       deadline_at = v.deadline_at, alert_at = v.alert_at, due_at = v.due_at, last_press_at = v.last_press_at,
       raised = v.raised, quiet = v.quiet,
       quiet_version = CASE WHEN v.quiet THEN coalesce(s.quiet_version, v.version) END, outcome = v.outcome,
       closed_at = CASE WHEN v.state = 'closed' THEN coalesce(s.closed_at, $14::timestamptz) END,
       prompt_kind = CASE WHEN v.state = 'counting' THEN NULL ELSE s.prompt_kind END,
       prompt_at = CASE WHEN v.state = 'counting' THEN NULL ELSE s.prompt_at END
     FROM unnest($1::uuid[], $2::text[], $3::integer[], $4::text[], $5::timestamptz[], $6::timestamptz[],
       $7::timestamptz[], $8::timestamptz[], $9::timestamptz[], $10::boolean[], $11::boolean[], $12::text[], $13::integer[])
       AS v(id, state, version, rhythm, anchor_at, deadline_at, alert_at, due_at, last_press_at, raised, quiet, outcome, expected)
     WHERE s.id = v.id AND s.version = v.expected RETURNING s.id`,
    [
      sessions.map((s) => s.id),
      sessions.map((s) => s.state),
      sessions.map((s) => s.version),
      sessions.map((s) => `{${s.rhythm.join(',')}}`),
      sessions.map((s) => iso(s.anchorAt)),
      sessions.map((s) => iso(s.deadlineAt)),
      sessions.map((s) => iso(s.alertAt)),
      sessions.map((s) => iso(dueAtOf(s))),
      sessions.map((s) => iso(s.lastPressAt)),
      sessions.map((s) => s.raised),
      sessions.map((s) => s.quiet),
      sessions.map((s) => s.outcome ?? null),
      changes.map((change) => change.expectedVersion),
      iso(now),
    ],
  )
  if (rows.length !== sessions.length) throw new StaleWriteError('a session changed since it was read')
  // Where its browser can be reached goes with it.
  await removePushSubscriptions(
    tx,
    sessions.flatMap(({ id, state }) => (state === 'closed' ? [id] : [])),
  )
}

/** A prompt step fired: the devices see it as a new version. */
export async function recordPrompt(tx: Transaction, sessionId: string, kind: PromptKind, at: number): Promise<number> {
  const [row] = await tx.query<{ version: number }>(
    `UPDATE app.sessions SET prompt_kind = $2, prompt_at = $3, version = version + 1
     WHERE id = $1 AND state = 'prompting' RETURNING version`,
    [sessionId, kind, iso(at)],
  )
  if (!row) throw new StaleWriteError('the session left prompting')
  return row.version
}

/** Something a device can see of the session's alert has changed: a new version, so that every gateway re-reads. */
export async function touchSessions(
  tx: Transaction,
  ids: readonly string[],
): Promise<{ id: string; version: number }[]> {
  if (ids.length === 0) return []
  return tx.query<{ id: string; version: number }>(
    `UPDATE app.sessions s SET version = version + 1
     FROM (SELECT id FROM app.sessions WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE) l
     WHERE s.id = l.id RETURNING s.id, s.version`,
    [ids],
  )
}

export async function findRunningSession(db: Queryable, deviceId: string): Promise<string | undefined> {
  const [row] = await db.query<{ id: string }>(
    `SELECT id FROM app.sessions WHERE device_id = $1 AND state <> 'closed' AND NOT quiet`,
    [deviceId],
  )
  return row?.id
}

/** The running session of each of these devices that has one; one under duress looks ended. */
export async function findRunningSessions(
  db: Queryable,
  deviceIds: readonly string[],
): Promise<{ deviceId: string; id: string }[]> {
  return db.query('SELECT device_id AS "deviceId", id FROM app.running_sessions($1)', [deviceIds])
}

export async function readSessionVersions(
  db: Queryable,
  ids: readonly string[],
): Promise<{ id: string; version: number }[]> {
  return db.query('SELECT id, version FROM app.session_versions($1)', [ids])
}

/**
 * The next instant anything at all is due, epoch ms, looking `withinMs` ahead; and the clock it was read on.
 * @param except sessions that are left alone
 */
export async function peekNextDue(
  db: Queryable,
  withinMs: number,
  except?: readonly string[],
): Promise<{ now: number; dueAt?: number }> {
  const but = allBut(except, 2)
  const [row] = await db.query<{ now: number; due_at: number | null }>(
    `SELECT app.clock() AS now, least(
       (SELECT min(due_at) FROM app.sessions WHERE due_at >= app.due_since() ${but.sql}),
       (SELECT min(due_at) FROM app.steps WHERE status = 'pending' AND due_at >= app.due_since()),
       (SELECT min(due_at) FROM app.messages WHERE status = 'queued' AND due_at > app.clock() AND due_at <= app.clock() + $1 * interval '1 millisecond')
     ) AS due_at`,
    [withinMs, ...but.values],
  )
  return { now: row?.now ?? Number.NaN, ...(row?.due_at ? { dueAt: row.due_at } : {}) }
}

/** A session and what of its alert its device may see. */
export interface SessionWithAlert {
  session: SessionRow
  alert?: {
    id: string
    state: 'open' | 'owned' | 'closed'
    raisedAt: number
    disclosedAt?: number
    ownedAt?: number
    ownerKind?: 'rescuer' | 'supporter'
    requestedAt?: number
    closedAt?: number
    outcome?: AlertOutcome
    told: { kind: 'rescuer' | 'supporter'; at: number }[]
  }
}

interface WithAlertColumns extends Columns {
  a_id: string | null
  a_state: 'open' | 'owned' | 'closed'
  raised_at: number
  disclosed_at: number | null
  owned_at: number | null
  owner_kind: 'rescuer' | 'supporter' | null
  requested_at: number | null
  a_closed_at: number | null
  a_outcome: AlertOutcome | null
  told: { kind: 'rescuer' | 'supporter'; at: string }[] | null
}

export async function findSessionsWithAlert(db: Queryable, ids: readonly string[]): Promise<SessionWithAlert[]> {
  const rows = await db.query<WithAlertColumns>(
    `SELECT s.*, a.id AS a_id, a.state AS a_state, a.raised_at, a.disclosed_at, a.owned_at, a.owner_kind, a.requested_at,
       a.closed_at AS a_closed_at, a.outcome AS a_outcome,
       (SELECT json_agg(json_build_object('kind', r.kind, 'at', r.told_at) ORDER BY r.told_at)
        FROM app.alert_recipients r WHERE r.alert_id = a.id AND r.told_at IS NOT NULL) AS told
     FROM app.sessions s LEFT JOIN app.alerts a ON a.session_id = s.id WHERE s.id = ANY($1::uuid[])`,
    [ids],
  )
  return rows.map((c) => ({
    session: toRow(c),
    ...(c.a_id
      ? {
          alert: {
            id: c.a_id,
            state: c.a_state,
            raisedAt: c.raised_at,
            ...(c.disclosed_at ? { disclosedAt: c.disclosed_at } : {}),
            ...(c.owned_at ? { ownedAt: c.owned_at } : {}),
            ...(c.owner_kind ? { ownerKind: c.owner_kind } : {}),
            ...(c.requested_at ? { requestedAt: c.requested_at } : {}),
            ...(c.a_closed_at ? { closedAt: c.a_closed_at } : {}),
            ...(c.a_outcome ? { outcome: c.a_outcome } : {}),
            told: (c.told ?? []).map((t) => ({ kind: t.kind, at: new Date(t.at).getTime() })),
          },
        }
      : {}),
  }))
}

/** Sessions that would alert within this time, soonest first: what a worker remembers in case Postgres goes away. */
export async function findAlertsAhead(
  db: Queryable,
  withinMs: number,
  limit: number,
): Promise<{ now: number; ahead: { id: string; alertAt: number }[] }> {
  const rows = await db.query<{ now: number; id: string | null; alertAt: number | null }>(
    `SELECT c.now, s.id, s.alert_at AS "alertAt" FROM (SELECT app.clock() AS now) c
     LEFT JOIN LATERAL (
       SELECT id, alert_at FROM app.sessions
       WHERE due_at IS NOT NULL AND NOT synthetic AND due_at < app.clock() + $1 * interval '1 millisecond' ORDER BY due_at LIMIT $2) s ON true`,
    [withinMs, limit],
  )
  return {
    now: rows[0]?.now ?? Number.NaN,
    ahead: rows.flatMap(({ id, alertAt }) => (id && alertAt ? [{ id, alertAt }] : [])),
  }
}

/** The watch that follows each session's rescue, where there is one: session → watch. */
export async function findPostRescueOf(db: Queryable, sessionIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await db.query<{ id: string; after: string }>(
    'SELECT id, after_session_id AS after FROM app.sessions WHERE after_session_id = ANY($1::uuid[])',
    [sessionIds],
  )
  return new Map(rows.map(({ id, after }) => [after, id]))
}

/** The session with which the watch over somebody began: itself, or the one that post-rescue watches follow back to. */
export async function findFirstSessions(db: Queryable, sessionIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await db.query<{ id: string; first: string }>(
    `WITH RECURSIVE back AS (
       SELECT id, id AS first, after_session_id AS before FROM app.sessions
       WHERE id = ANY($1::uuid[]) AND after_session_id IS NOT NULL
       UNION ALL
       SELECT back.id, s.id, s.after_session_id FROM back JOIN app.sessions s ON s.id = back.before)
     SELECT id, first FROM back WHERE before IS NULL`,
    [sessionIds],
  )
  return new Map(rows.map(({ id, first }) => [id, first]))
}

/** When the person of each of these sessions last gave a sign of life, epoch ms; its start counts as one. */
export async function findLastAnswers(db: Queryable, sessionIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await db.query<{ id: string; at: number }>(
    'SELECT id, last_press_at AS at FROM app.sessions WHERE id = ANY($1::uuid[])',
    [sessionIds],
  )
  return new Map(rows.map(({ id, at }) => [id, at]))
}

/** Why the person did not answer, in a word. The last one said is kept. */
export async function recordCause(tx: Transaction, sessionId: string, cause: string): Promise<void> {
  await tx.query('UPDATE app.sessions SET cause = $2 WHERE id = $1', [sessionId, cause])
}
