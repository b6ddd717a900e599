import type { LadderStep } from '@stillhere/domain'
import type { Queryable, Transaction } from '../database.ts'

export interface LadderOfOrganisation {
  id: string
  name: string
  version: number
  steps: LadderStep[]
  isDefault: boolean
}

const columns = 'id, name, version, steps, is_default AS "isDefault"'

export async function findLadders(db: Queryable, organisationId: string): Promise<LadderOfOrganisation[]> {
  return db.query(
    `SELECT ${columns} FROM app.ladders WHERE organisation_id = $1 ORDER BY is_default DESC, name, id LIMIT 200`,
    [organisationId],
  )
}

export async function loadLadderForUpdate(
  tx: Transaction,
  organisationId: string,
  id: string,
): Promise<LadderOfOrganisation | undefined> {
  const [row] = await tx.query<LadderOfOrganisation>(
    `SELECT ${columns} FROM app.ladders WHERE organisation_id = $1 AND id = $2 FOR UPDATE`,
    [organisationId, id],
  )
  return row
}

export async function insertLadder(
  tx: Transaction,
  row: { id: string; organisationId: string; name: string; steps: readonly LadderStep[] },
): Promise<void> {
  await tx.query('INSERT INTO app.ladders (id, organisation_id, name, steps) VALUES ($1,$2,$3,$4)', [
    row.id,
    row.organisationId,
    row.name,
    JSON.stringify(row.steps),
  ])
}

/** The next version. The default's steps go where the raise reads them, in the same transaction. */
export async function storeLadder(
  tx: Transaction,
  row: { id: string; organisationId: string; name: string; version: number; steps: readonly LadderStep[] },
): Promise<void> {
  const steps = JSON.stringify(row.steps)
  await tx.query('UPDATE app.ladders SET name = $2, version = $3, steps = $4 WHERE id = $1', [
    row.id,
    row.name,
    row.version,
    steps,
  ])
  await tx.query(
    `UPDATE app.organisations o SET ladder = $3 FROM app.ladders l
     WHERE o.id = $1 AND l.id = $2 AND l.is_default AND l.organisation_id = o.id`,
    [row.organisationId, row.id, steps],
  )
}
