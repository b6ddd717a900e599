import type { Queryable, Transaction } from '../database.ts'
import type { SealedValue } from './plans.ts'

/** Where the browser of a running session can be reached; the last one said counts. */
export async function storePushSubscription(
  tx: Transaction,
  of: { sessionId: string; organisationId: string; sealed: SealedValue },
): Promise<void> {
  // Not `ON CONFLICT … excluded.sealed`: whoever writes it may not read it.
  await removePushSubscriptions(tx, [of.sessionId])
  await tx.query('INSERT INTO app.push_subscriptions (session_id, organisation_id, sealed) VALUES ($1,$2,$3)', [
    of.sessionId,
    of.organisationId,
    JSON.stringify(of.sealed),
  ])
}

/** Sessions that are over, that want no more of it, or whose browser is gone. */
export async function removePushSubscriptions(tx: Transaction, sessionIds: readonly string[]): Promise<void> {
  if (sessionIds.length === 0) return
  await tx.query('DELETE FROM app.push_subscriptions WHERE session_id = ANY($1::uuid[])', [sessionIds])
}

/** Which of these sessions have a browser that can be reached. */
export async function findPushable(db: Queryable, sessionIds: readonly string[]): Promise<Set<string>> {
  if (sessionIds.length === 0) return new Set()
  const rows = await db.query<{ id: string }>(
    'SELECT session_id AS id FROM app.push_subscriptions WHERE session_id = ANY($1::uuid[])',
    [sessionIds],
  )
  return new Set(rows.map(({ id }) => id))
}

/** Where to push for these sessions, as long as each is still asking; until when it asks, epoch ms. */
export async function findPushTargets(
  db: Queryable,
  sessionIds: readonly string[],
): Promise<Map<string, { sealed: SealedValue; alertAt: number }>> {
  if (sessionIds.length === 0) return new Map()
  const rows = await db.query<{ id: string; sealed: SealedValue; alertAt: number }>(
    `SELECT s.id, p.sealed, s.alert_at AS "alertAt" FROM app.push_subscriptions p JOIN app.sessions s ON s.id = p.session_id
     WHERE s.id = ANY($1::uuid[]) AND s.state = 'prompting' AND NOT s.quiet`,
    [sessionIds],
  )
  return new Map(rows.map(({ id, sealed, alertAt }) => [id, { sealed, alertAt }]))
}
