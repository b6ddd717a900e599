import { expect, test } from 'vitest'
import { aroundTheClock, closedBetween, type Opening, openAgain } from './pause.ts'

// A Saturday and the Sunday after it.
const [saturday, sunday] = ['2026-01-10', '2026-01-11']
const nights: Opening = {
  weekly: [6, 7].map((weekday) => ({ weekday, from: '22:00', to: '06:00' })),
  exceptions: [],
  drainMinutes: 30,
  drain: 'no-company',
}
const otherwise = (opening: Opening) => Object.fromEntries(opening.exceptions.map(({ day, hours }) => [day, hours]))

test('a service that is always open closes at that hour, stays closed, and opens on the day that was said', () => {
  const closed = closedBetween(null, saturday, '18:30', '2026-01-13')
  expect(closed.weekly).toEqual(aroundTheClock.weekly)
  expect(otherwise(closed)).toEqual({
    [saturday]: [{ from: '00:00', to: '18:30' }],
    [sunday]: [],
    '2026-01-12': [],
  })
})

test('in the small hours it is the night that began yesterday that ends early, and tonight’s does not begin', () => {
  expect(otherwise(closedBetween(nights, sunday, '03:00', '2026-01-12'))).toEqual({
    [saturday]: [{ from: '22:00', to: '03:00' }],
    [sunday]: [],
  })
})

test('what is over by then stays as it was', () => {
  expect(otherwise(closedBetween(nights, sunday, '12:00', '2026-01-12'))).toEqual({ [sunday]: [] })
})

test('opened again, the usual hours are back, and a holiday later on is still one', () => {
  const holiday = { day: '2026-02-01', hours: [] }
  const closed = closedBetween({ ...nights, exceptions: [holiday] }, sunday, '03:00', '2026-01-18')
  expect(closed.exceptions.length).toBeGreaterThan(5)
  expect(openAgain(closed, '2026-01-11')).toEqual({ ...nights, exceptions: [holiday] })
})
