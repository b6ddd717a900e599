import { iso, type Queryable, type Transaction } from '../database.ts'
import { newId } from '../ids.ts'
import { type MessageColumns, type MessageRow, type MessageStatus, toMessageRow } from './message-row.ts'

export type NewMessage = Omit<
  MessageRow,
  | 'id'
  | 'status'
  | 'fence'
  | 'attempts'
  | 'resent'
  | 'polled'
  | 'carrierSid'
  | 'firstAttemptAt'
  | 'acceptedAt'
  | 'createdAt'
  | 'dueAt'
> & { dueAt: number }

/** The order in which a carrier's capacity is given: the first message of every alert before the second of any. */
export const priorities = {
  firstOfAlert: 0,
  alert: 1,
  repeat: 2,
  answer: 3,
  allClear: 4,
  push: 5,
  ordinary: 9,
} as const

/** Puts messages in the outbox. One with a `dedupeKey` that is there already is the same message and is left alone. @returns how many are new */
export async function insertMessages(tx: Transaction, messages: readonly NewMessage[]): Promise<number> {
  if (messages.length === 0) return 0
  const rows = await tx.query(
    `INSERT INTO app.messages (id, organisation_id, session_id, alert_id, step_id, recipient_kind, recipient_id, channel,
       template, detail, language, destination, number_hash, priority, dedupe_key, due_at)
     SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::uuid[], $8::text[],
       $9::text[], $10::jsonb[], $11::text[], $12::jsonb[], $13::bytea[], $14::smallint[], $15::text[], $16::timestamptz[])
     ON CONFLICT (dedupe_key) DO NOTHING RETURNING 1`,
    [
      messages.map(() => newId()),
      messages.map((m) => m.organisationId),
      messages.map((m) => m.sessionId ?? null),
      messages.map((m) => m.alertId ?? null),
      messages.map((m) => m.stepId ?? null),
      messages.map((m) => m.recipientKind),
      messages.map((m) => m.recipientId),
      messages.map((m) => m.channel),
      messages.map((m) => m.template),
      messages.map((m) => JSON.stringify(m.detail)),
      messages.map((m) => m.language),
      messages.map((m) => (m.destination ? JSON.stringify(m.destination) : null)),
      messages.map((m) => m.numberHash ?? null),
      messages.map((m) => m.priority),
      messages.map((m) => m.dedupeKey),
      messages.map((m) => iso(m.dueAt)),
    ],
  )
  return rows.length
}

/** Locks messages for the write-back of their attempts. */
export async function loadMessagesForUpdate(tx: Transaction, ids: readonly string[]): Promise<MessageRow[]> {
  const rows = await tx.query<MessageColumns>(
    'SELECT * FROM app.messages WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE',
    [ids],
  )
  return rows.map(toMessageRow)
}

export async function findMessage(db: Queryable, id: string): Promise<MessageRow | undefined> {
  const [row] = await db.query<MessageColumns>('SELECT * FROM app.messages WHERE id = $1', [id])
  return row && toMessageRow(row)
}

/** Sets a message's status; the caller has locked it. */
export async function storeMessage(
  tx: Transaction,
  message: Pick<MessageRow, 'id' | 'status' | 'fence' | 'resent' | 'polled' | 'carrierSid' | 'acceptedAt'> & {
    dueAt?: number
    errorCode?: string
  },
): Promise<void> {
  await tx.query(
    `UPDATE app.messages SET status = $2, fence = $3, resent = $4, polled = $5, carrier_sid = coalesce($6, carrier_sid),
       due_at = $7, error_code = coalesce($8, error_code), accepted_at = coalesce(accepted_at, $9),
       delivered_at = CASE WHEN $2 = 'delivered' THEN coalesce(delivered_at, app.clock()) ELSE delivered_at END WHERE id = $1`,
    [
      message.id,
      message.status,
      message.fence,
      message.resent,
      message.polled,
      message.carrierSid ?? null,
      iso(message.dueAt),
      message.errorCode ?? null,
      iso(message.acceptedAt),
    ],
  )
}

/**
 * The address text follows the first one at once; its own instant was only the fallback. `IS NOT DISTINCT FROM` keeps the
 * planner from the index of what is queued: by statistics of a quiet hour it is nearly empty, and in a storm it is not
 * (3,000 queued: 22.7 ms a write-back of 20 instead of 0.7 ms).
 */
export async function hurryWhere(
  tx: Transaction,
  after: readonly { alertId: string; recipientId: string }[],
): Promise<void> {
  if (after.length === 0) return
  await tx.query(
    `UPDATE app.messages m SET due_at = app.clock()
     FROM unnest($1::uuid[], $2::uuid[]) AS v(alert_id, recipient_id)
     WHERE m.alert_id = v.alert_id AND m.recipient_id = v.recipient_id AND m.template = 'alert-where'
       AND m.status IS NOT DISTINCT FROM 'queued'`,
    [after.map((a) => a.alertId), after.map((a) => a.recipientId)],
  )
}

/** First word that a recipient was told: the device sees it. @returns the sessions whose view changed */
export async function recordTold(
  tx: Transaction,
  told: readonly { alertId: string; recipientId: string }[],
  now: number,
): Promise<string[]> {
  if (told.length === 0) return []
  const rows = await tx.query<{ session_id: string }>(
    `UPDATE app.alert_recipients r SET told_at = $3::timestamptz
     FROM unnest($1::uuid[], $2::uuid[]) AS v(alert_id, recipient_id), app.alerts a
     WHERE r.alert_id = v.alert_id AND r.recipient_id = v.recipient_id AND r.told_at IS NULL AND a.id = r.alert_id
     RETURNING a.session_id`,
    [told.map((t) => t.alertId), told.map((t) => t.recipientId), iso(now)],
  )
  return rows.map((r) => r.session_id)
}

/** Cancels what has not left yet. `IS NOT DISTINCT FROM`: as in `hurryWhere`, the alert's index and not the queue's. */
export async function cancelQueued(
  tx: Transaction,
  of: { alertId: string } | { sessionId: string; templates: readonly string[] } | { numberHash: Buffer },
): Promise<void> {
  if ('alertId' in of)
    await tx.query(
      `UPDATE app.messages SET status = 'cancelled', due_at = NULL WHERE alert_id = $1
       AND status IS NOT DISTINCT FROM 'queued'`,
      [of.alertId],
    )
  else if ('sessionId' in of)
    await tx.query(
      `UPDATE app.messages SET status = 'cancelled', due_at = NULL
       WHERE session_id = $1 AND status IS NOT DISTINCT FROM 'queued' AND template = ANY($2::text[])`,
      [of.sessionId, of.templates],
    )
  else
    await tx.query(
      `UPDATE app.messages SET status = 'cancelled', due_at = NULL WHERE number_hash = $1 AND status = 'queued'`,
      [of.numberHash],
    )
}

export interface QueuedDepth {
  status: MessageStatus
  count: number
}

export async function countMessages(db: Queryable): Promise<QueuedDepth[]> {
  return db.query(
    `SELECT status, count(*) AS count FROM app.messages WHERE status IN ('queued', 'sending', 'unknown') GROUP BY status`,
  )
}

/** Address texts of open alerts that were cancelled when this phone said STOP: due again. */
export async function requeueWhere(tx: Transaction, numberHash: Buffer): Promise<void> {
  await tx.query(
    `UPDATE app.messages m SET status = 'queued', due_at = app.clock() FROM app.alert_recipients r JOIN app.alerts a ON a.id = r.alert_id
     WHERE r.number_hash = $1 AND a.state <> 'closed' AND m.alert_id = a.id AND m.recipient_id = r.recipient_id
       AND m.template = 'alert-where' AND m.status = 'cancelled' AND m.accepted_at IS NULL`,
    [numberHash],
  )
}

/** What supporters are still to be asked on these phones: texts of alerts that have not left. Locked. */
export async function loadQueuedAsksForUpdate(tx: Transaction, numberHashes: readonly Buffer[]): Promise<MessageRow[]> {
  const rows = await tx.query<MessageColumns>(
    `SELECT * FROM app.messages WHERE number_hash = ANY($1::bytea[]) AND status = 'queued' AND recipient_kind = 'supporter'
       AND template IN ('alert-first-supporter', 'alert-repeat') ORDER BY id LIMIT 500 FOR UPDATE SKIP LOCKED`,
    [numberHashes],
  )
  return rows.map(toMessageRow)
}

/** One text for several: `lead` says what all of them said, the others end here. The caller has locked them all. */
export async function bundleInto(
  tx: Transaction,
  lead: { id: string; detail: MessageRow['detail'] },
  others: readonly string[],
): Promise<void> {
  await tx.query(`UPDATE app.messages SET template = 'alert-bundle', detail = $2 WHERE id = $1`, [
    lead.id,
    JSON.stringify(lead.detail),
  ])
  await tx.query(
    `UPDATE app.messages SET status = 'cancelled', due_at = NULL, detail = detail || jsonb_build_object('bundledIn', $2::text)
     WHERE id = ANY($1::uuid[])`,
    [others, lead.id],
  )
  await tx.query(
    `UPDATE app.attempts SET outcome = 'failed', reason = 'bundled', finished_at = app.clock()
     WHERE message_id = ANY($1::uuid[]) AND finished_at IS NULL`,
    [others],
  )
}
