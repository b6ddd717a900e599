import { expect, test } from 'vitest'
import { parseBehaviour } from '../behaviours.ts'
import { planReceipts } from './receipts.ts'

const timings = {
  sentAfterMs: 1,
  deliveredAfterMs: 2,
  lateAfterMs: 9,
  ringsAfterMs: 0,
  callSecondMs: 0,
  callbackTimeoutMs: 0,
}

test.each([
  ['accept', ['1 sent', '2 delivered']],
  ['500-after', ['1 sent', '2 delivered']],
  ['rate-3', ['1 sent', '2 delivered']],
  ['never-deliver', ['1 sent']],
  ['late', ['1 sent', '9 delivered']],
  ['doubled', ['1 sent', '1 sent', '2 delivered', '2 delivered']],
  ['reversed', ['1 delivered', '2 sent']],
  ['refuse-30003', ['1 sent', '2 undelivered 30003']],
  ['refuse-30008', ['1 sent', '2 undelivered 30008']],
  ['refuse-30001', ['2 failed 30001']],
  ['refuse-30999', ['1 sent', '2 undelivered 30999']],
])('a number that is %s gets %j', (name, expected) => {
  const behaviour = parseBehaviour(name)
  if (behaviour === undefined) throw new Error('unknown behaviour')
  const plan = planReceipts(behaviour, timings)
  expect(plan.map(({ afterMs, status, errorCode }) => [afterMs, status, errorCode].filter(Boolean).join(' '))).toEqual(
    expected,
  )
})
