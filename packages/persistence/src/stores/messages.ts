import type { RecipientKind } from '@stillhere/domain'
import { iso, type Queryable, type Transaction } from '../database.ts'
import { newId } from '../ids.ts'
import type { SealedValue } from './plans.ts'

export type MessageStatus = 'queued' | 'sending' | 'unknown' | 'accepted' | 'delivered' | 'failed' | 'cancelled'

/** A number under the worker's own key, and the row it is bound to. */
export interface Destination {
  rowId: string
  sealed: string
}

/** One thing to say to one destination: template and ids, never a rendered body. */
export interface MessageRow {
  id: string
  organisationId: string
  sessionId?: string
  alertId?: string
  stepId?: string
  recipientKind: RecipientKind | 'person' | 'pager'
  recipientId: string
  channel: 'text' | 'call' | 'push'
  template: string
  /** Flags and counts the wording needs; nothing personal. */
  detail: Record<string, string | number | boolean>
  language: string
  destination?: Destination
  numberHash?: Buffer
  priority: number
  dedupeKey: string
  status: MessageStatus
  dueAt?: number
  fence: number
  attempts: number
  resent: boolean
  polled: boolean
  carrierSid?: string
  firstAttemptAt?: number
  acceptedAt?: number
  createdAt: number
}

interface Columns {
  id: string
  organisation_id: string
  session_id: string | null
  alert_id: string | null
  step_id: string | null
  recipient_kind: MessageRow['recipientKind']
  recipient_id: string
  channel: 'text' | 'call' | 'push'
  template: string
  detail: MessageRow['detail']
  language: string
  destination: Destination | null
  number_hash: Buffer | null
  priority: number
  dedupe_key: string
  status: MessageStatus
  due_at: number | null
  fence: number
  attempts: number
  resent: boolean
  polled: boolean
  carrier_sid: string | null
  first_attempt_at: number | null
  accepted_at: number | null
  created_at: number
}

const toRow = (c: Columns): MessageRow => ({
  id: c.id,
  organisationId: c.organisation_id,
  ...(c.session_id ? { sessionId: c.session_id } : {}),
  ...(c.alert_id ? { alertId: c.alert_id } : {}),
  ...(c.step_id ? { stepId: c.step_id } : {}),
  recipientKind: c.recipient_kind,
  recipientId: c.recipient_id,
  channel: c.channel,
  template: c.template,
  detail: c.detail,
  language: c.language,
  ...(c.destination ? { destination: c.destination } : {}),
  ...(c.number_hash ? { numberHash: c.number_hash } : {}),
  priority: c.priority,
  dedupeKey: c.dedupe_key,
  status: c.status,
  ...(c.due_at ? { dueAt: c.due_at } : {}),
  fence: c.fence,
  attempts: c.attempts,
  resent: c.resent,
  polled: c.polled,
  ...(c.carrier_sid ? { carrierSid: c.carrier_sid } : {}),
  ...(c.first_attempt_at ? { firstAttemptAt: c.first_attempt_at } : {}),
  ...(c.accepted_at ? { acceptedAt: c.accepted_at } : {}),
  createdAt: c.created_at,
})

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

/** The lease of an attempt: after this long without a word from the sender, another worker takes over. */
export const leaseMs = 5_000

/** How many more a sender can start now. Alerts have places of their own, so that nothing else can hold them up (C73). */
export interface Room {
  /** First messages and calls of alerts. */
  urgent: number
  ordinary: number
  /** Web push, which is another carrier: one that hangs holds up no text and no call. */
  push: number
}

/** Which of a sender's places a message takes. */
export const isUrgent = (message: Pick<MessageRow, 'priority'>): boolean => message.priority <= priorities.alert

/**
 * Claims queued messages that are due, as many as there is room for, most urgent first: lease, fence and the attempt's
 * row in one transaction. While a first message still waits for a place, nothing else leaves: the first of every alert
 * before the second of any. The lease's end is the fallback: what is then still `sending` counts as unknown.
 * `stopped` marks a phone that said STOP since: the sender must not call the carrier for it (K6).
 */
export async function claimMessages(
  tx: Transaction,
  room: Room,
  newNonceHash: (message: MessageRow) => Buffer,
): Promise<(MessageRow & { stopped: boolean })[]> {
  const rows = await tx.query<Columns & { stopped: boolean }>(
    `WITH urgent AS (
       SELECT id FROM app.messages WHERE status = 'queued' AND due_at <= app.clock() AND due_at >= app.due_since()
         AND priority <= $3
       ORDER BY priority, due_at LIMIT $1 FOR UPDATE SKIP LOCKED),
     ordinary AS (
       SELECT id FROM app.messages WHERE status = 'queued' AND due_at <= app.clock() AND due_at >= app.due_since()
         AND priority > $3 AND priority <> $5
         AND (SELECT count(*) FROM (
           SELECT FROM app.messages WHERE status = 'queued' AND due_at <= app.clock() AND due_at >= app.due_since()
             AND priority <= $3 LIMIT $1 + 1
         ) AS waiting) <= $1
       ORDER BY priority, due_at LIMIT $2 FOR UPDATE SKIP LOCKED),
     pushes AS (
       SELECT id FROM app.messages WHERE status = 'queued' AND due_at <= app.clock() AND due_at >= app.due_since()
         AND priority = $5
       ORDER BY due_at LIMIT $6 FOR UPDATE SKIP LOCKED),
     due AS (
       SELECT m.id, p.stopped_at IS NOT NULL AS stopped
       FROM (SELECT id FROM urgent UNION ALL SELECT id FROM ordinary UNION ALL SELECT id FROM pushes) AS found JOIN app.messages m USING (id)
       LEFT JOIN app.phones p ON p.organisation_id = m.organisation_id AND p.number_hash = m.number_hash)
     UPDATE app.messages m SET status = 'sending', due_at = app.clock() + $4 * interval '1 millisecond',
       fence = m.fence + 1, attempts = m.attempts + 1, first_attempt_at = coalesce(m.first_attempt_at, app.clock())
     FROM due WHERE m.id = due.id RETURNING m.*, due.stopped`,
    [room.urgent, room.ordinary, priorities.alert, leaseMs, priorities.push, room.push],
  )
  const messages = rows
    .map((c) => ({ ...toRow(c), stopped: c.stopped }))
    .sort((a, b) => a.priority - b.priority || a.createdAt - b.createdAt)
  if (messages.length > 0)
    await tx.query(
      `INSERT INTO app.attempts (nonce_hash, message_id, fence, carrier, started_at)
       SELECT *, app.clock() FROM unnest($1::bytea[], $2::uuid[], $3::integer[], $4::text[])`,
      [
        messages.map(newNonceHash),
        messages.map((m) => m.id),
        messages.map((m) => m.fence),
        messages.map((m) => (m.channel === 'push' ? 'web-push' : 'twilio')),
      ],
    )
  return messages
}

/**
 * Claims, for one more look at the carrier, messages whose lease ran out, whose outcome is unknown, or which wait for
 * `delivered`. The fence rises, so that a sender that wakes up later cannot write over what is decided now.
 */
export async function claimDueChecks(tx: Transaction, limit: number): Promise<MessageRow[]> {
  const rows = await tx.query<Columns>(
    `WITH due AS (
       SELECT id FROM app.messages WHERE status IN ('sending', 'unknown', 'accepted') AND due_at <= app.clock()
         AND due_at >= app.due_since()
       ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
     UPDATE app.messages m SET fence = m.fence + 1, due_at = app.clock() + $2 * interval '1 millisecond'
     FROM due WHERE m.id = due.id RETURNING m.*`,
    [limit, leaseMs],
  )
  return rows.map(toRow)
}

/** Locks messages for the write-back of their attempts. */
export async function loadMessagesForUpdate(tx: Transaction, ids: readonly string[]): Promise<MessageRow[]> {
  const rows = await tx.query<Columns>('SELECT * FROM app.messages WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE', [
    ids,
  ])
  return rows.map(toRow)
}

export async function findMessage(db: Queryable, id: string): Promise<MessageRow | undefined> {
  const [row] = await db.query<Columns>('SELECT * FROM app.messages WHERE id = $1', [id])
  return row && toRow(row)
}

/** The batch form of the commonest write-back: the carrier accepted. Only where the fence still is ours. */
export async function recordAccepted(
  tx: Transaction,
  accepted: readonly { id: string; fence: number; sid: string; dueAt?: number }[],
  now: number,
): Promise<MessageRow[]> {
  if (accepted.length === 0) return []
  const rows = await tx.query<Columns>(
    `WITH v AS (
       SELECT * FROM unnest($1::uuid[], $2::integer[], $3::text[], $4::timestamptz[]) AS v(id, fence, sid, due_at)),
     locked AS (SELECT m.id FROM app.messages m JOIN v USING (id) ORDER BY m.id FOR UPDATE OF m)
     UPDATE app.messages m SET status = 'accepted', carrier_sid = v.sid, accepted_at = $5::timestamptz, due_at = v.due_at
     FROM v JOIN locked USING (id)
     WHERE m.id = v.id AND m.fence = v.fence AND m.status IN ('sending', 'unknown') RETURNING m.*`,
    [
      accepted.map((a) => a.id),
      accepted.map((a) => a.fence),
      accepted.map((a) => a.sid),
      accepted.map((a) => iso(a.dueAt)),
      iso(now),
    ],
  )
  return rows.map(toRow)
}

export async function finishAttempts(
  tx: Transaction,
  attempts: readonly {
    messageId: string
    fence: number
    outcome: 'accepted' | 'refused' | 'failed' | 'unknown'
    reason?: string
    sid?: string
  }[],
  now: number,
): Promise<void> {
  if (attempts.length === 0) return
  await tx.query(
    `UPDATE app.attempts a SET outcome = v.outcome, reason = v.reason, carrier_sid = coalesce(v.sid, a.carrier_sid),
       finished_at = $6::timestamptz
     FROM unnest($1::uuid[], $2::integer[], $3::text[], $4::text[], $5::text[]) AS v(message_id, fence, outcome, reason, sid)
     WHERE a.message_id = v.message_id AND a.fence = v.fence`,
    [
      attempts.map((a) => a.messageId),
      attempts.map((a) => a.fence),
      attempts.map((a) => a.outcome),
      attempts.map((a) => a.reason ?? null),
      attempts.map((a) => a.sid ?? null),
      iso(now),
    ],
  )
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

/** SQL: the message itself, or the bundle that says it instead, is in one of these states. */
export const inStateOrBundled = (message: string, state: (of: string) => string): string =>
  `(${state(message)} OR EXISTS (SELECT FROM app.messages bundle
     WHERE bundle.id = (${message}.detail->>'bundledIn')::uuid AND ${state('bundle')}))`
const wentOut = (of: string): string =>
  `(${of}.status IN ('sending', 'unknown', 'accepted', 'delivered') OR ${of}.accepted_at IS NOT NULL)`

/** What the alert machine must know: was anything sent or perhaps sent, and was a supporter told. */
export async function readAlertFacts(
  db: Queryable,
  alertId: string,
): Promise<{ anythingSent: boolean; supporterTold: boolean }> {
  const [row] = await db.query<{ sent: boolean; supporter: boolean }>(
    `SELECT
       EXISTS (SELECT FROM app.messages m WHERE alert_id = $1 AND ${inStateOrBundled('m', wentOut)}) AS sent,
       EXISTS (SELECT FROM app.alert_recipients WHERE alert_id = $1 AND kind = 'supporter' AND last_text_at IS NOT NULL) AS supporter`,
    [alertId],
  )
  return { anythingSent: row?.sent ?? true, supporterTold: row?.supporter ?? false }
}

export interface AttemptRow {
  messageId: string
  fence: number
  receiptRank: number
  carrierSid?: string
}

/** The attempt a callback's nonce belongs to, locked. */
export async function loadAttemptForUpdate(tx: Transaction, nonceHash: Buffer): Promise<AttemptRow | undefined> {
  const [row] = await tx.query<{ message_id: string; fence: number; receipt_rank: number; carrier_sid: string | null }>(
    'SELECT message_id, fence, receipt_rank, carrier_sid FROM app.attempts WHERE nonce_hash = $1 FOR UPDATE',
    [nonceHash],
  )
  return (
    row && {
      messageId: row.message_id,
      fence: row.fence,
      receiptRank: row.receipt_rank,
      ...(row.carrier_sid ? { carrierSid: row.carrier_sid } : {}),
    }
  )
}

export async function findAttempt(db: Queryable, nonceHash: Buffer): Promise<{ messageId: string } | undefined> {
  const [row] = await db.query<{ messageId: string }>(
    'SELECT message_id AS "messageId" FROM app.attempts WHERE nonce_hash = $1',
    [nonceHash],
  )
  return row
}

export async function recordReceiptRank(tx: Transaction, nonceHash: Buffer, rank: number, sid: string): Promise<void> {
  await tx.query(
    'UPDATE app.attempts SET receipt_rank = $2, carrier_sid = coalesce(carrier_sid, $3) WHERE nonce_hash = $1',
    [nonceHash, rank, sid],
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

/** Which of the carrier's ids belong to a message already. */
export async function findKnownSids(db: Queryable, sids: readonly string[]): Promise<Set<string>> {
  const rows = await db.query<{ sid: string }>(
    'SELECT carrier_sid AS sid FROM app.messages WHERE carrier_sid = ANY($1::text[])',
    [sids],
  )
  return new Set(rows.map((row) => row.sid))
}

/** Whether a text of this template went to this phone since then (epoch ms). */
export async function wasTexted(
  db: Queryable,
  numberHash: Buffer,
  template: string,
  sinceAt: number,
): Promise<boolean> {
  const rows = await db.query(
    `SELECT FROM app.messages WHERE number_hash = $1 AND template = $2 AND accepted_at IS NOT NULL
       AND created_at > $3 LIMIT 1`,
    [numberHash, template, iso(sinceAt)],
  )
  return rows.length > 0
}

/** How many texts of this template were queued for this phone since then (epoch ms), whatever became of them. */
export async function countTexts(
  db: Queryable,
  numberHash: Buffer,
  template: string,
  sinceAt: number,
): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `SELECT count(*) AS count FROM app.messages WHERE number_hash = $1 AND template = $2 AND created_at > $3`,
    [numberHash, template, iso(sinceAt)],
  )
  return Number(row?.count ?? 0)
}

/** Ids of the recipients of an alert to whom something went out, or may have. */
export async function findHeard(db: Queryable, alertId: string): Promise<Set<string>> {
  const rows = await db.query<{ recipient_id: string }>(
    `SELECT DISTINCT recipient_id FROM app.messages m WHERE alert_id = $1 AND ${inStateOrBundled('m', wentOut)}`,
    [alertId],
  )
  return new Set(rows.map((row) => row.recipient_id))
}

/** Of these alerts, those that have reached somebody by phone, or may yet: a message is on its way. */
export async function findReachedAlerts(db: Queryable, alertIds: readonly string[]): Promise<Set<string>> {
  const rows = await db.query<{ alert_id: string }>(
    `SELECT DISTINCT alert_id FROM app.messages m WHERE alert_id = ANY($1::uuid[])
       AND recipient_kind IN ('rescuer', 'supporter')
       AND ${inStateOrBundled('m', (of) => `${of}.status NOT IN ('failed', 'cancelled')`)}`,
    [alertIds],
  )
  return new Set(rows.map((row) => row.alert_id))
}

/** What the wording of an alert's texts must know at the moment of sending. */
export interface AlertFactsForTexts {
  alertId: string
  planId: string
  planVersion: number
  sealedPlan: SealedValue
  sealedOwnNumber?: SealedValue
  textAddress: boolean
  code: string
  reason: 'silence' | 'help' | 'duress' | 'raised'
  state: 'open' | 'owned' | 'closed'
  ownerKind?: RecipientKind
  ownerId?: string
  ownedAt?: number
  outcome?: string
  requested: boolean
  raisedAt: number
  dutyUntilAt?: number
  /** Rescuers who said that they are going or there. A supporter's `1` says that they coordinate: it sends nobody. */
  going: string[]
  /** A test: its texts say so, and nothing but the ladder's are sent. */
  synthetic: boolean
}

export async function findAlertFacts(
  db: Queryable,
  alertIds: readonly string[],
): Promise<Map<string, AlertFactsForTexts>> {
  if (alertIds.length === 0) return new Map()
  const rows = await db.query<{
    id: string
    plan_id: string
    plan_version: number
    sealed_plan: SealedValue
    sealed_own_number: SealedValue | null
    text_address: boolean
    code: string
    reason: AlertFactsForTexts['reason']
    state: AlertFactsForTexts['state']
    owner_kind: RecipientKind | null
    owner_id: string | null
    owned_at: number | null
    outcome: string | null
    requested: boolean
    raised_at: number
    duty_until_at: number | null
    going: string[] | null
    synthetic: boolean
  }>(
    `SELECT a.id, a.plan_id, a.plan_version, a.sealed_plan, a.sealed_own_number, a.text_address, a.code, a.reason, a.state, a.owner_kind,
       a.owner_id, a.owned_at, a.outcome, a.requested_at IS NOT NULL AS requested, a.raised_at,
       a.duty_until_at, a.synthetic,
       (SELECT array_agg(r.recipient_id) FROM app.alert_recipients r
        WHERE r.alert_id = a.id AND r.kind = 'rescuer' AND r.answer IN ('going', 'there')) AS going
     FROM app.alerts a WHERE a.id = ANY($1::uuid[])`,
    [alertIds],
  )
  return new Map(
    rows.map((r) => [
      r.id,
      {
        alertId: r.id,
        planId: r.plan_id,
        planVersion: r.plan_version,
        sealedPlan: r.sealed_plan,
        ...(r.sealed_own_number ? { sealedOwnNumber: r.sealed_own_number } : {}),
        textAddress: r.text_address,
        code: r.code,
        reason: r.reason,
        state: r.state,
        ...(r.owner_kind && r.owner_id ? { ownerKind: r.owner_kind, ownerId: r.owner_id } : {}),
        ...(r.owned_at ? { ownedAt: r.owned_at } : {}),
        ...(r.outcome ? { outcome: r.outcome } : {}),
        requested: r.requested,
        raisedAt: r.raised_at,
        ...(r.duty_until_at ? { dutyUntilAt: r.duty_until_at } : {}),
        going: r.going ?? [],
        synthetic: r.synthetic,
      },
    ]),
  )
}

/** Long enough after the close for the last texts to be delivered. */
const carrierKeepsMs = 60_000

/** Texts of closed alerts that the carrier still keeps; asked for by any worker, deleting twice is harmless. */
export async function findCarrierCopies(db: Queryable, limit: number): Promise<{ id: string; sid: string }[]> {
  return db.query(
    `SELECT m.id, m.carrier_sid AS sid FROM app.alerts a JOIN app.messages m ON m.alert_id = a.id
     WHERE a.closed_at < app.clock() - $2 * interval '1 millisecond' AND m.carrier_sid IS NOT NULL
       AND m.carrier_copy_gone_at IS NULL AND m.channel = 'text' LIMIT $1`,
    [limit, carrierKeepsMs],
  )
}

export async function recordCarrierCopiesGone(db: Queryable, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await db.query('UPDATE app.messages SET carrier_copy_gone_at = app.clock() WHERE id = ANY($1::uuid[])', [ids])
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
  const rows = await tx.query<Columns>(
    `SELECT * FROM app.messages WHERE number_hash = ANY($1::bytea[]) AND status = 'queued' AND recipient_kind = 'supporter'
       AND template IN ('alert-first-supporter', 'alert-repeat') ORDER BY id LIMIT 500 FOR UPDATE SKIP LOCKED`,
    [numberHashes],
  )
  return rows.map(toRow)
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
