import { afterEach, expect, test } from 'vitest'
import { dayAndClock, dayInWords, weekdayAndClock } from './days.ts'
import { language } from './speak.ts'

afterEach(() => {
  language.value = 'en'
})
// At noon it is the same day wherever this runs.
const noon = new Date(2026, 10, 22, 12, 5, 9)

test('a day is written in words of the language, though browsers know no Welsh dates', () => {
  expect([dayAndClock(noon.toISOString()), dayInWords('2026-11-22'), weekdayAndClock(noon)]).toEqual([
    '22 Nov 2026, 12:05',
    '22 November 2026',
    'Sun 12:05',
  ])
  language.value = 'cy'
  expect([dayAndClock(noon.toISOString()), dayInWords('2026-11-22'), weekdayAndClock(noon)]).toEqual([
    '22/11/2026, 12:05',
    '22 Tachwedd 2026',
    'Sul 12:05',
  ])
  expect(dayAndClock(noon.toISOString(), 'toTheSecond')).toBe('22/11/2026, 12:05:09')
})
