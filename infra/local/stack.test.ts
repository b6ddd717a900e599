import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { readRecord } from './leftovers.ts'
import { birthOf } from './lock.mjs'
import type { StartOptions } from './options.ts'
import { sharedFolder } from './places.ts'
import { anyFreePort } from './ports.ts'
import { type Stack, startStack } from './stack.ts'
import { runRecordFile } from './supervisor.ts'

/** A service that answers on the ports it is given and says which settings it has, as a service would log. */
const STAND_IN = `
import { createServer } from 'node:http'
const { HOST, PORT, INTERNAL_PORT } = process.env
for (const port of [PORT, INTERNAL_PORT]) {
  if (port) createServer((_request, response) => response.end('ok')).listen(Number(port), HOST)
}
console.log(JSON.stringify(process.env))
`

const ROOMS = ['services/api', 'services/gateway', 'services/worker', 'services/web', 'packages/carrier-simulator']

let root: string
let said: string[]
/** Whether the database's user may make roles. */
let separate: boolean
let asked: { databaseUrl: string; pace: number; demo: { twilioNumber: string; host: string } }[]
const running: Stack[] = []

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'still-here-stack-'))
  chmodSync(root, 0o711)
  said = []
  separate = true
  asked = []
  for (const room of [
    'services/api',
    'services/gateway',
    'services/worker',
    'services/web',
    'packages/carrier-simulator',
  ]) {
    standIn(room, STAND_IN)
  }
})

afterEach(async () => {
  await Promise.all(running.splice(0).map((stack) => stack.stop()))
  rmSync(root, { recursive: true, force: true })
})

test('everything runs with what it needs and nothing more, and leaves nobody behind', async () => {
  const stack = await start()
  const { api, worker, web, gateway, simulator } = settings()

  expect(stack.ready.person).toBe(`http://localhost:${web?.PORT}/`)
  expect(stack.ready.support).toBe(`http://localhost:${web?.PORT}/support`)
  expect(stack.ready.operate).toBe(`http://localhost:${web?.PORT}/operate`)
  expect(stack.ready.api).toBe(`http://localhost:${api?.PORT}`)
  expect(stack.ready.live).toBe(`ws://localhost:${gateway?.PORT}/v1/live`)
  expect(stack.ready.internal).toBe(`http://localhost:${api?.INTERNAL_PORT}`)
  expect(stack.ready.phones).toBe(`http://localhost:${simulator?.PORT}`)
  expect(stack.ready.signIn.dutyLead).toBe(`http://localhost:${web?.PORT}/support#lead`)
  expect(Object.keys(stack.ready)).toEqual([
    'person',
    'support',
    'operate',
    'phones',
    'api',
    'live',
    'internal',
    'signIn',
    'databaseRoles',
  ])
  expect(stack.ready.databaseRoles).toBe('role-per-service')

  expect(worker?.TWILIO_BASE_URL).toBe(`http://127.0.0.1:${simulator?.PORT}`)
  expect(simulator?.TWILIO_AUTH_TOKEN).toBe(api?.TWILIO_AUTH_TOKEN)
  expect(asked).toEqual([
    {
      databaseUrl: api?.DATABASE_URL?.replace('api-of-', ''),
      pace: 1,
      demo: {
        twilioNumber: '+447700900000',
        host: 'localhost',
        pagerNumber: '+447700900009',
        sealNumber: expect.any(Function),
      },
    },
  ])

  for (const secret of ['DISCLOSURE_KEYS', 'NUMBER_HASH_KEY', 'LINK_KEY']) {
    expect(worker?.[secret], secret).toBeTypeOf('string')
    const everybodyElse = JSON.stringify([api, web, gateway, simulator])
    expect(everybodyElse).not.toContain(secret)
    expect(everybodyElse).not.toContain(worker?.[secret])
  }
  expect(api?.DISCLOSURE_PUBLIC_KEY?.split(':')[0]).toBe(worker?.DISCLOSURE_KEYS?.split(':')[0])
  // The owner's address is nobody's: each service comes with a user of its own.
  expect([api, gateway, worker].map((told) => told?.DATABASE_URL?.match(/\/\/(\w+)-of-/)?.[1])).toEqual([
    'api',
    'gateway',
    'worker',
  ])
  for (const storeless of [web, simulator]) expect(storeless).not.toHaveProperty('DATABASE_URL')
  expect(JSON.stringify(settings())).not.toContain('SECRET_OF_THE_SHELL')

  const record = readRecord(runRecordFile(join(root, '.data')))
  const names = record?.children.map((child) => child.name).filter((name) => name !== 'redis')
  expect(names).toEqual(['postgres', 'simulator', 'api', 'gateway', 'worker-1', 'worker-2', 'web'])
  await stack.stop()
  expect(record?.children.map((child) => birthOf(child.identity.pid)).filter(Boolean)).toEqual([])
})

test('where the user of the database may not make roles, that is said before anything starts, and in the READY line', async () => {
  separate = false
  const stack = await start()
  expect(said.join('\n')).toMatch(/One role for all: the user of DATABASE_URL may not make roles/)
  expect(stack.ready.databaseRoles).toBe('one-role-for-all')
})

test('keys and data stay from one start to the next; --fresh empties the data and keeps the keys', async () => {
  const first = await start()
  const before = settings()
  const marker = join(root, '.data', 'postgres', 'data', 'marker')
  writeFileSync(marker, '')
  expect(statSync(join(root, '.data', 'keys.json')).mode & 0o777).toBe(0o600)
  await first.stop()
  const second = await start()
  expect(settings().worker?.DISCLOSURE_KEYS).toBe(before.worker?.DISCLOSURE_KEYS)
  expect(existsSync(marker)).toBe(true)
  await second.stop()
  await start({ fresh: true })
  expect(settings().worker?.DISCLOSURE_KEYS).toBe(before.worker?.DISCLOSURE_KEYS)
  expect(existsSync(marker)).toBe(false)
})

test('a second start says that one is running, and the first goes on', async () => {
  const stack = await start()
  await expect(start()).rejects.toThrow(/already running from this folder \(process \d+\)/)
  expect((await fetch(stack.ready.api)).status).toBe(200)
})

test('a given database, Redis and carrier replace ours one by one', async () => {
  const stack = await start(
    { fresh: true },
    { DATABASE_URL: 'postgres://given', TWILIO_BASE_URL: 'http://127.0.0.1:9' },
  )
  expect(settings().api?.DATABASE_URL).toBe('postgres://api-of-given')
  expect(settings().worker?.TWILIO_BASE_URL).toBe('http://127.0.0.1:9')
  expect(stack.ready).not.toHaveProperty('phones')
  expect(existsSync(join(root, '.data', 'postgres'))).toBe(false)
  expect(said.join('\n')).toMatch(/--fresh leaves that database as it is/)
  expect(said.join('\n')).toMatch(/REAL CARRIER/)
  await stack.stop()
  await start({}, { DATABASE_URL: 'postgres://given', REDIS_URL: 'redis://given' })
  expect(settings().gateway?.REDIS_URL).toBe('redis://given')
})

test('without Redis it says so and no service is told of one', async () => {
  await start({ redis: false }, { REDIS_URL: 'redis://given' })
  expect(JSON.stringify(settings())).not.toContain('REDIS_URL')
  expect(said.join('\n')).toMatch(/There is no Redis/)
})

test('the public address is what carriers are told, and the simulator goes the short way', async () => {
  const stack = await start({ publicUrl: 'https://example.org' })
  const { api, simulator } = settings()
  expect(api?.STILLHERE_API_URL).toBe('https://example.org')
  expect(simulator?.STILLHERE_API_URL).toBe('https://example.org')
  expect(simulator?.SIMULATOR_DELIVER_TO).toBe(`http://127.0.0.1:${api?.PORT}`)
  expect(stack.ready.api).toBe(`http://localhost:${api?.PORT}`)
})

test('refuses a pace on a real carrier, half an account and live mode before anything is made', async () => {
  await expect(start({ pace: 20 }, { TWILIO_BASE_URL: 'http://127.0.0.1:9' })).rejects.toThrow(/--pace is refused/)
  await expect(start({}, { TWILIO_AUTH_TOKEN: 'secret' })).rejects.toThrow(/TWILIO_ACCOUNT_SID/)
  await expect(start({}, { STILLHERE_MODE: 'live' })).rejects.toThrow(/refuses STILLHERE_MODE=live/)
  expect(existsSync(join(root, '.data'))).toBe(false)
})

test('a service that will not come up ends the start, with its own words and nobody left', async () => {
  standIn('services/gateway', 'console.error("the gateway has no port"); process.exit(1)')
  await expect(start({}, { DATABASE_URL: 'postgres://given' })).rejects.toThrow(/gateway .*the gateway has no port/)
  expect(existsSync(runRecordFile(join(root, '.data')))).toBe(false)
  expect(existsSync(join(root, '.data', 'start.lock'))).toBe(false)
})

test('a clone under a home that nobody else may enter works too, also for root', async () => {
  const home = mkdtempSync(join(tmpdir(), 'still-here-home-'))
  const clone = join(home, 'clone')
  for (const room of ROOMS) standIn(room, STAND_IN, clone)
  onTestFinished(() => {
    for (const folder of [sharedFolder(clone), home]) rmSync(folder, { recursive: true, force: true })
  })
  const stack = await start({ redis: false }, {}, undefined, clone)
  expect(asked).toHaveLength(1)
  expect((await fetch(stack.ready.api)).status).toBe(200)
  await stack.stop()
})

test('being asked to stop during the start ends it', async () => {
  standIn('services/worker', 'setInterval(() => {}, 60_000)')
  const controller = new AbortController()
  const starting = start({}, { DATABASE_URL: 'postgres://given' }, controller.signal)
  await expect.poll(() => said.includes('Starting the services …'), { timeout: 10_000 }).toBe(true)
  controller.abort()
  await expect(starting).rejects.toThrow()
  expect(existsSync(join(root, '.data', 'start.lock'))).toBe(false)
})

test('whatever dies is back in two seconds, with the same settings', async () => {
  const { supervisor, ready } = await start({}, { DATABASE_URL: 'postgres://given' })
  for (const name of ['api', 'worker-2', 'web', 'simulator']) {
    const back = new Promise<void>((resolve) => supervisor.on('ready', (event) => event.name === name && resolve()))
    const killedAtMs = performance.now()
    supervisor.signal(name, 'SIGKILL')
    await back
    expect(performance.now() - killedAtMs, name).toBeLessThan(2_000)
  }
  expect((await fetch(ready.api)).status).toBe(200)
})

async function start(
  options: Partial<StartOptions> = {},
  environment: NodeJS.ProcessEnv = {},
  signal = new AbortController().signal,
  clone = root,
): Promise<Stack> {
  const stack = await startStack({
    root: clone,
    options: { port: await anyFreePort(), fresh: false, redis: true, pace: 1, ...options },
    environment: { PATH: process.env.PATH, HOME: root, SECRET_OF_THE_SHELL: 'leak', ...environment },
    prepareDatabase: async (request) => {
      asked.push(request)
      const of = (role: string) => request.databaseUrl.replace('//', `//${role}-of-`)
      return {
        invitations: { supporter: 'supporter', dutyLead: 'lead', operator: 'operator' },
        serviceUrls: separate
          ? { api: of('api'), gateway: of('gateway'), worker: of('worker') }
          : { api: request.databaseUrl, gateway: request.databaseUrl, worker: request.databaseUrl },
        roles: separate ? 'role-per-service' : 'one-role-for-all',
      }
    },
    // The stand-ins serve no pages.
    buildPages: async () => {},
    say: (line) => said.push(line),
    signal,
  })
  running.push(stack)
  return stack
}

/** What each service was told at its latest start, from its own log. */
function settings(): Record<'api' | 'worker' | 'web' | 'gateway' | 'simulator', NodeJS.ProcessEnv | undefined> {
  const of = (name: string) => {
    const file = join(root, '.data', 'logs', `${name}.log`)
    if (!existsSync(file)) return undefined
    return JSON.parse(readFileSync(file, 'utf8').trim().split('\n').at(-1) ?? '') as NodeJS.ProcessEnv
  }
  return { api: of('api'), worker: of('worker-1'), web: of('web'), gateway: of('gateway'), simulator: of('simulator') }
}

function standIn(room: string, script: string, clone = root): void {
  const file = join(clone, room, 'src', 'main.ts')
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, script)
}
