import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { birthOf } from './lock.mjs'
import { anyFreePort } from './ports.ts'
import { type Postgres, startPostgres } from './postgres.ts'
import { Supervisor } from './supervisor.ts'

let folder: string
let supervisor: Supervisor

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'still-here-postgres-'))
  chmodSync(folder, 0o711)
  supervisor = open()
})

afterEach(async () => {
  await supervisor.stop()
  rmSync(folder, { recursive: true, force: true })
})

function open(): Supervisor {
  return new Supervisor({ folder, say: () => undefined })
}

async function start(fresh = false): Promise<Postgres> {
  return startPostgres(supervisor, {
    root: process.cwd(),
    folder: join(folder, 'postgres'),
    nameOutside: 'never-used',
    port: await anyFreePort(),
    settings: { shared_buffers: '16MB', max_connections: '20', fsync: 'off' },
    fresh,
  })
}

/** Asks as any client would before it signs in (SSLRequest): a single letter comes back from a live server. */
async function answers(port: number): Promise<string> {
  const socket = createConnection(port, '127.0.0.1')
  socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]))
  const [reply] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  return reply.toString('latin1')
}

test('answers on 127.0.0.1, with a password that only its owner can read', async () => {
  const postgres = await start()
  expect(postgres.url).toMatch(/^postgres:\/\/stillhere:[\w-]{20,}@127\.0\.0\.1:\d+\/stillhere$/)
  expect(await answers(postgres.port)).toBe('N')
  expect(statSync(join(postgres.folder, 'password')).mode & 0o777).toBe(0o600)
  expect(statSync(postgres.folder).mode & 0o077).toBe(0)
})

test('is back within two seconds after a kill -9', async () => {
  const postgres = await start()
  const ready = once(supervisor, 'ready')
  const killedAtMs = performance.now()
  supervisor.signal('postgres', 'SIGKILL')
  await ready
  expect(performance.now() - killedAtMs).toBeLessThan(2_000)
  expect(await answers(postgres.port)).toBe('N')
})

test('keeps its data from one start to the next, and begins empty when asked', async () => {
  const made = () =>
    readFileSync(join(folder, 'postgres', 'data', 'global', 'pg_control'))
      .subarray(0, 8)
      .toString('hex')
  await start()
  const first = made()
  await supervisor.stop()
  supervisor = open()
  await start()
  expect(made()).toBe(first)
  await supervisor.stop()
  supervisor = open()
  await start(true)
  expect(made()).not.toBe(first)
})

test('a pid file that names a stranger blocks no start, and the stranger lives', async () => {
  const { account } = await start()
  const pidFile = join(folder, 'postgres', 'data', 'postmaster.pid')
  const [, ...rest] = readFileSync(pidFile, 'utf8').split('\n')
  await supervisor.hold('postgres')
  // Of the same account: only such a process does Postgres take for a server of its own.
  const as = account === undefined ? {} : { uid: account.uid, gid: account.gid }
  const stranger = spawn('sleep', ['600'], { cwd: '/', ...as })
  onTestFinished(() => void stranger.kill('SIGKILL'))
  writeFileSync(pidFile, [String(stranger.pid), ...rest].join('\n'))
  supervisor.release('postgres')
  await supervisor.untilReady('postgres', 10_000)
  expect(birthOf(stranger.pid ?? 0)).toBeDefined()
})

test('half a cluster that a killed start left is made again', async () => {
  await start()
  await supervisor.stop()
  rmSync(join(folder, 'postgres', 'data', 'PG_VERSION'))
  supervisor = open()
  const postgres = await start()
  expect(await answers(postgres.port)).toBe('N')
})

test('a cluster of another Postgres is refused in one sentence', async () => {
  await start()
  await supervisor.stop()
  writeFileSync(join(folder, 'postgres', 'data', 'PG_VERSION'), '9\n')
  supervisor = open()
  await expect(start()).rejects.toThrow(/was made by Postgres 9 and this is Postgres \d+; .* --fresh/)
})
