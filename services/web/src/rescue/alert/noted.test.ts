import { expect, test } from 'vitest'
import { doseClock, dosesOf, type Noted, note } from './noted.ts'

const at = (kind: Noted['kind'], seconds: number): Noted => ({ kind, at: seconds * 1_000 })

test('two taps of a shaking thumb are one dose, two doses are two', () => {
  let noted = note([], 'naloxone', 10_000)
  noted = note(noted, 'naloxone', 10_400)
  expect(dosesOf(noted)).toEqual({ count: 1, lastAt: 10_000 })
  noted = note(noted, 'naloxone', 140_000)
  expect(dosesOf(noted)).toEqual({ count: 2, lastAt: 140_000 })
})

test('before the first dose there is no clock', () => {
  expect(dosesOf([at('there', 1), at('no-answer', 2)])).toBeNull()
})

test('the clock never asks for a dose before its time, and asks from then on', () => {
  expect(doseClock(0, 119_999, 120)).toEqual({ sinceMs: 119_999, due: 'wait' })
  expect(doseClock(0, 120_000, 120).due).toBe('now')
  expect(doseClock(0, 3_600_000, 120).due).toBe('now')
})

test('a phone whose clock was set back shows nought and waits', () => {
  expect(doseClock(100_000, 40_000, 120)).toEqual({ sinceMs: 0, due: 'wait' })
})
