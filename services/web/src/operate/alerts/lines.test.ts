import { expect, test } from 'vitest'
import { linesOf, offset } from './lines.ts'

const raisedAt = '2026-11-22T03:00:00.000Z'

test('the journal, each attempt and each receipt stand in one order, by their distance from the alert', () => {
  const lines = linesOf(
    raisedAt,
    [
      { at: raisedAt, kind: 'alert-raised', by: 'service', detail: { latenessMs: 12 } },
      { at: '2026-11-22T03:00:09.000Z', kind: 'alert-claimed', by: 'rescuer', detail: {} },
    ],
    [
      {
        id: 'm',
        template: 'alert-first',
        status: 'delivered',
        recipientKind: 'rescuer',
        channel: 'text',
        deliveredAt: '2026-11-22T03:00:03.000Z',
        attempts: [
          { startedAt: '2026-11-22T03:00:00.100Z', finishedAt: '2026-11-22T03:00:00.400Z', outcome: 'accepted' },
        ],
      },
    ],
  )
  expect(lines.map(({ kind, afterMs }) => [kind, afterMs])).toEqual([
    ['alert-raised', 0],
    ['attempt-started', 100],
    ['attempt-answered', 400],
    ['receipt-delivered', 3_000],
    ['alert-claimed', 9_000],
  ])
  expect(lines[0]?.more).toEqual([{ label: 'detail.latenessMs', value: { ms: 12 } }])
  expect(lines[2]?.more).toContainEqual({ label: 'detail.outcome', value: { word: 'is.accepted' } })
})

test('distances are read to the millisecond', () => {
  expect([0, 65_250, -9_001].map(offset)).toEqual(['+0:00.000', '+1:05.250', '−0:09.001'])
})
