import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import Postgrator from 'postgrator'

/** Any number the same in every release: two stacks that start at once migrate one after the other. */
const migrationLock = 4_821_000

/**
 * Brings the schema to the newest migration. Files are `packages/persistence/migrations/NNN.do.name.sql`; they only add
 * (expand–contract), so that the former release runs on beside this one.
 * @throws Error naming the file when a migration that has run was edited since
 */
export async function migrate(databaseUrl: string): Promise<{ applied: string[] }> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 })
  await client.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [migrationLock])
    const postgrator = new Postgrator({
      migrationPattern: fileURLToPath(new URL('../migrations/*.sql', import.meta.url)),
      driver: 'pg',
      schemaTable: 'public.schema_version',
      execQuery: (query) => client.query(query),
      execSqlScript: async (script) => {
        await client.query('BEGIN')
        try {
          await client.query(script)
          await client.query('COMMIT')
        } catch (error) {
          await client.query('ROLLBACK')
          throw error
        }
      },
    })
    const applied = await postgrator.migrate().catch(async (error: Error) => {
      const version = /checksum failed for migration \[(\d+)\]/i.exec(error.message)?.[1]
      if (version === undefined) throw error
      const edited = (await postgrator.getMigrations()).find((migration) => migration.version === Number(version))
      const file = basename(edited?.filename ?? `number ${version}`)
      throw new Error(`the migration ${file} was edited after it ran here: a change is a new file`, { cause: error })
    })
    return { applied: applied.map((migration) => basename(migration.filename)) }
  } finally {
    await client.end()
  }
}
