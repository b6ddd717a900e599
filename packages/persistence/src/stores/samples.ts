/** Some of what an alert will need, from anywhere in its table: what was saved long ago is as likely as what is new. */
import type { Queryable } from '../database.ts'
import { findPlans, type PlanRow } from './plans.ts'

/** A number under the worker's own key, and the row that it is bound to. */
export interface KeptNumber {
  rowId: string
  organisationId: string
  destination: string
}

/** The tables are read by blocks, about so many rows of each; an unanalysed one whole. */
const rowsRead = 400

/** Plans of which a version was once opened. @param limit at most so many */
export async function samplePlans(db: Queryable, limit: number): Promise<PlanRow[]> {
  const rows = await db.query<{ id: string }>(
    `SELECT id FROM app.rescue_plans TABLESAMPLE SYSTEM ($1)
     WHERE deleted_at IS NULL AND plan_check = 'ok' AND good_sealed IS NOT NULL ORDER BY random() LIMIT $2`,
    [await shareOf(db, 'rescue_plans'), limit],
  )
  return findPlans(
    db,
    rows.map(({ id }) => id),
  )
}

/** Of rescuers who agreed, of supporters, and of people's own phones. @param limit at most so many of each */
export async function sampleNumbers(db: Queryable, limit: number): Promise<KeptNumber[]> {
  const tables = ['rescuers', 'supporters', 'rescue_plans'] as const
  const shares = await Promise.all(tables.map((table) => shareOf(db, table)))
  return db.query<KeptNumber>(
    `(SELECT id AS "rowId", organisation_id AS "organisationId", destination FROM app.rescuers TABLESAMPLE SYSTEM ($1)
      WHERE removed_at IS NULL AND consent = 'agreed' AND destination IS NOT NULL ORDER BY random() LIMIT $4)
     UNION ALL
     (SELECT id, organisation_id, destination FROM app.supporters TABLESAMPLE SYSTEM ($2)
      WHERE removed_at IS NULL AND number_check = 'ok' AND destination IS NOT NULL ORDER BY random() LIMIT $4)
     UNION ALL
     (SELECT id, organisation_id, own_destination FROM app.rescue_plans TABLESAMPLE SYSTEM ($3)
      WHERE deleted_at IS NULL AND own_check = 'ok' AND own_destination IS NOT NULL ORDER BY random() LIMIT $4)`,
    [...shares, limit],
  )
}

/** Percent of a table that is about `rowsRead` rows, by what Postgres thinks its size is. */
async function shareOf(db: Queryable, table: string): Promise<number> {
  const [row] = await db.query<{ rows: number }>(
    `SELECT reltuples::float8 AS rows FROM pg_catalog.pg_class WHERE oid = to_regclass($1)`,
    [`app.${table}`],
  )
  return Math.min(100, (100 * rowsRead) / Math.max(1, row?.rows ?? 0))
}
