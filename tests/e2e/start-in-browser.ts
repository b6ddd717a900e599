import type { Phone, Stack } from '@stillhere/testkit'
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
async function prepareInBrowser(pages: PagesUnderTest, page: Page): Promise<Phone> {
  const rescuer = pages.stack.newPhone()
  const button = (name: string) => page.getByRole('button', { name })
  await button('Start now').click()
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
): Promise<{ state: string; deadlineAt: number; alertAt: number; lastPressAt: number }> {
  const [session] = await stack.db.query<{ state: string; deadlineAt: number; alertAt: number; lastPressAt: number }>(
    `SELECT state, deadline_at AS "deadlineAt", alert_at AS "alertAt", last_press_at AS "lastPressAt"
       FROM app.sessions ORDER BY started_at DESC LIMIT 1`,
  )
  if (!session) throw new Error('nobody has started')
  return session
}
