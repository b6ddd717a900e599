import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { verifyBackup } from '@stillhere/operations'
import { giveAllClear, raiseAlert, startStack, until } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'
import { hostOf, type Said } from './at-the-host.ts'

const stack = await startStack()
afterAll(() => stack.close())
const host = hostOf({ DATABASE_URL: stack.databaseUrl })

test('an alert is exported as one document, for its owner’s eyes only, with nothing of a person in it', async () => {
  const { person, rescuer } = await raiseAlert(stack)
  const [alert] = await stack.db.query<{ id: string }>('SELECT id FROM app.alerts')
  const { code } = await host.run('export', alert?.id ?? '', '--out', 'alert.json')
  expect(code).toBe(0)
  const file = join(host.folder, 'alert.json')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const text = readFileSync(file, 'utf8')
  expect(JSON.parse(text)).toMatchObject({ alert: { id: alert?.id }, lines: expect.arrayContaining([]) })
  expect(JSON.parse(text).messages.length).toBeGreaterThan(0)
  expect(stack.canaries.findIn(text)).toEqual([])
  const unknown = '01890000-0000-7000-8000-000000000000'
  expect((await host.run('export', unknown, '--json')).json()).toMatchObject({ code: 'unknown_alert' })
  await giveAllClear(person, rescuer)
  await stack.settle()
  // The chain is a moment behind what happens.
  await until('every line is chained', async () => {
    const { waiting } = (await host.run('journal', 'verify', '--json')).json()
    return waiting === 0
  })
})

test('a journal that is whole is 0; one that somebody changed is 1, and the place is named', async () => {
  const whole = await host.run('journal', 'verify')
  expect(whole).toMatchObject({ code: 0 })
  expect(whole.out).toMatch(/^The journal is whole: 1 alerts/)
  await stack.db.query('ALTER TABLE app.journal DISABLE TRIGGER journal_append_only')
  const line = `WHERE id = (SELECT min(id) FROM app.journal WHERE chain_position IS NOT NULL)`
  await stack.db.query(`UPDATE app.journal SET kind = kind || 'x' ${line}`)
  const broken = await host.run('journal', 'verify', '--json')
  expect(broken.code).toBe(1)
  expect(broken.json().broken).toMatchObject([{ position: 1, damage: 'line-changed' }])
  await stack.db.query(`UPDATE app.journal SET kind = left(kind, -1) ${line}`)
  await stack.db.query('ALTER TABLE app.journal ENABLE TRIGGER journal_append_only')
})

test('retention removes what is over, says how much, and has then nothing more to remove', async () => {
  for (const worker of [...stack.workers]) await stack.stopWorker(worker)
  await stack.passUnseen(31 * 24 * 3_600_000)
  const { removed } = (await host.run('retention', 'run', '--json')).json()
  expect(removed).toBeGreaterThan(0)
  expect(await stack.db.query('SELECT FROM app.alerts')).toEqual([])
  expect((await host.run('retention', 'run', '--json')).json()).toMatchObject({ removed: 0, failed: [] })
})

test('of two backups to one name one is whole and the other is refused; nothing half written stays', async () => {
  mkdirSync(join(host.folder, 'nightly'))
  const both = await Promise.all([1, 2].map(() => host.run('backup', 'nightly/one', '--json')))
  expect(both.map(({ code }) => code).sort()).toEqual([0, 1])
  const [done, refused] = both.toSorted((a, b) => a.code - b.code)
  expect(refused?.json().code).toMatch(/^(?:under_way|file_exists)$/)
  const { takenAt: _, file, noted, ...summary } = (done as Said).json()
  expect(noted, 'whoever watches the age of the last one sees it').toBe(true)
  expect(await verifyBackup(createReadStream(file))).toMatchObject(summary)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect((await host.run('backup', 'nightly/one', '--json')).json()).toMatchObject({ code: 'file_exists' })
  expect(readdirSync(join(host.folder, 'nightly'))).toEqual(['one'])
})

test('a backup that cannot be written says why in one sentence', async () => {
  const nowhere = await host.run('backup', 'none/tonight', '--json')
  expect(nowhere).toMatchObject({ code: 1, out: '' })
  expect(nowhere.json()).toEqual({
    code: 'no_folder',
    message: expect.stringMatching(/^There is no folder .*\/none: /),
  })
  writeFileSync(join(host.folder, 'a-file'), '')
  expect((await host.run('backup', 'a-file/tonight')).err).toMatch(
    /^.*a-file\/tonight cannot be written \(ENOTDIR\)\.\n$/,
  )
})

test('a backup that is stopped on the way leaves nothing behind', async () => {
  const folder = join(host.folder, 'stopped')
  mkdirSync(folder)
  await stack.db.transaction(async (tx) => {
    await tx.query('SET LOCAL idle_in_transaction_session_timeout = 0')
    // It comes no further than this table.
    await tx.query('LOCK TABLE app.sites IN ACCESS EXCLUSIVE MODE')
    const child = spawn(process.execPath, ['infra/stillhere/main.ts', 'backup', join(folder, 'tonight')], {
      cwd: fileURLToPath(new URL('../../../', import.meta.url)),
      env: { DATABASE_URL: stack.databaseUrl },
      stdio: 'ignore',
    })
    await until('a draft is there', () => readdirSync(folder).length === 1, 30_000)
    child.kill('SIGINT')
    expect((await once(child, 'exit'))[0]).toBe(130)
  })
  expect(readdirSync(folder)).toEqual([])
})

test('a backup whose connection is cut says that the database is away and leaves nothing behind', async () => {
  mkdirSync(join(host.folder, 'cut'))
  await stack.db.transaction(async (tx) => {
    await tx.query('SET LOCAL idle_in_transaction_session_timeout = 0')
    await tx.query('LOCK TABLE app.sites IN ACCESS EXCLUSIVE MODE')
    const writing = host.run('backup', 'cut/tonight', '--json')
    await until('it waits for this table, and is cut off', async () => {
      const cut = await stack.db.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND query LIKE 'COPY app."sites" %'`,
      )
      return cut.length > 0
    })
    const said = await writing
    expect(said).toMatchObject({ code: 1, out: '' })
    expect(said.json()).toMatchObject({ code: 'database_away' })
  })
  expect(readdirSync(join(host.folder, 'cut'))).toEqual([])
})

test('a backup is tried beside what runs, and nothing is said of starting on it', async () => {
  const name = `test_tried_${randomBytes(4).toString('hex')}`
  await stack.db.query(`CREATE DATABASE ${name} TEMPLATE template0`)
  try {
    const tried = await host.run('restore', 'nightly/one', '--database', name)
    expect(tried).toMatchObject({ code: 0, err: '' })
    expect(tried.out).toContain(`It can be restored. Start nothing on it: DROP DATABASE ${name}.`)
    const again = await host.run('restore', 'nightly/one', '--database', name)
    expect(again).toMatchObject({ code: 1, err: `${name} is not empty: name a database that you made for this.\n` })
    expect((await host.run('restore', 'nightly/one', '--database', 'A"B')).code).toBe(2)
    // What runs has not been touched.
    expect((await host.run('restored', 'list', '--json')).json()).toMatchObject({ restored: false })
  } finally {
    await stack.db.query(`DROP DATABASE ${name} WITH (FORCE)`)
  }
})

test('where nothing was restored there is nothing to close, and that is said', async () => {
  const refused = await host.run('restored', 'close', '--all', '--json')
  expect(refused).toMatchObject({ code: 1, out: '' })
  expect(refused.json()).toMatchObject({ code: 'nothing_restored' })
})
