import { readFile } from 'node:fs/promises'
import jsqr from 'jsqr'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectReachable } from './expect-reachable.ts'
import { openPages, type PagesUnderTest } from './pages-under-test.ts'
import { pressEnd, startInBrowser } from './start-in-browser.ts'

/* Issue 4, point 1: the device is the identity, and what it keeps can be carried to a new phone, locked. */

let pages: PagesUnderTest
beforeAll(async () => {
  pages = await openPages()
})
afterAll(() => pages.close())

const button = (page: Page, name: string) => page.getByRole('button', { name })

async function toMove(page: Page): Promise<void> {
  await pressEnd(page)
  await page.getByRole('button', { name: 'Done', exact: true }).click()
  await button(page, 'Settings').click()
  await page.getByRole('heading', { name: 'A new phone' }).click()
  await button(page, 'Move to a new phone').click()
  await page.getByText('This phone is your only key').waitFor()
}

const codeOn = async (page: Page) => (await page.locator('.code').textContent()) ?? ''

test('plans and their rescuers go to a new phone by file; the old one is cleared and the plans stay', async () => {
  const old = await startInBrowser(pages)
  await toMove(old.page)
  await expectReachable(old.page, 'move')
  const saving = old.page.waitForEvent('download')
  await button(old.page, 'Save a file').click()
  const download = await saving
  expect(download.suggestedFilename()).toBe('timer-copy.txt')
  const copy = await readFile(await download.path())
  expect(Buffer.from(copy.toString(), 'base64url').toString('latin1')).not.toMatch(/Juniper|Leeds/)
  await button(old.page, 'Next: its code').click()
  const code = await codeOn(old.page)

  const { page } = await pages.newPhonePage()
  await page.goto(pages.origin)
  await button(page, 'I have a new phone').click()
  await button(page, 'I understand and agree').click()
  await expectReachable(page, 'arrive')
  const bring = async (buffer: Buffer, withCode: string) => {
    await page.getByLabel('The copy').setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer })
    await page.getByLabel('Its code (20 digits)').fill(withCode)
    await button(page, 'Bring my plans here').click()
  }
  // What is not a copy, is too large, or is opened with another code changes nothing.
  await bring(Buffer.from('Dear landlord'), code)
  await page.getByText('This is not a copy of ours').waitFor()
  await bring(copy, '0000 0000 0000 0000 0000')
  await page.getByText('This code does not open this copy.').waitFor()
  await page
    .getByLabel('The copy')
    .setInputFiles({ name: 'film.mp4', mimeType: 'video/mp4', buffer: Buffer.alloc(1_000_001, 65) })
  await page.getByText('This file is too large').waitFor()
  const elsewhere = Buffer.from(copy.toString(), 'base64url')
  elsewhere[5] = (elsewhere[5] ?? 0) ^ 1
  await bring(Buffer.from(elsewhere.toString('base64url')), code)
  await page.getByText('This copy is for another service.').waitFor()

  await bring(copy, code)
  await page.getByRole('heading', { name: 'Ready when you are' }).waitFor()
  await page.getByText('Flat 2, 7 Juniper Row, Leeds').waitFor()

  // The old one is cleared without taking anything from the new one.
  await button(old.page, 'Clear this phone only').click()
  await button(old.page, 'Yes, clear this one').click()
  await old.page.getByRole('heading', { name: 'Nothing is left on this phone' }).waitFor()
  await button(page, 'Start now at Home').click()
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await page.getByText(/^Watched until/).waitFor()
  await pressEnd(page)
  await page.getByRole('heading', { name: 'Your timer has ended' }).waitFor()
}, 90_000)

test('a new phone’s camera reads the picture, and the code opens what is in it', async () => {
  const old = await startInBrowser(pages)
  await toMove(old.page)
  await button(old.page, 'Show a picture').click()
  await old.page.locator('.qr').waitFor()
  await expectReachable(old.page, 'move by picture')
  const link = readPicture(
    (await old.page.locator('.qr').getAttribute('viewBox')) ?? '',
    (await old.page.locator('.qr path').last().getAttribute('d')) ?? '',
  )
  expect(link.startsWith(`${pages.origin}/#arrive=`)).toBe(true)
  // Whoever sees both has everything: the code comes when the picture is gone.
  expect(await old.page.locator('.code').count()).toBe(0)
  await button(old.page, 'Next: its code').click()
  expect(await old.page.locator('.qr').count()).toBe(0)

  const { page, requests } = await pages.newPhonePage({ locale: 'cy-GB' })
  await page.goto(link)
  await button(page, 'Rwy’n deall ac yn cytuno').click()
  await page.getByLabel('Ei god (20 digid)').fill(await codeOn(old.page))
  await expectReachable(page, 'arrive in Welsh')
  // The copy does not stay in the address, and has never been sent.
  expect(page.url()).toBe(`${pages.origin}/`)
  await button(page, 'Dod â’m cynlluniau yma').click()
  await page.getByText('Flat 2, 7 Juniper Row, Leeds').waitFor()
  expect(requests.filter(({ url, body }) => (url + body).includes(link.slice(-40)))).toEqual([])
}, 90_000)

test('a copy of a phone that was forgotten opens nothing, and a phone with plans takes none', async () => {
  const old = await startInBrowser(pages)
  await toMove(old.page)
  await button(old.page, 'Show a picture').click()
  const link = readPicture(
    (await old.page.locator('.qr').getAttribute('viewBox')) ?? '',
    (await old.page.locator('.qr path').last().getAttribute('d')) ?? '',
  )
  await button(old.page, 'Next: its code').click()
  const code = await codeOn(old.page)
  await old.page.goto(link)
  await old.page.getByText('There are plans on this phone already').waitFor()
  await button(old.page, 'Back').click()
  await button(old.page, 'Settings').click()
  await button(old.page, 'Forget this phone').click()
  await button(old.page, 'Delete everything').click()
  await old.page.getByRole('heading', { name: 'Nothing is left on this phone' }).waitFor()

  const { page } = await pages.newPhonePage()
  await page.goto(link)
  await button(page, 'I understand and agree').click()
  await page.getByLabel('Its code (20 digits)').fill(code)
  await button(page, 'Bring my plans here').click()
  await page.getByText('The service has deleted this phone’s plans since.').waitFor()
}, 90_000)

/** As a camera would, by another library than the one that drew it. */
function readPicture(viewBox: string, path: string): string {
  const [, , side = 0] = viewBox.split(' ').map(Number)
  const zoom = 4
  const width = side * zoom
  const pixels = new Uint8ClampedArray(width * width * 4).fill(255)
  for (const [, x = '', y = ''] of path.matchAll(/M(\d+) (\d+)h1v1h-1z/g)) {
    for (let row = 0; row < zoom; row += 1) {
      for (let column = 0; column < zoom; column += 1)
        pixels.fill(
          0,
          ((Number(y) * zoom + row) * width + Number(x) * zoom + column) * 4,
          ((Number(y) * zoom + row) * width + Number(x) * zoom + column) * 4 + 3,
        )
    }
  }
  const read = (jsqr as unknown as typeof jsqr.default)(pixels, width, width)
  if (read === null) throw new Error('the picture cannot be read')
  return read.data
}
