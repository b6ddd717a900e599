import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Database } from '@stillhere/persistence'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { anyFreePort } from '../local/ports.ts'
import { startPostgres } from '../local/postgres.ts'
import { Supervisor } from '../local/supervisor.ts'

const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '')
const folder = mkdtempSync(join(tmpdir(), 'still-here-owner-'))
const supervisor = new Supervisor({ folder, say: () => undefined })
let server = ''
let cluster = ''
// A server of its own: roles are the cluster's, and on the tests' common one they are there already.
beforeAll(async () => {
  const postgres = await startPostgres(supervisor, {
    root,
    folder: join(folder, 'postgres'),
    nameOutside: basename(folder),
    port: await anyFreePort(),
    // As a package of Postgres comes.
    settings: { fsync: 'off', log_error_verbosity: 'default', log_min_error_statement: 'error' },
  })
  server = postgres.url
  cluster = postgres.folder
})
afterAll(async () => {
  await supervisor.stop()
  for (const made of [cluster, folder]) rmSync(made, { recursive: true, force: true })
})

const as = (user: string, password: string, database: string): string => {
  const url = new URL(server)
  Object.assign(url, { username: user, password, pathname: `/${database}` })
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

const node = (args: string[], environment: Record<string, string>) =>
  promisify(execFile)(process.execPath, args, { cwd: root, env: { PATH: process.env.PATH, ...environment } })

test('the owner that compose makes may do all that migrate, a backup and a restore need, and is no superuser', async () => {
  const script = readFileSync(join(root, 'infra/docker/postgres-owner.sh'), 'utf8')
  const [, sql = ''] = /<<'SQL'\n([\s\S]*)^SQL$/m.exec(script) ?? []
  // The server under a test has a role and a database of that name; this one is called otherwise.
  const statements = sql.replaceAll('stillhere', 'the_owner').replace(":'password'", "'of-the-owner'")
  for (const statement of statements.split(';').filter((text) => text.trim() !== ''))
    await on(server, (db) => db.query(statement))
  const owner = as('the_owner', 'of-the-owner', 'the_owner')
  const api = as('stillhere_api_login', 'of-the-api', 'the_owner')
  const services = {
    API_DATABASE_URL: api,
    GATEWAY_DATABASE_URL: as('stillhere_gateway_login', 'of-the-gateway', 'the_owner'),
    WORKER_DATABASE_URL: as('stillhere_worker_login', 'of-the-worker', 'the_owner'),
  }
  const migrated = await node(['infra/deploy/migrate.ts'], { DATABASE_URL: owner, ...services })
  expect(migrated.stdout).toContain('role-per-service')
  expect(migrated.stdout).not.toContain('one role for all')
  const [may] = await on(owner, (db) =>
    db.query('SELECT rolsuper, rolbypassrls, rolreplication, rolcreatedb FROM pg_roles WHERE rolname = current_user'),
  )
  expect(may).toEqual({ rolsuper: false, rolbypassrls: false, rolreplication: false, rolcreatedb: false })
  await expect(on(owner, (db) => db.query(`SELECT pg_read_file('/etc/passwd')`))).rejects.toThrow()
  await expect(on(api, (db) => db.query('DELETE FROM app.journal'))).rejects.toThrow()

  const stillHere = (...args: string[]) => node(['infra/stillhere/main.ts', ...args], { DATABASE_URL: owner })
  const file = join(folder, 'a.backup')
  await stillHere(
    'organisation',
    'create',
    '--slug',
    'a',
    '--name',
    'A',
    '--number',
    '+447700900077',
    '--host',
    'a.example.org',
  )
  await stillHere('backup', file)
  await on(owner, (db) => db.query('DROP SCHEMA app CASCADE; DROP TABLE public.schema_version'))
  await stillHere('restore', file)
  const { stdout } = await stillHere('organisation', 'list', '--json')
  expect(stdout).toContain('"slug":"a"')
})

test('a Postgres whose log would hold rows is told of by migrate and by check, until it is set as the guide says', async () => {
  const owner = as('the_owner', 'of-the-owner', 'the_owner')
  const check = () =>
    node(['infra/stillhere/main.ts', 'check', '--json'], { DATABASE_URL: owner }).catch(
      (error: { code: number; stdout: string }) => error,
    )
  const { code, stdout } = (await check()) as { code: number; stdout: string }
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({ talkative: ['log_error_verbosity', 'log_min_error_statement'] })
  const migrated = await node(['infra/deploy/migrate.ts'], { DATABASE_URL: owner })
  expect(migrated.stdout).toContain('"event":"the log of the database would hold rows"')
  expect(migrated.stdout).toContain('"reason":"log_min_error_statement"')
  expect(migrated.stdout).not.toContain('unnamed event')

  const guide = readFileSync(join(root, 'infra/deploy/README.md'), 'utf8')
  const lines = [...guide.matchAll(/^ALTER SYSTEM SET log_.*;$/gm)].map(([line]) => line)
  expect(lines.length).toBeGreaterThanOrEqual(6)
  // This server has them on its command line, which stands above ALTER SYSTEM; a database's own stand above both.
  for (const line of lines) await on(server, (db) => db.query(line.replace('SYSTEM', 'DATABASE the_owner')))
  expect(JSON.parse(((await check()) as { stdout: string }).stdout)).toEqual({ talkative: [] })
})
