import { expect, test } from 'vitest'
import { CapturedLogs } from './captured-logs.ts'

test.each([
  { longestStallMs: 20, waitedShare: 0.2, unallowed: ['sweepLate', 'poisonRow'] },
  { longestStallMs: 700, waitedShare: 0, unallowed: ['poisonRow'] },
  { longestStallMs: 20, waitedShare: 0.5, unallowed: ['poisonRow'] },
])('after $longestStallMs ms, with $waitedShare waited for, nobody excuses: $unallowed', ({ unallowed, ...load }) => {
  const logs = new CapturedLogs(() => load)
  logs.logger('worker').error('trouble', { trouble: 'sweepLate' })
  logs.logger('worker').error('trouble', { trouble: 'poisonRow' })
  expect(logs.unallowedErrors().map((line) => JSON.parse(line).trouble)).toEqual(unallowed)
})
