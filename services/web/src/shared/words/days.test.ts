import { afterEach, expect, test } from 'vitest'
import * as days from './days.ts'
import { language } from './speak.ts'

afterEach(() => {
  language.value = 'en'
})
// At noon it is the same day wherever this runs.
const noon = new Date(2026, 10, 22, 12, 5, 9)
const asked = ['2026-11-22T22:00:00Z', '2026-11-23T06:00:00Z', 'Europe/London'] as const
const all = () => [
  days.dayAndClock(noon.toISOString()),
  days.dayAndClock(noon.toISOString(), 'toTheSecond'),
  days.dayInWords('2026-11-22'),
  days.weekdayAndDay('2026-11-29'),
  days.weekdayName(1),
  days.weekdayAndClock(noon),
  days.wholeWeekdayAndClock(noon.getTime()),
  days.dayAndClockIn(asked[0], asked[2]),
  days.dayAndHoursIn(...asked),
]

test('a day is written in words of the language, though browsers know no Welsh days', () => {
  expect(all()).toEqual([
    '22 Nov 2026, 12:05',
    '22 Nov 2026, 12:05:09',
    '22 November 2026',
    'Sunday 29 November',
    'Monday',
    'Sun 12:05',
    'Sunday 12:05',
    'Sun 22 Nov, 22:00',
    'Sunday 22 November, 22:00–06:00',
  ])
  language.value = 'cy'
  expect(all()).toEqual([
    '22 Tach 2026, 12:05',
    '22 Tach 2026, 12:05:09',
    '22 Tachwedd 2026',
    'dydd Sul 29 Tachwedd',
    'dydd Llun',
    'Sul 12:05',
    'dydd Sul 12:05',
    'Sul 22 Tach, 22:00',
    'dydd Sul 22 Tachwedd, 22:00–06:00',
  ])
})

test('every month and every day of the week has a Welsh word, long and short', () => {
  language.value = 'cy'
  const english = /Mon|Tue|Wed|Thu|Fri|Sat|Sun|day|Jan|Feb|March|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|ber/
  for (let month = 1; month <= 12; month += 1) {
    const iso = `2026-${String(month).padStart(2, '0')}-15`
    expect(days.dayInWords(iso)).not.toMatch(english)
    expect(days.dayAndClock(`${iso}T12:00:00Z`)).not.toMatch(english)
  }
  for (let weekday = 1; weekday <= 7; weekday += 1) {
    expect(days.weekdayName(weekday)).not.toMatch(english)
    expect(days.weekdayAndClock(new Date(2024, 0, weekday, 12))).not.toMatch(english)
  }
})
