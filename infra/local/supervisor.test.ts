import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { endLeftovers, readRecord, writeRecord } from './leftovers.ts'
import { birthOf } from './lock.mjs'
import { anyFreePort } from './ports.ts'
import { type ChildPlan, runRecordFile, Supervisor } from './supervisor.ts'

let folder: string
let said: string[]
let supervisor: Supervisor

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'still-here-supervisor-'))
  said = []
  supervisor = new Supervisor({ folder, say: (line) => said.push(line) })
})

afterEach(async () => {
  await supervisor.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** A child that lives until it is ended, written as a line of JavaScript. */
function plan(name: string, script: string, more: Partial<ChildPlan> = {}): ChildPlan {
  return {
    name,
    command: process.execPath,
    args: ['-e', script],
    cwd: folder,
    env: { PATH: process.env.PATH ?? '' },
    kind: 'service',
    ready: 'at once',
    ...more,
  }
}

const LIVES = 'process.stdin.resume(); setInterval(() => {}, 60_000); console.log("up")'
const IGNORES_SIGTERM = `process.on('SIGTERM', () => {}); ${LIVES}`
const READY = { ready: { line: /^up$/ } } as const

test('whatever is killed is started again within two seconds, every time', async () => {
  supervisor.start(plan('worker-1', LIVES, READY))
  await supervisor.untilReady('worker-1', 10_000)
  for (let kill = 0; kill < 3; kill += 1) {
    const started = once(supervisor, 'started')
    const killedAtMs = performance.now()
    const pid = supervisor.signal('worker-1', 'SIGKILL')
    const [next] = await started
    expect(next).not.toMatchObject({ pid })
    expect(performance.now() - killedAtMs).toBeLessThan(2_000)
  }
})

test('a child that ends by itself over and over is never given up, and is waited for no longer', async () => {
  supervisor.start(plan('api', 'console.error("no such setting"); process.exit(1)', READY))
  await expect(supervisor.untilReady('api', 60_000)).rejects.toThrow(
    /api ends as soon as it is started: no such setting/,
  )
  const [next] = await once(supervisor, 'started')
  expect(next).toMatchObject({ name: 'api' })
})

test('a child that refuses its settings is not waited for', async () => {
  supervisor.start(plan('api', 'console.log(`{"code":"settings"}`); process.exit(78)', READY))
  await expect(supervisor.untilReady('api', 60_000)).rejects.toThrow('api refuses its settings: {"code":"settings"}')
})

test('a child sees its own environment and nothing of ours', async () => {
  process.env.SECRET_OF_THE_SHELL = 'leak'
  const script = `console.log(Object.keys(process.env).sort().join()); ${LIVES}`
  supervisor.start(plan('web', script, { env: { GIVEN: '1' }, ready: { line: /^GIVEN$/ } }))
  await supervisor.untilReady('web', 10_000)
  delete process.env.SECRET_OF_THE_SHELL
})

test('is ready when the address answers 200 and not before', async () => {
  let status = 503
  const server = createServer((_request, response) => {
    response.statusCode = status
    response.end()
    status = 200
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/readyz`
  supervisor.start(plan('api', LIVES, { ready: { url } }))
  expect(supervisor.isReady('api')).toBe(false)
  await supervisor.untilReady('api', 10_000)
  server.close()
})

test('a process that is alive but answers nothing for ten seconds is started again', async () => {
  const port = await anyFreePort()
  const url = `http://127.0.0.1:${port}/livez`
  const script = `require('node:http').createServer((q, a) => a.end()).listen(${port}, '127.0.0.1')`
  supervisor.start(plan('api', script, { ready: { url }, liveUrl: url }))
  await supervisor.untilReady('api', 10_000)
  const frozen = once(supervisor, 'frozen')
  const frozenAtMs = performance.now()
  const pid = supervisor.signal('api', 'SIGSTOP')
  await frozen
  expect(performance.now() - frozenAtMs).toBeLessThan(14_000)
  expect(performance.now() - frozenAtMs).toBeGreaterThan(8_000)
  await once(supervisor, 'ready')
  expect(supervisor.pid('api')).not.toBe(pid)
})

test('stopping ends services before stores, and those who do not listen too, in ten seconds', async () => {
  const ended: string[] = []
  supervisor.on('ended', ({ name }) => ended.push(name))
  supervisor.start(plan('postgres', LIVES, { ...READY, kind: 'store' }))
  supervisor.start(plan('stubborn', IGNORES_SIGTERM, READY))
  supervisor.start(plan('stopped', LIVES, READY))
  await Promise.all(['postgres', 'stubborn', 'stopped'].map((name) => supervisor.untilReady(name, 10_000)))
  supervisor.signal('stopped', 'SIGSTOP')
  const pids = ['postgres', 'stubborn', 'stopped'].map((name) => supervisor.pid(name) ?? 0)
  const stoppedAtMs = performance.now()
  await supervisor.stop()
  expect(performance.now() - stoppedAtMs).toBeLessThan(10_000)
  expect(ended.at(-1)).toBe('postgres')
  expect(pids.map((pid) => birthOf(pid))).toEqual([undefined, undefined, undefined])
  expect(existsSync(runRecordFile(folder))).toBe(false)
})

test('a held child stays down until it is released', async () => {
  supervisor.start(plan('worker-1', LIVES, READY))
  await supervisor.untilReady('worker-1', 10_000)
  await supervisor.hold('worker-1')
  expect(supervisor.pid('worker-1')).toBeUndefined()
  supervisor.release('worker-1')
  await supervisor.untilReady('worker-1', 10_000)
})

test('what a child leaves in its group goes with it', async () => {
  const script = `const c = require('node:child_process').spawn('sleep', ['600']); console.log('grandchild ' + c.pid); ${LIVES}`
  supervisor.start(plan('web', script, READY))
  await supervisor.untilReady('web', 10_000)
  await supervisor.hold('web')
  const logged = await untilLogged('web', /grandchild (\d+)/)
  await untilGone(Number(logged[1]))
})

test('errors of a child reach the terminal, everything reaches its file', async () => {
  const script = `console.log('{"level":50,"event":"bad"}'); console.log('{"level":30,"event":"fine"}'); ${LIVES}`
  supervisor.start(plan('api', script, READY))
  await supervisor.untilReady('api', 10_000)
  expect(said).toContain('api: {"level":50,"event":"bad"}')
  expect(said.join('\n')).not.toContain('fine')
  await untilLogged('api', /fine/)
})

test('a launcher that is killed outright leaves nobody behind', async () => {
  const own = mkdtempSync(join(tmpdir(), 'still-here-launcher-'))
  const launcher = await startLauncher(own)
  const pids = (readRecord(runRecordFile(own))?.children ?? []).map((child) => child.identity.pid)
  expect(pids.length).toBe(2)
  launcher.kill('SIGKILL')
  await Promise.all(pids.map(untilGone))
  rmSync(own, { recursive: true, force: true })
})

test('what is left is ended by name and birth, and a stranger with the same process id is not', async () => {
  const file = join(folder, 'earlier.json')
  const left = spawn('sleep', ['600'], { detached: true })
  const stranger = spawn('sleep', ['600'], { detached: true })
  const of = (child: ChildProcess, birth: string | undefined) => ({
    name: 'worker',
    identity: { pid: child.pid ?? 0, birth },
    stopSignal: 'SIGTERM' as const,
    store: false,
  })
  const children = [of(left, birthOf(left.pid ?? 0)), of(stranger, 'an earlier birth')]
  writeRecord(file, { launcher: { pid: process.pid, birth: birthOf(process.pid) }, stopping: false, children })
  expect(await endLeftovers(file), 'while the launcher lives').toEqual([])
  writeRecord(file, { launcher: { pid: process.pid, birth: 'an earlier birth' }, stopping: false, children })
  expect(await endLeftovers(file)).toEqual(['worker'])
  expect(birthOf(left.pid ?? 0)).toBeUndefined()
  expect(birthOf(stranger.pid ?? 0)).toBeDefined()
  stranger.kill('SIGKILL')
})

/** A process of its own that supervises two children, one of which does not listen to SIGTERM. */
async function startLauncher(own: string): Promise<ChildProcess> {
  const script = join(own, 'launcher.ts')
  const plans = [plan('a', LIVES, READY), plan('b', IGNORES_SIGTERM, READY)].map((one) => ({
    ...one,
    ready: 'at once',
  }))
  writeFileSync(
    script,
    `import { Supervisor } from ${JSON.stringify(join(import.meta.dirname, 'supervisor.ts'))}
     const supervisor = new Supervisor({ folder: ${JSON.stringify(own)}, say: () => undefined })
     let started = 0
     supervisor.on('started', () => { started += 1; if (started === 2) console.log('both') })
     for (const plan of ${JSON.stringify(plans)}) supervisor.start(plan)`,
  )
  const launcher = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(launcher.stdout, 'data')
  return launcher
}

/** Events tell of children only; of a stranger’s process one can only look again. */
async function untilGone(pid: number): Promise<void> {
  await expect.poll(() => birthOf(pid), { timeout: 10_000, interval: 20 }).toBeUndefined()
}

async function untilLogged(name: string, pattern: RegExp): Promise<RegExpExecArray> {
  const read = () => pattern.exec(readFileSync(join(folder, 'logs', `${name}.log`), 'utf8'))
  await expect.poll(read, { timeout: 5_000, interval: 20 }).not.toBeNull()
  return read() as RegExpExecArray
}
