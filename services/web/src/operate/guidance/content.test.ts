import { expect, test } from 'vitest'
import { pieces, standingOf } from './content.ts'

test('every piece has a source, the day it was written, and the day by which it is read again', () => {
  expect(pieces.length).toBeGreaterThan(20)
  expect(new Set(pieces.map(({ key }) => key)).size).toBe(pieces.length)
  for (const { key, sources, writtenOn, reviewBy } of pieces) {
    expect(sources.length, key).toBeGreaterThan(0)
    for (const { url } of sources) expect(new URL(url).protocol, key).toMatch(/^https?:$/)
    expect(writtenOn < reviewBy, key).toBe(true)
  }
})

test('nothing that nobody signed is shown as signed, nor anything whose day has passed', () => {
  expect(standingOf({ reviewBy: '2027-01-01' }, false, '2026-06-01')).toBe('unsigned')
  expect(standingOf({ reviewBy: '2027-01-01' }, true, '2026-06-01')).toBe('signed')
  expect(standingOf({ reviewBy: '2026-05-31' }, true, '2026-06-01')).toBe('overdue')
})
