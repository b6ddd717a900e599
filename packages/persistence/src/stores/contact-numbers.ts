/**
 * Whether a supporter's phone said that it is theirs. An answer belongs to the number that gave it (its hash): whoever is
 * given another number waits again, and whoever is given the former one again need not be asked.
 */
import { iso, type Queryable, type Transaction } from '../database.ts'

export type NumberState = 'waiting' | 'confirmed' | 'denied'
export type NumberAnswer = Exclude<NumberState, 'waiting'>
/** `reply`: to our question. `claim`: they took an alert with it. */
export type NumberAnsweredBy = 'reply' | 'claim'

/** SQL: whether this supporter's phone said that it is not theirs. @param row alias of `app.supporters` */
export const isDenied = (row: string): string =>
  `coalesce(${row}.number_answer = 'denied' AND ${row}.number_answer_hash = ${row}.number_hash, false)`

const stoppedAt = (row: string): string =>
  `(SELECT ph.stopped_at FROM app.phones ph
    WHERE ph.organisation_id = ${row}.organisation_id AND ph.number_hash = ${row}.number_hash)`

/**
 * SQL: how a supporter's number stands, and since when; null without a number that was found good. STOP denies for as
 * long as it holds. @param row alias of `app.supporters`
 */
export const numberStanding = (row: string): string =>
  `CASE WHEN ${row}.number_hash IS NULL THEN NULL WHEN ${stoppedAt(row)} IS NOT NULL THEN 'denied'
     WHEN ${row}.number_answer_hash = ${row}.number_hash THEN ${row}.number_answer ELSE 'waiting' END AS "numberState",
   CASE WHEN ${row}.number_hash IS NULL THEN NULL WHEN ${stoppedAt(row)} IS NOT NULL THEN ${stoppedAt(row)}
     WHEN ${row}.number_answer_hash = ${row}.number_hash THEN ${row}.number_answered_at
     ELSE ${row}.number_asked_at END AS "numberStateAt",
   CASE WHEN ${row}.number_answer_hash = ${row}.number_hash THEN ${row}.number_answered_by END AS "numberAnsweredBy",
   ${row}.number_asked_at AS "numberAskedAt"`

/** A supporter with a number that may be asked. */
export interface ContactNumber {
  id: string
  organisationId: string
  language: string
  destination: string
  numberHash: Buffer
  askedAt: number | null
  /** What this very number said last; a stopped phone is not looked at here. */
  answer: NumberAnswer | null
  answeredBy: NumberAnsweredBy | null
  answeredAt: number | null
}

const contactNumbers = `SELECT s.id, s.organisation_id AS "organisationId", s.language, s.destination,
    s.number_hash AS "numberHash", s.number_asked_at AS "askedAt",
    CASE WHEN s.number_answer_hash = s.number_hash THEN s.number_answer END AS answer,
    CASE WHEN s.number_answer_hash = s.number_hash THEN s.number_answered_by END AS "answeredBy",
    CASE WHEN s.number_answer_hash = s.number_hash THEN s.number_answered_at END AS "answeredAt"
  FROM app.supporters s WHERE s.destination IS NOT NULL AND s.number_hash IS NOT NULL AND s.removed_at IS NULL`

export async function loadContactNumberForUpdate(tx: Transaction, id: string): Promise<ContactNumber | undefined> {
  const [row] = await tx.query<ContactNumber>(`${contactNumbers} AND s.id = $1 FOR UPDATE OF s`, [id])
  return row
}

/** Supporters of this phone who were asked, the newest question first. Locked. */
export async function loadAskedNumbersForUpdate(
  tx: Transaction,
  organisationId: string,
  numberHash: Buffer,
): Promise<ContactNumber[]> {
  return tx.query<ContactNumber>(
    `${contactNumbers} AND s.organisation_id = $1 AND s.number_hash = $2 AND s.number_asked_at IS NOT NULL
     ORDER BY s.number_asked_at DESC, s.id FOR UPDATE OF s`,
    [organisationId, numberHash],
  )
}

export async function recordNumberAsked(tx: Transaction, id: string, now: number): Promise<void> {
  await tx.query('UPDATE app.supporters SET number_asked_at = $2 WHERE id = $1', [id, iso(now)])
}

/** The caller has locked the supporter. */
export async function recordNumberAnswer(
  tx: Transaction,
  id: string,
  answer: NumberAnswer,
  now: number,
): Promise<void> {
  await tx.query(
    `UPDATE app.supporters SET number_answer = $2, number_answered_by = 'reply', number_answered_at = $3,
       number_answer_hash = number_hash WHERE id = $1`,
    [id, answer, iso(now)],
  )
}

/**
 * They took an alert with a number that nobody had confirmed. Skips a supporter who is being changed this moment: the
 * caller holds the alert's session, and whoever changes a supporter takes that lock after the supporter's.
 * @returns whether it waited until now
 */
export async function recordClaimedWith(tx: Transaction, id: string, now: number): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE app.supporters SET number_answer = 'confirmed', number_answered_by = 'claim', number_answered_at = $2,
       number_answer_hash = number_hash
     WHERE id = (SELECT id FROM app.supporters WHERE id = $1 AND number_hash IS NOT NULL
       AND number_answer_hash IS DISTINCT FROM number_hash FOR UPDATE SKIP LOCKED) RETURNING 1`,
    [id, iso(now)],
  )
  return rows.length > 0
}

/** Whether their phone, as it is now, answered our question with "right". */
export async function isNumberProved(db: Queryable, supporterId: string): Promise<boolean> {
  const [row] = await db.query<{ proved: boolean }>(
    `SELECT coalesce(number_answer = 'confirmed' AND number_answered_by = 'reply' AND number_answer_hash = number_hash,
       false) AS proved FROM app.supporters WHERE id = $1`,
    [supporterId],
  )
  return row?.proved ?? false
}

/** The demo's people have the simulator's phones: nobody is asked whose they are. */
export async function trustNumbers(db: Queryable, supporterIds: readonly string[]): Promise<void> {
  await db.query(
    `UPDATE app.supporters SET number_answer = 'confirmed', number_answered_by = 'reply',
       number_answered_at = app.clock() WHERE id = ANY($1::uuid[])`,
    [supporterIds],
  )
}
