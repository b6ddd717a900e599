import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createEvents, createLogger, createMetrics, silentLogger } from '@stillhere/observability'
import { Redis } from 'ioredis'
import { expect, test, vi } from 'vitest'
import { createSignals, type Limit, type Signal, type Signals } from '../src/index.ts'
import { type RedisServer, startRedis } from './redis-server.ts'

const id = '0190a0b0-0000-7000-8000-000000000001'
const events = createEvents({ logger: silentLogger(), metrics: createMetrics() })
const open = (redis: RedisServer) => createSignals({ redisUrl: redis.url, events, limitSecret: new Uint8Array(32) })
const until = (check: () => boolean, timeout = 4000) =>
  vi.waitFor(() => expect(check()).toBe(true), { timeout, interval: 10 })
const live = (...all: Signals[]) => until(() => all.every((signals) => signals.fanOut && signals.healthy()))

/** Hears a channel, and remembers gaps as well as signals. */
const hear = (signals: Signals, channel: string) => {
  const heard: Signal[] = []
  let gaps = 0
  const stop = signals.subscribe(channel, { onSignal: (s) => heard.push(s), onGap: () => void gaps++ })
  return { heard, gaps: () => gaps, stop }
}

const timed = async <T>(work: Promise<T>) => {
  const from = performance.now()
  const value = await work
  return { value, tookMs: performance.now() - from }
}

test('a signal reaches every process once, the sender too', async () => {
  await using redis = await startRedis()
  const [a, b] = [open(redis), open(redis)]
  const [atA, atB] = [hear(a, 'session'), hear(b, 'session')]
  await live(a, b)
  a.publish('session', { id, version: 7 })
  await until(() => atB.heard.length > 0)
  expect(atB.heard).toEqual([{ id, version: 7 }])
  expect(atA.heard).toEqual([{ id, version: 7 }])
  atB.stop()
  a.publish('session', { id, version: 8 })
  const late = hear(b, 'session')
  await until(() => late.gaps() > 0)
  expect(atB.heard).toHaveLength(1)
  await Promise.all([a.close(), b.close()])
})

test('a prod wakes the sleepers of every process, many at once as one', async () => {
  await using redis = await startRedis()
  const [a, b] = [open(redis), open(redis)]
  let woken = 0
  b.onProd('outbox', () => void woken++)
  await live(a, b)
  for (let i = 0; i < 100; i++) a.prod('outbox')
  await until(() => woken > 0)
  a.prod('outbox')
  await until(() => woken > 1)
  expect(woken).toBe(2)
  await Promise.all([a.close(), b.close()])
})

test('strangers on the channel are not believed', async () => {
  await using redis = await startRedis()
  const a = open(redis)
  const at = hear(a, 'session')
  await live(a)
  const stranger = new Redis(redis.url)
  for (const text of [
    '',
    '{}',
    '[]',
    'x'.repeat(1_000_000),
    '["a","+447700900123",1]',
    '["a","b",1.5]',
    '["a","b",-1]',
    '["a","__proto__ ",1]',
  ])
    await stranger.publish('stillhere:session', text)
  await stranger.publish('stillhere:session', JSON.stringify(['someone', id, 3]))
  await until(() => at.heard.length > 0)
  expect(at.heard).toEqual([{ id, version: 3 }])
  stranger.disconnect()
  await a.close()
})

test('only an id and a version can be sent', () => {
  const signals = createSignals({ events })
  expect(() => signals.publish('session', { id: '+447700900123', version: 1 })).toThrow(TypeError)
  expect(() => signals.publish('session', { id, version: Number.NaN })).toThrow(TypeError)
  expect(() => signals.publish('Session of Ada', { id, version: 1 })).toThrow(TypeError)
})

test('F10: Redis killed and started again is used again within a second, and everybody is told to re-read', async () => {
  await using redis = await startRedis()
  const [a, b] = [open(redis), open(redis)]
  const at = hear(b, 'session')
  await live(a, b)
  const before = at.gaps()
  await redis.kill()
  await until(() => !a.fanOut && !b.fanOut && !a.healthy())
  expect((await timed(a.consume({ name: 'x', count: 1, windowMs: 1000 }, 'y'))).tookMs).toBeLessThan(250)
  await redis.restart()
  await live(a, b)
  expect(at.gaps()).toBeGreaterThan(before)
  a.publish('session', { id, version: 9 })
  await until(() => at.heard.length > 0)
  await Promise.all([a.close(), b.close()])
}, 15_000)

test('F12, F47: a frozen Redis is noticed, holds nobody for a second and a half, and is used again when it thaws', async () => {
  await using redis = await startRedis()
  const a = open(redis)
  await live(a)
  redis.freeze()
  const asked = await timed(a.consume({ name: 'x', count: 1, windowMs: 60_000 }, 'someone'))
  expect(asked.value.allowed).toBe(true)
  expect(asked.tookMs).toBeLessThan(1500)
  await until(() => !a.fanOut && !a.healthy())
  // Long enough that reconnects ran into the frozen server as well.
  await new Promise((resolve) => setTimeout(resolve, 3000))
  redis.thaw()
  await live(a)
  await a.close()
}, 20_000)

test.each(['healthy', 'frozen', 'gone', 'never there'] as const)('closes at once while Redis is %s', async (how) => {
  const redis = await startRedis()
  if (how === 'never there') await redis.kill()
  const a = open(redis)
  hear(a, 'session')
  if (how !== 'never there') await live(a)
  if (how === 'frozen') redis.freeze()
  if (how === 'gone') await redis.kill()
  a.prod('outbox')
  expect((await timed(a.close())).tookMs).toBeLessThan(500)
  await redis[Symbol.asyncDispose]()
})

const three: Limit = { name: 'invitations', count: 3, windowMs: 60_000 }
const useUp = async (signals: Signals, subject: string) => {
  const allowed = []
  for (let i = 0; i < 5; i++) allowed.push((await signals.consume(three, subject)).allowed)
  return allowed
}

test('processes count a limit together', async () => {
  await using redis = await startRedis()
  const [a, b] = [open(redis), open(redis)]
  await live(a, b)
  expect(await useUp(a, 'someone')).toEqual([true, true, true, false, false])
  const refused = await b.consume(three, 'someone')
  expect(refused.allowed).toBe(false)
  expect(refused.retryAfterMs).toBeGreaterThan(50_000)
  expect(await useUp(b, 'another')).toEqual([true, true, true, false, false])
  await Promise.all([a.close(), b.close()])
})

test('a limit lets people through when Redis is gone', async () => {
  await using redis = await startRedis()
  const a = open(redis)
  await live(a)
  await redis.kill()
  expect(await useUp(a, 'someone')).toEqual([true, true, true, true, true])
  await a.close()
})

test('without Redis a limit is counted in this process', async () => {
  const signals = createSignals({ events })
  expect(await useUp(signals, 'someone')).toEqual([true, true, true, false, false])
  expect(await useUp(signals, 'another')).toEqual([true, true, true, false, false])
})

test('Redis never holds whom a limit is about', async () => {
  await using redis = await startRedis()
  const a = open(redis)
  await live(a)
  await a.consume(three, '203.0.113.9')
  const reader = new Redis(redis.url)
  const keys = await reader.keys('*')
  expect(keys).toHaveLength(1)
  expect(keys.join()).not.toContain('203.0.113.9')
  reader.disconnect()
  await a.close()
})

test('without Redis signals stay in this process and say so', async () => {
  const signals = createSignals({ events })
  const at = hear(signals, 'session')
  signals.publish('session', { id, version: 1 })
  expect(at.heard).toEqual([{ id, version: 1 }])
  expect(signals.fanOut).toBe(false)
  expect(signals.healthy()).toBe(true)
  await until(() => at.gaps() === 1)
})

test('an outage of Redis is a line or two in the log, without the address', async () => {
  const lines: string[] = []
  const logger = createLogger({ service: 'gateway', destination: { write: (line) => void lines.push(line) } })
  await using redis = await startRedis()
  const url = redis.url.replace('redis://', 'redis://somebody:hunter2@')
  const signals = createSignals({ redisUrl: url, events: createEvents({ logger, metrics: createMetrics() }) })
  await redis.kill()
  await new Promise((resolve) => setTimeout(resolve, 1000))
  await signals.close()
  expect(lines.length).toBeLessThan(5)
  expect(lines.join()).not.toMatch(/hunter2|127\.0\.0\.1/)
})

test('a process that closed its signals ends by itself, though Redis is frozen', async () => {
  await using redis = await startRedis()
  const child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { createEvents, createMetrics, silentLogger } from ${JSON.stringify(import.meta.resolve('@stillhere/observability'))}
       import { createSignals } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)}
       const events = createEvents({ logger: silentLogger(), metrics: createMetrics() })
       const signals = createSignals({ redisUrl: process.argv[1], events })
       const wait = setInterval(() => { if (signals.fanOut) { clearInterval(wait); process.send('live') } }, 10)
       process.once('message', async () => { await signals.close(); process.send('closed'); process.disconnect() })`,
      redis.url,
    ],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], timeout: 15_000, killSignal: 'SIGKILL' },
  )
  await once(child, 'message')
  redis.freeze()
  child.send('close')
  await once(child, 'message')
  const { tookMs } = await timed(once(child, 'exit'))
  expect(child.exitCode).toBe(0)
  expect(tookMs).toBeLessThan(1500)
}, 20_000)
