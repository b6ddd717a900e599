import { expect, test } from 'vitest'
import { bodyOf, emptySite, formOf, movesTemplate, naloxonePlaces } from './site-form.ts'

const typed = { ...emptySite, label: ' Harbour  House ', address: '1 Quay Street,\nLeeds' }

test('what was left empty is not sent, and every field is one line', () => {
  expect(bodyOf(typed)).toEqual({ label: 'Harbour House', address: '1 Quay Street, Leeds', ladderId: null })
})

test('naloxone is kept in as many places as there are lines that say something', () => {
  expect(naloxonePlaces(' Office \n\nKitchen\n')).toEqual(['Office', 'Kitchen'])
  expect(bodyOf({ ...typed, naloxone: 'Office\nKitchen' })).toMatchObject({ naloxone: ['Office', 'Kitchen'] })
})

test('a site that is opened and saved again says the same', () => {
  const site = {
    id: 'a',
    version: 3,
    templateVersion: 2,
    label: 'Harbour House',
    address: '1 Quay Street',
    naloxone: ['Office', 'Kitchen'],
    ladderId: null,
    joinCode: 'BBBB-BBBB',
    adopted: 0,
    behind: 0,
  }
  expect(bodyOf(formOf(site))).toEqual({
    version: 3,
    label: 'Harbour House',
    address: '1 Quay Street',
    naloxone: ['Office', 'Kitchen'],
    ladderId: null,
  })
})

test('people are asked again for what the site says, not for its ladder', () => {
  expect(movesTemplate(typed, { ...typed, ladderId: 'x', version: 9 })).toBe(false)
  expect(movesTemplate(typed, { ...typed, entry: 'Green door' })).toBe(true)
})
