import { iso, type Queryable, type Transaction } from '../database.ts'

/** What the operators tell everybody about a time when the service did not do what it says. */
export interface IncidentRow {
  id: string
  organisationId: string
  severity: 'trouble' | 'down'
  title: string
  words: string
  openedAt: number
  /** What was said since, oldest first. */
  updates: { at: number; words: string }[]
  closedAt?: number
  closingWords?: string
}

interface Columns {
  id: string
  organisation_id: string
  severity: 'trouble' | 'down'
  title: string
  words: string
  opened_at: number
  updates: { at: string; words: string }[]
  closed_at: number | null
  closing_words: string | null
}

const toRow = (c: Columns): IncidentRow => ({
  id: c.id,
  organisationId: c.organisation_id,
  severity: c.severity,
  title: c.title,
  words: c.words,
  openedAt: c.opened_at,
  updates: c.updates.map(({ at, words }) => ({ at: Date.parse(at), words })),
  ...(c.closed_at ? { closedAt: c.closed_at } : {}),
  ...(c.closing_words ? { closingWords: c.closing_words } : {}),
})

export async function insertIncident(tx: Transaction, row: IncidentRow, openedBy: string): Promise<void> {
  await tx.query(
    `INSERT INTO app.incidents (id, organisation_id, severity, title, words, opened_at, opened_by)
     VALUES ($1,$2,$3,$4,$5,$6,$7)`,
    [row.id, row.organisationId, row.severity, row.title, row.words, iso(row.openedAt), openedBy],
  )
}

export async function loadIncidentForUpdate(
  tx: Transaction,
  organisationId: string,
  id: string,
): Promise<IncidentRow | undefined> {
  const [row] = await tx.query<Columns>(
    'SELECT * FROM app.incidents WHERE id = $1 AND organisation_id = $2 FOR UPDATE',
    [id, organisationId],
  )
  return row && toRow(row)
}

export async function closeIncident(tx: Transaction, id: string, now: number, words: string): Promise<void> {
  await tx.query('UPDATE app.incidents SET closed_at = $2, closing_words = $3 WHERE id = $1', [id, iso(now), words])
}

/** Adds what is said now; how bad it is may have changed. */
export async function updateIncident(
  tx: Transaction,
  of: Pick<IncidentRow, 'id' | 'severity'>,
  update: { at: number; words: string },
): Promise<void> {
  await tx.query('UPDATE app.incidents SET severity = $2, updates = updates || $3::jsonb WHERE id = $1', [
    of.id,
    of.severity,
    JSON.stringify([{ at: iso(update.at), words: update.words }]),
  ])
}

/** Newest first: those that are open, and those closed in the last 30 days. */
export async function findIncidents(db: Queryable, organisationId: string, limit: number): Promise<IncidentRow[]> {
  const rows = await db.query<Columns>(
    `SELECT * FROM app.incidents WHERE organisation_id = $1
       AND (closed_at IS NULL OR closed_at > app.clock() - interval '30 days') ORDER BY opened_at DESC LIMIT $2`,
    [organisationId, limit],
  )
  return rows.map(toRow)
}
