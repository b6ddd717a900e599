import { expect, test } from 'vitest'
import { parseWakeUp } from './wake-ups.ts'

const id = '0b8f9c9e-5f0a-4f6e-9d55-1d1f6a1f6c01'

test('reads a wake-up', () => {
  const job = { kind: 'session', id, version: 4 }
  expect(parseWakeUp(job)).toEqual(job)
})

test.each([
  ['nothing', undefined],
  ['another program', { hello: 1 }],
  ['a version that is not a number', { kind: 'session', id, version: Number.NaN }],
  ['a prototype', JSON.parse(`{"kind":"session","id":"${id}","version":1,"__proto__":{}}`)],
  ['something personal', { kind: 'session', id, version: 1, number: 'x' }],
  ['a megabyte', { kind: 'session', id: 'x'.repeat(1 << 20), version: 1 }],
])('B68: a job that holds %s is dropped, not thrown', (_, job) => {
  expect(parseWakeUp(job)).toBeUndefined()
})
