import type { Queryable } from '../database.ts'

/** What the rows say about the promises of the service, at one instant of its clock. */
export interface PromisesReading {
  /** Sessions that somebody watches. */
  watched: number
  /** P1, P2: how long the most overdue watched session has waited for its prompt or its alert; 0 when none waits. */
  longestOverdueMs: number
  /** P3, P5: alerts of silence although the session's own instant lies later than they were raised. Always 0. */
  contradicted: number
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
}

/** Reads what an operator is shown of the promises. For now and then: it counts every watched session. */
export async function readPromises(db: Queryable): Promise<PromisesReading> {
  const [row] = await db.query<PromisesReading>(
    `SELECT
       (SELECT count(*) FROM app.sessions WHERE due_at IS NOT NULL AND NOT synthetic) AS watched,
       (SELECT ${msSince('min(due_at)')} FROM app.sessions WHERE due_at <= app.clock()) AS "longestOverdueMs",
       (SELECT count(*) FROM app.alerts a JOIN app.sessions s ON s.id = a.session_id
         WHERE a.state <> 'closed' AND a.reason = 'silence' AND a.raised_at < s.alert_at) AS contradicted,
       (SELECT ${msSince('min(due_at)')} FROM app.messages
         WHERE alert_id IS NOT NULL AND status = 'queued' AND due_at <= app.clock()) AS "longestUnsentMs",
       (SELECT count(*) FROM app.alerts WHERE state <> 'closed' AND NOT synthetic) AS "openAlerts",
       (SELECT ${msSince('min(raised_at)')} FROM app.alerts WHERE state = 'open' AND NOT synthetic) AS "longestUnownedMs",
       (SELECT count(*) FROM app.alerts a WHERE a.state <> 'closed'
         AND NOT EXISTS (SELECT FROM app.steps s WHERE s.alert_id = a.id AND s.status = 'pending')) AS silent,
       current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on'
         AND current_setting('synchronous_commit') <> 'off'
         AND NOT EXISTS (
           SELECT FROM pg_db_role_setting s, unnest(s.setconfig) AS setting
           WHERE s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
             AND setting ~* '^synchronous_commit=(off|false|no|0|of|f|n)$') AS durable`,
  )
  if (row === undefined) throw new Error('a query without a table gave no row')
  return row
}

const msSince = (instant: string): string =>
  `coalesce(greatest(0, extract(epoch FROM app.clock() - ${instant}) * 1000), 0)::float8`
