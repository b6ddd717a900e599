import { expect, test } from 'vitest'
import { addressLines, regionOf, spelledOut } from './address.ts'

test.each([
  ['Flat 9, 4 Marigold Court, Leeds LS1 4AB', { lines: ['Flat 9', '4 Marigold Court', 'Leeds'], postcode: 'LS1 4AB' }],
  ['12 High St\ncardiff\ncf10 1ab', { lines: ['12 High St', 'cardiff'], postcode: 'CF10 1AB' }],
  ['Room 3, SW1A1AA, the blue tent', { lines: ['Room 3', 'the blue tent'], postcode: 'SW1A 1AA' }],
  ['Under the bridge', { lines: ['Under the bridge'] }],
  ['', { lines: [] }],
])('%j is read one part a line, with nothing lost', (address, expected) => {
  expect(addressLines(address)).toEqual(expected)
})

test('a flat that looks like half a postcode stays in its line', () => {
  expect(addressLines('Flat B2, 1 Row, Leeds')).toEqual({ lines: ['Flat B2', '1 Row', 'Leeds'] })
})

test('a postcode is spelled letter by letter, digits as they are', () => {
  expect(spelledOut('BD1 4XP').map(({ sign, word }) => word ?? sign)).toEqual([
    'Bravo',
    'Delta',
    '1',
    '4',
    'X-ray',
    'Papa',
  ])
})

test('the region is guessed from the postcode, and is England where nothing is known', () => {
  expect(['CF10 1AB', 'G1 1AA', 'GL1 1AA', 'BT1 1AA', undefined].map(regionOf)).toEqual([
    'wales',
    'scotland',
    'england',
    'northern-ireland',
    'england',
  ])
})
