import { giveAllClear, raiseAlert } from '@stillhere/testkit'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectReachable, inviteAs } from './operate-under-test.ts'
import { addAuthenticator, openPages, type PagesUnderTest } from './pages-under-test.ts'

/* Issue 6: what somebody answers for by name: opening a plan, signing guidance; and what is shown of it to others. */

let pages: PagesUnderTest
let olwen: Page
let bryn: Page
beforeAll(async () => {
  pages = await openPages()
  olwen = await withPasskey('Olwen')
  bryn = await withPasskey('Bryn')
  // A passkey opens plans from the day after it was made.
  await pages.stack.db.query(`UPDATE app.passkeys SET created_at = created_at - interval '25 hours'`)
})
afterAll(() => pages.close())

/** An operator signed in with a passkey of their own, at the board. */
async function withPasskey(name: string): Promise<Page> {
  const { page } = await pages.newPhonePage({ isMobile: false })
  await addAuthenticator(page)
  await page.goto(`${pages.origin}/operate#${await inviteAs(pages, 'operator', name)}`)
  await page.getByRole('button', { name: 'Make a passkey' }).click()
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByRole('heading', { name: 'Board' }).waitFor()
  return page
}
const go = (page: Page, place: string) => page.evaluate(`location.hash = '#/${place}'`)

test('two operators open a plan after the alert: one asks, the other confirms, and only the first reads it', async () => {
  const { person, rescuer } = await raiseAlert(pages.stack)
  await giveAllClear(person, rescuer)
  await go(olwen, 'alerts')
  await olwen.getByRole('table').getByRole('link').first().click()
  await olwen.getByRole('link', { name: 'Ask for the plan' }).click()
  await olwen.getByRole('heading', { name: 'Ask for the plan' }).waitFor()
  await expectReachable(olwen, 'asking for a plan')
  await olwen.getByLabel('Why').selectOption({ label: 'Safeguarding' })
  await olwen.getByRole('button', { name: 'Ask with my passkey' }).click()
  await olwen.getByText('waits for a second person').waitFor()
  expect(await olwen.getByRole('button', { name: 'Confirm with my passkey' }).count(), 'not by who asked').toBe(0)

  await go(bryn, 'openings')
  await bryn.getByRole('button', { name: 'Confirm with my passkey' }).click()
  const dialog = bryn.getByRole('dialog', { name: 'Open this plan?' })
  await dialog.getByText('Olwen will read where this person lives. Reason: Safeguarding.').waitFor()
  await expectReachable(bryn, 'confirming')
  await dialog.getByRole('button', { name: 'Yes, with my passkey' }).click()
  await dialog.waitFor({ state: 'detached' })

  await olwen.getByRole('heading', { name: 'The plan', exact: true }).waitFor()
  await olwen.getByText('Readable here until').waitFor()
  await expectReachable(olwen, 'an opened plan')
  await bryn.getByText('opened', { exact: true }).waitFor()
  expect(await bryn.getByRole('heading', { name: 'The plan', exact: true }).count()).toBe(0)
  const { body: receipt } = await person.request('GET', `/v1/sessions/${person.sessionId}/receipt`)
  expect(receipt.planOpened).toHaveLength(1)
}, 90_000)

test('an operator signs guidance by name: screens say so, and say otherwise once it is taken back', async () => {
  await go(olwen, 'guidance')
  await olwen.getByText(/pieces are not clinically approved/).waitFor()
  await olwen.getByRole('button', { name: 'Sign it in my name: A supporter who calls' }).click()
  const dialog = olwen.getByRole('dialog', { name: 'Sign it in my name' })
  await dialog.getByLabel('You sign as').fill('paramedic, HCPC PA12345')
  await dialog.getByRole('button', { name: 'Yes, I answer for it' }).click()
  await dialog.waitFor({ state: 'detached' })
  await olwen.getByRole('listitem').getByText('Olwen, paramedic, HCPC PA12345').waitFor()
  await expectReachable(olwen, 'signed guidance')
  const marked = () => olwen.getByRole('table').getByText('Approved', { exact: true })
  expect(await marked().count()).toBe(1)

  // Of other words nobody has signed: what the page shows is not what was signed.
  await pages.stack.db.query(`UPDATE app.guidance_sign_offs SET content_hash = repeat('A', 43)`)
  await olwen.reload()
  await olwen.getByText('It was signed, but not these words').waitFor()
  expect(await marked().count()).toBe(0)
  await olwen.getByRole('button', { name: 'Take the signature back: A supporter who calls' }).click()
  await olwen.getByText('It was signed, but not these words').waitFor({ state: 'detached' })
}, 90_000)

test('reports hide small numbers, are saved as a file and printed without what is for a screen; retention says what went when', async () => {
  await go(bryn, 'reports')
  await bryn.getByRole('heading', { name: 'False alarms, by what kept people from answering' }).waitFor()
  await bryn.getByRole('table').first().getByText('hidden').first().waitFor()
  await expectReachable(bryn, 'reports')
  const [file] = await Promise.all([
    bryn.waitForEvent('download'),
    bryn.getByRole('button', { name: 'Save as CSV: From the missed deadline to help' }).click(),
  ])
  expect(file.suggestedFilename()).toBe('times.csv')
  // A quarter for a commissioner: by its name or by its days, in the address, and on what is asked.
  const asked = bryn.waitForRequest(/reports\/times\?by=week&from=2025-04-01&to=2025-06-30/)
  await bryn.getByLabel('From', { exact: true }).fill('2025-04-01')
  await bryn.getByText('At most 54 weeks at a time.').waitFor()
  await bryn.getByLabel('To', { exact: true }).fill('2025-06-30')
  await asked
  expect(bryn.url()).toMatch(/#\/reports\?.*from=2025-04-01&to=2025-06-30/)
  await expectReachable(bryn, 'a report of a quarter')
  await bryn.reload()
  expect(await bryn.getByLabel('To', { exact: true }).inputValue()).toBe('2025-06-30')
  await bryn.getByLabel('Dates').selectOption({ label: 'the last 13 weeks' })
  await bryn.getByRole('table').first().getByText('hidden').first().waitFor()
  await bryn.emulateMedia({ media: 'print' })
  expect(await bryn.getByRole('navigation', { name: 'Menu' }).isVisible()).toBe(false)
  expect(await bryn.getByRole('button', { name: 'Print' }).isVisible()).toBe(false)
  expect(await bryn.getByRole('table').first().isVisible()).toBe(true)
  expect(await bryn.getByText('TRIAL').filter({ visible: true }).count(), 'paper says that it is a trial').toBe(1)
  await bryn.emulateMedia({ media: 'screen' })
  await bryn.getByLabel('Rows').selectOption({ label: 'by week and site' })
  await bryn.getByRole('heading', { name: 'From the missed deadline to help' }).waitFor()

  await go(bryn, 'retention')
  const rule = bryn.getByRole('row').filter({ hasText: 'challenges of passkeys' })
  await rule.getByText('1 hour').waitFor()
  expect(await bryn.getByRole('row').count()).toBeGreaterThan(10)
  await expectReachable(bryn, 'retention')
}, 90_000)
