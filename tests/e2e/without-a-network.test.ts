import { until } from '@stillhere/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPages, type PagesUnderTest } from './pages-under-test.ts'
import { noteSenses, soundsOf } from './senses.ts'
import { lastSession, startInBrowser } from './start-in-browser.ts'

/* Issue 4, point 5: the phone alone, in real time, twelve times as fast. */

let pages: PagesUnderTest
beforeAll(async () => {
  pages = await openPages({ pace: 12 })
})
afterAll(() => pages.close())

test('without a network the phone asks by itself, opens by itself, and says what the service does', async () => {
  const { page, context, rescuer } = await startInBrowser(pages, { before: noteSenses })
  await until('sound', async () => (await soundsOf(page)).length === 4)
  await context.setOffline(true)
  await page.getByText(/^Out of touch: no answer by/).waitFor()
  await page.getByRole('heading', { name: 'Are you there?' }).waitFor({ timeout: 15_000 })
  await page.getByText(/^No connection. At .* the service opens your plan unless it hears from you/).waitFor()
  await page.getByRole('button', { name: /I’m still here/ }).click()
  await page.getByText('We have your touch and are sending it …').waitFor()
  expect(await page.getByText('Counted', { exact: true }).count()).toBe(0)
  await page.getByRole('heading', { name: 'People are being told' }).waitFor({ timeout: 15_000 })
  await page.getByText(/^No connection. The service opened your plan at/).waitFor()
  // And so it did.
  await rescuer.expectText('SAFETY ALERT')
  pages.stack.phones.allow(/./)
  await context.setOffline(false)
  // The touch comes too late to stop it, and asks for the all-clear.
  await page.getByText(/^You said you are OK/).waitFor()
  await rescuer.reply('5')
  await page.getByRole('heading', { name: 'It is over' }).waitFor()
}, 90_000)

test('opened anew without a network the phone is out of touch, asks by itself, and finds the session again without a reload', async () => {
  const { page, context, rescuer } = await startInBrowser(pages)
  await page.waitForFunction("navigator.serviceWorker.ready.then(({ active }) => active?.state === 'activated')")
  const { deadlineAt, alertAt } = await lastSession(pages.stack)
  await context.setOffline(true)
  await page.close({ runBeforeUnload: false })
  // A new tab is told that it is offline a moment after it is there.
  pages.line.cut()
  const next = await context.newPage()
  next.setDefaultTimeout(10_000)
  await next.goto(pages.origin)
  await next
    .getByText(/^(Out of touch: no answer by|Are you there)/)
    .first()
    .waitFor()
  await next.getByRole('heading', { name: 'Are you there?' }).waitFor({ timeout: 15_000 })
  // Neither before the deadline nor much after it.
  const lateMs = (await pages.stack.now()) - deadlineAt
  expect(lateMs).toBeGreaterThan(-1_500)
  expect(lateMs).toBeLessThan(2_500)
  expect(await next.getByText('NOT watched').count()).toBe(0)
  const when = await next.evaluate<string>(
    `new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(new Date(${alertAt}))`,
  )
  await next.getByText(`At ${when} the service opens your plan unless it hears from you`).waitFor()
  await next.getByRole('heading', { name: 'People are being told' }).waitFor({ timeout: 15_000 })
  await rescuer.expectText('SAFETY ALERT')
  pages.stack.phones.allow(/./)
  expect(await next.getByText('A rescuer was told').count()).toBe(0)
  pages.line.open()
  await context.setOffline(false)
  await next.getByText('A rescuer was told').waitFor()
  await next.getByRole('button', { name: 'I’m OK, call it off' }).click()
  await next.getByText(/^You said you are OK/).waitFor()
  await rescuer.reply('5')
  await next.getByRole('heading', { name: 'It is over' }).waitFor()
}, 90_000)
