import { expect, test } from 'vitest'
import { classify } from './error-classes.ts'

test.each([
  ['not-sent', [20429]],
  ['unknown', [20500]],
  ['recipient-for-good', [21211, 21265, 21614, 21635, 30005, 30006]],
  ['recipient-blocked', [21610, 30004]],
  ['recipient-for-now', [30003, 30008]],
  ['content', [30007, 21617, 30042]],
  ['ours', [20003, 21606, 21608, 21612, 21659, 21408, 90007, 30002]],
  ['capacity', [21611, 30001, 30036, 30410]],
] as const)('the class "%s" holds %j', (errorClass, codes) => {
  for (const code of codes) expect(classify(code)).toBe(errorClass)
})

test('a receipt without a listed code is another way now, never a mark against the number', () => {
  expect(classify(undefined)).toBe('recipient-for-now')
  expect(classify(30999)).toBe('recipient-for-now')
})

test('an answer without a listed code goes to an operator', () => {
  expect(classify(undefined, 400)).toBe('ours')
  expect(classify(21999, 400)).toBe('ours')
  expect(classify(20404, 404)).toBe('ours')
})

test('the status decides where it says more than the code', () => {
  expect(classify(undefined, 429)).toBe('not-sent')
  expect(classify(undefined, 502)).toBe('unknown')
  expect(classify(undefined, 408)).toBe('unknown')
  expect(classify(21211, 401)).toBe('ours')
})
