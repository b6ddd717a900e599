import { type Database, readClock, readRawClock } from '@stillhere/persistence'

/** `app.clock()` of a test's database, which a test may move (law 7: one clock decides, so there is one to move). */
export interface MovableClock {
  now(): Promise<number>
  /** Moves on to `at`, epoch ms; never back. */
  moveTo(at: number): Promise<void>
  /** Stands still from now on, but for being moved: what happens at an instant does not depend on the machine's load. */
  standStill(): Promise<void>
}

export function createMovableClock(db: Database): MovableClock {
  return {
    now: () => readClock(db),
    async moveTo(at) {
      // A new version tells the workers' clock watch that somebody decided what time it is.
      await db.query(
        `UPDATE app.clock_correction SET version = version + 1,
           correction = correction + greatest(interval '0', $1::timestamptz - app.clock())`,
        [new Date(at).toISOString()],
      )
    },
    async standStill() {
      const { rawAt } = await readRawClock(db)
      await db.query(
        `CREATE OR REPLACE FUNCTION app.clock() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL RESTRICTED
           AS $$ SELECT '${new Date(rawAt).toISOString()}'::timestamptz + (SELECT correction FROM app.clock_correction) $$`,
      )
    },
  }
}
