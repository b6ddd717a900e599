import { expect, test } from 'vitest'
import { readScanned } from './scanned.ts'

const origin = 'https://timer.example.org'

test('a poster’s picture gives its code, another phone’s picture its copy', () => {
  expect(readScanned(`${origin}/#join=ABCD2345`, 'join', origin)).toBe('ABCD2345')
  expect(readScanned(` ${origin}/#join=ABCD%202345 `, 'join', origin)).toBe('ABCD 2345')
  expect(readScanned(`${origin}/#arrive=VDEB_x-y`, 'arrive', origin)).toBe('VDEB_x-y')
})

test.each([
  ['nothing', ''],
  ['words', 'call me'],
  ['another service', 'https://timer.example.com/#join=ABCD2345'],
  ['another page of ours', `${origin}/#lost`],
  ['a link without a code', `${origin}/#join=`],
  ['the other kind', `${origin}/#arrive=VDEB`],
  ['a script', 'javascript:alert(1)#join=ABCD2345'],
  ['a broken escape', `${origin}/#join=%E0%A4%A`],
])('%s is no place’s code', (_, text) => {
  expect(readScanned(text, 'join', origin)).toBeUndefined()
})
