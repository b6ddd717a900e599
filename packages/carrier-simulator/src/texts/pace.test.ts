import { expect, test } from 'vitest'
import { Pace } from './pace.ts'

const tenHoursMs = 36_000_000

test('gives one slot after another, and no credit for quiet times', () => {
  const pace = new Pace()
  const wait = (now: number) => pace.wait('number', 4, now, tenHoursMs)
  expect(wait(0)).toEqual({ kind: 'waits', ms: 0 })
  expect(wait(0)).toEqual({ kind: 'waits', ms: 250 })
  expect(wait(100)).toEqual({ kind: 'waits', ms: 400 })
  expect(wait(60_000)).toEqual({ kind: 'waits', ms: 0 })
  expect(wait(60_000)).toEqual({ kind: 'waits', ms: 250 })
})

test('one number does not wait for another', () => {
  const pace = new Pace()
  pace.wait('one', 1, 0, tenHoursMs)
  expect(pace.wait('other', 1, 0, tenHoursMs)).toEqual({ kind: 'waits', ms: 0 })
})

test('a message that would wait too long expires and takes nobody’s slot', () => {
  const pace = new Pace()
  const wait = (patienceMs: number) => pace.wait('number', 1, 0, patienceMs)
  wait(tenHoursMs)
  wait(tenHoursMs)
  expect(wait(1_500)).toEqual({ kind: 'expires' })
  expect(wait(2_000)).toEqual({ kind: 'waits', ms: 2_000 })
})

test('a number told anew starts with an empty queue', () => {
  const pace = new Pace()
  for (let count = 0; count < 5; count += 1) pace.wait('number', 1, 0, tenHoursMs)
  pace.forget('number')
  expect(pace.wait('number', 1, 0, tenHoursMs)).toEqual({ kind: 'waits', ms: 0 })
})
