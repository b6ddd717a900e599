/** What waits for the disclosure folder's look, and invitations that wait to be sent: which are due, and how one is put off. */
import type { Queryable } from '../database.ts'

const kinds = {
  plans: { table: 'rescue_plans', dueAt: 'check_due_at', ready: 'true' },
  // A rescuer's plan is looked at before.
  rescuers: {
    table: 'rescuers',
    dueAt: 'check_due_at',
    ready: 'NOT EXISTS (SELECT FROM app.rescue_plans p WHERE p.id = w.plan_id AND p.check_due_at IS NOT NULL)',
  },
  supporters: { table: 'supporters', dueAt: 'check_due_at', ready: 'true' },
  invitations: { table: 'rescuers', dueAt: 'invite_due_at', ready: 'true' },
} as const

export type WaitingKind = keyof typeof kinds

/** Ids of those that are due, oldest first. */
export async function findWaiting(db: Queryable, kind: WaitingKind, limit: number): Promise<string[]> {
  const { table, dueAt, ready } = kinds[kind]
  const rows = await db.query<{ id: string }>(
    `SELECT w.id FROM app.${table} w WHERE w.${dueAt} <= app.clock() AND ${ready} ORDER BY w.${dueAt} LIMIT $1`,
    [limit],
  )
  return rows.map(({ id }) => id)
}

/** One that cannot be worked off lets the others go first, and is tried again in five seconds. */
export async function putWaitingOff(db: Queryable, kind: WaitingKind, id: string): Promise<void> {
  const { table, dueAt } = kinds[kind]
  await db.query(
    `UPDATE app.${table} SET ${dueAt} = app.clock() + interval '5 seconds' WHERE id = $1 AND ${dueAt} <= app.clock()`,
    [id],
  )
}
