import type { Queryable } from '../database.ts'

/** Rows that only one disclosure key opens: `table.column` and how many. */
export interface SealedTo {
  keyId: string
  where: string
  rows: number
}

/**
 * How much is sealed to which key, in every column whose name says that it is sealed: a column that is added later is
 * counted without being named here. A supporter's browser has a key of its own; what is sealed to it counts under its id.
 */
export async function countSealedTo(db: Queryable): Promise<SealedTo[]> {
  const columns = await db.query<{ table: string; column: string }>(
    `SELECT table_name AS table, column_name AS column FROM information_schema.columns
     WHERE table_schema = 'app' AND data_type = 'jsonb' AND column_name ~ '(^|_)sealed(_|$)' ORDER BY 1, 2`,
  )
  const counted: SealedTo[] = []
  for (const { table, column } of columns) {
    // Names from the catalogue, quoted all the same.
    const [of, what] = [quoted(table), quoted(column)]
    const rows = await db.query<{ keyId: string; rows: number }>(
      `SELECT ${what} ->> 'keyId' AS "keyId", count(*) AS rows FROM app.${of}
       WHERE ${what} ->> 'keyId' IS NOT NULL GROUP BY 1 ORDER BY 1`,
    )
    counted.push(...rows.map(({ keyId, rows: n }) => ({ keyId, where: `${table}.${column}`, rows: n })))
  }
  return counted
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
