import { iso, type Queryable, type Transaction } from '../database.ts'
import type { SealedValue } from './plans.ts'

/** A text that came in, sealed to the worker: `{from, to, body}` under aad = the carrier's id. */
export interface InboundRow {
  carrierSid: string
  organisationId: string
  sealed: SealedValue
  receivedAt: number
}

/** @returns false when the carrier has told us of this text before */
export async function insertInbound(
  db: Queryable,
  row: Pick<InboundRow, 'carrierSid' | 'organisationId' | 'sealed'>,
): Promise<boolean> {
  const rows = await db.query(
    `INSERT INTO app.inbound (carrier_sid, organisation_id, sealed, due_at) VALUES ($1, $2, $3, app.clock())
     ON CONFLICT DO NOTHING RETURNING 1`,
    [row.carrierSid, row.organisationId, JSON.stringify(row.sealed)],
  )
  return rows.length === 1
}

/** Whether anybody has been asked something by text: in an alert, in a session, by an invitation. */
export async function isSomeAnswerAwaited(db: Queryable): Promise<boolean> {
  const [row] = await db.query<{ awaited: boolean }>(
    `SELECT EXISTS (SELECT FROM app.alerts WHERE state <> 'closed')
       OR EXISTS (SELECT FROM app.sessions WHERE state <> 'closed')
       OR EXISTS (SELECT FROM app.rescuers WHERE consent = 'waiting' AND invited_at IS NOT NULL AND removed_at IS NULL)
       AS awaited`,
  )
  return row?.awaited ?? true
}

export async function findKnownInbound(db: Queryable, carrierSids: readonly string[]): Promise<ReadonlySet<string>> {
  if (carrierSids.length === 0) return new Set()
  const rows = await db.query<{ carrier_sid: string }>(
    'SELECT carrier_sid FROM app.inbound WHERE carrier_sid = ANY($1::text[])',
    [carrierSids],
  )
  return new Set(rows.map((row) => row.carrier_sid))
}

/** Locks the oldest text that is due, skipping what another worker holds. */
export async function loadDueInboundForUpdate(tx: Transaction): Promise<InboundRow | undefined> {
  const [row] = await tx.query<{
    carrier_sid: string
    organisation_id: string
    sealed: SealedValue
    received_at: number
  }>('SELECT * FROM app.inbound WHERE due_at <= app.clock() ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED')
  return (
    row && {
      carrierSid: row.carrier_sid,
      organisationId: row.organisation_id,
      sealed: row.sealed,
      receivedAt: row.received_at,
    }
  )
}

/** Commits together with the text's effect. What was sealed is dropped: the journal keeps what it meant. */
export async function finishInbound(tx: Transaction, sid: string, outcome: string, now: number): Promise<void> {
  await tx.query(
    `UPDATE app.inbound SET done_at = $2, due_at = NULL, outcome = $3, sealed = '{}' WHERE carrier_sid = $1`,
    [sid, iso(now), outcome],
  )
}

/** Could not be worked off: stays due, seconds later. @returns how often it has failed */
export async function backOffInbound(db: Queryable, sid: string): Promise<number> {
  const [row] = await db.query<{ failures: number }>(
    `UPDATE app.inbound SET failures = failures + 1, due_at = app.clock() + least(5, 1 + failures) * interval '1 second'
     WHERE carrier_sid = $1 AND done_at IS NULL RETURNING failures`,
    [sid],
  )
  return row?.failures ?? 0
}
