import { expect, test } from 'vitest'
import { type ClockSample, createClockWatch } from './clock-watch.ts'

/** A database, a correction row and hosts whose clocks can be tampered with. */
function world() {
  let real = 1_000_000
  let step = 0
  const correction = { ms: 0, version: 1 }
  const host = () => {
    let asleep = 0
    const watch = createClockWatch()
    const sample = (tookMs = 2): ClockSample => ({
      rawAt: real + step + 1_700_000_000_000,
      correctionMs: correction.ms,
      version: correction.version,
      sentAtMs: real - asleep - tookMs,
      receivedAtMs: real - asleep,
      uptimeMs: Math.floor(real / 1000) * 1000,
    })
    return {
      sample,
      look: (tookMs?: number) => watch.observe(sample(tookMs)),
      observe: watch.observe,
      /** Its monotonic clock stands still, its uptime goes on. */
      suspend: (ms: number) => {
        real += ms
        asleep += ms
      },
    }
  }
  return {
    host,
    pass: (ms: number) => {
      real += ms
    },
    step: (ms: number) => {
      step += ms
    },
    /** As the store does: one correction a version. */
    correct: (byMs: number, version: number) => {
      if (version !== correction.version) return false
      correction.ms += byMs
      correction.version += 1
      return true
    },
    clockError: () => step + correction.ms,
  }
}

test('a steady clock is steady, for days', () => {
  const { host, pass } = world()
  const a = host()
  expect(a.look()).toEqual({ kind: 'ignored', reason: 'first' })
  for (let i = 0; i < 1000; i++) {
    pass(250)
    expect(a.look(i % 900)).toEqual({ kind: 'steady' })
  }
  pass(3 * 86_400_000)
  expect(a.look()).toEqual({ kind: 'steady' })
})

test.each([600_000, -600_000, 2_100, -2_100])('F38: a step of %s ms is seen at the next look and undone', (ms) => {
  const w = world()
  const a = w.host()
  a.look()
  w.pass(250)
  w.step(ms)
  const verdict = a.look()
  expect(verdict).toMatchObject({ kind: 'stepped', version: 1 })
  if (verdict.kind !== 'stepped') return
  expect(Math.abs(verdict.byMs - ms)).toBeLessThan(5)
  w.correct(-verdict.byMs, verdict.version)
  expect(Math.abs(w.clockError())).toBeLessThan(5)
  w.pass(250)
  expect(a.look()).toEqual({ kind: 'ignored', reason: 'corrected' })
  w.pass(250)
  expect(a.look()).toEqual({ kind: 'steady' })
})

test('a step is said again until a correction is stored', () => {
  const w = world()
  const a = w.host()
  a.look()
  w.step(600_000)
  for (let i = 0; i < 5; i++) {
    w.pass(250)
    expect(a.look()).toMatchObject({ kind: 'stepped', version: 1 })
  }
})

test('two workers see one step and correct it once', () => {
  const w = world()
  const [a, b] = [w.host(), w.host()]
  a.look()
  b.look()
  w.pass(250)
  w.step(-600_000)
  const seen = [a.look(), b.look()]
  const corrected = seen.map((verdict) => verdict.kind === 'stepped' && w.correct(-verdict.byMs, verdict.version))
  expect(corrected).toEqual([true, false])
  expect(Math.abs(w.clockError())).toBeLessThan(5)
  for (let i = 0; i < 10; i++) {
    w.pass(250)
    for (const verdict of [a.look(), b.look()]) expect(verdict.kind).not.toBe('stepped')
  }
})

test('a worker that looks only after the other has corrected concludes nothing', () => {
  const w = world()
  const [a, b] = [w.host(), w.host()]
  a.look()
  b.look()
  w.step(600_000)
  const verdict = a.look()
  if (verdict.kind === 'stepped') w.correct(-verdict.byMs, verdict.version)
  w.pass(5000)
  expect(b.look()).toEqual({ kind: 'ignored', reason: 'corrected' })
  w.pass(250)
  expect(b.look()).toEqual({ kind: 'steady' })
})

test('an operator who takes the correction back is obeyed', () => {
  const w = world()
  const a = w.host()
  a.look()
  w.correct(60_000, 1)
  w.pass(250)
  expect(a.look()).toEqual({ kind: 'ignored', reason: 'corrected' })
  w.pass(250)
  expect(a.look()).toEqual({ kind: 'steady' })
})

test('a host that slept an hour is not a database that jumped: the silence was real', () => {
  const w = world()
  const a = w.host()
  a.look()
  a.suspend(3_600_000)
  expect(a.look()).toEqual({ kind: 'ignored', reason: 'suspended' })
  w.pass(250)
  expect(a.look()).toEqual({ kind: 'steady' })
})

test('a worker frozen for a minute sees no step when it goes on', () => {
  const w = world()
  const a = w.host()
  a.look()
  w.pass(60_000)
  expect(a.look()).toEqual({ kind: 'steady' })
})

test('a slow answer is not used', () => {
  const w = world()
  const a = w.host()
  a.look()
  w.step(600_000)
  expect(a.look(1001)).toEqual({ kind: 'ignored', reason: 'slow' })
  expect(a.look(999)).toMatchObject({ kind: 'stepped' })
})

test('small steps that add up are a step', () => {
  const w = world()
  const a = w.host()
  a.look()
  w.step(1500)
  w.pass(250)
  expect(a.look()).toEqual({ kind: 'steady' })
  w.step(1500)
  w.pass(250)
  expect(a.look()).toMatchObject({ kind: 'stepped' })
})

test('clocks that drift apart as slowly as clocks do are followed', () => {
  const w = world()
  const a = w.host()
  a.look()
  for (let i = 0; i < 5000; i++) {
    w.pass(10_000)
    w.step(5) // 500 ppm
    expect(a.look()).toEqual({ kind: 'steady' })
  }
})

test('a reading that is no number concludes nothing', () => {
  const w = world()
  const a = w.host()
  a.look()
  expect(a.observe({ ...a.sample(), rawAt: Number.NaN })).toEqual({ kind: 'ignored', reason: 'unreadable' })
  expect(a.look()).toEqual({ kind: 'steady' })
})
