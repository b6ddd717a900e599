import { iso, type Queryable } from '../database.ts'
import { newId } from '../ids.ts'

/** Which stack this is and how fast it runs: one row that every process must agree with. */
export async function saveDeployment(db: Queryable, pace: number): Promise<void> {
  await db.query(
    `INSERT INTO app.deployment (deployment_id, pace) VALUES ($1, $2) ON CONFLICT (one) DO UPDATE SET pace = excluded.pace`,
    [newId(), pace],
  )
}

export async function readDeployment(db: Queryable): Promise<{ deploymentId: string; pace: number } | undefined> {
  const [row] = await db.query<{ deployment_id: string; pace: number }>(
    'SELECT deployment_id, pace FROM app.deployment',
  )
  return row && { deploymentId: row.deployment_id, pace: row.pace }
}

/**
 * P14: this process has completed a sweep. Raw time, which no correction and no test moves.
 * @param of.hostNowAt its own clock, epoch ms
 * @param of.wakeUps whether it asks for wake-ups at all
 */
export async function recordHeartbeat(
  db: Queryable,
  processId: string,
  of: { hostNowAt: number; wakeUps: boolean },
): Promise<void> {
  await db.query(
    `INSERT INTO app.heartbeats (process_id, last_sweep_at, wake_ups, skew_ms)
     SELECT $1, c.now, $3, greatest(-1e9, least(1e9, extract(epoch FROM $2::timestamptz - c.now) * 1000))::integer
     FROM (SELECT clock_timestamp() AS now) c
     ON CONFLICT (process_id) DO UPDATE SET last_sweep_at = excluded.last_sweep_at, wake_ups = excluded.wake_ups,
       skew_ms = excluded.skew_ms`,
    [processId, iso(of.hostNowAt), of.wakeUps],
  )
}

/** Milliseconds since any worker completed a sweep; Infinity when none ever has. */
export async function readSweepAgeMs(db: Queryable): Promise<number> {
  const [row] = await db.query<{ age_ms: number | null }>(
    `SELECT (extract(epoch FROM clock_timestamp() - max(last_sweep_at)) * 1000)::float8 AS age_ms FROM app.heartbeats`,
  )
  return row?.age_ms ?? Number.POSITIVE_INFINITY
}
