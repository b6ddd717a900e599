import { expect, test } from 'vitest'
import { createSweep, type SweepClock } from './sweep.ts'
import type { SweepReport } from './types.ts'

/** Lets everything that can go on without time passing go on. */
const settle = async () => {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
}

/** A clock whose time passes only in `advance`. */
function movableClock() {
  let now = 0
  let timers: { at: number; run: () => void }[] = []
  const clock: SweepClock = {
    monotonicNow: () => now,
    setTimer(run, ms) {
      const timer = { at: now + ms, run }
      timers.push(timer)
      return timer
    },
    clearTimer(timer) {
      timers = timers.filter((each) => each !== timer)
    },
  }
  const advance = async (ms: number) => {
    const until = now + ms
    await settle()
    for (;;) {
      const next = timers.filter((each) => each.at <= until).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      now = next.at
      timers = timers.filter((each) => each !== next)
      next.run()
      await settle()
    }
    now = until
  }
  return { clock, advance, pending: () => timers.length }
}

/** A pass that runs until it is let go. */
function heldPass(name: string) {
  const lets: ((outcome?: { found: number; more?: boolean }) => void)[] = []
  let atOnce = 0
  let most = 0
  return {
    runs: () => lets.length,
    most: () => most,
    letGo: (outcome = { found: 0 }) => lets.at(-1)?.(outcome),
    name,
    run: () =>
      new Promise<{ found: number; more?: boolean }>((resolve) => {
        atOnce += 1
        most = Math.max(most, atOnce)
        lets.push((outcome = { found: 0 }) => {
          atOnce -= 1
          resolve(outcome)
        })
      }),
  }
}

const quickPass = (name: string, run: () => { found: number; more?: boolean } = () => ({ found: 0 })) => {
  const pass = {
    name,
    runs: 0,
    run: async () => {
      pass.runs++
      return run()
    },
  }
  return pass
}

function watched() {
  const reports: SweepReport[] = []
  const errors: string[] = []
  return {
    reports,
    errors,
    onRound: (report: SweepReport) => void reports.push(report),
    onError: (pass: string, reason: string) => void errors.push(`${pass} ${reason}`),
  }
}

test('sweeps at once, then every 250 ms', async () => {
  const { clock, advance } = movableClock()
  const deadlines = quickPass('deadlines')
  const sweep = createSweep({ passes: [deadlines], clock })
  sweep.start()
  await settle()
  expect(deadlines.runs).toBe(1)
  await advance(249)
  expect(deadlines.runs).toBe(1)
  await advance(1)
  expect(deadlines.runs).toBe(2)
  await advance(1000)
  expect(deadlines.runs).toBe(6)
  await sweep.stop()
  await advance(1000)
  expect(deadlines.runs).toBe(6)
})

test('something due in 40 ms is done in 40 ms, not in 250', async () => {
  const { clock, advance } = movableClock()
  const deadlines = quickPass('deadlines')
  const dueAt = 40
  const sweep = createSweep({ passes: [deadlines], clock, peekNextDueInMs: async () => dueAt - clock.monotonicNow() })
  sweep.start()
  await advance(39)
  expect(deadlines.runs).toBe(1)
  await advance(1)
  expect(deadlines.runs).toBe(2)
  await sweep.stop()
})

test('a due row that another worker holds does not make it spin', async () => {
  const { clock, advance } = movableClock()
  const deadlines = quickPass('deadlines')
  const sweep = createSweep({ passes: [deadlines], clock, peekNextDueInMs: async () => -1000 })
  sweep.start()
  await advance(1000)
  expect(deadlines.runs).toBeLessThanOrEqual(201)
  await sweep.stop()
})

test.each(['throws', 'hangs'])('a look ahead that %s costs nothing', async (how) => {
  const { clock, advance } = movableClock()
  const deadlines = quickPass('deadlines')
  const sweep = createSweep({
    passes: [deadlines],
    clock,
    peekNextDueInMs: () => (how === 'hangs' ? new Promise(() => {}) : Promise.reject(new Error('database away'))),
  })
  sweep.start()
  await advance(1000)
  expect(deadlines.runs).toBe(5)
  await sweep.stop()
})

test('a full batch is followed by the next at once', async () => {
  const { clock, advance } = movableClock()
  let left = 5
  const deadlines = quickPass('deadlines', () => ({ found: 100, more: --left > 0 }))
  const sweep = createSweep({ passes: [deadlines], clock })
  sweep.start()
  await advance(0)
  expect(deadlines.runs).toBe(5)
  await sweep.stop()
})

test('passes run in their order, and a throwing pass never stops the others', async () => {
  const { clock, advance } = movableClock()
  const order: string[] = []
  const pass = (name: string, fails: boolean) => ({
    name,
    run: async () => {
      order.push(name)
      if (fails) throw new Error('deadlock detected')
      return { found: 1 }
    },
  })
  const sync = {
    name: 'receipts',
    run: () => {
      order.push('receipts')
      throw new Error('thrown before any promise')
    },
  }
  const seen = watched()
  const sweep = createSweep({ passes: [pass('deadlines', true), sync, pass('outbox', false)], clock, ...seen })
  sweep.start()
  await advance(250)
  expect(order).toEqual(['deadlines', 'receipts', 'outbox', 'deadlines', 'receipts', 'outbox'])
  expect(seen.errors.slice(0, 2)).toEqual(['deadlines threw', 'receipts threw'])
  expect(seen.reports[0]).toMatchObject({ complete: false, found: { outbox: 1 }, failed: ['deadlines', 'receipts'] })
  expect(sweep.lastCompletedAt()).toBeUndefined()
  await sweep.stop()
})

test('housekeeping that fails does not make the engine look unwell', async () => {
  const { clock, advance } = movableClock()
  const retention = { name: 'retention', vital: false, run: () => Promise.reject(new Error('no')) }
  const sweep = createSweep({ passes: [quickPass('deadlines'), retention], clock })
  sweep.start()
  await advance(1000)
  expect(sweep.sinceCompletedMs()).toBeLessThanOrEqual(250)
  await sweep.stop()
})

test('a prod makes it run at once, and a hundred prods while asleep are one round', async () => {
  const { clock, advance } = movableClock()
  const deadlines = quickPass('deadlines')
  const sweep = createSweep({ passes: [deadlines], clock })
  sweep.start()
  await advance(10)
  for (let i = 0; i < 100; i++) sweep.prod()
  await settle()
  expect(deadlines.runs).toBe(2)
  await sweep.stop()
})

test('a prod during a run is not lost: exactly one more round follows', async () => {
  const { clock, advance } = movableClock()
  const deadlines = heldPass('deadlines')
  const sweep = createSweep({ passes: [deadlines], clock })
  sweep.start()
  await settle()
  for (let i = 0; i < 100; i++) sweep.prod()
  deadlines.letGo()
  await advance(0)
  expect(deadlines.runs()).toBe(2)
  deadlines.letGo()
  await advance(0)
  expect(deadlines.runs()).toBe(2)
  const stopped = sweep.stop()
  await stopped
})

test('a prod during the look ahead is not lost', async () => {
  const { clock, advance } = movableClock()
  const deadlines = quickPass('deadlines')
  let answer: (ms: undefined) => void = () => {}
  const sweep = createSweep({
    passes: [deadlines],
    clock,
    peekNextDueInMs: () => new Promise<undefined>((resolve) => (answer = resolve)),
  })
  sweep.start()
  await settle()
  sweep.prod()
  answer(undefined)
  await advance(0)
  expect(deadlines.runs).toBe(2)
  answer(undefined)
  await sweep.stop()
})

test('a pass that hangs is left behind, never runs twice at once, and comes back when it is done', async () => {
  const { clock, advance } = movableClock()
  const deadlines = heldPass('deadlines')
  const outbox = quickPass('outbox')
  const seen = watched()
  const sweep = createSweep({ passes: [deadlines, outbox], clock, ...seen })
  sweep.start()
  await advance(2999)
  expect(outbox.runs).toBe(0)
  await advance(1)
  expect(seen.errors).toEqual(['deadlines timedOut'])
  expect(outbox.runs).toBe(1)
  // Rounds go on without it, and none of them counts as complete.
  await advance(5000)
  expect(outbox.runs).toBeGreaterThan(15)
  expect(deadlines.runs()).toBe(1)
  expect(sweep.sinceCompletedMs()).toBeGreaterThanOrEqual(8000)
  const rounds = outbox.runs
  deadlines.letGo()
  await advance(0)
  // Its end is a prod: what it held may be free now.
  expect(deadlines.runs()).toBe(2)
  expect(outbox.runs).toBe(rounds)
  deadlines.letGo()
  await advance(0)
  expect(deadlines.most()).toBe(1)
  expect(sweep.sinceCompletedMs()).toBe(0)
  deadlines.letGo()
  await sweep.stop()
})

test('a pass that fails after it was left behind is no unhandled rejection', async () => {
  const { clock, advance } = movableClock()
  let fail: (error: Error) => void = () => {}
  const deadlines = { name: 'deadlines', run: () => new Promise<never>((_, reject) => (fail = reject)) }
  const seen = watched()
  const sweep = createSweep({ passes: [deadlines], clock, ...seen })
  sweep.start()
  await advance(3000)
  fail(new Error('connection terminated'))
  await settle()
  expect(seen.errors).toEqual(['deadlines timedOut'])
  const stopped = sweep.stop(10)
  await advance(10)
  await stopped
})

test('stops within its bound even while a pass hangs', async () => {
  const { clock, advance } = movableClock()
  const sweep = createSweep({ passes: [heldPass('deadlines')], clock, passBoundMs: 60_000 })
  sweep.start()
  await settle()
  let stopped = false
  sweep.stop(5000).then(() => {
    stopped = true
  })
  await advance(4999)
  expect(stopped).toBe(false)
  await advance(1)
  expect(stopped).toBe(true)
})

test('a stop waits for the running pass and starts no other', async () => {
  const { clock, advance } = movableClock()
  const deadlines = heldPass('deadlines')
  const outbox = quickPass('outbox')
  const sweep = createSweep({ passes: [deadlines, outbox], clock })
  sweep.start()
  await settle()
  const stopped = sweep.stop()
  deadlines.letGo()
  await stopped
  await advance(1000)
  expect(outbox.runs).toBe(0)
  expect(deadlines.runs()).toBe(1)
})

test('knows how long ago it last completed, from its start on', async () => {
  const { clock, advance } = movableClock()
  let failing = true
  const deadlines = quickPass('deadlines', () => {
    if (failing) throw new Error('database away')
    return { found: 0 }
  })
  const sweep = createSweep({ passes: [deadlines], clock })
  await advance(1000)
  sweep.start()
  await advance(6000)
  expect(sweep.sinceCompletedMs()).toBe(6000)
  failing = false
  await advance(250)
  expect(sweep.sinceCompletedMs()).toBeLessThanOrEqual(250)
  expect(sweep.lastCompletedAt()).toBeGreaterThan(6500)
  await sweep.stop()
})

test('leaves no timer behind', async () => {
  const { clock, advance, pending } = movableClock()
  const sweep = createSweep({ passes: [quickPass('deadlines')], clock })
  sweep.start()
  await advance(600)
  await sweep.stop()
  expect(pending()).toBe(0)
})

test.each([0, -1, Number.NaN])('an interval of %s is refused', (intervalMs) => {
  expect(() => createSweep({ passes: [], intervalMs })).toThrow(RangeError)
})
