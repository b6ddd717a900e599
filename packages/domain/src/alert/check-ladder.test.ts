import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bounds } from '../bounds.ts'
import { checkLadder } from './check-ladder.ts'
import {
  type AlertOrder,
  defaultLadder,
  type LadderAudience,
  type LadderChannel,
  type LadderStep,
  type Reachable,
  resolveStep,
} from './ladder.ts'

const step = (afterSeconds: number, to: string, channel: string): LadderStep => ({
  afterSeconds,
  to: to as LadderAudience,
  channel: channel as LadderChannel,
})
const everyone = step(0, 'everyone', 'text')

describe('a ladder that could fall silent is refused, and it is said why', () => {
  test.each<[string, LadderStep[], string]>([
    ['no step at all', [], 'no-steps'],
    [
      'more steps than anybody needs',
      Array.from({ length: 21 }, (_, i) => step(i, 'everyone', 'text')),
      'too-many-steps',
    ],
    ['only the console', [step(0, 'supporters', 'console')], 'no-text'],
    ['only calls', [step(0, 'everyone', 'call')], 'no-text'],
    ['a first text after half a minute', [step(31, 'everyone', 'text')], 'first-text-late'],
    [
      'a call first and the text too late',
      [step(0, 'everyone', 'call'), step(60, 'everyone', 'text')],
      'first-text-late',
    ],
    ['only supporters: at night nobody is on shift', [step(0, 'supporters', 'text')], 'rescuers-not-told'],
    ['only rescuers: a plan may have none', [step(0, 'rescuers', 'text')], 'supporters-not-told'],
    ['only who comes first', [step(0, 'first', 'text'), step(60, 'first', 'text')], 'supporters-not-told'],
    ['rescuers after ten minutes', [step(0, 'supporters', 'text'), step(600, 'rescuers', 'text')], 'rescuers-not-told'],
    ['rescuers only rung', [step(0, 'supporters', 'text'), step(60, 'rescuers', 'call')], 'rescuers-not-told'],
    ['a group that cannot exist', [everyone, step(60, 'neighbours', 'text')], 'unknown-group'],
    ['a channel that cannot exist', [everyone, step(60, 'everyone', 'pigeon')], 'unknown-channel'],
    ['steps out of order', [everyone, step(90, 'everyone', 'call'), step(60, 'supporters', 'text')], 'out-of-order'],
    ['the same step twice', [everyone, everyone], 'step-twice'],
    ['half a second', [step(0.5, 'everyone', 'text')], 'bad-seconds'],
    ['before the alert', [step(-1, 'everyone', 'text')], 'bad-seconds'],
    ['no number', [step(Number.NaN, 'everyone', 'text')], 'bad-seconds'],
    ['a step that is never reached', [everyone, step(1_801, 'everyone', 'call')], 'last-step-late'],
  ])('%s', (_, steps, problem) => {
    const checked = checkLadder(steps)
    expect(checked).toMatchObject({ kind: 'refused', problem, message: expect.stringMatching(/\.$/) })
  })
})

test('the default ladder is sound, and so is one in seconds (C35)', () => {
  expect(checkLadder(defaultLadder)).toEqual({ kind: 'sound' })
  expect(checkLadder([everyone, step(45, 'everyone', 'text'), step(75, 'everyone', 'call')])).toEqual({ kind: 'sound' })
  expect(checkLadder([step(0, 'supporters', 'text'), step(20, 'rescuers', 'text')])).toEqual({ kind: 'sound' })
})

const anyStep = fc.record({
  afterSeconds: fc.integer({ min: 0, max: 400 }),
  to: fc.constantFrom<LadderAudience>('first', 'supporters', 'rescuers', 'everyone'),
  channel: fc.constantFrom<LadderChannel>('text', 'call', 'console'),
})
/** Ladders in order, many of which are sound. */
const anyLadder = fc
  .array(anyStep, { minLength: 1, maxLength: 6 })
  .map((steps) => steps.sort((a, b) => a.afterSeconds - b.afterSeconds))
const anyPeople = fc
  .array(fc.record({ kind: fc.constantFrom('rescuer' as const, 'supporter' as const) }), { minLength: 1, maxLength: 5 })
  .map((people) =>
    people.map(
      ({ kind }, index): Reachable => ({
        kind,
        id: String(index),
        told: false,
        answer: 'none',
        position: kind === 'rescuer' ? index + 1 : 0,
        textable: true,
        callable: true,
      }),
    ),
  )

test('whoever there is, a sound ladder alone texts every one of them in time, whatever the plan says', () => {
  let sound = 0
  fc.assert(
    fc.property(
      anyLadder,
      anyPeople,
      fc.constantFrom<AlertOrder>('rescuers-first', 'supporters-first', 'both'),
      (ladder, people, order) => {
        if (checkLadder(ladder).kind !== 'sound') return
        sound += 1
        const toldAt = new Map<string, number>()
        const now = people.map((person) => ({ ...person }))
        for (const { afterSeconds, ...asked } of ladder)
          for (const { recipient, channel } of resolveStep(asked, order, now, afterSeconds * 1_000, 1)) {
            if (channel !== 'text') continue
            recipient.lastTextAt = afterSeconds * 1_000
            recipient.told = true
            if (!toldAt.has(recipient.id)) toldAt.set(recipient.id, afterSeconds)
          }
        for (const { id } of people)
          expect(toldAt.get(id) ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(bounds.ladder.everyoneSeconds)
      },
    ),
    { numRuns: 5_000 },
  )
  expect(sound, 'the property must have had something to look at').toBeGreaterThan(100)
})

test('a sound ladder stays sound with any step beside it, in its place', () => {
  fc.assert(
    fc.property(anyLadder, anyStep, (ladder, more) => {
      fc.pre(checkLadder(ladder).kind === 'sound')
      const grown = [...ladder, more].sort((a, b) => a.afterSeconds - b.afterSeconds)
      const checked = checkLadder(grown)
      if (checked.kind === 'refused') expect(checked.problem).toBe('step-twice')
    }),
  )
})
