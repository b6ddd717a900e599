/** What a restored backup holds for a minute (F54), and for whom it is listed. */
import { iso, type Queryable, type Transaction } from '../database.ts'
import { newId } from '../ids.ts'

/** A restore: when the backup was taken and, once a worker has started on it, until when what. */
export interface RestoreRow {
  backupTakenAt: number
  restoredAt: number
  heldBeforeAt?: number
  heldUntilAt?: number
}

export async function findRestore(db: Queryable): Promise<RestoreRow | undefined> {
  const [row] = await db.query<{ taken: number; restored: number; before: number | null; until: number | null }>(
    `SELECT backup_taken_at AS taken, restored_at AS restored, held_before_at AS before, held_until_at AS until
     FROM app.restores`,
  )
  return (
    row && {
      backupTakenAt: row.taken,
      restoredAt: row.restored,
      ...(row.before === null ? {} : { heldBeforeAt: row.before }),
      ...(row.until === null ? {} : { heldUntilAt: row.until }),
    }
  )
}

/**
 * Marks the database as restored and lets processes begin: they wait for the row of the deployment. The clock's correction
 * was another host's, and heartbeats are of processes that are gone.
 */
export async function recordRestore(tx: Transaction, backupTakenAt: number, pace: number): Promise<void> {
  await tx.query(`UPDATE app.clock_correction SET correction = '0', version = version + 1`)
  await tx.query('DELETE FROM app.heartbeats')
  await tx.query('DELETE FROM app.restores')
  await tx.query('INSERT INTO app.restores (backup_taken_at) VALUES ($1)', [iso(backupTakenAt)])
  await tx.query(
    `INSERT INTO app.deployment (deployment_id, pace) VALUES ($1, $2)
     ON CONFLICT (one) DO UPDATE SET deployment_id = excluded.deployment_id`,
    [newId(), pace],
  )
}

/** The first worker after a restore begins the hold. @returns whether it was this one */
export async function beginHold(tx: Transaction, graceMs: number, lastsMs: number): Promise<boolean> {
  const begun = await tx.query(
    `UPDATE app.restores SET held_before_at = app.clock() - $1 * interval '1 millisecond',
       held_until_at = app.clock() + $2 * interval '1 millisecond' WHERE held_until_at IS NULL RETURNING 1`,
    [graceMs, lastsMs],
  )
  return begun.length > 0
}

/** What was due before this is held now, epoch ms; undefined when nothing is. */
export async function readDueSince(db: Queryable): Promise<number | undefined> {
  const [row] = await db.query<{ since: number | null }>(`SELECT nullif(app.due_since(), '-infinity') AS since`)
  return row?.since ?? undefined
}

/** Something that a restored backup says was due long ago. */
export interface OverdueRow {
  kind: 'session' | 'alert'
  organisationId: string
  sessionId: string
  alertId?: string
  /** Since when, epoch ms. */
  dueAt: number
}

/** Sessions whose deadline passed, and open alerts whose ladder stood, before `beforeAt`; longest ago first. */
export async function findOverdue(db: Queryable, beforeAt: number): Promise<OverdueRow[]> {
  const rows = await db.query<{ organisation: string; session: string; alert: string | null; due: number }>(
    `SELECT organisation_id AS organisation, id AS session, NULL::uuid AS alert, due_at AS due
     FROM app.sessions WHERE due_at < $1
     UNION ALL
     SELECT a.organisation_id, a.session_id, a.id, min(s.due_at) FROM app.alerts a
     JOIN app.steps s ON s.alert_id = a.id AND s.status = 'pending' AND s.due_at < $1
     WHERE a.state <> 'closed' GROUP BY a.organisation_id, a.session_id, a.id
     ORDER BY due LIMIT 10000`,
    [iso(beforeAt)],
  )
  return rows.map(({ organisation, session, alert, due }) => ({
    kind: alert === null ? 'session' : 'alert',
    organisationId: organisation,
    sessionId: session,
    ...(alert === null ? {} : { alertId: alert }),
    dueAt: due,
  }))
}
