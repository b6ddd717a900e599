import { expect, test } from 'vitest'
import { whoSaw } from './who-saw.ts'

const id = (end: string) => `01930000-0000-7000-8000-000000${end}`
const at = (seconds: number) => `2026-11-22T03:00:0${seconds}.000Z`

test('who was given the plan says when they opened it and when it was destroyed; who only looked is there too', () => {
  const seers = whoSaw({
    disclosures: [
      { recipientKind: 'rescuer', recipientId: id('aaaaaa'), createdAt: at(3), shreddedAt: at(9) },
      { recipientKind: 'supporter', recipientId: id('bbbbbb'), createdAt: at(1), openedAt: at(4) },
    ],
    views: [
      { supporterId: id('bbbbbb'), seenAt: at(2) },
      { supporterId: id('cccccc'), seenAt: at(5) },
    ],
  })
  expect(seers.map(({ kind, mark }) => `${kind} ${mark}`)).toEqual([
    'supporter bbbbbb',
    'rescuer aaaaaa',
    'supporter cccccc',
  ])
  expect(seers[0]).toMatchObject({ givenAt: at(1), openedAt: at(4), seenAt: at(2), shreddedAt: undefined })
  expect(seers[1]).toMatchObject({ openedAt: undefined, shreddedAt: at(9), seenAt: undefined })
  expect(seers[2]).toMatchObject({ seenAt: at(5) })
  expect(seers[2]?.givenAt).toBeUndefined()
})
