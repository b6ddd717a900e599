/**
 * What is over and goes. Every function takes at most `limit` rows, oldest first, finds them by an index, and answers how
 * many went. `keptMs` is how long after its end a thing is kept, on the clock that decides. None touches anything of a
 * session or an alert that is open. How long and why is `operations/src/retention.ts`.
 */
import type { Transaction } from '../database.ts'
import { reportedInstants } from './reports.ts'

/** Removes up to `limit` of what is older than `keptMs`. @returns how many were found */
export type Remove = (tx: Transaction, keptMs: number, limit: number) => Promise<number>

/** One worker at a time clears away; the others find nothing to do. */
export async function tryLockRetention(tx: Transaction): Promise<boolean> {
  const [row] = await tx.query<{ ours: boolean }>(`SELECT pg_try_advisory_xact_lock(4821004) AS ours`)
  return row?.ours ?? false
}

const before = (parameter: string) => `app.clock() - ${parameter} * interval '1 millisecond'`

/** Rows of one table by their own age: `condition` names them, `order` is what its index is on. */
const removeRows =
  (table: string, condition: string, order: string): Remove =>
  async (tx, keptMs, limit) => {
    const rows = await tx.query(
      `DELETE FROM app.${table} WHERE ctid = ANY(ARRAY(
         SELECT ctid FROM app.${table} WHERE ${condition} ORDER BY ${order} LIMIT $2 FOR UPDATE SKIP LOCKED)) RETURNING 1`,
      [keptMs, limit],
    )
    return rows.length
  }

export const removeCommands = removeRows('commands', `at < ${before('$1')}`, 'at')
export const removeInbound = removeRows('inbound', `done_at < ${before('$1')}`, 'done_at')
export const removeChallenges = removeRows('passkey_challenges', `expires_at < ${before('$1')}`, 'expires_at')
export const removeCredentials = removeRows('credentials', `expires_at < ${before('$1')}`, 'expires_at')
export const removeInvitations = removeRows('invitations', `created_at < ${before('$1')}`, 'created_at')
/** Raw time: no correction and no test makes a living process look dead. */
export const removeHeartbeats = removeRows(
  'heartbeats',
  `last_sweep_at < clock_timestamp() - $1 * interval '1 millisecond'`,
  'last_sweep_at',
)
/** Raw time, like the heartbeats. */
export const removeKeyUses = removeRows(
  'key_uses',
  `seen_at < clock_timestamp() - $1 * interval '1 millisecond'`,
  'seen_at',
)
/** Copies go with their original. */
export const removeFeedback = removeRows('feedback', `on_day < ${before('$1')}`, 'on_day')
/** What the tests of the path showed; a run that is not over stays. */
export const removeSyntheticRuns = removeRows(
  'synthetic_runs',
  `outcome <> 'running' AND started_at < ${before('$1')}`,
  'started_at',
)
export const removeIncidents = removeRows('incidents', `closed_at < ${before('$1')}`, 'closed_at')
/** Raw time, like the heartbeats. */
export const removeSweepMinutes = removeRows(
  'sweep_minutes',
  `minute_at < clock_timestamp() - $1 * interval '1 millisecond'`,
  'minute_at',
)
export const removeAudit = removeRows('audit', `at < ${before('$1')}`, 'at')
/** Single dates, swaps and holes of the rota. The weekly pattern stays until it is ended. */
export const removeRotaDates = removeRows('rota_exceptions', `over_at < ${before('$1')}`, 'over_at')
export const removeRotaSwaps = removeRows('rota_swaps', `ends_at < ${before('$1')}`, 'ends_at')
export const removeStaffingGaps = removeRows('staffing_gaps', `over_at < ${before('$1')}`, 'over_at')
/** Lines about plans, consent, shifts, staff. Those of an alert go with it, those of a session with the session. */
export const removeLooseJournal = removeRows(
  'journal',
  `session_id IS NULL AND alert_id IS NULL AND at < ${before('$1')}`,
  'at',
)

/** Texts that hang on no session and no alert: invitations, rehearsals, answers, the operator's pager. */
export const removeLooseMessages: Remove = async (tx, keptMs, limit) => {
  const ids = await idsOf(
    tx,
    `SELECT id FROM app.messages WHERE session_id IS NULL AND alert_id IS NULL AND created_at < ${before('$1')}
     ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED`,
    [keptMs, limit],
  )
  await removeMessages(tx, 'id', ids)
  return ids.length
}

/** Sessions that ended without an alert. What stays is a count. */
export const removeEndedSessions: Remove = async (tx, keptMs, limit) => {
  const ids = await idsOf(
    tx,
    `SELECT s.id FROM app.sessions s WHERE s.outcome <> 'all-clear' AND s.closed_at < ${before('$1')}
       AND NOT EXISTS (SELECT FROM app.alerts a WHERE a.session_id = s.id)
       AND NOT EXISTS (SELECT FROM app.journal j WHERE j.session_id = s.id AND j.alert_id IS NULL AND j.at >= ${before('$1')})
     ORDER BY s.closed_at LIMIT $2 FOR UPDATE OF s SKIP LOCKED`,
    [keptMs, limit],
  )
  await removeSessions(tx, ids)
  return ids.length
}

/**
 * Alerts closed long ago, with their sessions and all that hangs on them. What stays is a count, and the tombstone: the
 * head and length of the journal's chain, times and outcome. An alert with a line that is not chained yet, or said within a day (lines go when they are a day old), waits for it.
 */
export const anonymiseAlerts: Remove = async (tx, keptMs, limit) => {
  const found = await tx.query<{ id: string; session_id: string }>(
    `SELECT a.id, a.session_id FROM app.alerts a JOIN app.sessions s ON s.id = a.session_id
     WHERE a.closed_at < ${before('$1')} AND s.state = 'closed'
       AND NOT EXISTS (SELECT FROM app.journal j WHERE j.alert_id = a.id AND j.chain_position IS NULL)
       AND NOT EXISTS (SELECT FROM app.journal j WHERE j.session_id = a.session_id AND j.alert_id IS NULL
         AND j.at >= app.clock() - interval '24 hours')
     ORDER BY a.closed_at LIMIT $2 FOR UPDATE OF a SKIP LOCKED`,
    [keptMs, limit],
  )
  if (found.length === 0) return 0
  const ids = found.map((alert) => alert.id)
  await tx.query(
    `INSERT INTO app.journal_chains AS c (alert_id, organisation_id, removed_at, reason, raised_at, disclosed_at, owned_at,
       closed_at, outcome, closed_by_kind, naloxone, due_at, told_first_at, called_999_at, there_at)
     SELECT id, organisation_id, app.clock(), reason, raised_at, disclosed_at, owned_at, closed_at, outcome,
       closed_by_kind, naloxone, due_at, i.* FROM app.alerts CROSS JOIN LATERAL (SELECT ${reportedInstants('alerts.id')}) i WHERE id = ANY($1::uuid[]) ORDER BY id
     ON CONFLICT (alert_id) DO UPDATE SET removed_at = excluded.removed_at, reason = excluded.reason,
       raised_at = excluded.raised_at, disclosed_at = excluded.disclosed_at, owned_at = excluded.owned_at,
       closed_at = excluded.closed_at, outcome = excluded.outcome, closed_by_kind = excluded.closed_by_kind,
       naloxone = excluded.naloxone, due_at = excluded.due_at, told_first_at = excluded.told_first_at,
       called_999_at = excluded.called_999_at, there_at = excluded.there_at`,
    [ids],
  )
  await addCounts(tx, 'alerts', 'raised_at', `'alert.' || reason || '.' || outcome`, 'id', ids)
  await addCounts(tx, 'alert_logs', 'at', `'log.difficulty.' || difficulty`, 'alert_id', ids)
  await addCounts(tx, 'alert_logs', 'at', `'log.wanted.' || wanted`, 'alert_id', ids)
  await removeMessages(tx, 'alert_id', ids)
  for (const table of ['journal', 'alert_logs', 'alert_progress', 'disclosures', 'alert_recipients'])
    await tx.query(`DELETE FROM app.${table} WHERE alert_id = ANY($1::uuid[])`, [ids])
  // Of a test nothing is to be proved later: its tombstone would only be counted.
  await tx.query(
    `DELETE FROM app.journal_chains c USING app.alerts a WHERE a.id = ANY($1::uuid[]) AND a.synthetic AND c.alert_id = a.id`,
    [ids],
  )
  await tx.query('DELETE FROM app.alerts WHERE id = ANY($1::uuid[])', [ids])
  await removeSessions(
    tx,
    found.map((alert) => alert.session_id),
  )
  return ids.length
}

async function removeSessions(tx: Transaction, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await addCounts(tx, 'sessions', 'started_at', `'session.' || kind || '.' || outcome`, 'id', ids)
  // From here on the plan counts as unused: what was true at the start of its last session stays true without the session.
  await tx.query(
    `UPDATE app.rescue_plans p SET used_at = greatest(p.used_at, s.closed_at) FROM (
       SELECT plan_id, max(closed_at) AS closed_at FROM app.sessions WHERE id = ANY($1::uuid[]) GROUP BY plan_id) AS s
     WHERE p.id = s.plan_id`,
    [ids],
  )
  await removeMessages(tx, 'session_id', ids)
  await tx.query(`DELETE FROM app.steps WHERE session_id = ANY($1::uuid[]) AND status <> 'pending'`, [ids])
  await tx.query(`DELETE FROM app.steps WHERE session_id = ANY($1::uuid[]) AND status = 'pending'`, [ids])
  await tx.query('DELETE FROM app.journal WHERE session_id = ANY($1::uuid[]) AND alert_id IS NULL', [ids])
  await tx.query('UPDATE app.sessions SET after_session_id = NULL WHERE after_session_id = ANY($1::uuid[])', [ids])
  await tx.query('DELETE FROM app.sessions WHERE id = ANY($1::uuid[])', [ids])
}

async function removeMessages(tx: Transaction, column: 'id' | 'alert_id' | 'session_id', ids: readonly string[]) {
  if (ids.length === 0) return
  await tx.query(
    `DELETE FROM app.attempts WHERE message_id IN (SELECT id FROM app.messages WHERE ${column} = ANY($1::uuid[]))`,
    [ids],
  )
  await tx.query(`DELETE FROM app.messages WHERE ${column} = ANY($1::uuid[])`, [ids])
}

/** Tables that hold tests of the path beside what is real. */
const marked: ReadonlySet<string> = new Set(['sessions', 'alerts'])

/** One more of `what` on the UTC day of `at`, for each of these rows. */
async function addCounts(
  tx: Transaction,
  table: string,
  at: string,
  what: string,
  key: string,
  ids: readonly string[],
) {
  await tx.query(
    `INSERT INTO app.daily_counts AS d (organisation_id, day_at, what, count)
     SELECT organisation_id, date_trunc('day', ${at}, 'UTC'), ${what}, count(*) FROM app.${table}
     WHERE ${key} = ANY($1::uuid[])${marked.has(table) ? ' AND NOT synthetic' : ''} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
     ON CONFLICT (organisation_id, day_at, what) DO UPDATE SET count = d.count + excluded.count`,
    [ids],
  )
}

/** Plans that nobody used: from now on as if their person had deleted them. @returns how many, by organisation */
export async function expirePlans(
  tx: Transaction,
  keptMs: number,
  limit: number,
): Promise<{ organisationId: string; count: number }[]> {
  const locked = await idsOf(
    tx,
    `SELECT id FROM app.rescue_plans WHERE deleted_at IS NULL AND used_at < ${before('$1')}
     ORDER BY used_at LIMIT $2 FOR UPDATE SKIP LOCKED`,
    [keptMs, limit],
  )
  if (locked.length === 0) return []
  // Looked at once the plans are locked: a start that came first is seen, a later one waits and finds no plan.
  const inUse = await tx.query<{ plan_id: string }>(
    `UPDATE app.rescue_plans p SET used_at = app.clock() WHERE p.id = ANY($1::uuid[])
       AND EXISTS (SELECT FROM app.sessions s WHERE s.plan_id = p.id) RETURNING p.id AS plan_id`,
    [locked],
  )
  const kept = new Set(inUse.map((row) => row.plan_id))
  const gone = locked.filter((id) => !kept.has(id))
  return forgetPlans(tx, gone)
}

/** As if their persons had deleted them. @returns how many, by organisation */
async function forgetPlans(
  tx: Transaction,
  gone: readonly string[],
): Promise<{ organisationId: string; count: number }[]> {
  await tx.query(
    `UPDATE app.rescuers SET removed_at = app.clock(), check_due_at = NULL, invite_due_at = NULL
     WHERE plan_id = ANY($1::uuid[]) AND removed_at IS NULL`,
    [gone],
  )
  const rows = await tx.query<{ organisation_id: string }>(
    `UPDATE app.rescue_plans SET deleted_at = app.clock(), sealed = '{}', good_sealed = NULL, good_version = NULL,
       sealed_own_number = NULL, own_check = NULL, own_number_hash = NULL, own_destination = NULL, check_due_at = NULL,
       site_id = NULL, site_version = NULL
     WHERE id = ANY($1::uuid[]) RETURNING organisation_id`,
    [gone],
  )
  const byOrganisation = Map.groupBy(rows, (row) => row.organisation_id)
  return [...byOrganisation].map(([organisationId, of]) => ({ organisationId, count: of.length }))
}

/**
 * Plans of an organisation that closed for good, once no session speaks of them: nobody can start with one any more. Their
 * devices are looked at soon and not in a year.
 */
export async function expirePlansOfClosed(
  tx: Transaction,
  keptMs: number,
  limit: number,
): Promise<{ organisationId: string; count: number }[]> {
  const ids = await idsOf(
    tx,
    `SELECT p.id FROM app.rescue_plans p JOIN app.organisations o ON o.id = p.organisation_id
     WHERE p.deleted_at IS NULL AND o.closed_for_good_at < ${before('$1')}
       AND NOT EXISTS (SELECT FROM app.sessions s WHERE s.plan_id = p.id)
     ORDER BY p.id LIMIT $2 FOR UPDATE OF p SKIP LOCKED`,
    [keptMs, limit],
  )
  if (ids.length === 0) return []
  await tx.query(`UPDATE app.rescue_plans SET used_at = app.clock() - interval '365 days' WHERE id = ANY($1::uuid[])`, [
    ids,
  ])
  return forgetPlans(tx, ids)
}

/** Plans of phones that were forgotten while help was on its way, once it is over. @returns how many, by organisation */
export async function removeForgottenPlans(
  tx: Transaction,
  keptMs: number,
  limit: number,
): Promise<{ organisationId: string; count: number }[]> {
  const ids = await idsOf(
    tx,
    `SELECT p.id FROM app.rescue_plans p WHERE p.forgotten_at <= ${before('$1')} AND p.deleted_at IS NULL
       AND NOT EXISTS (SELECT FROM app.sessions s WHERE s.plan_id = p.id AND s.state <> 'closed')
     ORDER BY p.forgotten_at LIMIT $2 FOR UPDATE OF p SKIP LOCKED`,
    [keptMs, limit],
  )
  return forgetPlans(tx, ids)
}

/** Devices of such an organisation are looked at with the next that are. */
export const hastenDevicesOfClosed: Remove = async (tx, keptMs, limit) => {
  const rows = await tx.query(
    `UPDATE app.devices d SET look_again_at = app.clock() FROM app.organisations o
     WHERE o.id = d.organisation_id AND o.closed_for_good_at < ${before('$1')}
       AND d.id = ANY(ARRAY(SELECT e.id FROM app.devices e JOIN app.organisations c ON c.id = e.organisation_id
         WHERE c.closed_for_good_at < ${before('$1')} AND e.look_again_at > app.clock() + interval '7 days'
         ORDER BY e.id LIMIT $2)) RETURNING 1`,
    [keptMs, limit],
  )
  return rows.length
}

/** Deleted plans with everybody who stood in them, once no session speaks of them any more. */
export const removeDeletedPlans: Remove = async (tx, keptMs, limit) => {
  const ids = await idsOf(
    tx,
    `SELECT p.id FROM app.rescue_plans p WHERE p.deleted_at < ${before('$1')}
       AND NOT EXISTS (SELECT FROM app.sessions s WHERE s.plan_id = p.id)
     ORDER BY p.deleted_at LIMIT $2 FOR UPDATE OF p SKIP LOCKED`,
    [keptMs, limit],
  )
  if (ids.length === 0) return 0
  // A device without a plan is nothing but a random hash; it is kept for as long as a plan would be, but for one that was forgotten on purpose.
  await tx.query(
    `UPDATE app.devices d SET look_again_at = CASE WHEN d.revoked_at IS NULL
       THEN greatest(d.look_again_at, p.used_at + interval '365 days') ELSE app.clock() END
     FROM app.rescue_plans p WHERE p.id = ANY($1::uuid[]) AND d.id = p.device_id`,
    [ids],
  )
  await tx.query('DELETE FROM app.rescuers WHERE plan_id = ANY($1::uuid[])', [ids])
  await tx.query('DELETE FROM app.rescue_plans WHERE id = ANY($1::uuid[])', [ids])
  return ids.length
}

/** Rescuers who were taken out of a plan that lives on, but for those whom an open alert may still tell. */
export const removeRemovedRescuers: Remove = async (tx, keptMs, limit) => {
  const rows = await tx.query(
    `DELETE FROM app.rescuers WHERE id = ANY(ARRAY(
       SELECT r.id FROM app.rescuers r WHERE r.removed_at < ${before('$1')}
         AND NOT EXISTS (SELECT FROM app.sessions s WHERE s.plan_id = r.plan_id AND s.state <> 'closed')
       ORDER BY r.removed_at LIMIT $2 FOR UPDATE OF r SKIP LOCKED)) RETURNING 1`,
    [keptMs, limit],
  )
  return rows.length
}

/**
 * Phones that nothing names any more. One that said STOP stays for ever, as a keyed hash: it must never be texted again,
 * whoever names it. What is still named is looked at again a week later. @param keptMs until then
 */
export const removePhones: Remove = async (tx, keptMs, limit) => {
  const rows = await tx.query<{ gone: boolean }>(
    `WITH due AS (
       SELECT p.organisation_id, p.number_hash,
         EXISTS (SELECT FROM app.rescuers r WHERE r.organisation_id = p.organisation_id AND r.number_hash = p.number_hash)
         OR EXISTS (SELECT FROM app.rescue_plans o
           WHERE o.organisation_id = p.organisation_id AND o.own_number_hash = p.number_hash)
         OR EXISTS (SELECT FROM app.supporters s
           WHERE s.organisation_id = p.organisation_id AND s.number_hash = p.number_hash)
         OR EXISTS (SELECT FROM app.alert_recipients a
           WHERE a.organisation_id = p.organisation_id AND a.number_hash = p.number_hash) AS named
       FROM app.phones p WHERE p.stopped_at IS NULL AND p.look_again_at < app.clock()
       ORDER BY p.look_again_at LIMIT $2 FOR UPDATE OF p SKIP LOCKED),
     kept AS (
       UPDATE app.phones p SET look_again_at = app.clock() + $1 * interval '1 millisecond' FROM due
       WHERE due.named AND p.organisation_id = due.organisation_id AND p.number_hash = due.number_hash RETURNING false AS gone),
     gone AS (
       DELETE FROM app.phones p USING due
       WHERE NOT due.named AND p.organisation_id = due.organisation_id AND p.number_hash = due.number_hash RETURNING true AS gone)
     SELECT gone FROM kept UNION ALL SELECT gone FROM gone`,
    [keptMs, limit],
  )
  return rows.length
}

/** Devices with neither plan nor session, a year after the last. Others are looked at again. @param keptMs until then */
export const removeDevices: Remove = async (tx, keptMs, limit) => {
  const rows = await tx.query(
    `WITH due AS (
       SELECT d.id, EXISTS (SELECT FROM app.rescue_plans p WHERE p.device_id = d.id)
         OR EXISTS (SELECT FROM app.sessions s WHERE s.device_id = d.id) AS named
       FROM app.devices d WHERE d.look_again_at < app.clock()
       ORDER BY d.look_again_at LIMIT $2 FOR UPDATE OF d SKIP LOCKED),
     kept AS (
       UPDATE app.devices d SET look_again_at = app.clock() + $1 * interval '1 millisecond' FROM due
       WHERE due.named AND d.id = due.id RETURNING 1)
     DELETE FROM app.devices d USING due WHERE NOT due.named AND d.id = due.id RETURNING 1`,
    [keptMs, limit],
  )
  return rows.length
}

async function idsOf(tx: Transaction, select: string, values: readonly unknown[]): Promise<string[]> {
  return (await tx.query<{ id: string }>(select, values)).map((row) => row.id)
}
