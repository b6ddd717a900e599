import { createEvents, createMetrics, silentLogger } from '@stillhere/observability'
import type { OperationContext } from '@stillhere/operations'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { runSweeps } from './run-sweeps.ts'
import { superviseSweep } from './supervise-sweep.ts'

beforeEach(() =>
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] }),
)
afterEach(() => vi.useRealTimers())

type How = 'well' | 'throws' | 'hangs'

/** A worker's rounds without a database: what each pass does can be changed while they run. */
function worker() {
  const how: Record<string, How> = {}
  const runs: Record<string, number> = {}
  const pass = (name: string, vital = true) => {
    runs[name] = 0
    return {
      name,
      vital,
      run: async () => {
        runs[name] = (runs[name] ?? 0) + 1
        if (how[name] === 'throws') throw new Error('permission denied')
        if (how[name] === 'hangs') await new Promise(() => {})
        return { found: 0 }
      },
    }
  }
  const metrics = createMetrics()
  const events = createEvents({ logger: silentLogger(), metrics })
  const trouble = vi.spyOn(events, 'trouble')
  const sweeps = runSweeps({
    ctx: {} as OperationContext,
    events,
    intervalMs: 250,
    passes: {
      deadlines: [pass('deadlines'), pass('ladder')],
      outbox: [pass('outbox')],
      rest: [pass('heartbeat'), pass('inbound'), pass('pager', false)],
      upkeep: [pass('audit')],
    },
  })
  let ended = 0
  const end = () => {
    ended += 1
  }
  const database = { isThere: true }
  const answers = async () => {
    if (!database.isThere) throw new Error('connection refused')
    return true
  }
  const supervision = superviseSweep({ ...sweeps, events, answers, end })
  sweeps.start()
  return {
    how,
    runs,
    database,
    sweeps,
    events,
    said: () => trouble.mock.calls.map(([word, fields]) => `${word} ${fields?.reason}`),
    ended: () => ended,
    age: async (name: string) =>
      Number(new RegExp(`^stillhere_sweep_age_seconds\\{pass="${name}"\\} (.+)$`, 'm').exec(await metrics.text())?.[1]),
    /** Time passes in steps, and all that can go on between them does. */
    async pass(ms: number) {
      await vi.advanceTimersByTimeAsync(ms)
    },
    async stop() {
      supervision.stop()
      const stopped = sweeps.stop(1)
      await vi.advanceTimersByTimeAsync(10)
      await stopped
    },
  }
}

test.each(['throws', 'hangs'] as const)(
  'replies that cannot be read (%s) stop no deadline, ladder or text',
  async (fate) => {
    const it = worker()
    await it.pass(1_000)
    it.how.inbound = fate
    const before = { ...it.runs }
    await it.pass(60_000)
    expect(it.ended()).toBe(0)
    for (const name of ['deadlines', 'ladder', 'outbox'])
      expect((it.runs[name] ?? 0) - (before[name] ?? 0), name).toBeGreaterThan(235)
    expect(it.sweeps.sinceAlarmPathMs()).toBeLessThan(500)

    // It is said once, by its name, and shown by a metric that the others' good ends do not set back.
    expect(it.said()).toEqual(['sweepLate inbound'])
    expect(it.sweeps.oldest().pass).toBe('inbound')
    expect(await it.age('inbound')).toBeGreaterThan(55)
    expect(await it.age('outbox')).toBeLessThan(1)
    await it.stop()
  },
)

test('a ladder that fails at every round is said, and does not end the deadlines and the texts that go on', async () => {
  const it = worker()
  it.how.ladder = 'throws'
  await it.pass(60_000)
  expect(it.ended()).toBe(0)
  expect(it.said()).toEqual(['sweepLate ladder'])
  expect(await it.age('ladder')).toBeGreaterThan(55)
  expect(it.sweeps.sinceAlarmPathMs()).toBeGreaterThan(55_000)
  await it.stop()
})

test.each(['deadlines', 'ladder', 'outbox'])('%s that hang end the process after ten seconds', async (name) => {
  const it = worker()
  await it.pass(1_000)
  it.how[name] = 'hangs'
  await it.pass(9_000)
  expect(it.ended()).toBe(0)
  await it.pass(3_000)
  expect(it.ended()).toBeGreaterThan(0)
  await it.stop()
})

test('an alarm path of which nothing works ends the process after ten seconds', async () => {
  const it = worker()
  await it.pass(1_000)
  for (const name of ['deadlines', 'ladder', 'outbox']) it.how[name] = 'throws'
  await it.pass(9_000)
  expect(it.ended()).toBe(0)
  await it.pass(3_000)
  expect(it.ended()).toBeGreaterThan(0)
  await it.stop()
})

test('while the database itself does not answer the process stays, and ends once it does and nothing goes on', async () => {
  const it = worker()
  await it.pass(1_000)
  for (const name of ['deadlines', 'ladder', 'outbox']) it.how[name] = 'throws'
  it.database.isThere = false
  await it.pass(120_000)
  expect(it.ended()).toBe(0)
  expect(it.said()).toContain('databaseAway undefined')
  it.database.isThere = true
  await it.pass(2_000)
  expect(it.ended()).toBeGreaterThan(0)
  await it.stop()
})

test('housekeeping that fails is neither late nor the end of anything', async () => {
  const it = worker()
  it.how.pager = 'throws'
  it.how.audit = 'throws'
  await it.pass(60_000)
  expect(it.ended()).toBe(0)
  expect(it.said()).toEqual([])
  expect(await it.age('pager')).toBeNaN()
  await it.stop()
})

test('a process that has not done everything once, or lately, tells the outside switch nothing', async () => {
  const it = worker()
  it.how.inbound = 'throws'
  await it.pass(1_000)
  expect(it.sweeps.isWell()).toBe(false)
  it.how.inbound = 'well'
  await it.pass(1_000)
  expect(it.sweeps.isWell()).toBe(true)
  it.how.inbound = 'throws'
  await it.pass(6_000)
  expect(it.sweeps.isWell()).toBe(false)
  await it.stop()
})
