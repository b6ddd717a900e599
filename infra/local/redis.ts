import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { accessSync, constants, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { makeFolder } from './places.ts'
import { plainly } from './sentence.ts'
import type { ChildPlan, Supervisor } from './supervisor.ts'

const SERVERS = ['redis-server', 'valkey-server']
/** Beside the PATH: where distributions and Homebrew put servers that an ordinary account's PATH may lack. */
const PLACES = ['/usr/local/bin', '/usr/bin', '/usr/local/sbin', '/usr/sbin', '/opt/homebrew/bin']
const READY_WITHIN_MS = 10_000
/** apt with a slow mirror; without a network it fails far sooner. */
const INSTALL_WITHIN_MS = 150_000
/** After an installation that failed we go without for a day rather than pay for it at every start. */
const TRY_AGAIN_AFTER_MS = 24 * 3_600_000
const POLICY = '/usr/sbin/policy-rc.d'

export type RedisOptions = {
  /** Its data; only wake-ups and other things that can be lost. */
  folder: string
  port: number
  fresh?: boolean
  say?: (line: string) => void
}

export type Redis = { url: string; port: number }

/**
 * Starts Redis (or Valkey) as the supervisor's child `redis` and resolves when it answers; undefined when this machine
 * has none and none could be installed. Data that it cannot read is thrown away: everything in it can be made again
 * from Postgres.
 */
export async function startRedis(supervisor: Supervisor, options: RedisOptions): Promise<Redis | undefined> {
  const say = options.say ?? (() => undefined)
  const server = findServer() ?? (await tryToInstall(options.folder, say))
  if (server === undefined) return undefined
  const data = join(options.folder, 'data')
  if (options.fresh) rmSync(data, { recursive: true, force: true })
  makeFolder(data)
  const password = randomBytes(24).toString('base64url')
  const settingsFile = join(options.folder, 'redis.conf')
  try {
    // In a file of our own and not on the command line, which every account of the machine may read.
    writeFileSync(settingsFile, settings({ port: options.port, data, password }), { mode: 0o600 })
  } catch (error) {
    throw plainly(error, options.folder)
  }
  const plan: ChildPlan = {
    name: 'redis',
    command: server,
    args: [settingsFile],
    cwd: options.folder,
    env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' },
    kind: 'store',
    ready: { line: /Ready to accept connections/ },
  }
  supervisor.start(plan)
  try {
    await supervisor.untilReady('redis', READY_WITHIN_MS)
  } catch {
    say('Redis does not start on its old data; beginning with none (Postgres has everything that matters) …')
    await supervisor.hold('redis')
    rmSync(data, { recursive: true, force: true })
    makeFolder(data)
    supervisor.release('redis')
    await supervisor.untilReady('redis', READY_WITHIN_MS)
  }
  return { url: `redis://:${password}@127.0.0.1:${options.port}`, port: options.port }
}

function settings(of: { port: number; data: string; password: string }): string {
  return [
    'bind 127.0.0.1',
    `port ${of.port}`,
    `requirepass ${of.password}`,
    'protected-mode yes',
    `dir ${JSON.stringify(of.data)}`,
    'appendonly yes',
    'appendfsync everysec',
    'save ""',
    // A full Redis must say so: evicting a wake-up would lose it without an error.
    'maxmemory 512mb',
    'maxmemory-policy noeviction',
    'daemonize no',
    'logfile ""',
    '',
  ].join('\n')
}

/** A Redis or Valkey server of this machine, as a path; undefined when there is none. */
function findServer(path = process.env.PATH ?? ''): string | undefined {
  for (const folder of [...path.split(delimiter), ...PLACES]) {
    for (const server of SERVERS) {
      const file = join(folder, server)
      try {
        accessSync(file, constants.X_OK)
        if (folder !== '' && statSync(file).isFile()) return file
      } catch {
        // Not here.
      }
    }
  }
  return undefined
}

/** Whatever keeps Redis from being installed, nothing of ours may be kept from starting by it. */
async function tryToInstall(folder: string, say: (line: string) => void): Promise<string | undefined> {
  try {
    return await installServer(folder, say)
  } catch (error) {
    say(`Redis could not be installed: ${error instanceof Error ? error.message : String(error)}`)
    return undefined
  }
}

/** Installs Redis where that takes no questions: root on Debian or Ubuntu. Its own service is neither run nor enabled. */
async function installServer(folder: string, say: (line: string) => void): Promise<string | undefined> {
  if (process.getuid?.() !== 0 || !isDebian() || !existsSync('/usr/bin/apt-get')) return undefined
  makeFolder(folder)
  const failed = join(folder, 'not-installed')
  if (existsSync(failed) && Date.now() - statSync(failed).mtimeMs < TRY_AGAIN_AFTER_MS) return undefined
  say('Installing Redis with apt (once) …')
  // Debian's switch by which a package's own service is not started when it is installed.
  const ourPolicy = !existsSync(POLICY)
  if (ourPolicy) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    const giveUpAt = performance.now() + INSTALL_WITHIN_MS
    const install = ['install', '-y', '--no-install-recommends', 'redis-server']
    // Most machines know the package already; the lists are only fetched where they do not.
    const done = (await apt(install, giveUpAt)) || ((await apt(['update'], giveUpAt)) && (await apt(install, giveUpAt)))
    if (!done) writeFileSync(failed, '')
  } finally {
    if (ourPolicy) rmSync(POLICY, { force: true })
  }
  if (existsSync('/run/systemd/system')) {
    spawnSync('systemctl', ['disable', '--now', 'redis-server'], { stdio: 'ignore', timeout: 20_000 })
  }
  return findServer()
}

function isDebian(): boolean {
  try {
    return /^ID(?:_LIKE)?=.*\b(?:debian|ubuntu)\b/m.test(readFileSync('/etc/os-release', 'utf8'))
  } catch {
    return false
  }
}

function apt(args: readonly string[], giveUpAt: number): Promise<boolean> {
  const bounded = ['-q', '-o', 'DPkg::Lock::Timeout=60', '-o', 'Acquire::Retries=1', '-o', 'Acquire::http::Timeout=15']
  const child = spawn('apt-get', [...bounded, ...args], {
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '/root', DEBIAN_FRONTEND: 'noninteractive' },
    // Its progress is for the person at the terminal; standard output stays ours.
    stdio: ['ignore', 2, 2],
    timeout: Math.max(1, Math.ceil(giveUpAt - performance.now())),
  })
  return new Promise((resolve) => {
    child.once('error', () => resolve(false))
    child.once('exit', (code) => resolve(code === 0))
  })
}
