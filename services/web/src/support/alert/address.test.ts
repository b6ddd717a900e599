import { expect, test } from 'vitest'
import { regionOf, spelledOut } from './address.ts'

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

test('the region is guessed from the postcode, and without one nothing is guessed', () => {
  expect(['CF10 1AB', 'G1 1AA', 'GL1 1AA', 'BT1 1AA', undefined].map(regionOf)).toEqual([
    'wales',
    'scotland',
    'england',
    'northern-ireland',
    undefined,
  ])
})
