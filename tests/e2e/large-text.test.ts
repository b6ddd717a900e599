import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import cy from '../../services/web/src/shared/words/person.cy.json' with { type: 'json' }
import { openPages, type PagesUnderTest } from './pages-under-test.ts'
import { endSafely, startInBrowser } from './start-in-browser.ts'

/* Issue 4, point 9: the browser's own text is set twice as large, on the smallest phone, in the longer language. */

let pages: PagesUnderTest
beforeAll(async () => {
  pages = await openPages({}, { fontSize: 32 })
})
afterAll(() => pages.close())

const smallest = { width: 320, height: 568 }

/** Words of headings that are broken over two lines. */
const brokenWords = (page: Page) =>
  page.evaluate<string[]>(`[...document.querySelectorAll('h1')].flatMap((heading) => {
    const text = heading.firstChild
    return [...text.data.matchAll(/[^\\s]+/g)].filter(({ 0: word, index }) => {
      const range = document.createRange()
      range.setStart(text, index)
      range.setEnd(text, index + word.length)
      return range.getClientRects().length > 1
    }).map(([word]) => word)
  })`)

test('no word of a heading is broken', async () => {
  const { page } = await pages.newPhonePage({ viewport: smallest, locale: 'cy-GB' })
  await page.goto(pages.origin)
  await page.getByRole('heading', { name: cy['welcome.title'] }).waitFor()
  expect(await page.evaluate('getComputedStyle(document.documentElement).fontSize')).toBe('32px')
  expect(await brokenWords(page)).toEqual([])
  await page.getByRole('button', { name: cy['welcome.start'] }).click()
  await page.getByRole('heading', { name: cy['agree.title'] }).waitFor()
  expect(await brokenWords(page)).toEqual([])
})

test('a timer opens at its top, and its control is a third of the screen', async () => {
  const { page } = await startInBrowser(pages, { viewport: smallest })
  await endSafely(page)
  await page.getByRole('button', { name: 'Done', exact: true }).click()
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('button', { name: 'Cymraeg' }).click()
  await page.getByRole('button', { name: cy['app.back'] }).click()
  await page.locator('.actions .primary').click()
  await page.evaluate('window.scrollTo(0, document.documentElement.scrollHeight)')
  await page.getByRole('button', { name: cy['ready.start'], exact: true }).click()
  const control = page.getByRole('button', { name: cy['count.here'] })
  await control.waitFor()
  expect(await page.evaluate('window.scrollY')).toBe(0)
  const box = await control.boundingBox()
  const seen = Math.min((box?.y ?? 0) + (box?.height ?? 0), smallest.height) - Math.max(box?.y ?? 0, 0)
  expect((seen * (box?.width ?? 0)) / (smallest.width * smallest.height)).toBeGreaterThanOrEqual(1 / 3)
  await page.getByRole('button', { name: cy['count.end'] }).click()
  await page.getByRole('dialog').getByRole('button', { name: cy['end.yes'] }).click()
  await page.getByRole('heading', { name: cy['after.safe'] }).waitFor()
  expect(await page.evaluate('window.scrollY')).toBe(0)
})
