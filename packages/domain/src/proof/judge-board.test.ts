import { expect, test } from 'vitest'
import {
  judgeAlerts,
  judgeClock,
  judgeDelivery,
  judgeOldestDue,
  judgeStaff,
  judgeSweep,
  judgeSynthetic,
  judgeWakeUps,
  judgeWorkers,
  worstOf,
} from './judge-board.ts'
import { publishIfMany } from './publish.ts'

test.each([
  ['no alert without an owner', judgeAlerts({ unowned: 0, longestUnownedSeconds: 0 }), 'ok'],
  ['one for a moment', judgeAlerts({ unowned: 1, longestUnownedSeconds: 59 }), 'look'],
  ['one that everybody was told of', judgeAlerts({ unowned: 1, longestUnownedSeconds: 60 }), 'act'],
  ['as many on shift as should be', judgeStaff({ onShift: 2, floor: 2 }), 'ok'],
  ['one too few', judgeStaff({ onShift: 1, floor: 2 }), 'look'],
  ['nobody where there should be', judgeStaff({ onShift: 0, floor: 1 }), 'act'],
  ['nobody, and nobody has said how many should be', judgeStaff({ onShift: 0, floor: 0 }), 'look'],
  ['one, and nobody has said how many should be', judgeStaff({ onShift: 1, floor: 0 }), 'ok'],
  ['no texts at all', judgeDelivery({ attempted: 0, failed: 0, unknown: 0 }), 'ok'],
  ['one of two failed: too few to say', judgeDelivery({ attempted: 2, failed: 1, unknown: 0 }), 'ok'],
  ['all of three lost', judgeDelivery({ attempted: 3, failed: 1, unknown: 2 }), 'act'],
  ['one in ten', judgeDelivery({ attempted: 20, failed: 1, unknown: 1 }), 'look'],
  ['every second', judgeDelivery({ attempted: 20, failed: 5, unknown: 5 }), 'act'],
  ['nearly all well', judgeDelivery({ attempted: 100, failed: 5, unknown: 4 }), 'ok'],
  ['the sweep found what a wake-up should have', judgeWakeUps({ foundBySweep: 1, asked: true }), 'look'],
  ['the sweep finds everything without Redis', judgeWakeUps({ foundBySweep: 100, asked: false }), 'ok'],
  ['a sweep a moment ago', judgeSweep(1), 'ok'],
  ['no sweep for five seconds (P14)', judgeSweep(5), 'act'],
  ['no sweep ever', judgeSweep(Number.POSITIVE_INFINITY), 'act'],
  ['two workers', judgeWorkers(2), 'ok'],
  ['one worker', judgeWorkers(1), 'look'],
  ['no worker', judgeWorkers(0), 'act'],
  ['nothing overdue', judgeOldestDue(0.2), 'ok'],
  ['over a second (P2)', judgeOldestDue(1), 'look'],
  ['over five', judgeOldestDue(5), 'act'],
  ['clocks agree', judgeClock({ hostSkewMs: 20, correctionMs: 0 }), 'ok'],
  ['a host is off', judgeClock({ hostSkewMs: -2_000, correctionMs: 0 }), 'look'],
  ['the database stepped', judgeClock({ hostSkewMs: 0, correctionMs: 600_000 }), 'look'],
  ['the path was never proved', judgeSynthetic({ boundSeconds: 60, everyMinutes: 5 }), 'look'],
  [
    'proved once, and no schedule',
    judgeSynthetic({ boundSeconds: 60, last: { outcome: 'proved', ageSeconds: 10 } }),
    'look',
  ],
  [
    'proved lately',
    judgeSynthetic({ boundSeconds: 60, everyMinutes: 5, last: { outcome: 'proved', ageSeconds: 660 } }),
    'ok',
  ],
  [
    'the schedule stands still',
    judgeSynthetic({ boundSeconds: 60, everyMinutes: 5, last: { outcome: 'proved', ageSeconds: 661 } }),
    'act',
  ],
  [
    'it did not come back',
    judgeSynthetic({ boundSeconds: 60, everyMinutes: 5, last: { outcome: 'missed', ageSeconds: 10 } }),
    'act',
  ],
] as const)('%s', (_what, judged, state) => {
  expect(judged.state).toBe(state)
  // Whoever must look is told where to read.
  expect(judged.runbook === undefined).toBe(state === 'ok')
})

test('the board is as bad as its worst figure', () => {
  expect(worstOf([])).toEqual({ state: 'ok' })
  expect(worstOf([judgeWorkers(1), judgeSweep(9), judgeWorkers(2)])).toEqual({ state: 'act', runbook: 'engine-unwell' })
})

test('fewer than ten are somebody and are not published', () => {
  expect(publishIfMany(9, 1)).toBeNull()
  expect(publishIfMany(10, 1)).toBe(1)
})
