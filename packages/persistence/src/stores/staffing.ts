/** Opening hours, and closing for good. */
import { iso, type Queryable, type Transaction } from '../database.ts'
import type { Opening } from './organisations.ts'

export async function storeStaffing(
  tx: Transaction,
  row: { id: string; timeZone: string; rotaWarningHours: number; opening: Opening | null; version: number },
): Promise<void> {
  await tx.query(
    `UPDATE app.organisations SET time_zone = $2, rota_warning_hours = $3, opening = $4, staffing_version = $5
     WHERE id = $1`,
    [row.id, row.timeZone, row.rotaWarningHours, row.opening ? JSON.stringify(row.opening) : null, row.version],
  )
}

export async function storeClosing(
  tx: Transaction,
  id: string,
  to: { askedAt: number; askedBy: string } | 'taken-back' | { closedAt: number },
): Promise<void> {
  if (to === 'taken-back')
    await tx.query('UPDATE app.organisations SET closing_asked_at = NULL, closing_asked_by = NULL WHERE id = $1', [id])
  else if ('closedAt' in to)
    await tx.query('UPDATE app.organisations SET closed_for_good_at = $2 WHERE id = $1', [id, iso(to.closedAt)])
  else
    await tx.query('UPDATE app.organisations SET closing_asked_at = $2, closing_asked_by = $3 WHERE id = $1', [
      id,
      iso(to.askedAt),
      to.askedBy,
    ])
}

/** Whether an organisation has closed for good. */
export async function isClosedForGood(db: Queryable, organisationId: string): Promise<boolean> {
  const [row] = await db.query<{ closed: boolean }>(
    'SELECT closed_for_good_at IS NOT NULL AS closed FROM app.organisations WHERE id = $1',
    [organisationId],
  )
  return row?.closed ?? false
}

export interface OpeningRow {
  id: string
  timeZone: string
  opening: Opening
}

/** Of these organisations, those that have opening hours. */
export async function findOpenings(db: Queryable, ids: readonly string[]): Promise<OpeningRow[]> {
  return db.query(
    `SELECT id, time_zone AS "timeZone", opening FROM app.organisations
     WHERE id = ANY($1::uuid[]) AND opening IS NOT NULL AND closed_for_good_at IS NULL`,
    [ids],
  )
}
