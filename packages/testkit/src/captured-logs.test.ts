import { expect, test } from 'vitest'
import { CapturedLogs } from './captured-logs.ts'

test.each([
  { stallMs: 20, unallowed: ['sweepLate', 'poisonRow'] },
  { stallMs: 700, unallowed: ['poisonRow'] },
])('after a stall of $stallMs ms nobody excuses: $unallowed', ({ stallMs, unallowed }) => {
  const logs = new CapturedLogs(() => stallMs)
  logs.logger('worker').error('trouble', { trouble: 'sweepLate' })
  logs.logger('worker').error('trouble', { trouble: 'poisonRow' })
  expect(logs.unallowedErrors().map((line) => JSON.parse(line).trouble)).toEqual(unallowed)
})
