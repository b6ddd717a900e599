/** What the auditor reads: alerts that do not climb, and those that nobody closed. Its own queries, not the ladder's. */
import type { LadderStep } from '@stillhere/domain'
import type { Queryable, Transaction } from '../database.ts'

/** Why an alert does not climb: no step to come, one long overdue, one that fails again and again, one far away. */
export type Stall = 'no-step' | 'overdue' | 'failing' | 'far'

export interface StalledAlert {
  alertId: string
  organisationId: string
  sessionId: string
  state: 'open' | 'owned'
  code: string
  stall: Stall
  ladder: LadderStep[]
  dutyUntilAt: number | null
}

/** A step overdue by this is a ladder that stands still. */
export const overdueMs = 10_000
/** Tries of a step that cannot be worked off: it backs off by 1, 2, 3, 4 s and so looks as if it were never overdue. */
const failingFrom = 4

/**
 * Alerts that are not closed and whose next step is missing, overdue, failing, or further away than any ladder, duty or
 * request puts it. One that the rule for forsaken alerts closes is left to that rule.
 */
export async function findStalledAlerts(
  db: Queryable,
  within: { farMs: number; forsakenAfterMs: number },
): Promise<StalledAlert[]> {
  return db.query<StalledAlert>(
    `SELECT a.id AS "alertId", a.organisation_id AS "organisationId", a.session_id AS "sessionId", a.state, a.code, a.ladder,
       a.duty_until_at AS "dutyUntilAt",
       CASE WHEN s.next_at IS NULL THEN 'no-step' WHEN s.failures >= $3 THEN 'failing'
         WHEN s.next_at < app.clock() THEN 'overdue' ELSE 'far' END AS stall
     FROM app.alerts a, LATERAL (
       SELECT min(due_at) AS next_at, max(failures) AS failures FROM app.steps
       WHERE alert_id = a.id AND status = 'pending') AS s
     WHERE a.state <> 'closed'
       AND (a.raised_at > app.clock() - $4 * interval '1 millisecond' OR a.duty_until_at > app.clock())
       AND (s.next_at IS NULL OR s.failures >= $3 OR s.next_at < app.clock() - $1 * interval '1 millisecond'
         OR s.next_at > app.clock() + $2 * interval '1 millisecond')
     ORDER BY a.raised_at LIMIT 500`,
    [overdueMs, within.farMs, failingFrom, within.forsakenAfterMs],
  )
}

/** One auditor at a time. */
export async function tryLockAudit(tx: Transaction): Promise<boolean> {
  const [row] = await tx.query<{ ours: boolean }>('SELECT pg_try_advisory_xact_lock(4821019) AS ours')
  return row?.ours ?? false
}

/** Where the auditor's own step stands in a ladder: beyond any that an operator can write. */
export const auditPosition = 1_000

/** Which of these alerts wait for the auditor's step already: one at a time each. */
export async function findAuditedAlerts(tx: Transaction, alertIds: readonly string[]): Promise<Set<string>> {
  const rows = await tx.query<{ alert_id: string }>(
    `SELECT DISTINCT alert_id FROM app.steps WHERE alert_id = ANY($1::uuid[]) AND status = 'pending' AND position = $2`,
    [alertIds, auditPosition],
  )
  return new Set(rows.map((row) => row.alert_id))
}

export interface ForsakenAlert {
  alertId: string
  sessionId: string
  organisationId: string
  code: string
  raisedAt: number
}

/** Alerts raised so long ago, with nobody on duty now, and the clock they were found at. @param except left alone */
export async function findForsakenAlerts(
  db: Queryable,
  raisedBeforeMs: number,
  limit: number,
  except: readonly string[] = [],
): Promise<{ now: number; alerts: ForsakenAlert[] }> {
  const alerts = await db.query<ForsakenAlert & { now: number }>(
    `SELECT id AS "alertId", session_id AS "sessionId", organisation_id AS "organisationId", code, raised_at AS "raisedAt",
       app.clock() AS now FROM app.alerts WHERE state <> 'closed' AND raised_at <= app.clock() - $1 * interval '1 millisecond'
       AND (duty_until_at IS NULL OR duty_until_at <= app.clock()) AND id <> ALL($3::uuid[]) ORDER BY raised_at LIMIT $2`,
    [raisedBeforeMs, limit, except],
  )
  return { now: alerts[0]?.now ?? Number.NaN, alerts }
}

/** Nothing of this alert is said any more, whatever became of it at the carrier. */
export async function cancelUnsettled(tx: Transaction, alertId: string): Promise<void> {
  await tx.query(
    `UPDATE app.messages SET due_at = NULL,
       status = CASE WHEN status = 'accepted' THEN status ELSE 'cancelled' END
     WHERE alert_id = $1 AND status IN ('queued', 'sending', 'unknown', 'accepted') AND due_at IS NOT NULL`,
    [alertId],
  )
}
