import { afterEach, expect, test } from 'vitest'
import { Database, migrate } from '../src/index.ts'

const made: { url: string; name: string }[] = []
const server = () => new Database({ url: serverUrl(), size: 1, applicationName: 'still-here-test-server' })

function serverUrl(): string {
  const url = process.env.TEST_POSTGRES_URL
  if (!url) throw new Error('TEST_POSTGRES_URL is missing')
  return url
}

/** A database with nothing in it. */
async function emptyDatabase(): Promise<string> {
  const name = `test_empty_${Math.random().toString(36).slice(2)}`
  const db = server()
  await db.query(`CREATE DATABASE ${name}`)
  await db.close()
  const url = new URL(serverUrl())
  url.pathname = `/${name}`
  made.push({ url: url.href, name })
  return url.href
}

async function on<T>(url: string, work: (db: Database) => Promise<T>): Promise<T> {
  const db = new Database({ url, size: 1, applicationName: 'still-here-test' })
  try {
    return await work(db)
  } finally {
    await db.close()
  }
}

afterEach(async () => {
  const db = server()
  for (const { name } of made.splice(0)) await db.query(`DROP DATABASE ${name} WITH (FORCE)`)
  await db.close()
})

test('migrating twice is migrating once', async () => {
  const url = await emptyDatabase()
  expect((await migrate(url)).applied).toContain('001.do.the-house.sql')
  expect(await migrate(url)).toEqual({ applied: [] })
})

test('two stacks that start at once migrate once', async () => {
  const url = await emptyDatabase()
  const [one, other] = await Promise.all([migrate(url), migrate(url)])
  expect([...one.applied, ...other.applied].filter((file) => file === '001.do.the-house.sql')).toHaveLength(1)
})

test('a migration that was edited after it ran is refused by its name', async () => {
  const url = await emptyDatabase()
  await migrate(url)
  // As the database remembers it, the file was another one.
  await on(url, (db) => db.query(`UPDATE public.schema_version SET md5 = 'of what it was' WHERE version = 1`))
  await expect(migrate(url)).rejects.toThrow('001.do.the-house.sql')
})

test('a migration that fails leaves nothing behind, and the next try is not shut out', async () => {
  const url = await emptyDatabase()

  await on(url, async (db) => {
    await db.query('CREATE SCHEMA app')
  })
  await expect(migrate(url)).rejects.toThrow('schema "app" already exists')
  await on(url, async (db) => {
    const tables = await db.query(`SELECT FROM information_schema.tables WHERE table_schema = 'app'`)
    expect(tables).toEqual([])
    await db.query('DROP SCHEMA app')
  })

  expect((await migrate(url)).applied).not.toEqual([])
})
