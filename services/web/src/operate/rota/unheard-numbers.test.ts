import { expect, test } from 'vitest'
import { unheardNumbers } from './unheard-numbers.ts'

const serverNow = '2026-11-20T12:00:00.000Z'
const shift = (id: string, startsAt: string, endsAt: string) => ({ supporter: { id }, startsAt, endsAt })
const person = (id: string, numberState?: 'waiting' | 'confirmed' | 'denied') => ({
  id,
  name: id,
  ...(numberState && { numberState }),
})
const shifts = [
  shift('now', '2026-11-20T08:00:00Z', '2026-11-20T16:00:00Z'),
  shift('soon', '2026-11-27T11:59:00Z', '2026-11-27T20:00:00Z'),
  shift('soon', '2026-11-21T11:59:00Z', '2026-11-21T20:00:00Z'),
  shift('later', '2026-11-27T12:00:00Z', '2026-11-27T20:00:00Z'),
  shift('over', '2026-11-20T08:00:00Z', '2026-11-20T12:00:00Z'),
  shift('sure', '2026-11-21T08:00:00Z', '2026-11-21T16:00:00Z'),
  shift('console', '2026-11-21T08:00:00Z', '2026-11-21T16:00:00Z'),
]

test('whoever stands within seven days and has not confirmed is named once; others are not', () => {
  const people = [
    person('soon', 'waiting'),
    person('now', 'denied'),
    person('later', 'waiting'),
    person('over', 'waiting'),
    person('sure', 'confirmed'),
    person('console'),
    person('never-stands', 'denied'),
  ]
  expect(unheardNumbers({ shifts, serverNow }, people).map(({ id }) => id)).toEqual(['now', 'soon'])
})
