/*
 * What a worker does with messages of the outbox: claims them, hands them to the carrier once, writes down what the carrier
 * says. A lease and a fence keep two workers apart.
 */
import { iso, type Queryable, type Transaction } from '../database.ts'
import { type MessageColumns, type MessageRow, toMessageRow } from './message-row.ts'
import { priorities } from './messages.ts'

/** The lease of an attempt: after this long without a word from the sender, another worker takes over. */
export const leaseMs = 5_000

/** How many more a sender can start now. Each kind has places of its own, so that none can hold another up (C73). */
export interface Room {
  /** First messages and calls of alerts. */
  urgent: number
  /** What follows them: where to go, repeats, answers, the all-clear. */
  following: number
  /** What no alert waits for: invitations, rehearsals. */
  ordinary: number
  /** Web push, which is another carrier: one that hangs holds up no text and no call. */
  push: number
}

/** Which of a sender's places a message takes. */
export function placeOf({ priority }: Pick<MessageRow, 'priority'>): keyof Room {
  if (priority === priorities.push) return 'push'
  if (priority <= priorities.alert) return 'urgent'
  return priority <= priorities.allClear ? 'following' : 'ordinary'
}

/** Which of the rows that are due: only these, or all but these. */
export interface Which {
  among?: readonly string[]
  except?: readonly string[]
}

/** SQL and its values; `first` is the number of the first of them. */
function whichOf({ among, except = [] }: Which, first: number): { sql: string; values: (readonly string[])[] } {
  const only = among ? [{ sql: `AND id = ANY($${first}::uuid[])`, values: among }] : []
  const but = except.length > 0 ? [{ sql: `AND id <> ALL($${first + only.length}::uuid[])`, values: except }] : []
  const parts = [...only, ...but]
  return { sql: parts.map(({ sql }) => sql).join(' '), values: parts.map(({ values }) => values) }
}

/** SQL: ids of what may leave now, as many as there is room for ($1–$6), most urgent first, as `found`. */
const claimable = (which: string, lock: '' | 'FOR UPDATE SKIP LOCKED') => {
  const due = `status = 'queued' AND due_at <= app.clock() AND due_at >= app.due_since() ${which}`
  return `urgent AS (
       SELECT id, priority, due_at FROM app.messages WHERE ${due} AND priority <= $3
       ORDER BY priority, due_at LIMIT $1 ${lock}),
     all_urgent AS (
       SELECT count(*) <= $1 AS have_places FROM (
         SELECT FROM app.messages WHERE ${due} AND priority <= $3 LIMIT $1 + 1) AS waiting),
     following AS (
       SELECT id, priority, due_at FROM app.messages WHERE ${due}
         AND priority > $3 AND priority <= $6 AND (SELECT have_places FROM all_urgent)
       ORDER BY priority, due_at LIMIT $7 ${lock}),
     ordinary AS (
       SELECT id, priority, due_at FROM app.messages WHERE ${due}
         AND priority > $6 AND priority <> $4 AND (SELECT have_places FROM all_urgent)
       ORDER BY priority, due_at LIMIT $2 ${lock}),
     pushes AS (
       SELECT id, priority, due_at FROM app.messages WHERE ${due} AND priority = $4
       ORDER BY due_at LIMIT $5 ${lock}),
     found AS (SELECT * FROM urgent UNION ALL SELECT * FROM following UNION ALL SELECT * FROM ordinary
       UNION ALL SELECT * FROM pushes)`
}
const roomValues = (room: Room) => [
  room.urgent,
  room.ordinary,
  priorities.alert,
  priorities.push,
  room.push,
  priorities.allClear,
  room.following,
]

/** Ids of what `claimMessages` would claim, in its order, for whoever must claim them apart. Locks nothing. */
export async function findClaimable(db: Queryable, room: Room, except: readonly string[]): Promise<string[]> {
  const which = whichOf({ except }, 8)
  const rows = await db.query<{ id: string }>(
    `WITH ${claimable(which.sql, '')} SELECT id FROM found ORDER BY priority, due_at`,
    [...roomValues(room), ...which.values],
  )
  return rows.map(({ id }) => id)
}

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
  of: Which = {},
): Promise<(MessageRow & { stopped: boolean })[]> {
  const which = whichOf(of, 9)
  const rows = await tx.query<MessageColumns & { stopped: boolean }>(
    `WITH ${claimable(which.sql, 'FOR UPDATE SKIP LOCKED')},
     due AS (
       SELECT m.id, p.stopped_at IS NOT NULL AS stopped FROM found JOIN app.messages m USING (id)
       LEFT JOIN app.phones p ON p.organisation_id = m.organisation_id AND p.number_hash = m.number_hash)
     UPDATE app.messages m SET status = 'sending', due_at = app.clock() + $8 * interval '1 millisecond',
       fence = m.fence + 1, attempts = m.attempts + 1, first_attempt_at = coalesce(m.first_attempt_at, app.clock())
     FROM due WHERE m.id = due.id RETURNING m.*, due.stopped`,
    [...roomValues(room), leaseMs, ...which.values],
  )
  const messages = rows
    .map((c) => ({ ...toMessageRow(c), stopped: c.stopped }))
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

const dueForCheck = (which: string) =>
  `status IN ('sending', 'unknown', 'accepted') AND due_at <= app.clock() AND due_at >= app.due_since() ${which}`

/** Ids of what `claimDueChecks` would claim, for whoever must claim them apart. Locks nothing. */
export async function findDueChecks(db: Queryable, limit: number, except: readonly string[]): Promise<string[]> {
  const which = whichOf({ except }, 2)
  const rows = await db.query<{ id: string }>(
    `SELECT id FROM app.messages WHERE ${dueForCheck(which.sql)} ORDER BY due_at LIMIT $1`,
    [limit, ...which.values],
  )
  return rows.map(({ id }) => id)
}

/**
 * Claims, for one more look at the carrier, messages whose lease ran out, whose outcome is unknown, or which wait for
 * `delivered`. The fence rises, so that a sender that wakes up later cannot write over what is decided now.
 */
export async function claimDueChecks(tx: Transaction, limit: number, of: Which = {}): Promise<MessageRow[]> {
  const which = whichOf(of, 3)
  const rows = await tx.query<MessageColumns>(
    `WITH due AS (
       SELECT id FROM app.messages WHERE ${dueForCheck(which.sql)}
       ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
     UPDATE app.messages m SET fence = m.fence + 1, due_at = app.clock() + $2 * interval '1 millisecond'
     FROM due WHERE m.id = due.id RETURNING m.*`,
    [limit, leaseMs, ...which.values],
  )
  return rows.map(toMessageRow)
}

/** The batch form of the commonest write-back: the carrier accepted. Only where the fence still is ours. */
export async function recordAccepted(
  tx: Transaction,
  accepted: readonly { id: string; fence: number; sid: string; dueAt?: number }[],
  now: number,
): Promise<MessageRow[]> {
  if (accepted.length === 0) return []
  const rows = await tx.query<MessageColumns>(
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
  return rows.map(toMessageRow)
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

/** Which of the carrier's ids belong to a message already. */
export async function findKnownSids(db: Queryable, sids: readonly string[]): Promise<Set<string>> {
  const rows = await db.query<{ sid: string }>(
    'SELECT carrier_sid AS sid FROM app.messages WHERE carrier_sid = ANY($1::text[])',
    [sids],
  )
  return new Set(rows.map((row) => row.sid))
}

/** Long enough after the close for the last texts to be delivered. */
const carrierKeepsMs = 60_000

/**
 * Texts of closed alerts that the carrier still keeps; asked for by any worker, deleting twice is harmless.
 * @param except messages that are left alone
 */
export async function findCarrierCopies(
  db: Queryable,
  limit: number,
  except: readonly string[],
): Promise<{ id: string; sid: string }[]> {
  return db.query(
    `SELECT m.id, m.carrier_sid AS sid FROM app.alerts a JOIN app.messages m ON m.alert_id = a.id
     WHERE a.closed_at < app.clock() - $2 * interval '1 millisecond' AND m.carrier_sid IS NOT NULL
       AND m.carrier_copy_gone_at IS NULL AND m.channel = 'text' AND m.id <> ALL($3::uuid[]) LIMIT $1`,
    [limit, carrierKeepsMs, except],
  )
}

export async function recordCarrierCopiesGone(db: Queryable, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await db.query('UPDATE app.messages SET carrier_copy_gone_at = app.clock() WHERE id = ANY($1::uuid[])', [ids])
}
