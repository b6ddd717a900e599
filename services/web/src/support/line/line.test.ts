import { expect, test } from 'vitest'
import { lineState, neverHeard, secondsSinceHeard } from './line.ts'

test('a board that has heard nothing yet claims nothing', () => {
  expect(lineState(neverHeard, 0)).toBe('lost')
})

test('a socket that fell silent is said within five seconds, whatever it says of itself', () => {
  const heard = { ...neverHeard, liveAt: 1_000 }
  expect(lineState(heard, 5_999)).toBe('live')
  expect(lineState(heard, 6_000)).toBe('lost')
})

test('answers by HTTPS stand in for the socket, and are not taken for it', () => {
  const heard = { liveAt: 1_000, askedAt: 7_000 }
  expect(lineState(heard, 8_000)).toBe('asking')
  expect(lineState(heard, 13_000)).toBe('lost')
  expect(secondsSinceHeard(heard, 13_500)).toBe(6)
})
