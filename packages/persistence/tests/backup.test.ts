import { randomBytes } from 'node:crypto'
import { PassThrough, Readable, Writable } from 'node:stream'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Database, migrate, newId, restoreBackup, verifyBackup, writeBackup } from '../src/index.ts'
import { useHouse } from './house.ts'

const house = useHouse()
const name = `test_empty_${randomBytes(4).toString('hex')}`
const server = process.env.TEST_POSTGRES_URL ?? ''
const url = Object.assign(new URL(server), { pathname: `/${name}` }).href
let admin: Database
let backup: Buffer

beforeAll(async () => {
  admin = new Database({ url: server, size: 1, applicationName: 'still-here-test' })
  await admin.query(`CREATE DATABASE ${name} TEMPLATE template0`)
  const parts: Buffer[] = []
  const out = new Writable({
    write(chunk, _encoding, done) {
      parts.push(chunk)
      done()
    },
  })
  const [own] = await house.db.query<{ name: string }>('SELECT current_database() AS name')
  // What COPY must carry: tabs, line feeds, backslashes, quotes, and words that look like its own.
  await house.db.query(`UPDATE app.organisations SET name = $1`, ['a\tb\nc\\.\r\u2028"ŵ\\N'])
  // Rows that refer to each other in a circle: no order of loading suits both.
  const asker = newId()
  await house.db.query(
    `INSERT INTO app.supporters (id, organisation_id, role, name) VALUES ($1, $2, 'operator', 'O')`,
    [asker, house.organisationId],
  )
  await house.db.query('UPDATE app.organisations SET closing_asked_at = app.clock(), closing_asked_by = $1', [asker])
  await writeBackup(Object.assign(new URL(server), { pathname: `/${own?.name}` }).href, out)
  backup = Buffer.concat(parts)
})
afterAll(async () => {
  await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  await admin.close()
})

const restore = (bytes: Buffer) => restoreBackup(url, Readable.from([bytes]))
const verify = (bytes: Buffer) => verifyBackup(Readable.from([bytes]))
const isEmpty = async () => {
  const db = new Database({ url, size: 1, applicationName: 'still-here-test' })
  try {
    const [row] = await db.query<{ app: string | null }>(`SELECT to_regnamespace('app')::text AS app`)
    return row?.app === null
  } finally {
    await db.close()
  }
}
/** What refers to what, and when Postgres looks. */
const referencesOf = (db: Database) =>
  db.query(
    `SELECT conrelid::regclass::text AS table, conname, pg_get_constraintdef(oid) AS what FROM pg_constraint
     WHERE contype = 'f' ORDER BY 1, 2`,
  )
const bent = (bend: (text: string) => string) => gzipSync(bend(gunzipSync(backup).toString('utf8')))

test.each<[string, () => Buffer, string]>([
  ['the disk was full half way', () => backup.subarray(0, backup.length / 2), 'not_whole'],
  [
    'it was cut in the midst of a row',
    () => bent((text) => text.slice(0, text.indexOf('\n', text.indexOf('{"table":"organisations"')) + 9)),
    'not_whole',
  ],
  ['the end is missing', () => backup.subarray(0, backup.length - 20), 'not_whole'],
  [
    'it was cut at a line',
    () => bent((text) => text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1)),
    'not_whole',
  ],
  [
    'a row is missing',
    () => bent((text) => text.replace(/(\{"table":"organisations"[^\n]*\n)[^\n]*\n/, '$1')),
    'not_whole',
  ],
  ['a letter of a row was changed', () => bent((text) => text.replace('"ŵ', '"ŷ')), 'not_whole'],
  [
    'a row refers to nothing',
    () => bent((text) => text.replace(/(\{"table":"supporters"[^\n]*\n)[^\t]*/, `$1${newId()}`)),
    'not_whole',
  ],
  [
    'it is of a later release',
    () => bent((text) => text.replace(/"schemaVersion":\d+/, '"schemaVersion":999')),
    'newer_release',
  ],
  ['it is something else', () => gzipSync('hello\n'), 'not_a_backup'],
  ['it is not packed', () => Buffer.from('hello\n'), 'not_a_backup'],
])('a backup is refused when %s, and the database is empty again', async (_what, bytes, code) => {
  if (code !== 'newer_release') await expect(verify(bytes())).rejects.toMatchObject({ name: 'BackupError', code })
  await expect(restore(bytes())).rejects.toMatchObject({ name: 'BackupError', code })
  expect(await isEmpty()).toBe(true)
})

test('a restore that was killed half way stands in the way of no other, and two at once do not mix', async () => {
  await migrate(url)
  const db = new Database({ url, size: 1, applicationName: 'still-here-test' })
  try {
    // A file that never comes to its end: the first has hold of the database and waits.
    const slow = new PassThrough()
    slow.write(backup.subarray(0, backup.length / 2))
    const first = restoreBackup(url, slow)
    first.catch(() => undefined)
    await expect
      .poll(
        () =>
          db.query(`SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 5448002
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`),
        { timeout: 30_000 },
      )
      .toHaveLength(1)
    await expect(restore(backup)).rejects.toMatchObject({ code: 'under_way' })
    slow.end()
    await expect(first).rejects.toMatchObject({ code: 'not_whole' })
    expect(await isEmpty()).toBe(true)
  } finally {
    await db.close()
  }
})

test('every letter comes back, lines go on being counted, and nothing is restored over what is there', async () => {
  // A backup of a release that knew no digest is as good as it was.
  const former = bent((text) =>
    text.replace('"stillHereBackup":2', '"stillHereBackup":1').replace(/,"sha256":"[^"]+"/, ''),
  )
  expect(await verify(former)).toEqual(await verify(backup))
  expect(await restore(former)).toEqual(await verify(backup))
  const db = new Database({ url, size: 1, applicationName: 'still-here-test' })
  try {
    expect(await referencesOf(db)).toEqual(await referencesOf(house.db))
    const [row] = await db.query<{ name: string }>('SELECT name FROM app.organisations LIMIT 1')
    expect(row?.name).toBe('a\tb\nc\\.\r\u2028"ŵ\\N')
    // A number that Postgres gives is a new one.
    await db.query(
      `INSERT INTO app.journal (organisation_id, at, kind, actor_kind)
       SELECT id, app.clock(), 'test', 'service' FROM app.organisations LIMIT 1`,
    )
  } finally {
    await db.close()
  }
  await expect(restore(backup)).rejects.toMatchObject({ code: 'not_empty' })
})
