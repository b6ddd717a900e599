import { expect, test } from 'vitest'
import { isUnusable, lookAtNumber, toE164 } from './check-number.ts'

test('a number is read in every way that people write it', () => {
  for (const typed of ['07700 900123', '+44 7700 900123', '0044 7700 900123', '+44 (0)7700 900123', '447700900123'])
    expect(toE164(typed), typed).toBe('+447700900123')
  expect(lookAtNumber('07700 900123')).toBe('fine')
})

test('nobody is told off in the middle of typing a number that can be used', () => {
  for (const whole of ['07700900123', '+447700900123', '00447700900123', '447700900123'])
    for (let typed = 1; typed < whole.length; typed += 1)
      expect(['unfinished', 'fine'], whole.slice(0, typed)).toContain(lookAtNumber(whole.slice(0, typed)))
})

test('what can never be used is refused as soon as it shows', () => {
  for (const [typed, look] of [
    ['999', 'not_allowed'],
    ['112', 'not_allowed'],
    ['0999', 'not_allowed'],
    ['60006', 'not_allowed'],
    ['090', 'region_not_allowed'],
    ['070', 'region_not_allowed'],
    ['08', 'region_not_allowed'],
    ['01', 'landline'],
    ['0113 496 0000', 'landline'],
    ['+33', 'region_not_allowed'],
    ['my neighbour', 'not_a_number'],
    ['077009001234', 'not_a_number'],
  ] as const)
    expect(lookAtNumber(typed), typed).toBe(look)
})

test('one’s own number and the service’s are nobody’s who could come', () => {
  expect(lookAtNumber('07700 900123', ['+44 7700 900123'])).toBe('own_number')
})

test('half a number is not sent', () => {
  expect(isUnusable(lookAtNumber('07700 9'))).toBe(true)
  expect(isUnusable(lookAtNumber('07700 900123'))).toBe(false)
})
