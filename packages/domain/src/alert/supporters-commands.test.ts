import { expect, test } from 'vitest'
import type { Alert, AlertCommand, AlertFacts } from './alert.ts'
import { decideAlert } from './decide-alert.ts'

const now = 1_800_000_000_000
const sam = { kind: 'supporter', id: 'sam' } as const
const dilys = { kind: 'supporter', id: 'dilys' } as const
const facts: AlertFacts = { anythingSent: true, supporterTold: true }
const open: Alert = { state: 'open', version: 3, raisedAt: now - 60_000, reason: 'silence' }
const owned: Alert = { ...open, state: 'owned', owner: sam, ownedAt: now - 30_000, dutyUntilAt: now + 90_000 }
const closed: Alert = { ...open, state: 'closed', outcome: 'safe' }
const decide = (alert: Alert, command: AlertCommand) => decideAlert(Object.freeze(alert), command, facts, now, 1)
const kinds = (decision: ReturnType<typeof decide>) => decision.effects.map((effect) => effect.kind)

const commands: AlertCommand[] = [
  { kind: 'progress', by: sam },
  { kind: 'hand-over', by: sam, to: dilys },
  { kind: 'escalate' },
  { kind: 'stand-down', by: sam },
  { kind: 'take-over', by: { id: 'sam', standing: 'answers' } },
  { kind: 'all-clear', by: { id: 'sam', standing: 'answers' }, outcome: 'rescued' },
]

test('a closed alert is changed by nothing a supporter does', () => {
  for (const command of commands) {
    const decision = decide(closed, command)
    expect(decision, command.kind).toEqual({ kind: 'unchanged', outcome: 'tooLate', effects: [] })
  }
})

test('whatever the owner records renews the duty; what another records does not', () => {
  const renewed = decide(owned, { kind: 'progress', by: sam })
  expect(renewed).toMatchObject({ outcome: 'renewed', alert: { dutyUntilAt: now + 120_000, version: 4, owner: sam } })
  expect(kinds(renewed)).toEqual(['schedule'])
  expect(decide(owned, { kind: 'progress', by: dilys })).toMatchObject({ kind: 'unchanged', outcome: 'recorded' })
  expect(decide(open, { kind: 'progress', by: sam })).toMatchObject({ kind: 'unchanged', outcome: 'recorded' })
})

test('only the owner hands over, and the new owner has the whole duty and is told', () => {
  const handed = decide(owned, { kind: 'hand-over', by: sam, to: dilys })
  expect(handed).toMatchObject({ outcome: 'handedOver', alert: { state: 'owned', owner: dilys, ownedAt: now } })
  expect(handed.effects).toContainEqual({ kind: 'schedule', step: 'duty', dueAt: now + 120_000 })
  expect(handed.effects).toContainEqual({ kind: 'tell', whom: 'owner', text: 'handed-over' })
  for (const alert of [open, { ...owned, owner: dilys }])
    expect(decide(alert, { kind: 'hand-over', by: sam, to: dilys })).toMatchObject({ outcome: 'notOwner', effects: [] })
})

test('escalating an open alert brings the next step; an owned one tells everyone and keeps its owner', () => {
  expect(kinds(decide(open, { kind: 'escalate' }))).toEqual(['advance-ladder'])
  expect(decide(owned, { kind: 'escalate' })).toMatchObject({ kind: 'unchanged', effects: [{ kind: 'tell-everyone' }] })
})

test('nobody who is going is sent home but by the owner', () => {
  expect(decide(owned, { kind: 'stand-down', by: sam }).effects).toEqual([
    { kind: 'tell', whom: 'going', text: 'stand-down' },
  ])
  expect(decide(owned, { kind: 'stand-down', by: dilys }).effects).toEqual([])
  expect(decide(open, { kind: 'stand-down', by: sam }).effects).toEqual([])
})

test('the all-clear closes with its outcome, stops the ladder and tells everyone who was told', () => {
  for (const alert of [open, owned]) {
    const decision = decide(alert, {
      kind: 'all-clear',
      by: { id: 'sam', standing: 'acts' },
      outcome: 'handed-to-crew',
    })
    expect(decision).toMatchObject({ outcome: 'closed', alert: { state: 'closed', outcome: 'handed-to-crew' } })
    expect(kinds(decision)).toEqual(['cancel-messages', 'stop-ladder', 'tell', 'closed'])
  }
})
