import { expect, test } from 'vitest'
import { renderCsv, tableOf } from './csv.ts'

const cellOf = (value: unknown) => renderCsv([['a'], [value]]).split('\r\n')[1]

test.each([
  '=1+1',
  '+44',
  '-2',
  '@SUM(A1)',
  '\t=1',
  ' =1',
  '\r=1',
  '\u00A0@x',
  '\uFF1D1',
  '\uFF0B1',
  '\uFF0D1',
  '\uFF20x',
])('no spreadsheet takes %j for a formula', (text) => {
  expect(cellOf(text)?.startsWith(`"'`)).toBe(true)
})

test('quotes are doubled, commas and lines stay in their cell, numbers stay numbers, what is hidden is empty', () => {
  expect(
    renderCsv([
      ['a', 'b', 'c', 'd'],
      ['The "Quay", 1', -3, null, 'two\nlines'],
    ]),
  ).toBe('\uFEFF"a","b","c","d"\r\n"The ""Quay"", 1",-3,,"two\nlines"\r\n')
})

test('a spreadsheet knows that the letters of Welsh are UTF-8', () => {
  expect([...new TextEncoder().encode(renderCsv([['Tŷ']]))].slice(0, 3)).toEqual([0xef, 0xbb, 0xbf])
})

test('in a file what is nested has a name, and what is hidden is empty and not nought', () => {
  const rows = [
    { from: '2026-11-02', alerts: 12, causes: { asleep: null, forgot: 10 } },
    { from: '2026-11-09', alerts: null, site: { label: 'Quay' } },
  ]
  expect(tableOf(rows)).toEqual([
    ['from', 'alerts', 'causes.asleep', 'causes.forgot', 'site.label'],
    ['2026-11-02', 12, null, 10, undefined],
    ['2026-11-09', null, undefined, undefined, 'Quay'],
  ])
  expect(tableOf(rows, (column) => column.toUpperCase())[0]?.[4]).toBe('SITE.LABEL')
})
