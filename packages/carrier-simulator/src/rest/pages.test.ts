import { expect, test } from 'vitest'
import { cutPage } from './pages.ts'

const list = (count: number) => Array.from({ length: count }, (_, index) => ({ position: count - index }))
const cut = (count: number, query: Record<string, string>) => cutPage('/Messages.json', query, list(count))

test('fifty to a page unless asked, a thousand at most', () => {
  expect(cut(60, {}).items).toHaveLength(50)
  expect(cut(1_200, { PageSize: '5000' }).items).toHaveLength(1000)
  expect(cut(60, { PageSize: '0' }).items).toHaveLength(50)
  expect(cut(60, { PageSize: 'many' }).items).toHaveLength(50)
})

test('an empty list is one page with no neighbours', () => {
  expect(cut(0, {}).fields).toMatchObject({ page: 0, start: 0, end: 0, next_page_uri: null, previous_page_uri: null })
})

test('the last page has no next one, even when it is full', () => {
  expect(cut(4, { PageSize: '4' }).fields.next_page_uri).toBeNull()
  expect(cut(5, { PageSize: '4' }).fields.next_page_uri).not.toBeNull()
})

test('a page counts its place in the list', () => {
  expect(cut(10, { PageSize: '4', Page: '1', PageToken: 'PA7' }).fields).toMatchObject({
    page: 1,
    page_size: 4,
    start: 4,
    end: 7,
  })
})

test('keeps the filters in every address', () => {
  const { fields } = cut(10, { PageSize: '4', To: '+44', 'DateSent<': '2026-01-01' })
  for (const address of [fields.first_page_uri, fields.next_page_uri, fields.uri]) {
    expect(address).toContain('To=%2B44&DateSent%3C=2026-01-01&PageSize=4')
  }
})

test('a page number without a token counts entries', () => {
  expect(cut(10, { PageSize: '4', Page: '2' }).items).toEqual([{ position: 2 }, { position: 1 }])
})
