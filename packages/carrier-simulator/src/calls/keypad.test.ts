import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Gather } from '../twiml.ts'
import { Keypad } from './keypad.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const gather = (more: Partial<Gather> = {}): Gather => ({
  prompt: [],
  action: undefined,
  method: 'POST',
  numDigits: undefined,
  finishOnKey: '#',
  timeoutSeconds: 5,
  actionOnEmptyResult: false,
  takesDigits: true,
  ...more,
})

test('is over at the number of digits asked for; what follows goes nowhere', async () => {
  const keypad = new Keypad(gather({ numDigits: 2 }), 1_000)
  expect(keypad.press('4')).toBe(false)
  expect(keypad.press('821')).toBe(true)
  expect(await keypad.pressed).toBe('48')
})

test('is over at the finish key, which is not a digit', async () => {
  const keypad = new Keypad(gather(), 1_000)
  expect(keypad.press('48#21')).toBe(true)
  expect(await keypad.pressed).toBe('48')
})

test('with no finish key every key is a digit', async () => {
  const keypad = new Keypad(gather({ finishOnKey: '', numDigits: 2 }), 1_000)
  keypad.press('1#')
  expect(await keypad.pressed).toBe('1#')
})

test('silence after some digits hands over those, and each press starts the silence anew', async () => {
  const keypad = new Keypad(gather(), 1_000)
  vi.advanceTimersByTime(4_999)
  keypad.press('4')
  vi.advanceTimersByTime(4_999)
  keypad.press('8')
  vi.advanceTimersByTime(5_000)
  expect(await keypad.pressed).toBe('48')
})

test('silence alone, or only the finish key, is nothing', async () => {
  const silent = new Keypad(gather(), 1_000)
  vi.advanceTimersByTime(5_000)
  expect(await silent.pressed).toBeUndefined()
  const finished = new Keypad(gather(), 1_000)
  finished.press('#')
  expect(await finished.pressed).toBeUndefined()
})
