import { expect, test } from 'vitest'
import { countryOf, parseControlNumber, parseNumber } from './numbers.ts'

test.each([
  ['+447700900001', '+447700900001'],
  ['+44 7700 900001', '+447700900001'],
  ['+1 (415) 555-2671', '+14155552671'],
])('%s is a number', (written, number) => {
  expect(parseNumber(written)).toBe(number)
})

test.each([
  '',
  '999',
  '112',
  '07700900001',
  '447700900001',
  '+0447700900001',
  '+44',
  '+4477009000010000',
  'client:me',
  '+44770090000x',
])('%s is no number', (written) => {
  expect(parseNumber(written)).toBeUndefined()
})

test('control routes forgive a + that was lost on the way', () => {
  expect(parseControlNumber(' 447700900001')).toBe('+447700900001')
  expect(parseControlNumber('447700900001')).toBe('+447700900001')
  expect(parseControlNumber('07700900001')).toBeUndefined()
})

test('names the country where it knows it', () => {
  expect(['+447700900001', '+14155552671', '+33612345678'].map(countryOf)).toEqual(['GB', 'US', ''])
})
