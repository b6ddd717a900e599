import { expect, test } from 'vitest'
import { FrameBudget } from './frame-budget.ts'

test('twenty frames a second pass for ever', () => {
  let now = 0
  const budget = new FrameBudget(() => now)
  for (let second = 0; second < 100; second += 1) {
    for (let n = 0; n < 20; n += 1) expect(budget.judge('other')).toBe('process')
    now += 1_000
  }
})

test('the twenty-first says so once, the rest are check-ins only, and a hundred close', () => {
  const budget = new FrameBudget(() => 0)
  const verdicts = Array.from({ length: 102 }, () => budget.judge('other'))
  expect(verdicts[20]).toBe('slow-down')
  expect(new Set(verdicts.slice(21, 100))).toEqual(new Set(['check-in-only']))
  expect(verdicts[100]).toBe('close')
})

test('a little too much in three seconds in a row closes as well; a calm second forgives', () => {
  let now = 0
  const budget = new FrameBudget(() => now)
  const second = (frames: number) => {
    const verdicts = Array.from({ length: frames }, () => budget.judge('other'))
    now += 1_000
    return verdicts.at(-1)
  }
  expect([second(25), second(25), second(25)]).toEqual(['check-in-only', 'check-in-only', 'close'])
  second(1)
  expect(second(25)).toBe('check-in-only')
})

test('pings beyond five a second are ignored and never close', () => {
  const budget = new FrameBudget(() => 0)
  const verdicts = Array.from({ length: 1_000 }, () => budget.judge('ping'))
  expect(verdicts.slice(0, 5)).toEqual(Array(5).fill('process'))
  expect(new Set(verdicts.slice(5))).toEqual(new Set(['ignore']))
  expect(budget.judge('other')).toBe('process')
})
