import type { RecipientKind } from '@stillhere/domain'
import { iso, type Queryable, type Transaction } from '../database.ts'
import { inStateOrBundled } from './message-facts.ts'

/** A named person was let read a plan through a link. The brief is sealed to a key that travels only in the text. */
export interface DisclosureRow {
  id: string
  organisationId: string
  alertId: string
  recipientKind: RecipientKind
  recipientId: string
  linkId: string
  proofHash: Buffer
  minimum: Buffer
  brief: Buffer
  expiresAt: number
}

/** @returns whether it was new; a recipient has one link per alert */
export async function insertDisclosure(tx: Transaction, row: DisclosureRow): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO app.disclosures (id, organisation_id, alert_id, recipient_kind, recipient_id, link_id, proof_hash,
       minimum, brief, expires_at)
     VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10) ON CONFLICT (alert_id, recipient_id) DO NOTHING RETURNING 1`,
    [
      row.id,
      row.organisationId,
      row.alertId,
      row.recipientKind,
      row.recipientId,
      row.linkId,
      row.proofHash,
      row.minimum,
      row.brief,
      iso(row.expiresAt),
    ],
  )
  return rows.length === 1
}

export async function findLinkOf(db: Queryable, alertId: string, recipientId: string): Promise<string | undefined> {
  const [row] = await db.query<{ link_id: string }>(
    `SELECT link_id FROM app.disclosures
     WHERE alert_id = $1 AND recipient_id = $2 AND shredded_at IS NULL`,
    [alertId, recipientId],
  )
  return row?.link_id
}

export interface LinkRow {
  id: string
  organisationId: string
  alertId: string
  sessionId: string
  recipientKind: RecipientKind
  recipientId: string
  proofHash: Buffer
  minimum: Buffer | null
  brief: Buffer | null
  expired: boolean
  shredded: boolean
  alertState: 'open' | 'owned' | 'closed'
}

export async function findLink(db: Queryable, linkId: string): Promise<LinkRow | undefined> {
  const [row] = await db.query<LinkRow>(
    `SELECT d.id, d.organisation_id AS "organisationId", d.alert_id AS "alertId", a.session_id AS "sessionId",
       d.recipient_kind AS "recipientKind", d.recipient_id AS "recipientId", d.proof_hash AS "proofHash", d.minimum, d.brief,
       d.expires_at <= app.clock() AS expired, d.shredded_at IS NOT NULL AS shredded, a.state AS "alertState"
     FROM app.disclosures d JOIN app.alerts a ON a.id = d.alert_id WHERE d.link_id = $1`,
    [linkId],
  )
  return row
}

/** How many rescuers of this alert are going or there, beside this one. */
export async function countOthersGoing(db: Queryable, alertId: string, recipientId: string): Promise<number> {
  const [row] = await db.query<{ others: number }>(
    `SELECT count(*)::int AS others FROM app.alert_recipients
     WHERE alert_id = $1 AND recipient_id <> $2 AND kind = 'rescuer' AND answer IN ('going', 'there')`,
    [alertId, recipientId],
  )
  return row?.others ?? 0
}

export async function recordOpened(tx: Transaction, disclosureId: string, now: number): Promise<void> {
  await tx.query('UPDATE app.disclosures SET opened_at = coalesce(opened_at, $2) WHERE id = $1', [
    disclosureId,
    iso(now),
  ])
}

/** When briefs were opened, by `alertId.recipientId`. */
export async function findOpenedBriefs(db: Queryable, alertIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await db.query<{ alert_id: string; recipient_id: string; opened_at: number }>(
    `SELECT alert_id, recipient_id, opened_at FROM app.disclosures
     WHERE alert_id = ANY($1::uuid[]) AND opened_at IS NOT NULL`,
    [alertIds],
  )
  return new Map(rows.map((row) => [`${row.alert_id}.${row.recipient_id}`, row.opened_at]))
}

/** The close: links end, briefs are gone. The proof's hash stays so that a late visitor hears "over" and not "never was". */
export async function shredBriefs(tx: Transaction, alertId: string, now: number): Promise<void> {
  await tx.query(
    'UPDATE app.disclosures SET shredded_at = $2, minimum = NULL, brief = NULL WHERE alert_id = $1 AND shredded_at IS NULL',
    [alertId, iso(now)],
  )
}

/**
 * Who was told and how far it got: what the person's receipt shows. No numbers. Somebody counts from the first word that
 * reached them: a text, the alert on their console, or their own answer.
 */
export interface ReceiptLine {
  who: RecipientKind
  recipientId: string
  at: number
  delivered: boolean
  reply: string
  /** The alert, without the plan, was on their console. */
  seenAt?: number
  /** They opened the plan. */
  openedAt?: number
}

export async function findReceiptLines(db: Queryable, sessionId: string): Promise<ReceiptLine[]> {
  const rows = await db.query<
    Omit<ReceiptLine, 'openedAt' | 'seenAt'> & { openedAt: number | null; seenAt: number | null }
  >(
    `WITH alert AS (SELECT id FROM app.alerts WHERE session_id = $1),
     everybody AS (
       SELECT r.kind, r.recipient_id, r.told_at, r.answer, r.answered_at
       FROM alert JOIN app.alert_recipients r ON r.alert_id = alert.id
       UNION ALL
       SELECT 'supporter', v.supporter_id, NULL, 'none', NULL FROM alert JOIN app.alert_views v ON v.alert_id = alert.id
       WHERE NOT EXISTS (SELECT FROM app.alert_recipients r WHERE r.alert_id = v.alert_id AND r.recipient_id = v.supporter_id))
     SELECT e.kind AS who, e.recipient_id AS "recipientId", e.answer AS reply, d.opened_at AS "openedAt",
       v.seen_at AS "seenAt", least(e.told_at, v.seen_at, e.answered_at, d.opened_at) AS at,
       EXISTS (SELECT FROM app.messages m WHERE m.alert_id = alert.id AND m.recipient_id = e.recipient_id
         AND ${inStateOrBundled('m', (of) => `${of}.status = 'delivered'`)}) AS delivered
     FROM alert CROSS JOIN everybody e
     LEFT JOIN app.disclosures d ON d.alert_id = alert.id AND d.recipient_id = e.recipient_id
     LEFT JOIN app.alert_views v ON v.alert_id = alert.id AND v.supporter_id = e.recipient_id
     WHERE e.told_at IS NOT NULL OR v.seen_at IS NOT NULL OR e.answer <> 'none' OR d.opened_at IS NOT NULL
     ORDER BY at`,
    [sessionId],
  )
  return rows.map(({ openedAt, seenAt, ...line }) => ({
    ...line,
    ...(seenAt ? { seenAt } : {}),
    ...(openedAt ? { openedAt } : {}),
  }))
}
