import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openConsole } from './console-under-test.ts'
import { expectReachable, inviteAs, openOperate } from './operate-under-test.ts'
import { openPages, type PagesUnderTest } from './pages-under-test.ts'

/* Issue 6, points 5 and 10: who is expected when, who will be missing, swaps; opening hours, a drain, and closing. */

let pages: PagesUnderTest
type Supporter = Awaited<ReturnType<PagesUnderTest['stack']['seedSupporter']>>
let ceri: Supporter
let bryn: Supporter
let operate: (method: string, path: string, body?: object) => Promise<{ status: number; body: Record<string, never> }>

beforeAll(async () => {
  pages = await openPages()
  const { stack } = pages
  // The pager hears of a floor that is missed where no duty lead is known.
  stack.phones.allow(/^ROTA/)
  const seed = (name: string) => stack.seedSupporter({ phone: stack.newPhone(), name, onShift: false })
  const lea = await seed('Lea')
  await stack.db.query(`UPDATE app.supporters SET role = 'duty-lead' WHERE id = $1`, [lea.id])
  ceri = await seed('Ceri')
  bryn = await seed('Bryn')
  const operator = await (await stack.organisation('demo')).signIn('operator', 'Owen')
  operate = (method, path, body = {}) =>
    operator.request(
      method,
      `/v1/operate${path}`,
      method === 'GET' ? undefined : { commandId: randomUUID(), ...body },
    ) as never
  const setting = { name: 'Riverside', languages: ['en', 'cy'], pagerNumber: '+447700900098', staffingFloor: 1 }
  expect((await operate('PUT', '/organisation', setting)).status).toBe(200)
})
afterAll(() => pages.close())

const weekly = (page: Page) => page.getByRole('region', { name: 'Weekly shifts' })

test('a week is planned by supporter; gaps are flagged, filled, and the duty lead is told; a day off makes a gap again', async () => {
  const { page } = await openOperate(pages, '#/rota')
  await page.getByText('Nobody is in the rota yet').waitFor()
  await weekly(page).getByRole('row', { name: /^Ceri/ }).getByText('not said').waitFor()
  await weekly(page).getByRole('row', { name: /^Ceri/ }).getByText('no number').waitFor()
  await page.getByRole('button', { name: 'Add weekly shifts Ceri' }).click()
  const dialog = page.getByRole('dialog')
  expect(await dialog.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
  for (const day of ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'])
    await dialog.getByLabel(day).check()
  await dialog.getByLabel('Begins', { exact: true }).fill('22:00')
  await dialog.getByLabel('Ends', { exact: true }).fill('06:00')
  await dialog.getByText('It ends on the day after.').waitFor()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByText('The rota is changed.').waitFor()
  await weekly(page).getByText('Sunday 22:00–06:00', { exact: true }).waitFor()

  // Nobody by day: the gap is said, by whom it was told, and filled from where it is said.
  await page
    .getByText(/^(?:From .* only 0 of 1 are expected|Only 0 of 1 are on shift now, since)/)
    .first()
    .waitFor()
  await page
    .getByText(/Duty leads were texted/)
    .first()
    .waitFor({ timeout: 30_000 })
  const days = page.getByRole('region', { name: 'Day by day' }).getByRole('listitem')
  const third = days.filter({ has: page.getByRole('heading', { level: 3 }) }).nth(2)
  await third.getByText('0 of 1').waitFor()
  await third.getByText('06:00–22:00').first().waitFor()
  await expectReachable(page, 'a rota with gaps')
  await third.getByRole('button', { name: /^Put somebody there/ }).click()
  await dialog.getByLabel('Who', { exact: true }).selectOption({ label: 'Lea' })
  expect(await dialog.getByLabel('As', { exact: true }).inputValue()).toBe('duty-lead')
  expect(await dialog.getByLabel('Begins', { exact: true }).inputValue()).toBe('06:00')
  expect(await dialog.getByLabel('Ends', { exact: true }).inputValue()).toBe('22:00')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await third.getByText('0 of 1').waitFor({ state: 'detached' })
  await third.getByText('Lea', { exact: true }).waitFor()
  await page
    .getByRole('region', { name: 'Single dates' })
    .getByText(/Lea, one more shift/)
    .first()
    .waitFor()

  await third.getByRole('button', { name: /^Off on this day Ceri/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Off on this day' }).click()
  await third.getByText('0 of 1').waitFor()
  await page.getByRole('button', { name: /^Take it back .*: Ceri is off/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Take it back' }).click()
  await third.getByText('0 of 1').waitFor({ state: 'detached' })

  await page.getByRole('button', { name: /^End Ceri Sunday/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'End' }).click()
  await weekly(page).getByText('Sunday 22:00–06:00', { exact: true }).waitFor({ state: 'detached' })
  expect(page.url(), 'nobody’s name or id is in the address').toMatch(/#\/rota$/)
}, 120_000)

test('a supporter sees their shifts and offers one, a colleague takes it, and whoever keeps the rota sees the swap', async () => {
  const their = await openConsole(pages, await ceri.invite(), { onShift: false })
  const mine = their.page.getByRole('region', { name: 'My rota' })
  await mine.getByText(/^Next: /).waitFor()
  await mine.getByRole('button', { name: 'See my shifts and swaps' }).click()
  const dialog = their.page.getByRole('dialog', { name: 'My rota' })
  await dialog
    .getByRole('button', { name: /^Ask a colleague to take it/ })
    .nth(2)
    .click()
  await dialog.getByText('You offer it. It is still yours.').waitFor()
  await expectReachable(their.page, 'my rota')
  await dialog.getByRole('button', { name: /^Keep it after all/ }).click()
  await dialog.getByText('It is yours, and no longer offered.').waitFor()
  await dialog
    .getByRole('button', { name: /^Ask a colleague to take it/ })
    .nth(2)
    .click()
  await dialog.getByText('You offer it. It is still yours.').waitFor()

  const colleague = await openConsole(pages, await bryn.invite(), { onShift: false })
  await colleague.page.getByRole('region', { name: 'My rota' }).getByText('1 shift is offered to you.').waitFor()
  await colleague.page.getByRole('button', { name: 'See my shifts and swaps' }).click()
  const hers = colleague.page.getByRole('dialog', { name: 'My rota' })
  await hers.getByText('Ceri asks whether somebody can take it.').waitFor()
  await hers.getByRole('button', { name: /^I take it/ }).click()
  await hers.getByText('You took it from Ceri.').waitFor()
  await hers.getByText('Nobody offers a shift now.').waitFor()
  // Too late: it is somebody else's now.
  await dialog.getByRole('button', { name: /^Keep it after all/ }).click()
  await dialog.getByText('Not done.').waitFor()
  await their.context.close()
  await colleague.context.close()

  const { page } = await openOperate(pages, '#/rota', await inviteAs(pages, 'duty-lead', 'Lou'))
  const swaps = page.getByRole('region', { name: 'Swaps' })
  await swaps
    .getByText(/^Bryn has taken .* from Ceri\.$/)
    .first()
    .waitFor()
  await swaps.getByRole('button', { name: /^I have seen it/ }).click()
  await swaps.getByText('seen', { exact: true }).waitFor()
  await page.getByText('swapped with Ceri').waitFor()
}, 120_000)

test('a supervisor looks at the rota and an auditor at opening hours, and neither is offered a change', async () => {
  const { page } = await openOperate(pages, '#/rota', await inviteAs(pages, 'supervisor', 'Sue'))
  await weekly(page).getByRole('row', { name: /^Ceri/ }).waitFor()
  expect(await page.getByRole('button', { name: /Add|End|Off on|Put|Take it back|seen/ }).count()).toBe(0)
  const { page: other } = await openOperate(pages, '#/staffing', await inviteAs(pages, 'auditor', 'Audrey'))
  await other.getByText('The service is open.').waitFor()
  await other.getByText('The pager is +447700900098.').waitFor()
  expect(await other.getByRole('button', { name: /Close|Save|Add|Remove/ }).count()).toBe(0)
}, 60_000)

test('who answers at three is said by name; the service winds down, opens again, and closes for good only by its typed name', async () => {
  const { page } = await openOperate(pages, '#/staffing')
  await page.getByText('The service is open.').waitFor()
  const nights = page.getByRole('table', { name: 'Who answers at 3 in the morning' })
  await nights.getByText('Ceri').first().waitFor()
  await nights.getByText('fewer than 1').first().waitFor()
  await expectReachable(page, 'who answers')

  await page.getByRole('button', { name: 'Close for a while' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Close then' }).click()
  await page.getByText(/^The service winds down\. It closes /).waitFor()
  await page.getByText('Nobody can start with a supporter.').waitFor()
  const person = await pages.stack.newPerson()
  expect((await person.request('GET', '/v1/service')).body.mayStart).toMatchObject({
    alone: false,
    withSupporter: false,
  })
  await page.getByRole('button', { name: 'Open again now' }).click()
  await page.getByText('The service is open.').waitFor()
  await page.getByText('People can start with a supporter.').waitFor()

  const form = page.getByRole('form', { name: 'Opening hours' })
  await form.getByRole('button', { name: 'Remove Monday' }).click()
  await form.getByRole('button', { name: 'Add a day' }).click()
  await form.getByLabel('Date').fill('2027-12-25')
  await form.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved. It counts from now on.').waitFor()
  await form.getByRole('group', { name: 'Saturday 25 December' }).waitFor()

  await page.getByRole('button', { name: 'Close for good …' }).click()
  await dialog.getByRole('button', { name: 'Ask for it' }).click()
  const confirm = page.getByRole('form', { name: 'Close the service for good' })
  await page.getByText('Another operator has to confirm it.').waitFor()
  expect(await confirm.getByRole('textbox').count()).toBe(0)
  await confirm.getByRole('button', { name: 'Take it back' }).click()
  await page.getByText('Taken back. The service stays.').waitFor()
  expect((await operate('POST', '/closing')).status).toBe(200)
  await page.reload()
  const close = confirm.getByRole('button', { name: 'Close the service for good' })
  await confirm.getByLabel('Type demo').fill('dem')
  expect(await close.isDisabled()).toBe(true)
  await expectReachable(page, 'closing for good')
  await confirm.getByLabel('Type demo').fill('demo')
  await close.click()
  await page.getByText(/^Closed for good /).waitFor()
  expect(await page.getByRole('button', { name: /Close|Save|Open again/ }).count()).toBe(0)
}, 120_000)
