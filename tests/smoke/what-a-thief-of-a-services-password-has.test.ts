import { giveLogins } from '@stillhere/persistence'
import { raiseAlert, startStack } from '@stillhere/testkit'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'

/*
 * Somebody has the api's address of Postgres, or the gateway's, and a client of their own. Whose they say they act for is
 * theirs to choose (see infra/decisions/0015); all the rest is Postgres's to refuse.
 */

const stack = await startStack()
stack.phones.allow(/./)
stack.phones.allowCalls()
const opened: pg.Client[] = []
let home: string
let away: string
let api: Thief
let gateway: Thief
let worker: Thief

class Thief {
  readonly #client: pg.Client

  constructor(client: pg.Client) {
    this.#client = client
  }

  static async with(url: string): Promise<Thief> {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    opened.push(client)
    return new Thief(client)
  }

  async tries(sql: string, actingFor?: string): Promise<pg.QueryResult> {
    await this.#client.query('BEGIN')
    try {
      if (actingFor) await this.#client.query(`SELECT set_config('app.organisation', $1, true)`, [actingFor])
      return await this.#client.query(sql)
    } finally {
      await this.#client.query('ROLLBACK')
    }
  }

  /** What Postgres answers: `allowed`, or the name of the refusal. */
  async may(sql: string, actingFor?: string): Promise<string> {
    try {
      await this.tries(sql, actingFor)
      return 'allowed'
    } catch (error) {
      const { code, message } = error as pg.DatabaseError
      return code === '42501' ? 'permission denied' : message
    }
  }
}

beforeAll(async () => {
  const elsewhere = await stack.organisation('away')
  home = (await stack.organisation('demo')).id
  away = elsewhere.id
  await raiseAlert(stack)
  // Another organisation has a person with a plan and a rescuer, staff, and settings of its own.
  await elsewhere.signIn('operator')
  const phone = stack.newPhone()
  const stranger = await elsewhere.newPerson()
  await stranger.savePlan()
  await stranger.addRescuer({ number: phone.number, position: 1 })
  await stack.settle()
  api = await Thief.with(stack.serviceUrls.api)
  gateway = await Thief.with(stack.serviceUrls.gateway)
  worker = await Thief.with(stack.serviceUrls.worker)
})
afterAll(async () => {
  await Promise.all(opened.map((client) => client.end()))
  await stack.close()
})

/** Tables of both organisations, by how many rows of each there are. */
async function tablesOfBoth(): Promise<{ table: string; readers: Thief[] }[]> {
  const tables = await stack.db.query<{ name: string; api: boolean; gateway: boolean }>(
    `SELECT c.relname AS name, has_column_privilege('stillhere_api', c.oid, 'organisation_id', 'SELECT') AS api,
       has_column_privilege('stillhere_gateway', c.oid, 'organisation_id', 'SELECT') AS gateway
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organisation_id'
     WHERE c.relnamespace = 'app'::regnamespace AND c.relkind = 'r'`,
  )
  return tables.map(({ name, api: mayApi, gateway: mayGateway }) => ({
    table: name,
    readers: [...(mayApi ? [api] : []), ...(mayGateway ? [gateway] : [])],
  }))
}

test('acting for one organisation, nothing of another’s is read, though it is asked for by name', async () => {
  let compared = 0
  for (const { table, readers } of await tablesOfBoth()) {
    const [there] = await stack.db.query<{ ours: boolean; theirs: boolean }>(
      `SELECT coalesce(bool_or(organisation_id = $1), false) AS ours, coalesce(bool_or(organisation_id = $2), false) AS theirs
       FROM app.${table}`,
      [home, away],
    )
    for (const reader of readers) {
      const read = async (whose: string, actingFor?: string) =>
        (await reader.tries(`SELECT organisation_id FROM app.${table} WHERE organisation_id = '${whose}'`, actingFor))
          .rowCount ?? 0
      expect(await read(away, home), table).toBe(0)
      expect(await read(home, away), table).toBe(0)
      expect(await read(home), table).toBe(0)
      if (there?.ours) expect(await read(home, home), table).toBeGreaterThan(0)
      if (there?.ours && there.theirs) compared += 1
    }
  }
  expect(compared).toBeGreaterThan(6)
})

test('saying nothing, nothing is read at all: no table shows a row but those of the installation', async () => {
  const tables = await stack.db.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'app'::regnamespace AND relkind = 'r'`,
  )
  const shown: string[] = []
  for (const { name } of tables) {
    for (const thief of [api, gateway]) {
      const column = await stack.db.query<{ name: string }>(
        `SELECT attname AS name FROM pg_attribute WHERE attrelid = 'app.${name}'::regclass AND attnum > 0
           AND has_column_privilege($1, attrelid, attnum, 'SELECT') LIMIT 1`,
        [thief === api ? 'stillhere_api' : 'stillhere_gateway'],
      )
      if (!column[0]) continue
      const { rowCount } = await thief.tries(`SELECT ${column[0].name} FROM app.${name}`)
      if ((rowCount ?? 0) > 0) shown.push(name)
    }
  }
  // What is nobody's: figures of the engine and of clearing up, and what all processes must agree on.
  const ofTheInstallation = [
    'clock_correction',
    'deployment',
    'going_live',
    'heartbeats',
    'key_uses',
    'retention_rounds',
    'sweep_minutes',
  ]
  expect(shown).toContain('deployment')
  expect([...new Set(shown)].filter((name) => !ofTheInstallation.includes(name))).toEqual([])
})

test('what is sealed to the worker, and what a token is compared with, cannot be read by whoever faces the internet', async () => {
  for (const secret of [
    'rescuers.sealed_number',
    'rescuers.sealed_word',
    'supporters.sealed_number',
    'inbound.sealed',
    'feedback.sealed',
    'alert_progress.sealed_note',
    'devices.token_hash',
    'credentials.token_hash',
  ]) {
    const [table, column] = secret.split('.')
    for (const thief of [api, gateway])
      expect(await thief.may(`SELECT ${column} FROM app.${table}`, home), secret).toBe('permission denied')
  }
  // The gateway shows sessions and alerts: who may sign in, and where a link leads, is none of its business.
  for (const table of ['devices', 'credentials', 'passkeys', 'invitations', 'inbound', 'feedback', 'audit', 'sites'])
    expect(await gateway.may(`SELECT * FROM app.${table}`, home), table).toBe('permission denied')
  for (const column of ['brief', 'minimum', 'proof_hash', 'link_id'])
    expect(await gateway.may(`SELECT ${column} FROM app.disclosures`, home), column).toBe('permission denied')
})

test('the journal and the audit are neither rewritten nor cut, by anybody', async () => {
  for (const thief of [api, gateway]) {
    for (const table of ['journal', 'audit']) {
      const { rows } = await thief.tries(`SELECT has_any_column_privilege('app.${table}', 'UPDATE') AS may`)
      expect(rows, table).toEqual([{ may: false }])
      for (const statement of [
        `UPDATE app.${table} SET at = at`,
        `DELETE FROM app.${table}`,
        `TRUNCATE app.${table}`,
        `ALTER TABLE app.${table} DISABLE TRIGGER ALL`,
        `DROP TABLE app.${table}`,
      ])
        expect(await thief.may(statement, home), statement).toMatch(/permission denied|must be owner/)
    }
    for (const table of ['journal_chains', 'daily_counts'])
      expect(await thief.may(`SELECT * FROM app.${table}`, home)).toBe('permission denied')
  }
  expect(await worker.may(`UPDATE app.journal SET kind = 'nothing-happened'`)).toBe('permission denied')
  expect(await worker.may('TRUNCATE app.journal')).toBe('permission denied')
  expect(await worker.may('UPDATE app.journal SET chain_position = 7, chain_hash = chain_hash')).toMatch(/append-only/)
  expect(await worker.may('DELETE FROM app.journal')).toMatch(/append-only/)
})

test('nobody can be made to have agreed, no number can be put in a rescuer’s place, and no clock moved', async () => {
  expect(await api.may(`UPDATE app.rescuers SET consent = 'agreed'`, home)).toBe('permission denied')
  expect(await api.may(`UPDATE app.rescuers SET destination = 'x', number_check = 'ok'`, home)).toBe(
    'permission denied',
  )
  expect(await api.may(`UPDATE app.phones SET stopped_at = NULL`, home)).toBe('permission denied')
  expect(await api.may(`UPDATE app.organisations SET sms_number = '+447700900001'`, home)).toBe('permission denied')
  for (const thief of [api, gateway])
    expect(await thief.may(`UPDATE app.clock_correction SET correction = '1 year'`)).toBe('permission denied')
  expect(await api.may('DELETE FROM app.sessions', home)).toBe('permission denied')
})

test('nothing can be made or taken over: no table, function, role or right, and no policy is put aside', async () => {
  for (const thief of [api, gateway, worker]) {
    for (const statement of [
      'CREATE TABLE app.mine (id int)',
      'CREATE TABLE public.mine (id int)',
      'CREATE TEMPORARY TABLE mine (id int)',
      'CREATE SCHEMA mine',
      `CREATE FUNCTION app.clock2() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
      `CREATE OR REPLACE FUNCTION app.acting_for() RETURNS uuid[] LANGUAGE sql AS 'SELECT NULL::uuid[]'`,
      'CREATE ROLE mine',
      'SET ROLE stillhere',
      'SET SESSION AUTHORIZATION stillhere',
      'ALTER TABLE app.sessions DISABLE ROW LEVEL SECURITY',
      'DROP POLICY of_organisation ON app.sessions',
      `CREATE POLICY mine ON app.sessions USING (true)`,
      'GRANT stillhere_worker TO stillhere_api_login',
      'SELECT rolpassword FROM pg_authid',
      `COPY app.sessions TO PROGRAM 'cat'`,
      `SELECT pg_read_file('PG_VERSION')`,
      'SELECT * FROM public.schema_version',
    ])
      expect(await thief.may(statement), statement).toMatch(/permission denied|must be owner/)
  }
  for (const thief of [api, gateway]) expect(await thief.may('SET ROLE stillhere_worker')).toBe('permission denied')
  // Asked to leave the policies out, Postgres refuses rather than leave out rows.
  expect(await api.may('SET LOCAL row_security = off; SELECT id FROM app.sessions', home)).toMatch(/permission denied/)
})

test('of what others ask of Postgres just now nothing is seen', async () => {
  const { rows } = await api.tries(
    `SELECT DISTINCT query FROM pg_stat_activity WHERE datname = current_database() AND usename <> current_user`,
  )
  expect(rows.map(({ query }) => query)).toEqual(['<insufficient privilege>'])
})

test('a worker says that live has begun only after a walk, and neither when nor twice', async () => {
  const walked = `walked_at = app.clock(), walked_hash = carrier_hash, simulated = false`
  expect(await worker.may('UPDATE app.going_live SET live_since_at = app.clock()')).toBe(
    'live begins once, after a walk',
  )
  await stack.db.query(`UPDATE app.going_live SET ${walked}`)
  const long = await worker.tries(
    `UPDATE app.going_live SET live_since_at = '2020-01-01' RETURNING live_since_at > app.clock() - interval '1 minute' AS now`,
  )
  expect(long.rows).toEqual([{ now: true }])
  await stack.db.query('UPDATE app.going_live SET live_since_at = app.clock()')
  expect(await worker.may('UPDATE app.going_live SET live_since_at = NULL')).toBe('live begins once, after a walk')
})

test('what a login set for its own sessions is taken back by the next migration', async () => {
  const login = decodeURIComponent(new URL(stack.serviceUrls.gateway).username)
  const settings = () =>
    stack.db.query<{ setting: string }>(
      `SELECT unnest(s.setconfig) AS setting FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole
       WHERE r.rolname = $1`,
      [login],
    )
  const client = new pg.Client({ connectionString: stack.serviceUrls.gateway })
  await client.connect()
  await client.query(
    `DO $$ BEGIN EXECUTE format('ALTER ROLE CURRENT_USER IN DATABASE %I SET statement_timeout = 1', current_database()); END $$`,
  )
  await client.end()
  expect(await settings()).toEqual([{ setting: 'statement_timeout=1' }])
  await giveLogins(stack.databaseUrl, { gateway: stack.serviceUrls.gateway })
  expect(await settings()).toEqual([])
})
