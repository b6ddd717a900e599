/*
 * A backup is what the tables hold at one instant, in Postgres's own text format, and not the schema: the migrations of the
 * release make that. So it needs no program beside us, of whatever version, and goes into any later release and any later
 * Postgres. One gzipped file of lines: a header; for each table a line that names it, its rows as COPY writes them, and
 * `\.`; a line that says how much there was and the digest of all before it, without which the file is not whole. No key is in
 * it: what is sealed stays so.
 */
import { createHash, type Hash } from 'node:crypto'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { Database } from './database.ts'
import { migrate, newestMigration } from './migrate.ts'
import { recordRestore } from './stores/restores.ts'

/** What a backup holds. */
export interface BackupSummary {
  takenAt: number
  schemaVersion: number
  tables: number
  rows: number
}

/** Why a backup was not written or not restored; what had been loaded of it is gone again. */
export class BackupError extends Error {
  override readonly name = 'BackupError'
  readonly code: 'not_empty' | 'not_a_backup' | 'not_whole' | 'newer_release' | 'under_way'
  readonly retryable = false

  constructor(code: BackupError['code'], options?: ErrorOptions) {
    super(`no backup: ${code}`, options)
    this.code = code
  }
}

interface Header {
  /** 1: without a digest. */
  stillHereBackup: 1 | 2
  takenAt: number
  schemaVersion: number
  pace: number
}

interface Table {
  table: string
  columns: string[]
}

/** This installation's and not the service's: which stack it is, its clock, its processes, what was restored into it. */
const ofThisHostAlone = ['deployment', 'clock_correction', 'heartbeats', 'key_uses', 'restores']
const endOfRows = '\\.'
const connectWithinMs = 5_000
/** Held while a backup of this database is written, or one is restored into it: "Still Here", backup and restore. */
const backupLock = 5_448_001
const restoreLock = 5_448_002

/** A connection of its own. That it is cut is heard by whoever asked it something, and does not end the process. */
async function connect(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: connectWithinMs })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

/** One at a time of each. @throws BackupError `under_way` */
async function holdAlone(client: pg.Client, lock: number): Promise<void> {
  const { rows } = await client.query<{ got: boolean }>('SELECT pg_try_advisory_lock($1) AS got', [lock])
  if (rows[0]?.got !== true) throw new BackupError('under_way')
}

/**
 * Writes a backup of the service's data, as of one instant, while everything runs. One at a time.
 * @throws BackupError `under_way`; Error when Postgres cannot be read or `out` not be written. The file is then not whole
 */
export async function writeBackup(databaseUrl: string, out: Writable): Promise<BackupSummary> {
  const gzip = createGzip()
  const written = pipeline(gzip, out)
  // Whoever reads first hears of it first.
  written.catch(() => undefined)
  let client: pg.Client | undefined
  try {
    client = await connect(databaseUrl)
    await holdAlone(client, backupLock)
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    // What a policy hides from this role must fail the backup and not be missing from it.
    await client.query('SET LOCAL statement_timeout = 0; SET LOCAL row_security = off')
    const header = await readHeader(client)
    const hash = createHash('sha256')
    const put = async (bytes: Buffer) => {
      hash.update(bytes)
      // Where the file cannot be written nothing drains.
      if (!gzip.write(bytes)) await Promise.race([once(gzip, 'drain'), written])
    }
    const say = (line: object | string) =>
      put(Buffer.from(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`))
    await say(header)
    const tables = await tablesOf(client)
    let rows = 0
    for (const table of tables) {
      await say(table)
      for await (const chunk of client.query(copyTo(`COPY ${namesOf(table)} TO STDOUT`)) as AsyncIterable<Buffer>) {
        rows += countLines(chunk)
        await put(chunk)
      }
      await say(endOfRows)
    }
    const summary = { takenAt: header.takenAt, schemaVersion: header.schemaVersion, tables: tables.length, rows }
    await say({ whole: true, tables: summary.tables, rows, sha256: hash.copy().digest('base64url') })
    gzip.end()
    await written
    await client.query('COMMIT')
    return summary
  } finally {
    gzip.destroy()
    await client?.end()
  }
}

/**
 * Notes that a backup was written and read back, for whoever watches how old the last one is.
 * @returns false where this user may not write, or this server takes no writes: a standby
 */
export async function noteBackup(databaseUrl: string): Promise<boolean> {
  const client = await connect(databaseUrl)
  try {
    await client.query('UPDATE app.deployment SET backed_up_at = clock_timestamp()')
    return true
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === '42501' || code === '25006') return false
    throw error
  } finally {
    await client.end()
  }
}

/**
 * Reads a backup from its first byte to its last without a database, as a restore would.
 * @throws BackupError `not_a_backup`, `not_whole`
 */
export async function verifyBackup(input: Readable): Promise<BackupSummary> {
  const gunzip = createGunzip()
  gunzip.on('error', () => undefined)
  pipeline(input, gunzip).catch(() => undefined)
  let begun = false
  try {
    const lines = new Lines(gunzip)
    const header = readHeaderLine(await lines.next())
    begun = true
    let tables = 0
    let rows = 0
    for (;;) {
      const before = lines.digest()
      const line = parse<Partial<Table> & Whole>(await lines.next())
      if (line?.whole === true) {
        checkWhole(header, line, { tables, rows, digest: before })
        return { takenAt: header.takenAt, schemaVersion: header.schemaVersion, tables, rows }
      }
      if (line?.table === undefined) throw new BackupError('not_whole')
      tables += 1
      while ((await lines.next()).toString('latin1') !== endOfRows) rows += 1
    }
  } catch (error) {
    throw isDamage(error)
      ? new BackupError(begun || isCut(error) ? 'not_whole' : 'not_a_backup', { cause: error })
      : error
  } finally {
    gunzip.destroy()
  }
}

/** What the last line says. */
interface Whole {
  whole?: true
  tables?: number
  rows?: number
  sha256?: string
}

function readHeaderLine(line: Buffer): Header {
  const header = parse<Header>(line)
  if (header?.stillHereBackup !== 1 && header?.stillHereBackup !== 2) throw new BackupError('not_a_backup')
  return header
}

function checkWhole(header: Header, said: Whole, found: { tables: number; rows: number; digest: string }): void {
  const digestFits = header.stillHereBackup === 1 || said.sha256 === found.digest
  if (said.tables !== found.tables || said.rows !== found.rows || !digestFits) throw new BackupError('not_whole')
}

/**
 * Restores a backup into an empty database, brings it to this release and lets processes begin: they wait for the row of the
 * deployment, which is written last. What was due long ago is held for a minute from the start of the first worker (F54).
 * A restore that was killed has not come to that row: nothing can have run on what it left, and the next one removes it.
 * @throws BackupError; the database is then empty again
 */
export async function restoreBackup(databaseUrl: string, input: Readable): Promise<BackupSummary> {
  const client = await connect(databaseUrl)
  const gunzip = createGunzip()
  // What it throws is thrown to whoever reads; nobody else has to hear of it.
  gunzip.on('error', () => undefined)
  pipeline(input, gunzip).catch(() => undefined)
  let begun = false
  try {
    await holdAlone(client, restoreLock)
    const found = await whatIsThere(client)
    if (found === 'an installation') throw new BackupError('not_empty')
    const lines = new Lines(gunzip)
    const header = readHeaderLine(await lines.next())
    if (header.schemaVersion > (await newestMigration())) throw new BackupError('newer_release')
    begun = true
    if (found === 'an unfinished restore') await client.query(dropAll)
    await migrate(databaseUrl, undefined, header.schemaVersion)
    const { tables, rows } = await load(client, header, lines)
    await migrate(databaseUrl)
    const db = new Database({ url: databaseUrl, size: 1, applicationName: 'still-here-restore' })
    try {
      await db.transaction((tx) => recordRestore(tx, header.takenAt, header.pace))
    } finally {
      await db.close()
    }
    return { takenAt: header.takenAt, schemaVersion: header.schemaVersion, tables, rows }
  } catch (error) {
    // It was empty: all that is there is what came from this file.
    // Where Postgres is gone the next restore does this.
    if (begun) await client.query(`ROLLBACK; ${dropAll}`).catch(() => undefined)
    throw isDamage(error)
      ? new BackupError(begun || isCut(error) ? 'not_whole' : 'not_a_backup', { cause: error })
      : error
  } finally {
    gunzip.destroy()
    await client.end()
  }
}

const dropAll = 'DROP SCHEMA IF EXISTS app CASCADE; DROP TABLE IF EXISTS public.schema_version'

async function whatIsThere(client: pg.Client): Promise<'nothing' | 'an unfinished restore' | 'an installation'> {
  const { rows: named } = await client.query<{ app: string | null; deployment: string | null }>(
    `SELECT to_regnamespace('app')::text AS app, to_regclass('app.deployment')::text AS deployment`,
  )
  if (!named[0]?.app) return 'nothing'
  if (!named[0].deployment) return 'an installation'
  const { rowCount } = await client.query('SELECT FROM app.deployment')
  return rowCount === 0 ? 'an unfinished restore' : 'an installation'
}

/** All rows in one transaction. The file's last line says how many there were. */
async function load(client: pg.Client, header: Header, lines: Lines): Promise<{ tables: number; rows: number }> {
  await client.query('BEGIN')
  await client.query('SET LOCAL statement_timeout = 0')
  const tables = await tablesOf(client)
  // What a trigger would add is in the backup; what a migration put there is as well.
  for (const table of tables) await client.query(`ALTER TABLE ${quoted(table.table)} DISABLE TRIGGER USER`)
  const references = await putReferencesOff(client)
  for (const table of tables) await client.query(`DELETE FROM ${quoted(table.table)}`)
  let loaded = 0
  let rows = 0
  for (;;) {
    const before = lines.digest()
    const line = parse<Partial<Table> & Whole>(await lines.next())
    if (line?.whole === true) {
      checkWhole(header, line, { tables: loaded, rows, digest: before })
      break
    }
    const known = tables.find(({ table }) => table === line?.table)
    if (!known || !line?.columns?.every((column) => known.columns.includes(column))) throw new BackupError('not_whole')
    rows += await copyRows(client, { table: known.table, columns: line.columns }, lines)
    loaded += 1
  }
  await references.checkNow()
  for (const table of tables) await client.query(`ALTER TABLE ${quoted(table.table)} ENABLE TRIGGER USER`)
  await moveSequences(client)
  await client.query('COMMIT')
  return { tables: loaded, rows }
}

async function copyRows(client: pg.Client, table: Table, lines: Lines): Promise<number> {
  const into = client.query(copyFrom(`COPY ${namesOf(table)} FROM STDIN`))
  let failed: Error | undefined
  into.on('error', (error: Error) => {
    failed ??= error
  })
  let rows = 0
  try {
    for (;;) {
      const line = await lines.next()
      if (failed) throw failed
      if (line.toString('latin1') === endOfRows) break
      rows += 1
      if (!into.write(Buffer.concat([line, newline])) && !failed) await once(into, 'drain')
    }
  } catch (error) {
    // A file that is cut among its rows: this connection says nothing else, not even ROLLBACK, before the COPY has ended.
    if (!failed) {
      const ended = new Promise((resolve) => into.once('close', resolve))
      into.destroy()
      await ended
    }
    throw error
  }
  into.end()
  await once(into, 'finish')
  return rows
}

/** Numbers that Postgres gives go on after the last that was given. */
async function moveSequences(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ table: string; column: string }>(
    `SELECT table_name AS table, column_name AS column FROM information_schema.columns
     WHERE table_schema = 'app' AND is_identity = 'YES'`,
  )
  for (const { table, column } of rows)
    await client.query(
      `SELECT setval(pg_get_serial_sequence($1, $2), greatest(max(${client.escapeIdentifier(column)}), 1),
         max(${client.escapeIdentifier(column)}) IS NOT NULL) FROM ${quoted(table)}`,
      [`app.${table}`, column],
    )
}

async function readHeader(client: pg.Client): Promise<Header> {
  const { rows } = await client.query<{ taken: string; version: string; pace: string | null }>(
    `SELECT (extract(epoch FROM app.clock()) * 1000)::bigint AS taken, (SELECT max(version) FROM public.schema_version) AS version,
       (SELECT pace FROM app.deployment) AS pace`,
  )
  return {
    stillHereBackup: 2,
    takenAt: Number(rows[0]?.taken),
    schemaVersion: Number(rows[0]?.version),
    pace: Number(rows[0]?.pace ?? 1),
  }
}

/** Every table of the service, by name: what refers to what is looked at when all is there. */
async function tablesOf(client: pg.Client): Promise<Table[]> {
  const { rows } = await client.query<Table>(
    `SELECT c.relname AS table,
       ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
         AND a.attgenerated = '' ORDER BY a.attnum) AS columns
     FROM pg_class c WHERE c.relnamespace = 'app'::regnamespace AND c.relkind = 'r' AND c.relname <> ALL($1::text[])
     ORDER BY c.relname`,
    [ofThisHostAlone],
  )
  return rows
}

/**
 * Tables refer to each other in circles (an organisation to who asked for its closing, a supporter to the organisation), so
 * no order of loading suits every row: references wait for the end of this transaction, and then count at once as before.
 */
async function putReferencesOff(client: pg.Client): Promise<{ checkNow(): Promise<void> }> {
  const { rows } = await client.query<{ table: string; name: string }>(
    `SELECT c.relname AS table, k.conname AS name FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
     WHERE k.contype = 'f' AND c.relnamespace = 'app'::regnamespace AND NOT k.condeferrable`,
  )
  const alterAll = async (how: string) => {
    for (const { table, name } of rows)
      await client.query(`ALTER TABLE ${quoted(table)} ALTER CONSTRAINT ${client.escapeIdentifier(name)} ${how}`)
  }
  await alterAll('DEFERRABLE INITIALLY DEFERRED')
  return {
    async checkNow() {
      await client.query('SET CONSTRAINTS ALL IMMEDIATE')
      await alterAll('NOT DEFERRABLE')
    },
  }
}

const newline = Buffer.from('\n')
const quoted = (table: string): string => `app.${pg.escapeIdentifier(table)}`
const namesOf = ({ table, columns }: Table): string =>
  `${quoted(table)} (${columns.map((column) => pg.escapeIdentifier(column)).join(', ')})`

function countLines(chunk: Buffer): number {
  let count = 0
  for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) count += 1
  return count
}

/** Lines as COPY means them: ended by a line feed and by nothing else. What comes after the last one is no line. */
async function* linesOf(stream: Readable): AsyncGenerator<Buffer, undefined> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let from = 0
    const text = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (let at = text.indexOf(10); at !== -1; at = text.indexOf(10, from)) {
      yield text.subarray(from, at)
      from = at + 1
    }
    rest = text.subarray(from)
  }
  return undefined
}

/** The lines of a backup, one after the other, and the digest of all that were read. */
class Lines {
  readonly #lines: AsyncIterator<Buffer>
  readonly #hash: Hash = createHash('sha256')

  constructor(stream: Readable) {
    this.#lines = linesOf(stream)
  }

  /** @throws BackupError where the file ends before it should */
  async next(): Promise<Buffer> {
    const { value, done } = await this.#lines.next()
    if (done) throw new BackupError('not_whole')
    this.#hash.update(value).update(newline)
    return value
  }

  digest(): string {
    return this.#hash.copy().digest('base64url')
  }
}

function parse<T>(line: Buffer): T | undefined {
  try {
    return JSON.parse(line.toString('utf8')) as T
  } catch {
    return undefined
  }
}

const isCut = (error: unknown): boolean => (error as { code?: string }).code === 'Z_BUF_ERROR'

/** Gzip's and Postgres's words for a file that was cut or bent. */
function isDamage(error: unknown): boolean {
  const code = String((error as { code?: string }).code ?? '')
  return code.startsWith('Z_') || code === 'ERR_STREAM_PREMATURE_CLOSE' || /^(22|23)/.test(code)
}
