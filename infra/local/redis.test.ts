import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { anyFreePort } from './ports.ts'
import { type Redis, startRedis } from './redis.ts'
import { Supervisor } from './supervisor.ts'

let folder: string
let supervisor: Supervisor

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'still-here-redis-'))
  supervisor = new Supervisor({ folder, say: () => undefined })
})

afterEach(async () => {
  await supervisor.stop()
  rmSync(folder, { recursive: true, force: true })
})

const start = async () => startRedis(supervisor, { folder: join(folder, 'redis'), port: await anyFreePort() })

/** Speaks Redis's own inline commands, one answer each. */
async function ask(redis: Redis, ...commands: string[]): Promise<string[]> {
  const socket = createConnection(redis.port, '127.0.0.1')
  const answers: string[] = []
  for (const command of commands) {
    socket.write(`${command}\r\n`)
    const [reply] = (await once(socket, 'data')) as [Buffer]
    answers.push(reply.toString().trim())
  }
  socket.destroy()
  return answers
}

const passwordOf = (redis: Redis) => new URL(redis.url).password

// A machine without Redis is a machine that everything works on; these are about one that has it.
const onMachinesWithRedis = inject('TEST_REDIS_URL') === '' ? [] : ['redis']

test.each(onMachinesWithRedis)('%s asks for its password, evicts nothing and writes down what it holds', async () => {
  const redis = (await start()) as Redis
  const settings = ['maxmemory-policy', 'appendonly', 'bind'].map((name) => `CONFIG GET ${name}`)
  const [refused, signedIn, ...answers] = await ask(redis, 'PING', `AUTH ${passwordOf(redis)}`, ...settings)
  expect(refused).toMatch(/^-NOAUTH/)
  expect(signedIn).toBe('+OK')
  expect(answers.map((answer) => answer.split('\r\n').at(-1))).toEqual(['noeviction', 'yes', '127.0.0.1'])
  expect(statSync(join(folder, 'redis', 'redis.conf')).mode & 0o777).toBe(0o600)
})

test.each(onMachinesWithRedis)('%s is back within two seconds after a kill -9', async () => {
  const redis = (await start()) as Redis
  const ready = once(supervisor, 'ready')
  const killedAtMs = performance.now()
  supervisor.signal('redis', 'SIGKILL')
  await ready
  expect(performance.now() - killedAtMs).toBeLessThan(2_000)
  expect(await ask(redis, `AUTH ${passwordOf(redis)}`, 'PING')).toEqual(['+OK', '+PONG'])
})

test.each(onMachinesWithRedis)('%s that cannot read its old data begins with none', async () => {
  const redis = (await start()) as Redis
  await ask(redis, `AUTH ${passwordOf(redis)}`, 'SET kept 1')
  await supervisor.stop()
  const written = readdirSync(join(folder, 'redis', 'data'), { recursive: true, withFileTypes: true })
  for (const file of written.filter((entry) => entry.isFile())) {
    writeFileSync(join(file.parentPath, file.name), 'not what Redis wrote')
  }
  supervisor = new Supervisor({ folder, say: () => undefined })
  const again = (await start()) as Redis
  expect(await ask(again, `AUTH ${passwordOf(again)}`, 'GET kept')).toEqual(['+OK', '$-1'])
})
