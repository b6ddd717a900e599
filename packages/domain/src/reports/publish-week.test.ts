import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CountedAlert, hops, publishWeek } from './publish-week.ts'
import { fewest } from './suppress.ts'

const causes = ['asleep', 'forgot', 'not-said'] as const
type Cause = (typeof causes)[number]
const siteIds = ['mill', 'quay'] as const
const sites = [...siteIds, null] as const

const alert = (of: Partial<CountedAlert<Cause>> = {}): CountedAlert<Cause> => ({
  isFalse: true,
  cause: 'asleep',
  siteId: null,
  seconds: { firstText: 2, claim: null, called999: null, there: null },
  ...of,
})
const many = (count: number, of: Partial<CountedAlert<Cause>> = {}) => Array.from({ length: count }, () => alert(of))

test('what a whole would hide is not found as the sum of its parts at the sites', () => {
  // Five needed help: were all false alarms published, alerts less false alarms were those five.
  const week = publishWeek([...many(15, { siteId: 'mill' }), ...many(20), ...many(5, { isFalse: false })], causes, [
    'mill',
  ])
  expect(week).toMatchObject({ alerts: 40, falseAlarms: null, others: null })
  expect(week.sites.map(({ falseAlarms }) => falseAlarms)).toEqual([null, null])
  expect(
    week.sites.map(({ alerts }) => alerts),
    'its alerts instead',
  ).toEqual([15, 25])
})

test('a site that was given up since is a line of its own, and not suddenly among those of no site', () => {
  const alerts = [
    ...many(20),
    ...many(30, { siteId: 'mill' }),
    ...many(2, { siteId: 'quay' }),
    ...many(12, { isFalse: false }),
  ]
  const shown = publishWeek(alerts, causes, siteIds).sites.map(({ siteId, falseAlarms }) => [siteId, falseAlarms])
  expect(shown).toEqual([
    ['mill', 30],
    ['quay', null],
    [null, null],
  ])
})

test('how often something happened is not near to how often another did', () => {
  const seconds = { firstText: 2, claim: 30, called999: null, there: null }
  const week = publishWeek(
    [...many(30, { seconds }), ...many(7, { seconds: { ...seconds, claim: null } })],
    causes,
    siteIds,
  )
  expect(week.times.firstText).toMatchObject({ count: 37, medianSeconds: 2 })
  expect(week.times.claim, 'seven were not claimed').toMatchObject({ count: null, medianSeconds: 30 })
})

/** What an alert may be, as far as counts by outcome, cause and site go. */
const kinds = sites.flatMap((siteId) => [
  alert({ siteId, isFalse: false }),
  ...causes.map((cause) => alert({ siteId, cause })),
])

/** A figure as whoever collects reports may use it: how often each kind counts in it, and what it comes to. */
interface Equation {
  of: number[]
  value: number
}

function published(alerts: readonly CountedAlert<Cause>[]): Equation[] {
  const week = publishWeek(alerts, causes, siteIds)
  const figures: [number | null, (of: CountedAlert<Cause>) => boolean][] = [
    [week.alerts, () => true],
    [week.falseAlarms, ({ isFalse }) => isFalse],
    [week.others, ({ isFalse }) => !isFalse],
    ...causes.map((one): [number | null, (of: CountedAlert<Cause>) => boolean] => [
      week.causes[one],
      ({ isFalse, cause }) => isFalse && cause === one,
    ]),
    ...week.sites.flatMap((one): [number | null, (of: CountedAlert<Cause>) => boolean][] => [
      [one.alerts, ({ siteId }) => siteId === one.siteId],
      [one.falseAlarms, ({ isFalse, siteId }) => isFalse && siteId === one.siteId],
    ]),
  ]
  return figures.flatMap(([value, counts]) =>
    value === null ? [] : [{ of: kinds.map((kind) => (counts(kind) ? 1 : 0)), value }],
  )
}

/** Gauss and Jordan: each equation leads with a kind that no other has. */
function reduce(equations: readonly Equation[]): (Equation & { lead: number })[] {
  const done: (Equation & { lead: number })[] = []
  for (const equation of equations) {
    let rest = equation
    for (const one of done) rest = less(rest, one, rest.of[one.lead] ?? 0)
    const lead = rest.of.findIndex((factor) => Math.abs(factor) > 1e-9)
    if (lead === -1) continue
    const by = rest.of[lead] ?? 1
    const scaled = { of: rest.of.map((factor) => factor / by), value: rest.value / by, lead }
    for (const [index, one] of done.entries()) done[index] = { ...less(one, scaled, one.of[lead] ?? 0), lead: one.lead }
    done.push(scaled)
  }
  return done
}
const less = (one: Equation, other: Equation, times: number): Equation => ({
  of: one.of.map((factor, index) => factor - times * (other.of[index] ?? 0)),
  value: one.value - times * other.value,
})

/** Every group of alerts whose number follows from the figures, however they are added and subtracted. */
function followsFrom(equations: readonly Equation[]): number[] {
  const basis = reduce(equations)
  const numbers: number[] = []
  // A group is a choice of kinds. On the leading kinds it says how often each equation is taken.
  for (let choice = 1; choice < 2 ** basis.length; choice += 1) {
    const taken = basis.filter((_, index) => (choice >> index) % 2 === 1)
    const of = kinds.map((_, kind) => taken.reduce((sum, one) => sum + (one.of[kind] ?? 0), 0))
    if (of.every((factor) => Math.abs(factor) < 1e-9 || Math.abs(factor - 1) < 1e-9))
      numbers.push(Math.round(taken.reduce((sum, one) => sum + one.value, 0)))
  }
  return numbers
}

const counts = fc.array(
  fc.oneof({ weight: 2, arbitrary: fc.integer({ min: 0, max: 12 }) }, fc.integer({ min: 10, max: 60 }), fc.constant(0)),
  { minLength: kinds.length, maxLength: kinds.length },
)
const alertsOf = (numbers: readonly number[]) =>
  numbers.flatMap((number, index) => Array.from({ length: number }, () => kinds[index] as CountedAlert<Cause>))

test('whatever happened in a week, nothing that follows from all its figures together is the number of one to nine', () => {
  let shown = 0
  fc.assert(
    fc.property(counts, (numbers) => {
      const equations = published(alertsOf(numbers))
      shown += equations.length
      for (const number of followsFrom(equations)) if (number !== 0) expect(number).toBeGreaterThanOrEqual(fewest)
    }),
    { numRuns: 1_500 },
  )
  // And it is not safe because nothing is said.
  expect(shown).toBeGreaterThan(1_500)
})

test('whatever happened, counts of what happened are ten or more apart, or equal', () => {
  const happened = fc.record({
    of: fc.constantFrom(...kinds),
    seconds: fc.record({
      firstText: fc.option(fc.integer({ min: 0, max: 90 }), { freq: 8 }),
      claim: fc.option(fc.integer({ min: 0, max: 90 }), { freq: 4 }),
      called999: fc.option(fc.integer({ min: 0, max: 90 }), { freq: 1 }),
      there: fc.option(fc.integer({ min: 0, max: 90 }), { freq: 2 }),
    }),
  })
  let shown = 0
  fc.assert(
    fc.property(fc.array(happened, { maxLength: 90, size: 'max' }), (list) => {
      const { alerts, falseAlarms, others, times, sites } = publishWeek(
        list.map(({ of, seconds }) => ({ ...of, seconds })),
        causes,
        siteIds,
      )
      const figures = hops.flatMap((hop) => times[hop].count ?? [])
      shown += figures.length
      for (const [index, figure] of figures.entries())
        for (const other of [alerts, falseAlarms, others, ...figures.slice(0, index)])
          if (other !== null && other !== figure) expect(Math.abs(other - figure)).toBeGreaterThanOrEqual(fewest)
      for (const site of sites) for (const hop of hops) expect(site.times[hop].count).toBeNull()
    }),
    { numRuns: 500 },
  )
  expect(shown).toBeGreaterThan(100)
})
