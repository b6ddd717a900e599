import type { Queryable } from './database.ts'

/** The clock that decides (law 7), epoch ms. Inside a transaction read it after the rows are locked. */
export async function readClock(db: Queryable): Promise<number> {
  const [row] = await db.query<{ now: number }>('SELECT app.clock() AS now')
  return row?.now ?? Number.NaN
}

/** One reading for the clock watch: the uncorrected clock, the correction and its version. */
export interface ClockReading {
  rawAt: number
  correctionMs: number
  version: number
}

export async function readRawClock(db: Queryable): Promise<ClockReading> {
  const [row] = await db.query<{ raw: number; correction_ms: number; version: number }>(
    `SELECT clock_timestamp() AS raw, (extract(epoch FROM correction) * 1000)::float8 AS correction_ms, version
     FROM app.clock_correction`,
  )
  if (!row) throw new Error('app.clock_correction has no row: the schema is not ours')
  return { rawAt: row.raw, correctionMs: row.correction_ms, version: row.version }
}

/** Moves `app.clock()` by `byMs` if nobody else has since `version`. @returns whether it moved */
export async function correctClock(db: Queryable, byMs: number, version: number): Promise<boolean> {
  const rows = await db.query(
    `UPDATE app.clock_correction SET correction = correction + $1 * interval '1 millisecond', version = version + 1
     WHERE version = $2 RETURNING version`,
    [byMs, version],
  )
  return rows.length === 1
}
