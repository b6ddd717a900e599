import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cellsOf, type Row } from '../tests/decision-table.ts'
import {
  type DeliveryDecision,
  type DeliveryEvent,
  type DeliveryFacts,
  decideDelivery,
  type ErrorClass,
  receiptRanks,
} from './delivery.ts'

const plain: Record<string, DeliveryEvent> = {
  obsolete: { kind: 'obsolete' },
  delivered: { kind: 'delivered' },
  silence: { kind: 'silence' },
  unknown: { kind: 'unknown' },
  'not found': { kind: 'not-found' },
  'not sent': { kind: 'not-sent' },
}
/** Classes as the carrier's codes fall into them; the code itself matters where it is named here. */
const failures: Record<string, { class: ErrorClass; code: string }> = {
  'no texts there': { class: 'recipient-for-good', code: '30006' },
  'no such number': { class: 'recipient-for-good', code: '21211' },
  'said STOP': { class: 'recipient-blocked', code: '21610' },
  blocked: { class: 'recipient-blocked', code: '30004' },
  'for now': { class: 'recipient-for-now', code: '30003' },
  content: { class: 'content', code: '30007' },
  ours: { class: 'ours', code: '20003' },
  capacity: { class: 'capacity', code: '30001' },
  'class not sent': { class: 'not-sent', code: '20429' },
  'class unknown': { class: 'unknown', code: 'none' },
}
const messages: Record<Message, Pick<DeliveryFacts, 'purpose' | 'channel'>> = {
  'alert text': { purpose: 'ladder', channel: 'text' },
  'alert call': { purpose: 'ladder', channel: 'call' },
  'other text': { purpose: 'other', channel: 'text' },
  'other call': { purpose: 'other', channel: 'call' },
}
const ages: Record<Age, number> = { 'at once': 0, 'after 3 s': 3_000, 'after 2 min': 120_001, 'after 10 min': 600_001 }

type Message = 'alert text' | 'alert call' | 'other text' | 'other call'
type Age = 'at once' | 'after 3 s' | 'after 2 min' | 'after 10 min'
type Axes = { event: string; message: Message; before: 'first' | 'resent'; age: Age }

const other: Message[] = ['other text', 'other call']
const early: Age[] = ['at once', 'after 3 s']
const late: Age[] = ['after 2 min', 'after 10 min']

/** The same ending for the three kinds of messages: an alert's text also rings, an alert's message moves the ladder. */
const endings = (when: Row<Axes>['when'], text: string, call: string, rest: string): Row<Axes>[] => [
  { when: { ...when, message: 'alert text' }, decision: text },
  { when: { ...when, message: 'alert call' }, decision: call },
  { when: { ...when, message: other }, decision: rest },
]
const failed = (when: Row<Axes>['when']) => endings(when, 'failed, calls, advances', 'failed, advances', 'failed')
const failedAndPages = (when: Row<Axes>['when']) =>
  endings(when, 'failed, calls, advances, pages', 'failed, advances, pages', 'failed, pages')
const tried = (when: Row<Axes>['when'], again: string) =>
  endings(when, `${again}, calls, advances`, `${again}, advances`, again)
const triedAndPages = (when: Row<Axes>['when'], again: string) =>
  endings(when, `${again}, calls, advances, pages`, `${again}, advances, pages`, `${again}, pages`)

const table: Row<Axes>[] = [
  { when: { event: 'delivered' }, decision: 'delivered' },
  { when: { event: 'obsolete' }, decision: 'cancelled' },
  ...endings({ event: 'silence' }, 'accepted, calls, advances', 'accepted, advances', 'accepted'),
  ...endings({ event: 'unknown' }, 'unknown, look in 1000, calls', 'unknown, look in 1000', 'unknown, look in 1000'),
  { when: { event: 'not found', before: 'first' }, decision: 'queued, resend in 0' },
  ...failed({ event: 'not found', before: 'resent' }),

  { when: { event: 'not sent', age: 'at once' }, decision: 'queued, again in 200' },
  ...tried({ event: 'not sent', age: 'after 3 s' }, 'queued, again in 200'),
  ...endings(
    { event: 'not sent', age: 'after 2 min' },
    'failed, calls, advances, pages',
    'failed, advances, pages',
    'queued, again in 200',
  ),
  ...endings(
    { event: 'not sent', age: 'after 10 min' },
    'failed, calls, advances, pages',
    'failed, advances, pages',
    'failed',
  ),

  ...endings(
    { event: 'no texts there' },
    'failed, calls, advances, phone bad',
    'failed, advances, phone bad',
    'failed, phone bad',
  ),
  ...endings(
    { event: 'no such number' },
    'failed, advances, phone bad',
    'failed, advances, phone bad',
    'failed, phone bad',
  ),
  ...endings(
    { event: 'said STOP' },
    'failed, advances, phone stopped',
    'failed, advances, phone stopped',
    'failed, phone stopped',
  ),
  ...failed({ event: 'blocked' }),
  ...tried({ event: 'for now', before: 'first' }, 'queued, resend in 20000'),
  ...failed({ event: 'for now', before: 'resent' }),
  ...failedAndPages({ event: 'content' }),
  ...['ours', 'capacity'].flatMap((event) => [
    ...triedAndPages({ event, age: early }, 'queued, again in 2000'),
    { when: { event, age: 'after 2 min', message: other }, decision: 'queued, again in 2000, pages' } as Row<Axes>,
    { when: { event, age: 'after 10 min', message: other }, decision: 'failed, pages' } as Row<Axes>,
    { when: { event, age: late, message: 'alert text' }, decision: 'failed, calls, advances, pages' } as Row<Axes>,
    { when: { event, age: late, message: 'alert call' }, decision: 'failed, advances, pages' } as Row<Axes>,
  ]),
  ...['class not sent', 'class unknown'].flatMap((event) => [
    ...tried({ event, before: 'first' }, 'queued, resend in 1000'),
    ...failed({ event, before: 'resent' }),
  ]),
]

describe('every event × every message × was it resent × how old it is', () => {
  const cells = cellsOf<Axes>(
    {
      event: [...Object.keys(plain), ...Object.keys(failures)],
      message: ['alert text', 'alert call', 'other text', 'other call'],
      before: ['first', 'resent'],
      age: ['at once', 'after 3 s', 'after 2 min', 'after 10 min'],
    },
    table,
  )
  test.each(cells)('$name', ({ cell, decision }) => {
    const facts: DeliveryFacts = {
      ...messages[cell.message],
      attempts: 1,
      sinceFirstAttemptMs: ages[cell.age],
      resent: cell.before === 'resent',
    }
    const failure = failures[cell.event]
    // What the carrier refuses at once and what it reports later have the same consequences.
    const events: (DeliveryEvent | undefined)[] = failure
      ? [
          { kind: 'refused', ...failure },
          { kind: 'undelivered', ...failure },
        ]
      : [plain[cell.event]]
    for (const event of events) expect(inWords(decideDelivery(event as DeliveryEvent, facts))).toBe(decision)
  })
})

describe('backoff of what was certainly not sent', () => {
  const wait = (attempts: number, retryAfterMs?: number) =>
    decideDelivery(
      { kind: 'not-sent', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
      { purpose: 'ladder', channel: 'text', attempts, sinceFirstAttemptMs: 100, resent: false },
    ).againInMs

  test('0.2, 0.5 and 1 s, then every second', () => {
    expect([1, 2, 3, 4, 50].map((attempts) => wait(attempts))).toEqual([200, 500, 1_000, 1_000, 1_000])
  })

  test('the carrier may ask for more, up to 5 s', () => {
    expect([wait(1, 100), wait(1, 3_000), wait(1, 3_600_000)]).toEqual([200, 3_000, 5_000])
  })
})

const classes: ErrorClass[] = [
  'not-sent',
  'unknown',
  'recipient-for-good',
  'recipient-blocked',
  'recipient-for-now',
  'content',
  'ours',
  'capacity',
]
const anyEvent: fc.Arbitrary<DeliveryEvent> = fc.oneof(
  fc.constantFrom(...Object.values(plain)),
  fc.nat(100_000).map((retryAfterMs): DeliveryEvent => ({ kind: 'not-sent', retryAfterMs })),
  fc.record({
    kind: fc.constantFrom('refused' as const, 'undelivered' as const),
    class: fc.constantFrom(...classes),
    code: fc.constantFrom('21610', '30006', '30003', '30007', 'none'),
  }),
)
const anyFacts: fc.Arbitrary<DeliveryFacts> = fc.record({
  purpose: fc.constantFrom('ladder' as const, 'other' as const),
  channel: fc.constantFrom('text' as const, 'call' as const),
  attempts: fc.integer({ min: 0, max: 200 }),
  sinceFirstAttemptMs: fc.integer({ min: 0, max: 700_000 }),
  resent: fc.boolean(),
})

test("silence escalates: an alert's message ends delivered, or obsolete, or the ladder moves now", () => {
  fc.assert(
    fc.property(anyEvent, anyFacts, (event, facts) => {
      const decision = decideDelivery(event, { ...facts, purpose: 'ladder' })
      const isFinished = decision.againInMs === undefined
      if (decision.status === 'delivered' || event.kind === 'obsolete') return
      expect(isFinished ? decision.advance : true).toBe(true)
      // What waits for nothing has ended; what has not ended has its instant.
      expect(['queued', 'unknown'].includes(decision.status)).toBe(!isFinished)
    }),
    { numRuns: 10_000 },
  )
})

test('when it is looked at again is an instant that comes within 20 s', () => {
  fc.assert(
    fc.property(anyEvent, anyFacts, (event, facts) => {
      const { againInMs = 0 } = decideDelivery(event, facts)
      expect(againInMs).toBeGreaterThanOrEqual(0)
      expect(againInMs).toBeLessThanOrEqual(20_000)
    }),
    { numRuns: 10_000 },
  )
})

test('what is no alert never rings anybody and never moves a ladder', () => {
  fc.assert(
    fc.property(anyEvent, anyFacts, (event, facts) => {
      expect(decideDelivery(event, { ...facts, purpose: 'other' })).toMatchObject({ call: false, advance: false })
    }),
    { numRuns: 10_000 },
  )
})

test('through all its fates a message is sent a second time at most once, and every message ends', () => {
  fc.assert(
    fc.property(fc.infiniteStream(anyEvent), anyFacts, (events, given) => {
      const facts = { ...given, resent: false, sinceFirstAttemptMs: 0, attempts: 1 }
      let resends = 0
      for (let look = 0; look < 5_000; look++) {
        // An unknown outcome is looked up at the carrier, and is not known there.
        const event = facts.sinceFirstAttemptMs > 60_000 ? plain['not sent'] : events.next().value
        const decision = decideDelivery(event as DeliveryEvent, facts)
        if (decision.resend) resends += 1
        expect(resends).toBeLessThanOrEqual(1)
        if (decision.againInMs === undefined) return
        facts.resent ||= decision.resend === true
        facts.attempts += 1
        facts.sinceFirstAttemptMs += decision.againInMs + 1
      }
      expect.unreachable('a message was tried for ever')
    }),
    { numRuns: 2_000 },
  )
})

test('receipts only rise, and `delivered` is above every other word', () => {
  const { accepted, queued, sending, sent, undelivered, failed, delivered } = receiptRanks
  expect([accepted, queued, sending, sent, undelivered, delivered]).toEqual(
    [accepted, queued, sending, sent, undelivered, delivered].sort((a, b) => a - b),
  )
  expect(new Set([accepted, queued, sending, sent, undelivered, delivered]).size).toBe(6)
  expect(failed).toBe(undelivered)
})

function inWords(decision: DeliveryDecision): string {
  const words: string[] = [decision.status]
  if (decision.againInMs !== undefined) {
    const what = decision.resend ? 'resend' : decision.status === 'unknown' ? 'look' : 'again'
    words.push(`${what} in ${decision.againInMs}`)
  }
  if (decision.call) words.push('calls')
  if (decision.advance) words.push('advances')
  if (decision.phone) words.push(`phone ${decision.phone}`)
  if (decision.page) words.push('pages')
  return words.join(', ')
}
