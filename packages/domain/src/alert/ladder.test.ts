import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cellsOf, type Row } from '../../tests/decision-table.ts'
import type { RecipientAnswer } from './alert.ts'
import {
  type AlertOrder,
  defaultLadder,
  type LadderAudience,
  type LadderChannel,
  ladderRows,
  nextRepeat,
  type Reachable,
  repeatAfterSeconds,
  repeatAudience,
  resolveLastHope,
  resolveStep,
  resumeRows,
} from './ladder.ts'

const raisedAt = 1_800_000_000_000
const afterSeconds = (rows: readonly { dueAt: number }[]) => rows.map(({ dueAt }) => (dueAt - raisedAt) / 1_000)

const person = (id: string, change: Partial<Reachable> = {}): Reachable => ({
  kind: id.startsWith('s') ? 'supporter' : 'rescuer',
  id,
  position: id.startsWith('s') ? 0 : Number(id.slice(1)),
  told: false,
  answer: 'none',
  textable: true,
  callable: true,
  ...change,
})
const told = (
  step: Parameters<typeof resolveStep>[0],
  people: Reachable[],
  now = raisedAt,
  order: AlertOrder = 'both',
) =>
  resolveStep(step, order, people, now, 1).map(({ recipient, channel, text }) => `${recipient.id} ${channel} ${text}`)
const everyone = { to: 'everyone', channel: 'text' } as const

describe('the instants of the ladder', () => {
  test('the first step is due with the alert, the rest at their seconds, and a repeat beside them', () => {
    const rows = ladderRows(defaultLadder, raisedAt, 1)
    expect(rows.map(({ kind }) => kind)).toEqual(['ladder', 'ladder', 'ladder', 'ladder', 'repeat'])
    expect(afterSeconds(rows)).toEqual([0, 60, 90, 120, 60])
  })

  test('repeats come at +60, +120 and +240 s and then every 5 min without end', () => {
    const repeats = [0, 1, 2, 3, 4, 5, 100].map((count) => nextRepeat(count, raisedAt, 1))
    expect(afterSeconds(repeats)).toEqual([60, 120, 240, 540, 840, 1_140, 240 + 300 * 98])
  })

  test('there is always a next repeat, at most 5 min after the former', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1, max: 1_000_000 }), (count) => {
        const gap = repeatAfterSeconds(count + 1) - repeatAfterSeconds(count)
        expect(gap).toBeGreaterThan(0)
        expect(gap).toBeLessThanOrEqual(300)
      }),
      { numRuns: 10_000 },
    )
  })

  test('a ladder that resumes says AGAIN at once and widens as from a new alert', () => {
    const rows = resumeRows(defaultLadder, raisedAt, 1)
    expect(rows.map(({ kind }) => kind)).toEqual(['ladder', 'ladder', 'ladder', 'repeat'])
    expect(afterSeconds(rows)).toEqual([60, 90, 120, 0])
    const [repeat] = rows.filter((row) => row.kind === 'repeat')
    expect(afterSeconds([nextRepeat((repeat?.position ?? 0) + 1, raisedAt, 1)])).toEqual([60])
  })

  test('a repeat runs ahead of no step that widens later, but not for more than ten minutes', () => {
    const [later, call] = [
      { afterSeconds: 900, to: 'everyone', channel: 'text' },
      { afterSeconds: 900, to: 'everyone', channel: 'call' },
    ] as const
    expect([-1, 0, 1, 2, 3].map((count) => repeatAudience(count, [later]))).toEqual([
      'everyone',
      'told',
      'told',
      'told',
      'everyone',
    ])
    expect(repeatAudience(0, [])).toBe('everyone')
    expect(repeatAudience(0, [call])).toBe('everyone')
  })

  test('a ladder without any step still repeats', () => {
    expect(ladderRows([], raisedAt, 1)).toEqual([{ kind: 'repeat', position: 0, dueAt: raisedAt + 60_000 }])
  })

  test('the pace divides them', () => {
    expect(afterSeconds(ladderRows(defaultLadder, raisedAt, 10))).toEqual([0, 6, 9, 12, 6])
  })

  test('by default voice and every phone are in it before 999 is the loudest thing on the console', () => {
    expect(defaultLadder).toContainEqual({ afterSeconds: 60, to: 'everyone', channel: 'text' })
    expect(defaultLadder).toContainEqual({ afterSeconds: 90, to: 'everyone', channel: 'call' })
    expect(defaultLadder.at(-1)).toEqual({ afterSeconds: 120, to: 'supporters', channel: 'console' })
  })
})

type Told = 'nobody told' | 'r1 told'
const audiences: Row<{ to: LadderAudience | 'told'; order: AlertOrder; before: Told }>[] = [
  { when: { to: 'everyone' }, decision: 's1 s2 r1 r2 r3' },
  { when: { to: 'supporters' }, decision: 's1 s2' },
  { when: { to: 'rescuers' }, decision: 'r1 r2 r3' },
  { when: { to: 'told', before: 'nobody told' }, decision: '' },
  { when: { to: 'told', before: 'r1 told' }, decision: 'r1' },
  { when: { to: 'first', order: 'rescuers-first', before: 'nobody told' }, decision: 'r1' },
  // A first step that comes again goes on to the next rescuer.
  { when: { to: 'first', order: 'rescuers-first', before: 'r1 told' }, decision: 'r2' },
  { when: { to: 'first', order: 'supporters-first' }, decision: 's1 s2' },
  { when: { to: 'first', order: 'both', before: 'nobody told' }, decision: 's1 s2 r1' },
  { when: { to: 'first', order: 'both', before: 'r1 told' }, decision: 's1 s2 r2' },
]

describe('whom a step tells', () => {
  const cells = cellsOf(
    {
      to: ['everyone', 'supporters', 'rescuers', 'told', 'first'],
      order: ['rescuers-first', 'supporters-first', 'both'],
      before: ['nobody told', 'r1 told'],
    },
    audiences,
  )
  test.each(cells)('$name', ({ cell, decision }) => {
    const r1 = person('r1', cell.before === 'r1 told' ? { told: true } : {})
    const people = [person('r3'), person('s1'), r1, person('s2'), person('r2')]
    const tellings = resolveStep({ to: cell.to, channel: 'call' }, cell.order, people, raisedAt, 1)
    expect(tellings.map(({ recipient }) => recipient.id).join(' ')).toBe(decision)
  })
})

type Phone = 'good' | 'no texts' | 'no calls' | 'dead'
const perPerson: Row<{ answer: RecipientAnswer; channel: LadderChannel; phone: Phone }>[] = [
  { when: { channel: 'console' }, decision: 'nobody' },
  { when: { channel: ['text', 'call'], answer: ['going', 'there', 'cannot', 'left'] }, decision: 'nobody' },
  { when: { channel: 'text', answer: ['none', 'safe'], phone: ['good', 'no calls'] }, decision: 'r1 text first' },
  { when: { channel: 'call', answer: ['none', 'safe'], phone: ['good', 'no texts'] }, decision: 'r1 call first' },
  { when: { channel: 'text', answer: ['none', 'safe'], phone: ['no texts', 'dead'] }, decision: 'nobody' },
  { when: { channel: 'call', answer: ['none', 'safe'], phone: ['no calls', 'dead'] }, decision: 'nobody' },
]

describe('whether one person is told', () => {
  const cells = cellsOf(
    {
      answer: ['none', 'going', 'cannot', 'there', 'safe', 'left'],
      channel: ['text', 'call', 'console'],
      phone: ['good', 'no texts', 'no calls', 'dead'],
    },
    perPerson,
  )
  test.each(cells)('$name', ({ cell, decision }) => {
    const textable = cell.phone === 'good' || cell.phone === 'no calls'
    const callable = cell.phone === 'good' || cell.phone === 'no texts'
    const one = person('r1', { answer: cell.answer, textable, callable })
    expect(told({ to: 'everyone', channel: cell.channel }, [one]).join() || 'nobody').toBe(decision)
  })
})

describe('nobody else is left', () => {
  const again = (...people: Reachable[]) =>
    resolveLastHope(people, raisedAt, 1).map(({ recipient, text }) => `${recipient.id} ${text}`)

  test('who said that they cannot is asked again when everyone has said so', () => {
    expect(again(person('r1', { answer: 'cannot' }))).toEqual(['r1 again'])
    expect(again(person('r1', { answer: 'cannot' }), person('s1', { answer: 'cannot' }))).toEqual([
      'r1 again',
      's1 again',
    ])
    expect(again(person('r1', { answer: 'cannot' }), person('r2', { textable: false }))).toEqual(['r1 again'])
  })

  test('not while another may still answer, or is going, nor within 20 s, nor ever who has left', () => {
    expect(again(person('r1', { answer: 'cannot' }), person('r2'))).toEqual([])
    expect(again(person('r1', { answer: 'cannot' }), person('r2', { answer: 'going' }))).toEqual([])
    expect(again(person('r1', { answer: 'cannot', lastTextAt: raisedAt - 19_000 }))).toEqual([])
    expect(again(person('r1', { answer: 'left' }), person('r2', { answer: 'cannot', textable: false }))).toEqual([])
  })
})

describe('what is said', () => {
  test('AGAIN to who was told or texted, the first words to everybody else', () => {
    const people = [person('r1', { told: true }), person('r2', { lastTextAt: raisedAt - 60_000 }), person('r3')]
    expect(told(everyone, people)).toEqual(['r1 text again', 'r2 text again', 'r3 text first'])
  })

  test('nothing new within 20 s of the last text to the same phone, but calls ring', () => {
    const at = (seconds: number) => [person('r1', { told: true, lastTextAt: raisedAt - seconds * 1_000 })]
    expect(told(everyone, at(19))).toEqual([])
    expect(told(everyone, at(20))).toEqual(['r1 text again'])
    expect(told({ to: 'everyone', channel: 'call' }, at(1))).toEqual(['r1 call again'])
  })
})
