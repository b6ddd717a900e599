import { readFileSync } from 'node:fs'
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
  expect(await migrate(url)).toEqual({ applied: [], roles: 'role-per-service' })
})

test("a release that comes back to a later one's database changes nothing, not even its grants", async () => {
  const url = await emptyDatabase()
  await migrate(url)
  const later = await on(url, async (db) => {
    // What the later release brought: a table, and who may use it.
    await db.query(`CREATE TABLE app.of_a_later_release (id integer)`)
    await db.query('GRANT SELECT ON app.of_a_later_release TO stillhere_api')
    await db.query(`INSERT INTO public.schema_version (version, name, md5) VALUES (900, 'later', 'x')`)
    return () =>
      on(url, (again) => again.query(`SELECT has_table_privilege('stillhere_api', 'app.of_a_later_release', 'SELECT')`))
  })
  expect(await migrate(url)).toEqual({ applied: [], roles: 'of-a-later-release' })
  expect(await later()).toEqual([{ has_table_privilege: true }])
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

test('an organisation from before, and one that the former release still makes, has its ladder as a row', async () => {
  const file = (name: string) => readFileSync(new URL(`../migrations/${name}.sql`, import.meta.url), 'utf8')
  const asBefore = (slug: string) =>
    `INSERT INTO app.organisations (id, slug, name, sms_number, page_host, prompts, ladder)
     VALUES (gen_random_uuid(), '${slug}', 'x', '+447700900000', 'x', '{}', '[{"afterSeconds": 0}]')`
  await on(await emptyDatabase(), async (db) => {
    await db.query(file('001.do.the-house'))
    await db.query(file('002.do.supporters'))
    await db.query(asBefore('old'))
    await db.query(file('003.do.operate'))
    await db.query(asBefore('new'))
    const rows = await db.query(
      `SELECT o.slug, l.is_default, l.version, l.steps, v.content->'steps' AS kept FROM app.organisations o
       JOIN app.ladders l ON l.organisation_id = o.id
       JOIN app.settings_versions v ON v.kind = 'ladder' AND v.thing = l.id::text ORDER BY o.slug`,
    )
    const ladder = { is_default: true, version: 1, steps: [{ afterSeconds: 0 }], kept: [{ afterSeconds: 0 }] }
    expect(rows).toEqual([
      { slug: 'new', ...ladder },
      { slug: 'old', ...ladder },
    ])
  })
})
