import { Database, giveLogins, migrate } from '@stillhere/persistence'
import { createTestDatabase } from '@stillhere/testkit/database'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { wrongWithRoles } from './database-roles.ts'

let db: Database
let url: string
let drop: () => Promise<void>
beforeAll(async () => {
  const database = await createTestDatabase()
  ;({ url, drop } = database)
  db = new Database({ url, size: 2, applicationName: 'still-here-test' })
})
afterAll(async () => {
  await db.close()
  await drop()
})

test('every table, column and verb is granted as it is written down, and every row is kept apart by organisation', async () => {
  expect(await wrongWithRoles(db)).toEqual([])
})

test('a table that somebody adds without a policy or a grant is found', async () => {
  await db.query('CREATE TABLE app.added (id uuid PRIMARY KEY)')
  expect(await wrongWithRoles(db)).toEqual([
    'added has no line in the table of grants',
    'added is not kept apart by organisation',
  ])
  await db.query('GRANT SELECT ON app.added TO stillhere_api')
  expect(await wrongWithRoles(db)).toContain('stillhere_api select added: is held and not written down')
  await db.query('DROP TABLE app.added')
})

test('a policy that is taken away, a right that is given by hand and a function that looks past all are found', async () => {
  await db.query('ALTER TABLE app.sessions DISABLE ROW LEVEL SECURITY')
  await db.query('DROP POLICY of_organisation ON app.alerts')
  await db.query('GRANT UPDATE ON app.journal TO stillhere_api')
  await db.query('GRANT SELECT ON app.devices TO PUBLIC')
  await db.query(`CREATE FUNCTION app.all_plans() RETURNS SETOF app.rescue_plans LANGUAGE sql SECURITY DEFINER
    AS 'SELECT * FROM app.rescue_plans'`)
  expect((await wrongWithRoles(db)).sort()).toEqual([
    'PUBLIC select devices: is held and not written down',
    'alerts is not kept apart by organisation',
    "all_plans could be given tables of the caller's own",
    'all_plans looks past the policies, and nobody has said why',
    'anybody may call all_plans',
    'sessions is not kept apart by organisation',
    'stillhere_api update journal: is held and not written down',
  ])
  await db.query('DROP FUNCTION app.all_plans()')
})

test('the next migration puts right what was changed by hand, and closes a table that came without a policy', async () => {
  await db.query('CREATE TABLE app.added (id uuid PRIMARY KEY, organisation_id uuid NOT NULL)')
  expect((await migrate(url)).roles).toBe('role-per-service')
  expect(await wrongWithRoles(db)).toEqual(['added has no line in the table of grants'])
  await db.query('DROP TABLE app.added')
  expect(await wrongWithRoles(db)).toEqual([])
})

test('a user who may not make roles migrates, and everybody is told that there is one role for all', async () => {
  const owner = `owner_${Date.now().toString(36)}`
  await db.query(`CREATE ROLE ${owner} LOGIN PASSWORD 'secret-of-the-owner'`)
  try {
    const theirs = new URL(url)
    theirs.username = owner
    theirs.password = 'secret-of-the-owner'
    const services = { api: url, gateway: url, worker: url }
    for (const role of ['api', 'gateway', 'worker'] as const) {
      const of = new URL(theirs)
      of.username = `${owner}_${role}`
      services[role] = of.href
    }
    await db.query(`GRANT CONNECT ON DATABASE ${theirs.pathname.slice(1)} TO ${owner}`)
    expect(await giveLogins(theirs.href, services)).toBe('one-role-for-all')
    expect(await db.query('SELECT FROM pg_roles WHERE rolname LIKE $1', [`${owner}_%`])).toEqual([])
    // And a service that is given the owner's own address keeps the owner's rights.
    expect(await giveLogins(url, { api: url })).toBe('one-role-for-all')
  } finally {
    await db.query(`REVOKE ALL ON DATABASE ${new URL(url).pathname.slice(1)} FROM ${owner}`)
    await db.query(`DROP ROLE ${owner}`)
  }
})
