import { type Phone, type Stack, until } from '@stillhere/testkit'
import type { Page } from 'playwright-core'
import type { PagesUnderTest, PhonePage } from './pages-under-test.ts'

/** The usual beginning in a browser: a place, a rescuer who agreed, and a session that has just been acknowledged. */
export async function startInBrowser(
  pages: PagesUnderTest,
  options: Parameters<PagesUnderTest['newPhonePage']>[0] & { before?: (page: Page) => Promise<unknown> } = {},
): Promise<PhonePage & { rescuer: Phone }> {
  const { before, ...context } = options
  const phone = await pages.newPhonePage(context)
  const { page } = phone
  await before?.(page)
  await page.goto(pages.origin)
  const rescuer = await prepareInBrowser(pages, page)
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await page.getByText(/^Watched until/).waitFor()
  return { ...phone, rescuer }
}

/** A place and a rescuer who agreed; ends on the screen that asks whether this is where one is. */
export async function prepareInBrowser(pages: PagesUnderTest, page: Page): Promise<Phone> {
  const rescuer = pages.stack.newPhone()
  const button = (name: string) => page.getByRole('button', { name })
  await button('Start now').click()
  await button('I understand and agree').click()
  await page.getByLabel('What is the address?').fill('Flat 2, 7 Juniper Row, Leeds')
  await button('Go on').click()
  await button('Ask a rescuer').click()
  await button('Ask someone').click()
  await page.getByLabel('Their mobile number').fill(rescuer.number)
  await button('Send the invitation').click()
  await rescuer.expectText(/Reply 1 = (?:I )?agree/)
  await rescuer.reply('1')
  await rescuer.expectText('You are on the list')
  await page.getByText('agreed', { exact: true }).waitFor()
  await button('Done').click()
  return rescuer
}

/** The session last started, as the database has it. */
export async function lastSession(
  stack: Stack,
): Promise<{ id: string; state: string; deadlineAt: number; alertAt: number; lastPressAt: number }> {
  const [session] = await stack.db.query<Awaited<ReturnType<typeof lastSession>>>(
    `SELECT id, state, deadline_at AS "deadlineAt", alert_at AS "alertAt", last_press_at AS "lastPressAt"
       FROM app.sessions ORDER BY started_at DESC LIMIT 1`,
  )
  if (!session) throw new Error('nobody has started')
  return session
}

/** The time that the page shows, in milliseconds. */
export async function leftOn(page: Page): Promise<number> {
  const [minutes = 0, seconds = 0] = ((await page.locator('.remaining').textContent()) ?? '').split(':').map(Number)
  return (minutes * 60 + seconds) * 1_000
}

/** Time passes, and the page knows: its own estimate of the service's time has followed the test's leap. */
export async function passTime(pages: PagesUnderTest, page: Page, ms: number): Promise<void> {
  await pages.stack.advance(ms)
  const left = (await lastSession(pages.stack)).deadlineAt - (await pages.stack.now())
  await until('the page to know that time has passed', async () => (await leftOn(page)) < left + 3_000)
}

/** Both touches that an end takes where there is no PIN. */
export async function pressEnd(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'I’m done, safe' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Yes, end it' }).click()
}

export async function endSafely(page: Page): Promise<void> {
  await pressEnd(page)
  await page.getByRole('heading', { name: 'Your timer has ended' }).waitFor()
}
