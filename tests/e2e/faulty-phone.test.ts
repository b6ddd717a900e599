import { setTimeout as pause } from 'node:timers/promises'
import { until } from '@stillhere/testkit'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openPages, type PagesUnderTest } from './pages-under-test.ts'
import { endSafely, lastSession, leftOn, passTime, startInBrowser } from './start-in-browser.ts'

/*
 * T8 and P10 in a real browser against the real service: frozen, throttled, asleep, left and come back to, with the line
 * cut or silent. In every one of them nothing is green that the service has not acknowledged.
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

/** Writes down, at every change of the screen, what it claims. */
const noteClaims = (page: Page) =>
  page.addInitScript(`
    window.claims = []
    const note = () => {
      const holding = document.querySelector('.holding')
      const claim = holding && holding.classList[1] + (document.querySelector('.field.counted') ? ' counted' : '')
      if (claim !== (window.claims.at(-1) || {}).claim) window.claims.push({ claim, at: performance.now() })
    }
    new MutationObserver(note).observe(document, { subtree: true, childList: true, attributes: true })`)
const claimsOf = (page: Page) => page.evaluate<{ claim: string | null; at: number }[]>('window.claims')

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

test('a frozen page shows what is true as soon as it thaws', async () => {
  const { page, context } = await startInBrowser(pages, { before: noteClaims })
  await passTime(pages, page, 10_000)
  await page.evaluate('window.ticks = 0; setInterval(() => { window.ticks += 1 }, 50); undefined')
  // A browser without a window has no hidden page that could be frozen (`Page.setWebLifecycleState` does nothing to one
  // that is seen); a page that stands in its debugger is as still: no timer, no word of the socket is worked on.
  const cdp = await context.newCDPSession(page)
  await cdp.send('Debugger.enable')
  const still = new Promise((resolve) => cdp.once('Debugger.paused', resolve))
  const frozenAt = await page.evaluate<number>('performance.now()')
  await cdp.send('Debugger.pause')
  await still
  await pages.stack.advance(80_000)
  pages.line.cut()
  await pause(5_500)
  await cdp.send('Debugger.disable')
  await outOfTouch(page).waitFor()
  const thawedAt = frozenAt + 5_000
  expect(await page.evaluate<number>('window.ticks'), 'its timers stood still').toBeLessThan(60)
  const wrong = (await claimsOf(page)).filter(({ claim, at }) => at > thawedAt && claim?.startsWith('watched'))
  expect(wrong, 'no green before the service was heard').toEqual([])
  pages.line.open()
  await watched(page).waitFor()
  const { deadlineAt } = await lastSession(pages.stack)
  const left = deadlineAt - (await pages.stack.now())
  await until('the true time', async () => Math.abs((await leftOn(page)) - left) < 4_000)
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

test('a processor six times slower: a touch still counts, and the prompts still come and stop', async () => {
  const { page, context } = await startInBrowser(pages)
  const cdp = await context.newCDPSession(page)
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 6 })
  await passTime(pages, page, 30_000)
  await here(page).click()
  await counted(page).waitFor()
  const { deadlineAt } = await lastSession(pages.stack)
  await pages.stack.advanceTo(deadlineAt)
  await page.getByRole('heading', { name: 'Are you there?' }).waitFor()
  await here(page).click()
  await watched(page).waitFor()
  expect((await lastSession(pages.stack)).deadlineAt).toBeGreaterThan(deadlineAt)
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
