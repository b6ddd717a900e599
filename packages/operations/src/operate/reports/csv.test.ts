import { expect, test } from 'vitest'
import { renderCsv } from './csv.ts'

const cellOf = (value: unknown) => renderCsv(['a'], [{ a: value }]).split('\r\n')[1]

test.each(['=1+1', '+44', '-2', '@SUM(A1)', '\t=1', ' =1', '\r=1', '\uFF1D1'])(
  'no spreadsheet takes %j for a formula',
  (text) => {
    expect(cellOf(text)?.startsWith(`"'`)).toBe(true)
  },
)

test('quotes are doubled, numbers stay numbers, what is hidden is empty', () => {
  expect(renderCsv(['a', 'b', 'c'], [{ a: 'The "Quay", 1', b: 12, c: null }])).toBe(
    '"a","b","c"\r\n"The ""Quay"", 1",12,\r\n',
  )
})
