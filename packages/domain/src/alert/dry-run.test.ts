import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bounds } from '../bounds.ts'
import { checkLadder } from './check-ladder.ts'
import { dryRunLadder, type ExpectedSupporter } from './dry-run.ts'
import { type AlertOrder, defaultLadder, type LadderAudience, type LadderChannel, type LadderStep } from './ladder.ts'

const hourMs = 3_600_000
const at = 1_000_000_000_000
const somebody = (fields: Partial<ExpectedSupporter> = {}): ExpectedSupporter => ({
  supporterId: 'sam',
  role: 'supporter',
  reachable: true,
  startsAt: at - hourMs,
  endsAt: at + hourMs,
  ...fields,
})
const run = (fields: Partial<Parameters<typeof dryRunLadder>[0]> = {}) =>
  dryRunLadder({ ladder: defaultLadder, order: 'both', at, expected: [], rescuers: 1, ...fields })

test('by day the first step tells the supporter and the first rescuer, and the console has somebody before it', () => {
  const { lines, findings, firstToldSeconds } = run({ expected: [somebody()] })
  expect(findings).toEqual([])
  expect(firstToldSeconds).toBe(0)
  expect(lines[0]).toMatchObject({
    atSeconds: 0,
    step: 1,
    who: [
      { role: 'supporter', count: 1 },
      { role: 'rescuer', count: 1 },
    ],
  })
  expect(lines.find(({ channel }) => channel === 'console')).toMatchObject({ who: [{ role: 'supporter', count: 1 }] })
  expect(lines.filter(({ step }) => step === undefined).map(({ atSeconds }) => atSeconds)).toEqual([60, 120, 240, 540])
})

test('at night, told supporters first, nobody is there: the next step comes at once, and it is said', () => {
  const { lines, findings } = run({ order: 'supporters-first' })
  expect(lines[0]).toMatchObject({ step: 1, nobody: true, who: [] })
  expect(lines[1]).toMatchObject({ step: 2, atSeconds: 0, early: true, who: [{ role: 'rescuer', count: 1 }] })
  expect(findings).toContainEqual({ kind: 'nobody-in-step', step: 1, atSeconds: 0 })
  expect(findings).toContainEqual({ kind: 'nobody-in-step', step: 4, atSeconds: 120 })
})

test('nobody in the rota and no rescuer: nobody at all is told but the pager', () => {
  const { findings, firstToldSeconds } = run({ rescuers: 0 })
  expect(findings).toContainEqual({ kind: 'nobody-at-all' })
  expect(firstToldSeconds).toBeUndefined()
})

test('who goes home between two steps is told by the first and not by the second', () => {
  const { lines } = run({ rescuers: 0, expected: [somebody({ endsAt: at + 80_000 })] })
  expect(lines.find(({ step }) => step === 1)?.who).toEqual([{ role: 'supporter', count: 1 }])
  expect(lines.find(({ step }) => step === 3)).toMatchObject({ channel: 'call', nobody: true })
})

test('somebody without a phone sees the console and is told by no text', () => {
  const { lines } = run({ rescuers: 0, expected: [somebody({ reachable: false, role: 'duty-lead' })] })
  expect(lines.filter(({ who }) => who.length > 0).map(({ channel }) => channel)).toEqual(['console'])
  expect(lines.find(({ channel }) => channel === 'console')?.who).toEqual([{ role: 'duty-lead', count: 1 }])
})

const anyStep = fc.record({
  afterSeconds: fc.integer({ min: 0, max: 400 }),
  to: fc.constantFrom<LadderAudience>('first', 'supporters', 'rescuers', 'everyone'),
  channel: fc.constantFrom<LadderChannel>('text', 'call', 'console'),
})
const base: LadderStep[] = [{ afterSeconds: 0, to: 'everyone', channel: 'text' }]
/** Half of them grown from what is sound, so that many are accepted. */
const anyLadder = fc
  .tuple(fc.boolean(), fc.integer({ min: 0, max: 30 }), fc.array(anyStep, { minLength: 1, maxLength: 6 }))
  .map(([sound, afterSeconds, steps]) =>
    [...(sound ? base.map((step) => ({ ...step, afterSeconds })) : []), ...steps].sort(
      (a, b) => a.afterSeconds - b.afterSeconds,
    ),
  )
const anyRota = fc.array(
  fc.record({
    supporterId: fc.constantFrom('a', 'b', 'c'),
    role: fc.constantFrom('supporter' as const, 'duty-lead' as const),
    reachable: fc.constant(true),
    startsAt: fc.integer({ min: -12, max: 168 }).map((hour) => at + hour * hourMs),
    long: fc.integer({ min: 1, max: 14 }),
  }),
  { maxLength: 12 },
)
const hours = Array.from({ length: 168 }, (_, hour) => at + hour * hourMs)

test('for every accepted ladder and every hour of the week somebody is told within the bound, or it is said that nobody is', () => {
  let accepted = 0
  fc.assert(
    fc.property(
      anyLadder,
      anyRota,
      fc.constantFrom<AlertOrder>('rescuers-first', 'supporters-first', 'both'),
      fc.integer({ min: 0, max: 3 }),
      (ladder, rota, order, rescuers) => {
        if (checkLadder(ladder).kind !== 'sound') return
        accepted += 1
        const expected = rota.map(({ long, ...shift }) => ({ ...shift, endsAt: shift.startsAt + long * hourMs }))
        for (const hour of hours) {
          const { firstToldSeconds, findings } = dryRunLadder({ ladder, order, at: hour, expected, rescuers })
          const until = hour + bounds.ladder.everyoneSeconds * 1_000
          const there = expected.some(({ startsAt, endsAt }) => startsAt <= hour && endsAt > until)
          if (rescuers > 0 || there)
            expect(firstToldSeconds ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(bounds.ladder.everyoneSeconds)
          expect(findings.some(({ kind }) => kind === 'nobody-at-all')).toBe(firstToldSeconds === undefined)
        }
      },
    ),
    { numRuns: 150 },
  )
  expect(accepted, 'the property must have had something to look at').toBeGreaterThan(30)
})
