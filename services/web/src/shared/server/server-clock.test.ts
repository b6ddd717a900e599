import { expect, test } from 'vitest'
import { hear, serverTime, unheardClock } from './server-clock.ts'

const noon = Date.UTC(2026, 0, 1, 12)

test('nobody knows the time before the service has been heard', () => {
  expect(serverTime(unheardClock, 1_000)).toBeNull()
})

test('the fastest of three round trips decides, and never makes the time seem earlier than it is', () => {
  // The truth: the service is ahead by `noon`; trips are slow on the way there, on the way back, and quick.
  let clock = hear(unheardClock, { sentAt: 0, serverNow: noon + 900, heardAt: 1_000 })
  expect(serverTime(clock, 1_000)).toBe(noon + 1_900)
  clock = hear(clock, { sentAt: 2_000, serverNow: noon + 2_010, heardAt: 2_020 })
  clock = hear(clock, { sentAt: 3_000, serverNow: noon + 3_400, heardAt: 3_410 })
  expect(serverTime(clock, 4_000)).toBe(noon + 4_010)
  expect(serverTime(clock, 4_000)).toBeGreaterThanOrEqual(noon + 4_000)
})

test('a fourth trip lets the first be forgotten: clocks drift apart', () => {
  let clock = hear(unheardClock, { sentAt: 0, serverNow: noon + 1, heardAt: 2 })
  for (const at of [1_000, 2_000, 3_000])
    clock = hear(clock, { sentAt: at, serverNow: noon + at + 50, heardAt: at + 100 })
  expect(serverTime(clock, 4_000)).toBe(noon + 4_050)
})

test('a phone that slept learns at the first word that it is later than it thought', () => {
  const before = hear(unheardClock, { sentAt: 0, serverNow: noon, heardAt: 10 })
  const pushed = hear(before, { serverNow: noon + 600_000, heardAt: 20 })
  expect(serverTime(pushed, 20)).toBe(noon + 600_000)
  const asked = hear(before, { sentAt: 30, serverNow: noon + 600_000, heardAt: 40 })
  expect(serverTime(asked, 40)).toBe(noon + 600_010)
})

test('a word that was long on its way changes nothing', () => {
  const before = hear(unheardClock, { sentAt: 0, serverNow: noon, heardAt: 10 })
  expect(serverTime(hear(before, { serverNow: noon + 1_000, heardAt: 9_000 }), 9_000)).toBe(serverTime(before, 9_000))
})

test('of two words that disagree the later time is believed for a while, then the newer word', () => {
  const pushed = hear(unheardClock, { serverNow: noon + 60_000, heardAt: 0 })
  const behind = hear(pushed, { sentAt: 1_000, serverNow: noon + 1_000, heardAt: 1_010 })
  expect(serverTime(behind, 2_000)).toBe(noon + 62_000)
  const later = hear(behind, { sentAt: 30_000, serverNow: noon + 30_000, heardAt: 30_010 })
  expect(serverTime(later, 30_010)).toBe(noon + 30_010)
})
