import { readdir } from 'node:fs/promises'
import { basename } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import Postgrator from 'postgrator'
import { type Separation, secureDatabase } from './roles/secure-database.ts'

/**
 * A migration waits this long for a lock and then lets everybody pass before it asks again: whoever wants a table behind
 * a migration that waits for it waits too, and an alert's ladder must not (C20).
 */
const lockMs = 200
const tries = { most: 150, pauseMs: 200 }

/** The first line of a file that runs statement by statement: an index of a large table is built beside its writers. */
const outsideMark = '-- outside a transaction'

/** Any number the same in every release: two stacks that start at once migrate one after the other. */
const migrationLock = 4_821_000

const migrations = fileURLToPath(new URL('../migrations', import.meta.url))

/** The number of the newest migration of this release. */
export const newestMigration = (): Promise<number> => newestIn(migrations)

const newestIn = async (folder: string): Promise<number> =>
  Math.max(...(await readdir(folder)).map((file) => Number.parseInt(file, 10)).filter(Number.isSafeInteger))

/**
 * Brings the schema to the newest migration. Files are `packages/persistence/migrations/NNN.do.name.sql`; they only add
 * (expand–contract), so that the former release runs on beside this one. A file is one transaction; one whose first line is
 * `-- outside a transaction` holds statements that each may be run again, such as CREATE INDEX CONCURRENTLY after a DROP.
 * Then every table is brought under the grants of each service's role and under row-level security (`roles/`), so that a
 * table is never there without them.
 *
 * A database that a later release has brought further is left as it is, its grants as well: this release runs on it
 * (a rollback), and the later one's processes may still run beside.
 * @param folder where the files lie, for tests
 * @param to the last one to run, for an empty database that is to take a backup of a former release
 * @throws Error naming the file when a migration that has run was edited since
 */
export async function migrate(
  databaseUrl: string,
  folder = migrations,
  to?: number,
): Promise<{ applied: string[]; roles: Separation | 'of-a-later-release' }> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 })
  await client.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [migrationLock])
    const postgrator = new Postgrator({
      migrationPattern: `${folder}/*.sql`,
      driver: 'pg',
      schemaTable: 'public.schema_version',
      execQuery: (query) => client.query(query),
      execSqlScript: (script) => runScript(client, script),
    })
    if (to === undefined && (await postgrator.getDatabaseVersion()) > (await newestIn(folder)))
      return { applied: [], roles: 'of-a-later-release' }
    const applied = await postgrator.migrate(to === undefined ? '' : String(to)).catch(async (error: Error) => {
      const version = /checksum failed for migration \[(\d+)\]/i.exec(error.message)?.[1]
      if (version === undefined) throw error
      const edited = (await postgrator.getMigrations()).find((migration) => migration.version === Number(version))
      const file = basename(edited?.filename ?? `number ${version}`)
      throw new Error(`the migration ${file} was edited after it ran here: a change is a new file`, { cause: error })
    })
    // A former release's tables are on their way to this one's, and nobody is let in before.
    const roles = to === undefined ? await secureDatabase(client, giveWay) : 'one-role-for-all'
    return { applied: applied.map((migration) => basename(migration.filename)), roles }
  } finally {
    await client.end()
  }
}

async function runScript(client: pg.Client, script: string): Promise<void> {
  if (script.startsWith(outsideMark)) {
    // Each on its own: what is built beside writers must not stand in a transaction with anything.
    for (const statement of script.split(/;\s*\n/).filter((text) => text.replace(/^--.*$/gm, '').trim() !== ''))
      await giveWay(() => client.query(statement))
    return
  }
  await giveWay(async () => {
    await client.query('BEGIN')
    try {
      await client.query(`SET LOCAL lock_timeout = ${lockMs}`)
      await client.query(script)
      await client.query('COMMIT')
    } catch (error) {
      await client.query('ROLLBACK')
      throw error
    }
  })
}

/** Asks again for a lock that was not free. @throws what else went wrong, or the last refusal after half a minute or so */
async function giveWay(work: () => Promise<unknown>): Promise<void> {
  for (let tried = 1; ; tried += 1) {
    try {
      await work()
      return
    } catch (error) {
      const busy = (error as { code?: string }).code === '55P03' || (error as { code?: string }).code === '40P01'
      if (!busy || tried >= tries.most) throw error
      await pause(tries.pauseMs)
    }
  }
}
