/** What reports read. Tests of the alarm path are in none; who it was is in none. */
import { iso, type Queryable } from '../database.ts'

/** One closed alert as reports see it. Instants are epoch ms. */
export interface ReportedAlert {
  raisedAt: number
  outcome: string
  cause: string | null
  /** Null: the plan is of no site, or the alert is older than its details are kept. */
  siteId: string | null
  /** When the session should have raised it. */
  dueAt: number | null
  toldFirstAt: number | null
  ownedAt: number | null
  called999At: number | null
  thereAt: number | null
}

/** The most that one report reads. */
const most = 100_000

/** SQL: when the carrier took the first text of an alert, when 999 was called, when somebody was there. */
const firstText = (alert: string) =>
  `(SELECT min(m.accepted_at) FROM app.messages m WHERE m.alert_id = ${alert} AND m.channel = 'text' AND m.recipient_kind IN ('rescuer', 'supporter'))`
const firstOf = (alert: string, kinds: string) =>
  `(SELECT min(p.at) FROM app.alert_progress p WHERE p.alert_id = ${alert} AND p.kind IN (${kinds}))`
export const reportedInstants = (alert: string): string =>
  `${firstText(alert)} AS told_first_at, ${firstOf(alert, "'called-999'")} AS called_999_at,
   ${firstOf(alert, "'rescuer-there', 'crew-there'")} AS there_at`

/** Alerts that are closed and whose details are still kept, with site and cause. */
export async function findReportedAlerts(
  db: Queryable,
  organisationId: string,
  span: { fromAt: number; toAt: number },
): Promise<ReportedAlert[]> {
  return db.query(
    `SELECT a.raised_at AS "raisedAt", a.outcome, s.cause, p.site_id AS "siteId", a.due_at AS "dueAt", i.told_first_at AS "toldFirstAt",
       a.owned_at AS "ownedAt", i.called_999_at AS "called999At", i.there_at AS "thereAt"
     FROM app.alerts a JOIN app.sessions s ON s.id = a.session_id LEFT JOIN app.rescue_plans p ON p.id = a.plan_id
     CROSS JOIN LATERAL (SELECT ${reportedInstants('a.id')}) i
     WHERE a.organisation_id = $1 AND a.raised_at >= $2 AND a.raised_at < $3 AND a.closed_at IS NOT NULL AND NOT a.synthetic
     ORDER BY a.raised_at LIMIT ${most}`,
    [organisationId, iso(span.fromAt), iso(span.toAt)],
  )
}

/** Tombstones: of alerts whose details are gone. No site, no cause. */
export async function findReportedTombstones(
  db: Queryable,
  organisationId: string,
  span: { fromAt: number; toAt: number },
): Promise<ReportedAlert[]> {
  return db.query(
    `SELECT raised_at AS "raisedAt", outcome, NULL AS cause, NULL AS "siteId", due_at AS "dueAt", told_first_at AS "toldFirstAt",
       owned_at AS "ownedAt", called_999_at AS "called999At", there_at AS "thereAt"
     FROM app.journal_chains WHERE organisation_id = $1 AND raised_at >= $2 AND raised_at < $3 AND removed_at IS NOT NULL
     ORDER BY raised_at LIMIT ${most}`,
    [organisationId, iso(span.fromAt), iso(span.toAt)],
  )
}

/** When the alerts were raised that are not closed. */
export async function findOpenAlertInstants(
  db: Queryable,
  organisationId: string,
  span: { fromAt: number; toAt: number },
): Promise<number[]> {
  const rows = await db.query<{ raisedAt: number }>(
    `SELECT raised_at AS "raisedAt" FROM app.alerts
     WHERE organisation_id = $1 AND state <> 'closed' AND raised_at >= $2 AND raised_at < $3 AND NOT synthetic LIMIT ${most}`,
    [organisationId, iso(span.fromAt), iso(span.toAt)],
  )
  return rows.map(({ raisedAt }) => raisedAt)
}

/** Every site there is or was: an alert of one that was given up is not suddenly one of no site. */
export async function findSiteLabels(db: Queryable, organisationId: string): Promise<{ id: string; label: string }[]> {
  return db.query(
    `SELECT id, template->>'label' AS label FROM app.sites WHERE organisation_id = $1 ORDER BY id LIMIT 500`,
    [organisationId],
  )
}

// --- what retention did

export interface RetentionRound {
  what: string
  lastAt: number
  lastRemovedAt: number | null
  removed: number
}

export async function recordRetentionRound(db: Queryable, what: string, removed: number): Promise<void> {
  await db.query(
    `INSERT INTO app.retention_rounds AS r (what, last_at, last_removed_at, removed)
     VALUES ($1, app.clock(), CASE WHEN $2 > 0 THEN app.clock() END, $2)
     ON CONFLICT (what) DO UPDATE SET last_at = excluded.last_at,
       last_removed_at = coalesce(excluded.last_removed_at, r.last_removed_at),
       removed = CASE WHEN $2 > 0 THEN $2 ELSE r.removed END`,
    [what, removed],
  )
}

export async function findRetentionRounds(db: Queryable): Promise<RetentionRound[]> {
  return db.query(
    `SELECT what, last_at AS "lastAt", last_removed_at AS "lastRemovedAt", removed FROM app.retention_rounds LIMIT 200`,
  )
}

/** Since when the oldest of this organisation's things has been over; null: there is none. */
export type OldestOver = Record<(typeof oldestOver)[number][0], number | null>

/** Each counts on its rule's own instant; what the api may not read is not among them. */
const oldestOver = [
  [
    'endedSessionAt',
    `min(s.closed_at) FROM app.sessions s WHERE s.organisation_id = $1 AND s.closed_at IS NOT NULL
       AND NOT EXISTS (SELECT FROM app.alerts a WHERE a.session_id = s.id)`,
  ],
  ['closedAlertAt', 'min(closed_at) FROM app.alerts WHERE organisation_id = $1'],
  ['unusedPlanAt', 'min(used_at) FROM app.rescue_plans WHERE organisation_id = $1 AND deleted_at IS NULL'],
  ['deletedPlanAt', 'min(deleted_at) FROM app.rescue_plans WHERE organisation_id = $1'],
  ['auditAt', 'min(at) FROM app.audit WHERE organisation_id = $1'],
  [
    'looseTextAt',
    'min(created_at) FROM app.messages WHERE organisation_id = $1 AND session_id IS NULL AND alert_id IS NULL',
  ],
  ['invitationAt', 'min(created_at) FROM app.invitations WHERE organisation_id = $1'],
  ['feedbackAt', 'min(on_day) FROM app.feedback WHERE organisation_id = $1'],
  ['syntheticRunAt', `min(started_at) FROM app.synthetic_runs WHERE organisation_id = $1 AND outcome <> 'running'`],
  ['incidentAt', 'min(closed_at) FROM app.incidents WHERE organisation_id = $1'],
  ['rotaDateAt', 'min(over_at) FROM app.rota_exceptions WHERE organisation_id = $1'],
  ['rotaSwapAt', 'min(ends_at) FROM app.rota_swaps WHERE organisation_id = $1'],
  ['staffingGapAt', 'min(over_at) FROM app.staffing_gaps WHERE organisation_id = $1'],
] as const

export async function findOldestOver(db: Queryable, organisationId: string): Promise<OldestOver> {
  const parts = oldestOver.map(([name, oldest]) => `(SELECT ${oldest})::timestamptz AS "${name}"`)
  const [row] = await db.query<OldestOver>(`SELECT ${parts.join(', ')}`, [organisationId])
  if (!row) throw new Error('a row of minima is always there')
  return row
}
