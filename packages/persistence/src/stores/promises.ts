import type { Queryable } from '../database.ts'

/** What the rows say about the promises of the service, at one instant of its clock. */
export interface PromisesReading {
  /** Sessions that somebody watches. */
  watched: number
  /** P1, P2: how long the most overdue watched session has waited for its prompt or its alert; 0 when none waits. */
  longestOverdueMs: number
  /** P3, P5: alerts of silence although the session's own instant lies later than they were raised. Always 0. */
  contradicted: number
  /** P4: sessions with more than one alert that is not closed. Always 0: an index forbids it while it is there. */
  doubled: number
  /** P12: roles of services that face the internet and may read what opens with, matches or reaches a number. Always 0. */
  overreaching: number
  /** P6: how long the most overdue message of an alert has waited to be handed to the carrier; 0 when none waits. */
  longestUnsentMs: number
  /** P8. */
  openAlerts: number
  /** P8: how long the alert that nobody owns has been open that has been open longest; 0 when all are owned. */
  longestUnownedMs: number
  /** P8: open alerts without any step to come. Always 0. */
  silent: number
  /** P9: whether the database writes before it answers: in this session, and in those of every role that says otherwise of itself. */
  durable: boolean
  /** Since a backup was last written and read back; before the first, since this installation was made. */
  sinceBackupMs: number
}

/** Whether some role, here or everywhere, made its own sessions answer before they write. The session that asks may be another's. */
const isAnyRoleCareless = `EXISTS (
  SELECT FROM pg_db_role_setting s, unnest(s.setconfig) AS setting
  WHERE s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
    AND setting ~* '^synchronous_commit=(off|of|false|no|n|f|0)$')`

/** The part of `durable` that roles may spoil: P9 holds for every session or for none. */
export async function hasCarelessRole(db: Queryable): Promise<boolean> {
  const [row] = await db.query<{ careless: boolean }>(`SELECT ${isAnyRoleCareless} AS careless`)
  return row?.careless === true
}

/** Reads what an operator is shown of the promises. For now and then: it counts every watched session. */
export async function readPromises(db: Queryable): Promise<PromisesReading> {
  const [row] = await db.query<PromisesReading>(
    `SELECT
       (SELECT count(*) FROM app.sessions WHERE due_at IS NOT NULL AND NOT synthetic) AS watched,
       (SELECT ${msSince('min(due_at)')} FROM app.sessions WHERE due_at <= app.clock()) AS "longestOverdueMs",
       (SELECT count(*) FROM app.alerts a JOIN app.sessions s ON s.id = a.session_id
         WHERE a.state <> 'closed' AND a.reason = 'silence' AND a.raised_at < s.alert_at) AS contradicted,
       (SELECT count(*) FROM (SELECT FROM app.alerts WHERE state <> 'closed' GROUP BY session_id HAVING count(*) > 1) d)
         AS doubled,
       (SELECT count(*) FROM pg_roles r JOIN (VALUES ('stillhere_api'), ('stillhere_gateway')) AS g (name) ON r.rolname = g.name
         WHERE pg_has_role(r.oid, (SELECT c.relowner FROM pg_class c WHERE c.oid = 'app.rescue_plans'::regclass), 'USAGE')
           OR has_column_privilege(r.oid, 'app.rescuers', 'sealed_number', 'SELECT')
           OR has_column_privilege(r.oid, 'app.inbound', 'sealed', 'SELECT')) AS overreaching,
       (SELECT ${msSince('min(due_at)')} FROM app.messages
         WHERE alert_id IS NOT NULL AND status = 'queued' AND due_at <= app.clock()) AS "longestUnsentMs",
       (SELECT count(*) FROM app.alerts WHERE state <> 'closed' AND NOT synthetic) AS "openAlerts",
       (SELECT ${msSince('min(raised_at)')} FROM app.alerts WHERE state = 'open' AND NOT synthetic) AS "longestUnownedMs",
       (SELECT count(*) FROM app.alerts a WHERE a.state <> 'closed'
         AND NOT EXISTS (SELECT FROM app.steps s WHERE s.alert_id = a.id AND s.status = 'pending')) AS silent,
       current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on'
         AND current_setting('synchronous_commit') <> 'off'
         AND NOT ${isAnyRoleCareless} AS durable,
       (SELECT coalesce(greatest(0, extract(epoch FROM clock_timestamp() - max(coalesce(backed_up_at, created_at))) * 1000), 0)::float8
         FROM app.deployment) AS "sinceBackupMs"`,
  )
  if (row === undefined) throw new Error('a query without a table gave no row')
  return row
}

const msSince = (instant: string): string =>
  `coalesce(greatest(0, extract(epoch FROM app.clock() - ${instant}) * 1000), 0)::float8`
