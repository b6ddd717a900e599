import { iso, type Queryable, type Transaction } from '../database.ts'
import type { SealedValue } from './plans.ts'

/** What one of the two signed with a passkey: the instant they were shown, and WebAuthn's answer. */
export interface SignedWith {
  at: string
  passkey: object
}

/** Two people open a plan outside an alert (infra/decisions/0016). */
export interface PlanOpeningRow {
  id: string
  organisationId: string
  alertId: string
  reason: string
  keyId: string
  publicKey: string
  askedBy: string
  askedAt: number
  askedWith: SignedWith
  confirmedBy: string | null
  confirmedAt: number | null
  confirmedWith: SignedWith | null
  expiresAt: number
  dueAt: number | null
  openedAt: number | null
  refusedCode: string | null
  sealed: SealedValue | null
  readableUntilAt: number | null
}

const columns = `id, organisation_id AS "organisationId", alert_id AS "alertId", reason, key_id AS "keyId",
  public_key AS "publicKey", asked_by AS "askedBy", asked_at AS "askedAt", asked_with AS "askedWith",
  confirmed_by AS "confirmedBy", confirmed_at AS "confirmedAt", confirmed_with AS "confirmedWith",
  expires_at AS "expiresAt", due_at AS "dueAt", opened_at AS "openedAt", refused_code AS "refusedCode", sealed,
  readable_until_at AS "readableUntilAt"`

/** @returns false when this id is taken */
export async function insertPlanOpening(
  tx: Transaction,
  row: Pick<
    PlanOpeningRow,
    | 'id'
    | 'organisationId'
    | 'alertId'
    | 'reason'
    | 'keyId'
    | 'publicKey'
    | 'askedBy'
    | 'askedAt'
    | 'askedWith'
    | 'expiresAt'
  >,
): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO app.plan_openings (id, organisation_id, alert_id, reason, key_id, public_key, asked_by, asked_at, asked_with,
       expires_at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10) ON CONFLICT DO NOTHING RETURNING 1`,
    [
      row.id,
      row.organisationId,
      row.alertId,
      row.reason,
      row.keyId,
      row.publicKey,
      row.askedBy,
      iso(row.askedAt),
      JSON.stringify(row.askedWith),
      iso(row.expiresAt),
    ],
  )
  return rows.length === 1
}

export async function loadPlanOpeningForUpdate(
  tx: Transaction,
  organisationId: string,
  id: string,
): Promise<PlanOpeningRow | undefined> {
  const [row] = await tx.query<PlanOpeningRow>(
    `SELECT ${columns} FROM app.plan_openings WHERE id = $1 AND organisation_id = $2 FOR UPDATE`,
    [id, organisationId],
  )
  return row
}

/** The second person's word. It is due now. */
export async function confirmPlanOpening(
  tx: Transaction,
  id: string,
  by: { supporterId: string; with: SignedWith; now: number; expiresAt: number },
): Promise<void> {
  await tx.query(
    `UPDATE app.plan_openings SET confirmed_by = $2, confirmed_with = $3, confirmed_at = $4, due_at = $4, expires_at = $5
     WHERE id = $1 AND confirmed_by IS NULL`,
    [id, by.supporterId, JSON.stringify(by.with), iso(by.now), iso(by.expiresAt)],
  )
}

/** Newest first. */
export async function findPlanOpenings(
  db: Queryable,
  organisationId: string,
  limit: number,
): Promise<PlanOpeningRow[]> {
  return db.query(
    `SELECT ${columns} FROM app.plan_openings WHERE organisation_id = $1 ORDER BY asked_at DESC, id LIMIT $2`,
    [organisationId, limit],
  )
}

/** How many an organisation asked for, and how many were opened, since then. */
export async function countPlanOpenings(
  db: Queryable,
  organisationId: string,
  since: number,
): Promise<{ asked: number; opened: number }> {
  const [row] = await db.query<{ asked: number; opened: number }>(
    `SELECT count(*) FILTER (WHERE asked_at > $2)::int AS asked, count(*) FILTER (WHERE opened_at > $2)::int AS opened
     FROM app.plan_openings WHERE organisation_id = $1`,
    [organisationId, iso(since)],
  )
  return row ?? { asked: 0, opened: 0 }
}

/** @param except those that are left alone */
export async function findPlanOpeningsDue(
  db: Queryable,
  limit: number,
  except: readonly string[],
): Promise<PlanOpeningRow[]> {
  return db.query(
    `SELECT ${columns} FROM app.plan_openings WHERE due_at IS NOT NULL AND due_at <= app.clock() AND id <> ALL($2::uuid[])
     ORDER BY due_at LIMIT $1`,
    [limit, except],
  )
}

/** A passkey that still counts, and since when it is known. */
export interface KnownPasskey {
  id: string
  supporterId: string
  organisationId: string
  publicKey: Buffer
  createdAt: number
}

export async function findKnownPasskey(db: Queryable, id: string): Promise<KnownPasskey | undefined> {
  const [row] = await db.query<KnownPasskey>(
    `SELECT id, supporter_id AS "supporterId", organisation_id AS "organisationId", public_key AS "publicKey",
       created_at AS "createdAt" FROM app.passkeys WHERE id = $1 AND revoked_at IS NULL`,
    [id],
  )
  return row
}

/** @returns false when another worker was first */
export async function storePlanOpened(
  tx: Transaction,
  id: string,
  opened: { now: number; sealed: SealedValue; readableUntilAt: number },
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE app.plan_openings SET due_at = NULL, opened_at = $2, sealed = $3, readable_until_at = $4
     WHERE id = $1 AND due_at IS NOT NULL AND opened_at IS NULL AND refused_code IS NULL RETURNING 1`,
    [id, iso(opened.now), JSON.stringify(opened.sealed), iso(opened.readableUntilAt)],
  )
  return rows.length === 1
}

export async function storePlanOpeningRefused(tx: Transaction, id: string, code: string): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE app.plan_openings SET due_at = NULL, refused_code = $2
     WHERE id = $1 AND due_at IS NOT NULL AND opened_at IS NULL RETURNING 1`,
    [id, code],
  )
  return rows.length === 1
}

/** What was sealed is gone once it may not be read any more. @returns how many */
export async function shredOpenedPlans(db: Queryable): Promise<number> {
  const rows = await db.query(
    `UPDATE app.plan_openings SET sealed = NULL WHERE sealed IS NOT NULL AND readable_until_at <= app.clock() RETURNING 1`,
  )
  return rows.length
}

/** For the person: when the plan of this session's alert was opened afterwards, and why. */
export async function findOpeningsOfSession(
  db: Queryable,
  sessionId: string,
): Promise<{ openedAt: number; reason: string }[]> {
  return db.query(
    `SELECT o.opened_at AS "openedAt", o.reason FROM app.plan_openings o JOIN app.alerts a ON a.id = o.alert_id
     WHERE a.session_id = $1 AND o.opened_at IS NOT NULL ORDER BY o.opened_at`,
    [sessionId],
  )
}
