import { expect, test } from 'vitest'
import { bounds } from './bounds.ts'
import { defaultPrompts, promptInstants } from './prompts.ts'

test('prompts come at +0, +15, +25 and +50 s, and the alert at +60 s', () => {
  expect(promptInstants(defaultPrompts, 1_000_000, 1)).toEqual([
    { kind: 'sound', dueAt: 1_000_000 },
    { kind: 'louder', dueAt: 1_015_000 },
    { kind: 'ring', dueAt: 1_025_000 },
    { kind: 'opening', dueAt: 1_050_000 },
  ])
  expect(defaultPrompts.alertAfterSeconds).toBe(60)
})

test('"Opening your plan in 10" is said ten seconds before the alert, and every prompt before it', () => {
  const opening = defaultPrompts.steps.find(({ kind }) => kind === 'opening')
  expect(opening?.afterSeconds).toBe(defaultPrompts.alertAfterSeconds - 10)
  for (const { afterSeconds } of defaultPrompts.steps)
    expect(afterSeconds).toBeLessThan(defaultPrompts.alertAfterSeconds)
})

test('the default keeps to the bounds of what an operator may choose', () => {
  expect(defaultPrompts.alertAfterSeconds).toBeGreaterThanOrEqual(bounds.prompting.minSeconds)
  expect(defaultPrompts.alertAfterSeconds).toBeLessThanOrEqual(bounds.prompting.maxSeconds)
})

test('the pace brings prompts nearer to the deadline and leaves the deadline', () => {
  expect(promptInstants(defaultPrompts, 5_000, 10).map(({ dueAt }) => dueAt)).toEqual([5_000, 6_500, 7_500, 10_000])
})
