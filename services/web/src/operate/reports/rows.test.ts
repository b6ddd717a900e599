import { expect, test } from 'vitest'
import { asTable, inUnits } from './rows.ts'

test('in a file what is nested has a name, and what is hidden is empty and not nought', () => {
  expect(
    asTable([
      { from: '2026-11-02', alerts: 12, causes: { asleep: null, forgot: 10 } },
      { from: '2026-11-09', alerts: null, site: { label: 'Quay' } },
    ]),
  ).toEqual([
    ['from', 'alerts', 'causes.asleep', 'causes.forgot', 'site.label'],
    ['2026-11-02', 12, '', 10, ''],
    ['2026-11-09', '', '', '', 'Quay'],
  ])
})

test('how long something is kept is said in whole units', () => {
  expect(inUnits(30 * 86_400)).toEqual({ count: 30, unit: 'days' })
  expect(inUnits(3_600)).toEqual({ count: 1, unit: 'hours' })
  expect(inUnits(900)).toEqual({ count: 15, unit: 'minutes' })
})
