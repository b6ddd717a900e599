import { setTimeout as pause } from 'node:timers/promises'
import { until } from '@stillhere/testkit'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { claimsOf, noteClaims } from './claims.ts'
import { openPages, type PagesUnderTest } from './pages-under-test.ts'
import { endSafely, lastSession, leftOn, passTime, startInBrowser } from './start-in-browser.ts'

/*
 * T8 and P10 in a real browser against the real service: asleep, left and come back to, with the line cut or silent;
 * frozen, throttled and with a wrong clock in `ten-points`. In every one of them nothing is green that the service has
 * not acknowledged.
 */

let pages: PagesUnderTest
beforeAll(async () => {
  pages = await openPages({}, { keepsPages: true })
})
afterEach(() => pages.line.open())
afterAll(() => {
  // Sessions that a test leaves behind raise their alerts when time passes.
  pages.stack.phones.allow(/./)
  pages.stack.phones.allowCalls()
  return pages.close()
})

const here = (page: Page) => page.getByRole('button', { name: /I’m still here/ })
const watched = (page: Page) => page.getByText(/^Watched until/)
const outOfTouch = (page: Page) => page.getByText(/^Out of touch: no answer by/)
const counted = (page: Page) => page.getByText('Counted', { exact: true })

test('the service goes away: out of touch within five seconds, a touch is not green, and it counts from when it was made', async () => {
  const { page } = await startInBrowser(pages, { before: noteClaims })
  await passTime(pages, page, 30_000)
  const before = await lastSession(pages.stack)
  const cutAt = await page.evaluate<number>('performance.now()')
  pages.line.cut()
  await here(page).click()
  const pressedAt = await pages.stack.now()
  await outOfTouch(page).waitFor()
  const { at = Number.NaN } = (await claimsOf(page)).find(({ claim }) => claim === 'out-of-touch') ?? {}
  expect(at - cutAt).toBeLessThan(5_000)
  await page.getByText('Not counted yet. We keep trying.').waitFor()
  expect(await counted(page).count()).toBe(0)
  expect((await lastSession(pages.stack)).deadlineAt).toBe(before.deadlineAt)
  pages.line.open()
  await counted(page).waitFor()
  await watched(page).waitFor()
  const after = await lastSession(pages.stack)
  expect(after.deadlineAt).toBeGreaterThan(before.deadlineAt)
  expect(Math.abs(after.lastPressAt - pressedAt)).toBeLessThan(1_500)
  expect((await claimsOf(page)).map(({ claim }) => claim)).not.toContain('out-of-touch counted')
  await endSafely(page)
})

test('a touch that a dying connection holds back is not taken for a fresh one when it arrives', async () => {
  const { page } = await startInBrowser(pages)
  await passTime(pages, page, 30_000)
  pages.line.hold()
  await here(page).click()
  const pressedAt = await pages.stack.now()
  // Nobody is left who could send it again with its age: what arrives is what was sent at first.
  await page.close()
  await pause(5_000)
  pages.line.open()
  const { lastPressAt } = await until('the touch to arrive', async () => {
    const session = await lastSession(pages.stack)
    return session.lastPressAt > pressedAt - 5_000 && session
  })
  expect(lastPressAt).toBeGreaterThan(pressedAt - 1_500)
  expect(lastPressAt).toBeLessThan(pressedAt + 2_500)
})

test('a silent line, on which the browser sees nothing wrong, is out of touch within five seconds', async () => {
  const { page } = await startInBrowser(pages, { before: noteClaims })
  await passTime(pages, page, 30_000)
  const heldAt = await page.evaluate<number>('performance.now()')
  pages.line.hold()
  await outOfTouch(page).waitFor()
  const at = (await claimsOf(page)).at(-1)?.at ?? Number.NaN
  // Sampled four times a second.
  expect(at - heldAt).toBeLessThan(5_300)
  await here(page).click()
  await page.getByText('Not counted yet. We keep trying.').waitFor()
  pages.line.open()
  await counted(page).waitFor()
  await endSafely(page)
})

test('offline and online, again and again: one touch moves the deadline once, to where it belongs', async () => {
  const { page, context, requests } = await startInBrowser(pages)
  await passTime(pages, page, 30_000)
  await context.setOffline(true)
  await here(page).click()
  const pressedAt = await pages.stack.now()
  for (let flap = 0; flap < 5; flap += 1) {
    await context.setOffline(flap % 2 === 1)
    await pause(150)
  }
  await context.setOffline(false)
  await counted(page).waitFor()
  await watched(page).waitFor()
  const { lastPressAt } = await lastSession(pages.stack)
  expect(Math.abs(lastPressAt - pressedAt)).toBeLessThan(1_500)
  const ids = requests.flatMap(({ body }) => /"type":"check-in".*?"commandId":"([^"]+)"/.exec(body)?.[1] ?? [])
  expect(new Set(ids).size, 'each attempt is a command of its own').toBe(ids.length)
  await endSafely(page)
})

test('a phone that slept for a minute claims nothing before it has heard the service again', async () => {
  const { page } = await startInBrowser(pages, {
    // While a phone sleeps its calendar clock goes on; the monotonic one may not.
    before: (fresh) =>
      fresh.addInitScript('window.sleptMs = 0; const real = Date.now; Date.now = () => real() + window.sleptMs'),
  })
  await passTime(pages, page, 10_000)
  pages.line.hold()
  const left = await leftOn(page)
  await page.evaluate('window.sleptMs = 60000; undefined')
  await outOfTouch(page).waitFor({ timeout: 1_500 })
  expect(await leftOn(page)).toBeLessThan(left - 58_000)
  await pages.stack.advance(60_000)
  pages.line.open()
  await watched(page).waitFor()
  await here(page).click()
  await counted(page).waitFor()
  expect(Math.abs((await lastSession(pages.stack)).lastPressAt - (await pages.stack.now()))).toBeLessThan(2_500)
  await endSafely(page)
})

test('left for another page and come back to, from the back/forward cache: what is shown is of now', async () => {
  const { page, context } = await startInBrowser(pages, { before: noteClaims, serviceWorkers: 'block' })
  const elsewhere = 'http://localhost:1/elsewhere'
  await context.route(elsewhere, (route) => route.fulfill({ contentType: 'text/html', body: '<h1>Elsewhere</h1>' }))
  await page.evaluate(
    'window.addEventListener("pageshow", ({ persisted }) => { window.cameBack = persisted }); undefined',
  )
  await page.evaluate(`location.href = '${elsewhere}'; undefined`)
  await page.getByRole('heading', { name: 'Elsewhere' }).waitFor()
  await pages.stack.advance(60_000)
  await pause(500)
  await page.evaluate('history.back()').catch(() => undefined)
  await watched(page).waitFor()
  expect(await page.evaluate('window.cameBack')).toBe(true)
  const { deadlineAt } = await lastSession(pages.stack)
  const left = deadlineAt - (await pages.stack.now())
  await until('the true time', async () => Math.abs((await leftOn(page)) - left) < 4_000)
  await here(page).click()
  await counted(page).waitFor()
  await endSafely(page)
})
