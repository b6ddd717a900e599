import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPages, type PagesUnderTest } from './pages-under-test.ts'
import { endSafely, lastSession, passTime, pressEnd, startInBrowser } from './start-in-browser.ts'

/* Issue 4, point 7: what the screen says, and what the service learns, when the network or the phone fails. */

let pages: PagesUnderTest
beforeAll(async () => {
  pages = await openPages()
})
afterAll(() => pages.close())

test('a phone that lost its session while the service was away finds it by itself when the service is back', async () => {
  const { page, context } = await startInBrowser(pages)
  await page.waitForFunction("navigator.serviceWorker.ready.then(({ active }) => active?.state === 'activated')")
  await context.setOffline(true)
  await page.close({ runBeforeUnload: false })
  // A new tab is told that it is offline a moment after it is there.
  pages.line.cut()
  const next = await context.newPage()
  next.setDefaultTimeout(10_000)
  // Gone before the app looks; the page that kept it is closed and cannot keep it again.
  await next.addInitScript(`{
    const opening = indexedDB.open('keyval-store')
    opening.onsuccess = () => opening.result.transaction('keyval', 'readwrite').objectStore('keyval').delete('session')
  }`)
  await next.goto(pages.origin)
  await next.getByRole('heading', { name: 'Ready when you are' }).waitFor()
  // Longer than it looks at first.
  await pause(4_500)
  pages.line.open()
  await context.setOffline(false)
  await next.getByText(/^Watched until/).waitFor()
  await endSafely(next)
})

test('the alert has one time on the screen, in touch and out of touch', async () => {
  const { page, context } = await startInBrowser(pages)
  const { deadlineAt, alertAt } = await lastSession(pages.stack)
  const [deadline, alert] = await page.evaluate<[string, string]>(
    `[${deadlineAt}, ${alertAt}].map((at) =>
      new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(new Date(at)))`,
  )
  expect(alert).not.toBe(deadline)
  const held = page.getByText(`No signal? We still act at ${alert}.`)
  await page.getByText(`Watched until ${deadline}`, { exact: true }).waitFor()
  await held.waitFor()
  await context.setOffline(true)
  await page.getByText(`Out of touch: no answer by ${alert} raises the alert`, { exact: true }).waitFor()
  await held.waitFor()
  await context.setOffline(false)
  await page.getByText(/^Watched until/).waitFor()
  await endSafely(page)
})

test('an end that has not reached the service is taken back by "I’m still here"', async () => {
  const { page, context } = await startInBrowser(pages)
  const started = await lastSession(pages.stack)
  await passTime(pages, page, 30_000)
  await context.setOffline(true)
  await page.getByText(/^Out of touch: no answer by/).waitFor()
  await pressEnd(page)
  await page.getByText('Ending … still watched until it is confirmed.').waitFor()
  await page.getByRole('button', { name: /I’m still here/ }).click()
  await page.getByText('Not counted yet. We keep trying.').waitFor()
  await context.setOffline(false)
  await page.getByText('Counted', { exact: true }).waitFor()
  await page.getByText(/^Watched until/).waitFor()
  const { state, deadlineAt } = await lastSession(pages.stack)
  expect(state).toBe('counting')
  expect(deadlineAt).toBeGreaterThan(started.deadlineAt)
  await endSafely(page)
})

test('after the first visit the app opens without a network, and claims nothing', async () => {
  const { page, context } = await pages.newPhonePage()
  await page.goto(pages.origin)
  await page.getByText('Timer only now').waitFor()
  await page.waitForFunction("navigator.serviceWorker.ready.then(({ active }) => active?.state === 'activated')")
  await context.setOffline(true)
  await page.reload()
  await page.getByRole('heading', { name: 'Using alone? If you go quiet, we tell someone.' }).waitFor()
  await page.getByText('Asking who is here …').waitFor()
  expect(await page.getByText(/Someone is here now|Timer only now/).count()).toBe(0)
})
