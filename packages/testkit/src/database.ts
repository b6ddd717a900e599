import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Database, DatabaseUnavailableError, migrate } from '@stillhere/persistence'
import { until } from './until.ts'

const doneWithinMs = 30_000

/** A database of its own: the newest schema and nothing else in it. */
export interface TestDatabase {
  url: string
  /** Drops it. @throws Error when somebody still holds a connection: a pool was leaked */
  drop(): Promise<void>
}

/**
 * Clones the template of the current migrations (about 60 ms; made by whoever is first) on the Postgres that the whole
 * run shares.
 * @param server a role that may create databases; default the one of vitest's global set-up
 */
export async function createTestDatabase(server = process.env.TEST_POSTGRES_URL): Promise<TestDatabase> {
  if (!server) throw new Error('TEST_POSTGRES_URL is missing: run the tests from the clone’s root with npm test')
  const template = `template_${hashOfMigrations()}`
  const admin = new Database({ url: server, size: 1, applicationName: 'still-here-testkit' })
  try {
    if (!(await exists(admin, template))) await makeTemplate(admin, server, template)
    const name = await copy(admin, template, 'test')
    return { url: urlOf(server, name), drop: () => drop(server, name) }
  } finally {
    await admin.close()
  }
}

/** On a machine that runs too much at once a copy may outlast the statement timeout of every connection of ours. */
function untilDone(what: string, act: () => Promise<unknown>): Promise<true> {
  return until(
    what,
    async () => {
      try {
        await act()
        return true
      } catch (error) {
        if (error instanceof DatabaseUnavailableError) return undefined
        throw error
      }
    },
    doneWithinMs,
  )
}

/** @returns the new database's name */
async function copy(admin: Database, of: string, prefix: string): Promise<string> {
  let name = ''
  await untilDone(`a copy of ${of}`, async () => {
    name = `${prefix}_${randomBytes(6).toString('hex')}`
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${of}`)
  })
  return name
}

async function makeTemplate(admin: Database, server: string, template: string): Promise<void> {
  // Made under another name: a template that is there is whole, and two that are made at once are one too many.
  const draft = await copy(admin, 'template0', template)
  await migrate(urlOf(server, draft))
  try {
    await admin.query(`ALTER DATABASE ${draft} RENAME TO ${template}`)
  } catch (error) {
    await admin.query(`DROP DATABASE ${draft}`)
    if (!(await exists(admin, template))) throw error
  }
}

async function exists(admin: Database, name: string): Promise<boolean> {
  return (await admin.query('SELECT FROM pg_database WHERE datname = $1', [name])).length > 0
}

async function drop(server: string, name: string): Promise<void> {
  const admin = new Database({ url: server, size: 1, applicationName: 'still-here-testkit' })
  try {
    // A backend that was told to end takes a moment to be gone.
    for (let tries = 0; ; tries += 1) {
      const held = await admin.query<{ application_name: string }>(
        'SELECT application_name FROM pg_stat_activity WHERE datname = $1',
        [name],
      )
      if (held.length === 0) break
      if (tries < 50) {
        await admin.query('SELECT pg_sleep(0.02)')
        continue
      }
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
      throw new Error(`connections were left open by: ${held.map((row) => row.application_name).join(', ')}`)
    }
    await untilDone('the end of a database', () => admin.query(`DROP DATABASE IF EXISTS ${name}`))
  } finally {
    await admin.close()
  }
}

function urlOf(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

function hashOfMigrations(): string {
  const persistence = dirname(createRequire(import.meta.url).resolve('@stillhere/persistence'))
  const folder = join(persistence, '..', 'migrations')
  const hash = createHash('sha256')
  for (const file of readdirSync(folder).sort()) hash.update(file).update(readFileSync(join(folder, file)))
  return hash.digest('hex').slice(0, 12)
}
