import { iso, type Queryable, type Transaction } from '../database.ts'
import { isDenied } from './contact-numbers.ts'

export interface PhoneRow {
  stoppedAt?: number
  badCode?: string
  invitedAt?: number
  helpedAt?: number
}

/**
 * Reads the phone's row, making it where there is none. Texts from one phone are worked off one after the other: the lock
 * is advisory, so that it never stands between a session and its alert.
 */
export async function loadPhoneForUpdate(
  tx: Transaction,
  organisationId: string,
  numberHash: Buffer,
): Promise<PhoneRow> {
  await tx.query('SELECT pg_advisory_xact_lock($1)', [numberHash.readBigInt64BE(0)])
  await tx.query('INSERT INTO app.phones (organisation_id, number_hash) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    organisationId,
    numberHash,
  ])
  const [row] = await tx.query<{
    stopped_at: number | null
    bad_code: string | null
    invited_at: number | null
    helped_at: number | null
  }>('SELECT * FROM app.phones WHERE organisation_id = $1 AND number_hash = $2', [organisationId, numberHash])
  if (!row) throw new Error('a phone row vanished')
  return {
    ...(row.stopped_at ? { stoppedAt: row.stopped_at } : {}),
    ...(row.bad_code ? { badCode: row.bad_code } : {}),
    ...(row.invited_at ? { invitedAt: row.invited_at } : {}),
    ...(row.helped_at ? { helpedAt: row.helped_at } : {}),
  }
}

/**
 * SQL: whether a supporter's phone can be told of an alert now: it is there, did not say STOP nor that it is another's, and
 * is not known to be dead; a landline (30006) can still be rung.
 * @param row the alias of a row of `app.supporters`
 */
export const canBeReached = (row: string): string =>
  `(${row}.destination IS NOT NULL AND ${row}.number_hash IS NOT NULL AND NOT ${isDenied(row)} AND NOT EXISTS (
     SELECT FROM app.phones ph WHERE ph.organisation_id = ${row}.organisation_id AND ph.number_hash = ${row}.number_hash
       AND (ph.stopped_at IS NOT NULL OR ph.bad_code <> '30006')))`

/** Sets what is named, leaves the rest; `undefined` in a named field clears it. */
export async function storePhone(
  tx: Transaction,
  organisationId: string,
  numberHash: Buffer,
  change: {
    stoppedAt?: number | undefined
    badCode?: string | undefined
    invitedAt?: number | undefined | undefined
    helpedAt?: number
  },
): Promise<void> {
  await tx.query('INSERT INTO app.phones (organisation_id, number_hash) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    organisationId,
    numberHash,
  ])
  const sets: string[] = []
  const values: unknown[] = [organisationId, numberHash]
  const set = (column: string, value: unknown) => sets.push(`${column} = $${values.push(value)}`)
  if ('stoppedAt' in change) set('stopped_at', iso(change.stoppedAt))
  if ('badCode' in change) set('bad_code', change.badCode ?? null)
  if ('invitedAt' in change) set('invited_at', iso(change.invitedAt))
  if ('helpedAt' in change) set('helped_at', iso(change.helpedAt))
  if (sets.length === 0) return
  await tx.query(`UPDATE app.phones SET ${sets.join(', ')} WHERE organisation_id = $1 AND number_hash = $2`, values)
}

/** Which of these phones are stopped or dead for texts. Keys are hex of the hash. */
export async function findPhones(
  db: Queryable,
  organisationId: string,
  hashes: readonly Buffer[],
): Promise<Map<string, { stopped: boolean; badCode?: string }>> {
  const rows = await db.query<{ number_hash: Buffer; stopped_at: number | null; bad_code: string | null }>(
    `SELECT number_hash, stopped_at, bad_code FROM app.phones WHERE organisation_id = $1 AND number_hash = ANY($2::bytea[])`,
    [organisationId, hashes],
  )
  return new Map(
    rows.map((r) => [
      r.number_hash.toString('hex'),
      { stopped: r.stopped_at !== null, ...(r.bad_code ? { badCode: r.bad_code } : {}) },
    ]),
  )
}
