import { expect, test } from 'vitest'
import { lookAtNumber } from './check-number.ts'
import { plainText } from './plain-text.ts'

test('what nobody sees in a pasted address does not get the plan refused', () => {
  expect(plainText('Flat 2\t7 Juniper Row\r\nLeeds\u0000')).toBe('Flat 2 7 Juniper Row\nLeeds ')
  expect(plainText('\u202a12 Larch Lane\u202c')).toBe('12 Larch Lane')
  expect(plainText('\u2068شارع 12\u2069')).toBe('شارع 12')
  expect(plainText('half \ud83d')).toBe('half ')
})

test('what people write stays as it is', () => {
  for (const text of ['Llanfair, 2 Heol y Môr\nbuzzer 7', 'العربية 12 شارع', 'third floor 😀 👩🏽‍🚒', '‎7'])
    expect(plainText(text)).toBe(text)
})

test('a number that was copied from a phone’s contacts is a number', () => {
  expect(lookAtNumber('\u202a07700 900123\u202c')).toBe('fine')
  expect(lookAtNumber('07700\u2011900123')).toBe('fine')
  expect(lookAtNumber('\u200e+44 7700 900123')).toBe('fine')
})
