import { expect, test } from 'vitest'
import { decideAlert } from '../alert/decide-alert.ts'
import { judgeSyntheticAlert } from './synthetic-alert.ts'

const dueAt = 1_000_000
const missAt = dueAt + 60_000
const whole = {
  dueAt,
  raisedAt: dueAt + 100,
  sentAt: dueAt + 150,
  acceptedAt: dueAt + 400,
  deliveredAt: dueAt + 900,
  repliedAt: dueAt + 2_000,
  claimedAt: dueAt + 2_100,
}

test('what came back by its reply in time is proof, also when nobody looks until later', () => {
  expect(judgeSyntheticAlert(whole, missAt, dueAt + 3_000)).toEqual({ kind: 'proved' })
  expect(judgeSyntheticAlert(whole, missAt, missAt + 3_600_000)).toEqual({ kind: 'proved' })
})

test('a network that never says "delivered" is no miss', () => {
  const { deliveredAt: _, ...rest } = whole
  expect(judgeSyntheticAlert(rest, missAt, dueAt + 3_000)).toEqual({ kind: 'proved' })
})

test('until its time is up it may still come back', () => {
  expect(judgeSyntheticAlert({ dueAt }, missAt, missAt - 1)).toEqual({ kind: 'waiting' })
  expect(judgeSyntheticAlert({ ...whole, repliedAt: undefined as never }, missAt, missAt - 1)).toEqual({
    kind: 'waiting',
  })
})

test.each([
  ['not-raised', { dueAt }],
  ['not-accepted', { dueAt, raisedAt: dueAt, sentAt: dueAt }],
  ['no-reply', { dueAt, raisedAt: dueAt, sentAt: dueAt, acceptedAt: dueAt }],
  ['not-claimed', { dueAt, raisedAt: dueAt, sentAt: dueAt, acceptedAt: dueAt, repliedAt: dueAt + 1 }],
  ['answered-otherwise', { dueAt, raisedAt: dueAt, sentAt: dueAt, acceptedAt: dueAt, claimedAt: dueAt + 1 }],
  ['too-late', { ...whole, claimedAt: missAt + 1 }],
] as const)('a miss names the hop that broke: %s', (reason, hops) => {
  expect(judgeSyntheticAlert(hops, missAt, missAt + 1)).toEqual({ kind: 'missed', reason })
})

test('a reply that was sent before the text is of another test and proves nothing (H31)', () => {
  const early = { ...whole, repliedAt: whole.sentAt - 1 }
  expect(judgeSyntheticAlert(early, missAt, dueAt + 3_000)).toEqual({ kind: 'missed', reason: 'reply-before-text' })
  const { sentAt: _, ...unsent } = whole
  expect(judgeSyntheticAlert(unsent, missAt, dueAt + 3_000)).toEqual({ kind: 'missed', reason: 'reply-before-text' })
})

const facts = { anythingSent: true, supporterTold: false }
const alert = { state: 'open', version: 1, raisedAt: dueAt, reason: 'silence' } as const
const owned = {
  ...alert,
  state: 'owned',
  owner: { kind: 'rescuer', id: 'r' },
  ownedAt: dueAt,
  dutyUntilAt: missAt,
} as const

test.each([[alert], [owned]])('the end of a test closes a test and tells nobody', (of) => {
  for (const proved of [true, false]) {
    const decided = decideAlert({ ...of, synthetic: true }, { kind: 'end-test', proved }, facts, dueAt + 1, 1)
    expect(decided).toMatchObject({
      kind: 'changed',
      outcome: 'testEnded',
      alert: { state: 'closed', outcome: proved ? 'safe' : 'abandoned' },
    })
    expect(decided.effects.map(({ kind }) => kind)).toEqual(['cancel-messages', 'stop-ladder', 'closed'])
  }
})

test.each([[alert], [owned]])('K8: the end of a test never closes a real alert', (of) => {
  expect(decideAlert(of, { kind: 'end-test', proved: true }, facts, dueAt + 1, 1)).toEqual({
    kind: 'unchanged',
    outcome: 'noTest',
    effects: [],
  })
})
