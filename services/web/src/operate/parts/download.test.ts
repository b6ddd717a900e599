import { expect, test } from 'vitest'
import { csv } from './download.ts'

test('a cell that holds a comma, a quote or a line stays one cell; none is run as a formula', () => {
  expect(
    csv([
      ['at', 'what'],
      ['1,5', 'said "no"'],
      ['=1+1', -3],
    ]),
  ).toBe(`at,what\r\n"1,5","said ""no"""\r\n'=1+1,-3\r\n`)
})
