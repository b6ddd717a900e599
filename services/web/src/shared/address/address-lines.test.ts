import { expect, test } from 'vitest'
import { addressLines } from './address-lines.ts'

test.each([
  ['Flat 9, 4 Marigold Court, Leeds LS1 4AB', { lines: ['Flat 9', '4 Marigold Court', 'Leeds'], postcode: 'LS1 4AB' }],
  ['12 High St\ncardiff\ncf10 1ab', { lines: ['12 High St', 'cardiff'], postcode: 'CF10 1AB' }],
  ['Room 3, SW1A1AA, the blue tent', { lines: ['Room 3', 'the blue tent'], postcode: 'SW1A 1AA' }],
  ['Under the bridge', { lines: ['Under the bridge'] }],
  ['', { lines: [] }],
])('%j is read one part a line, with nothing lost', (address, expected) => {
  expect(addressLines(address)).toEqual(expected)
})

test.each([
  [
    'Flat B2 1st Floor\n4 Marigold Court, Leeds, LS1 4AB',
    { lines: ['Flat B2 1st Floor', '4 Marigold Court', 'Leeds'], postcode: 'LS1 4AB' },
  ],
  ['Flat B2 1st, 4 Marigold Court, Leeds', { lines: ['Flat B2 1st', '4 Marigold Court', 'Leeds'] }],
  ['Flat B2 1st, Row 7, Leeds LS1 1ST', { lines: ['Flat B2 1st', 'Row 7', 'Leeds'], postcode: 'LS1 1ST' }],
  ['Flat B2, 1 Row, Leeds', { lines: ['Flat B2', '1 Row', 'Leeds'] }],
  ['Block A1 2BC upper, Hull', { lines: ['Block A1 2BC upper', 'Hull'] }],
])('%j keeps a flat that looks like a postcode in its line', (address, expected) => {
  expect(addressLines(address)).toEqual(expected)
})
