import type { RotaPattern, RotaRows } from '@stillhere/persistence'
import { describe, expect, test } from 'vitest'
import { expandRota } from './expand-rota.ts'
import { isTimeZone, spanOn } from './in-zone.ts'

const zone = 'Europe/London'
const at = (iso: string) => Date.parse(iso)
const pattern = (id: string, weekday: number, starts: string, ends: string): RotaPattern => ({
  id,
  supporterId: `${id}-who`,
  role: 'supporter',
  weekday,
  starts,
  ends,
  fromDay: null,
  untilDay: null,
})
const rota = (patterns: RotaPattern[], more: Partial<RotaRows> = {}): RotaRows => ({
  patterns,
  exceptions: [],
  swaps: [],
  ...more,
})
const times = (rows: RotaRows, from: string, to: string) =>
  expandRota(rows, zone, { startsAt: at(from), endsAt: at(to) }).map(({ startsAt, endsAt }) => [
    new Date(startsAt).toISOString().slice(0, 16),
    new Date(endsAt).toISOString().slice(0, 16),
  ])

test('a night shift goes over midnight, and one that began yesterday is still there', () => {
  const rows = rota([pattern('night', 6, '22:00', '06:00')])
  expect(times(rows, '2026-01-11T03:00Z', '2026-01-11T04:00Z')).toEqual([['2026-01-10T22:00', '2026-01-11T06:00']])
  expect(times(rows, '2026-01-11T06:00Z', '2026-01-11T07:00Z')).toEqual([])
})

test('a shift begins at the same hour of the clock in winter and in summer', () => {
  const rows = rota([pattern('day', 1, '09:00', '17:00')])
  expect(times(rows, '2026-01-05T00:00Z', '2026-01-06T00:00Z')).toEqual([['2026-01-05T09:00', '2026-01-05T17:00']])
  expect(times(rows, '2026-07-06T00:00Z', '2026-07-07T00:00Z')).toEqual([['2026-07-06T08:00', '2026-07-06T16:00']])
})

describe('nights on which the clocks change', () => {
  // 29 March 2026, 01:00 becomes 02:00; 25 October 2026, 02:00 becomes 01:00. Both are Sundays.
  const night = rota([pattern('night', 6, '22:00', '06:00')])
  test('in spring a night is an hour shorter', () => {
    expect(times(night, '2026-03-28T20:00Z', '2026-03-29T12:00Z')).toEqual([['2026-03-28T22:00', '2026-03-29T05:00']])
  })
  test('in autumn it is an hour longer', () => {
    expect(times(night, '2026-10-24T20:00Z', '2026-10-25T12:00Z')).toEqual([['2026-10-24T21:00', '2026-10-25T06:00']])
  })
  const handedOver = rota([pattern('first', 6, '22:00', '01:30'), pattern('second', 7, '01:30', '06:00')])
  test.each([
    ['the hour that does not come', '2026-03-28T20:00Z', '2026-03-29T12:00Z'],
    ['the hour that comes twice', '2026-10-24T20:00Z', '2026-10-25T12:00Z'],
  ])('a shift that ends and one that begins in %s touch', (_, from, to) => {
    const [first, second] = times(handedOver, from, to)
    expect(first?.[1]).toBe(second?.[0])
  })
  test('a shift of which the spring leaves nothing is none', () => {
    expect(spanOn('2026-03-29', '01:30', '02:00', zone)).toBeUndefined()
    expect(spanOn('2026-03-29', '01:00', '02:00', zone)).toBeUndefined()
  })
})

test('a day off is off, a day more is there, and the pattern has its first and its last day', () => {
  const day = { ...pattern('day', 1, '09:00', '17:00'), fromDay: '2026-01-12', untilDay: '2026-01-26' }
  const off = { id: 'o', kind: 'off' as const, patternId: 'day', supporterId: null, role: null, onDay: '2026-01-19' }
  const extra = { id: 'x', kind: 'extra' as const, patternId: null, supporterId: 'y', role: 'duty-lead' as const }
  const rows = rota([day], {
    exceptions: [
      { ...off, starts: null, ends: null },
      { ...extra, onDay: '2026-01-20', starts: '20:00', ends: '20:00' },
    ],
  })
  expect(times(rows, '2026-01-01T00:00Z', '2026-02-28T00:00Z')).toEqual([
    ['2026-01-12T09:00', '2026-01-12T17:00'],
    ['2026-01-20T20:00', '2026-01-21T20:00'],
    ['2026-01-26T09:00', '2026-01-26T17:00'],
  ])
})

test('a shift that is offered is still whose it was, and whoever took it has it', () => {
  const swap = (id: string, offeredBy: string, takenBy: string | null) => ({
    id,
    shiftId: 'day.2026-01-05',
    role: 'supporter' as const,
    startsAt: 0,
    endsAt: 0,
    state: takenBy ? ('taken' as const) : ('offered' as const),
    offeredBy,
    takenBy,
    seenAt: null,
  })
  const who = (swaps: RotaRows['swaps']) => {
    const rows = rota([pattern('day', 1, '09:00', '17:00')], { swaps })
    const [shift] = expandRota(rows, zone, { startsAt: at('2026-01-05T00:00Z'), endsAt: at('2026-01-06T00:00Z') })
    return shift
  }
  expect(who([swap('s', 'day-who', null)])).toMatchObject({ supporterId: 'day-who', offered: 's' })
  expect(who([swap('s', 'day-who', 'other')])).toMatchObject({ supporterId: 'other', takenFrom: 'day-who' })
  const twice = who([swap('s', 'day-who', 'other'), swap('t', 'other', 'third')])
  expect(twice).toMatchObject({ supporterId: 'third', takenFrom: 'other' })
  expect(who([swap('s', 'somebody-else', 'other')])?.supporterId, 'nobody gives away what is not theirs').toBe(
    'day-who',
  )
})

test('a zone that nobody knows is none', () => {
  expect(isTimeZone('Europe/Cardiff')).toBe(false)
  expect(isTimeZone('Pacific/Auckland')).toBe(true)
})
