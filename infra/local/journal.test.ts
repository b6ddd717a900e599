import { spawnSync } from 'node:child_process'
import { Database, newId, recordJournal } from '@stillhere/persistence'
import { createTestDatabase } from '@stillhere/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

/* The command as a person runs it: a process of its own, on a database that DATABASE_URL names. */

let url: string
let db: Database
let drop: () => Promise<void>

beforeAll(async () => {
  const database = await createTestDatabase()
  url = database.url
  drop = database.drop
  db = new Database({ url, size: 1, applicationName: 'test' })
})
afterAll(async () => {
  await db.close()
  await drop()
})

function journal(args: readonly string[], databaseUrl: string | undefined = url) {
  const done = spawnSync(process.execPath, ['infra/local/journal.ts', ...args], {
    encoding: 'utf8',
    timeout: 20_000,
    env: { PATH: process.env.PATH, ...(databaseUrl === '' ? {} : { DATABASE_URL: databaseUrl }) },
  })
  return { code: done.status, out: done.stdout, said: done.stderr }
}

test('a whole journal: 0, and how much was verified', () => {
  const { code, out } = journal(['verify', '--json'])
  expect(JSON.parse(out)).toEqual({ ok: true, alerts: 0, lines: 0, tombstones: 0, waiting: 0, broken: [] })
  expect(code).toBe(0)
  expect(journal(['verify']).out).toContain('The journal is whole: 0 alerts')
})

test('a broken one: 1, and the alert and what is wrong with it', async () => {
  const alertId = newId()
  await db.transaction((tx) =>
    recordJournal(tx, [
      { organisationId: newId(), at: Date.now(), kind: 'alert-raised', alertId, actor: { kind: 'service' } },
    ]),
  )
  const { code, out } = journal(['verify', '--json'])
  expect(JSON.parse(out)).toMatchObject({ ok: false, broken: [{ alertId, damage: 'removed-early' }] })
  expect(code).toBe(1)
  expect(journal(['verify']).out).toContain(`alert ${alertId}: removed-early`)
})

test('nobody to ask: 78, and nothing of the address in what is said', () => {
  const { code, out, said } = journal(['verify'], 'postgres://someone:secret@127.0.0.1:1/nothing')
  expect({ code, out }).toEqual({ code: 78, out: '' })
  expect(said).toContain('The database does not answer')
  expect(said).not.toContain('secret')
})

test('not understood: 78 and the help, which --help shows as well', () => {
  expect(journal(['verfy'])).toMatchObject({ code: 78, out: '' })
  expect(journal(['verfy']).said).toContain('npm run journal -- verify')
  expect(journal(['--help'])).toMatchObject({ code: 0, said: '' })
  expect(journal(['--help']).out).toContain('exit code 0')
})
