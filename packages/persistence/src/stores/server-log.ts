import type { Queryable } from '../database.ts'

/**
 * Settings under which Postgres writes statements or rows into its own log: an error quotes the row it failed on, a slow
 * statement its values. What each must be: infra/deploy/README.md.
 */
const quiet = {
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
  log_parameter_max_length_on_error: '0',
  log_statement: 'none',
  log_min_duration_statement: '-1',
  log_min_duration_sample: '-1',
} as const

/** @returns the names of settings, a word of Postgres each, that would let rows into the server's log; none is well */
export async function findTalkativeLogSettings(db: Queryable): Promise<string[]> {
  const rows = await db.query<{ name: string }>(
    `SELECT wanted.key AS name FROM jsonb_each_text($1) wanted JOIN pg_settings s ON s.name = wanted.key
     WHERE s.setting <> wanted.value ORDER BY 1`,
    [JSON.stringify(quiet)],
  )
  return rows.map(({ name }) => name)
}
