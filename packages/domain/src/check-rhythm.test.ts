import { expect, test } from 'vitest'
import { checkPrompts, checkRhythm } from './check-rhythm.ts'
import { defaultPrompts, type PromptStep } from './prompts.ts'

test.each([
  [[60], 'sound'],
  [[120, 1_800], 'sound'],
  [Array(100).fill(60), 'sound'],
  [[], 'refused'],
  [[59], 'refused'],
  [[120, 1_801], 'refused'],
  [[90.5], 'refused'],
  [[Number.NaN], 'refused'],
  [Array(101).fill(60), 'refused'],
])('a rhythm of %o is %s', (intervals, kind) => {
  expect(checkRhythm(intervals).kind).toBe(kind)
})

const { steps } = defaultPrompts
const prompts = (given: readonly PromptStep[], alertAfterSeconds = 60) =>
  checkPrompts({ steps: given, alertAfterSeconds }).kind

test('prompts take 30 to 120 s in all, ask at once, ask each way once, and end in the last chance', () => {
  const opening = { kind: 'opening', afterSeconds: 20 } as const
  expect(checkPrompts(defaultPrompts)).toEqual({ kind: 'sound' })
  expect(prompts([{ kind: 'sound', afterSeconds: 0 }, opening], 30)).toBe('sound')
  expect(prompts(steps, 120), '"in 10" a minute before').toBe('refused')
  expect(prompts([...steps.slice(0, 3), { kind: 'opening', afterSeconds: 110 }], 120)).toBe('sound')
  expect(prompts([{ kind: 'opening', afterSeconds: 0 }], 60), 'nothing sounds').toBe('refused')
  expect(prompts([{ kind: 'opening', afterSeconds: 20 }], 30), 'nothing sounds').toBe('refused')
  expect(prompts(steps, 121)).toBe('refused')
  expect(prompts(steps, 29)).toBe('refused')
  expect(prompts(steps, 45.5)).toBe('refused')
  expect(prompts([], 60)).toBe('refused')
  expect(prompts(steps.slice(1)), 'nobody asked at once').toBe('refused')
  expect(prompts(steps.slice(0, 3)), 'no last chance').toBe('refused')
  expect(prompts([...steps].reverse())).toBe('refused')
  expect(
    prompts([
      { kind: 'sound', afterSeconds: 0 },
      { kind: 'opening', afterSeconds: 55 },
    ]),
  ).toBe('refused')
  expect(prompts([{ kind: 'sound', afterSeconds: 0 }, { kind: 'sound', afterSeconds: 9 }, opening], 30)).toBe('refused')
  expect(prompts([{ kind: 'sound', afterSeconds: -1 }, opening], 30)).toBe('refused')
})
