import { describe, expect, test } from 'vitest'
import type { Alert, AlertRecipient } from './alert.ts'
import { decideAlert } from './decide-alert.ts'

/** A supporter's number that nobody has confirmed may be a stranger's (infra/decisions/0019). */
const now = 1_800_000_000_000
const facts = { anythingSent: true, supporterTold: true }
const phone: AlertRecipient = { kind: 'supporter', id: 'sam', told: true, answer: 'none', unproved: true }
const open: Alert = { state: 'open', version: 1, raisedAt: now - 60_000, reason: 'silence' }
const theirs: Alert = {
  ...open,
  state: 'owned',
  owner: { kind: 'supporter', id: 'sam' },
  ownedAt: now - 60_000,
  dutyUntilAt: now + 60_000,
}
const rescuers: Alert = { ...theirs, owner: { kind: 'rescuer', id: 'robin' } }
const say = (alert: Alert, answer: 'going' | 'there' | 'cannot' | 'safe', recipient = phone) =>
  decideAlert(alert, { kind: 'answer', recipient, answer }, facts, now, 1)

test.each(['going', 'there'] as const)('claims by %s, like any supporter: a missed alert is worse', (answer) => {
  expect(say(open, answer)).toMatchObject({
    kind: 'changed',
    outcome: 'claimed',
    alert: { dutyUntilAt: now + 120_000 },
  })
})

test.each(['going', 'there', 'safe'] as const)('%s does not hold for longer what they claimed', (answer) => {
  expect(say(theirs, answer)).toMatchObject({ kind: 'unchanged' })
})

describe('5', () => {
  test.each([
    ['open', open, phone],
    ['theirs', theirs, phone],
    ["a rescuer's", rescuers, phone],
    ['theirs, who said that they are there', theirs, { ...phone, answer: 'there' as const }],
    ['open, who said that they are there', open, { ...phone, answer: 'there' as const }],
  ])('closes no alert that is %s: it is passed on', (_, alert, recipient) => {
    expect(say(alert, 'safe', recipient)).toMatchObject({ kind: 'unchanged', outcome: 'reported' })
  })
  test('confirms what the person asked for, as anybody’s does', () => {
    const asked = { ...open, requestedAt: now - 5_000, requestLapsesAt: now + 115_000 }
    expect(say(asked, 'safe')).toMatchObject({ kind: 'changed', alert: { state: 'closed' } })
  })
})

test('2 gives back at once what they claimed', () => {
  expect(say(theirs, 'cannot')).toMatchObject({ kind: 'changed', outcome: 'released', alert: { state: 'open' } })
})
