import type { Queryable, Transaction } from '../database.ts'

/** A process that lately said which disclosure keys it has in use: `keyId:fingerprint`, a worker's current one first. */
export interface KeyUse {
  processId: string
  service: 'api' | 'worker'
  keys: readonly string[]
}

/** Raw time, which no correction and no test moves. */
export async function recordKeyUse(db: Queryable, use: KeyUse): Promise<void> {
  await db.query(
    `INSERT INTO app.key_uses (process_id, service, keys, seen_at) VALUES ($1, $2, $3, clock_timestamp())
     ON CONFLICT (process_id) DO UPDATE SET keys = excluded.keys, seen_at = excluded.seen_at`,
    [use.processId, use.service, use.keys],
  )
}

/** @param withinMs who has not said so for longer is taken to be gone */
export const findKeyUses = (db: Queryable, withinMs: number): Promise<KeyUse[]> =>
  db.query<KeyUse>(
    `SELECT process_id AS "processId", service, keys FROM app.key_uses
     WHERE seen_at > clock_timestamp() - $1 * interval '1 millisecond' ORDER BY process_id`,
    [withinMs],
  )

/** A plan whose check changed because of what keys are held. */
export interface PlanOfKey {
  id: string
  organisationId: string
}

/**
 * Plans that are `ok` although nobody holds their key become `refused`: starts rely on the word. Their own numbers stay as
 * they are: those lie under the worker's own key, and a session may run.
 */
export const refusePlansWithoutKey = (tx: Transaction, held: readonly string[], limit: number): Promise<PlanOfKey[]> =>
  tx.query<PlanOfKey>(
    `UPDATE app.rescue_plans SET plan_check = 'refused', plan_check_code = 'unknown_key' WHERE id IN (
       SELECT id FROM app.rescue_plans
       WHERE deleted_at IS NULL AND plan_check = 'ok' AND sealed ->> 'keyId' <> ALL ($1)
       ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED)
     RETURNING id, organisation_id AS "organisationId"`,
    [held, limit],
  )

/** Plans refused for want of a key that somebody holds (again) are looked at anew. @returns how many */
export async function recheckPlansOfKeys(tx: Transaction, held: readonly string[], limit: number): Promise<number> {
  const rows = await tx.query(
    `UPDATE app.rescue_plans SET plan_check = 'pending', check_due_at = app.clock() WHERE id IN (
       SELECT id FROM app.rescue_plans
       WHERE deleted_at IS NULL AND plan_check = 'refused' AND plan_check_code = 'unknown_key'
         AND sealed ->> 'keyId' = ANY ($1)
       ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED)
     RETURNING id`,
    [held, limit],
  )
  return rows.length
}
