import { randomUUID } from 'node:crypto'
import { preparePerson } from '@stillhere/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectReachable, inviteAs, openOperate } from './operate-under-test.ts'
import { openPages, type PagesUnderTest } from './pages-under-test.ts'

/* Issue 6, point 2: sites and what they publish; and the organisation itself. */

let pages: PagesUnderTest
beforeAll(async () => {
  pages = await openPages()
})
afterAll(() => pages.close())

test('a site is published from nothing, adopted, changed, given a new code and retired', async () => {
  const { stack } = pages
  const { page } = await openOperate(pages, '#/sites')
  const button = (name: string) => page.getByRole('button', { name })
  await page.getByText('No site is published yet').waitFor()
  await expectReachable(page, 'no sites')
  await page.getByRole('link', { name: 'New site' }).click()
  await page.getByRole('heading', { name: 'New site' }).waitFor()
  await page.getByLabel('Name of the place').fill('Harbour House')
  await page.getByLabel('Address').fill('1 Quay Street, Leeds, LS1 4AB')
  await page.getByLabel('Way in').fill('Blue door')
  await page.getByLabel('Staff on site, and their hours').fill('Night staff until 8')
  await page.getByLabel('Where naloxone is kept').fill('a\nb\nc\nd\ne\nf')
  await page.getByText('At most 5 places.').first().waitFor()
  expect(await button('Publish the site').isDisabled()).toBe(true)
  await page.getByLabel('Where naloxone is kept').fill('Office\nKitchen')
  await expectReachable(page, 'a new site')

  // What was typed outlives a walk to another page.
  await page.getByRole('link', { name: 'Board' }).click()
  await page.getByRole('heading', { name: 'Board' }).waitFor()
  await page.evaluate(`location.hash = '#/sites/new'`)
  await page.getByText('Not saved yet.').waitFor()
  expect(await page.getByLabel('Name of the place').inputValue()).toBe('Harbour House')

  await button('Publish the site').click()
  await page.getByText('Published. Its code works from now on.').waitFor()
  await page.getByText('Nobody has adopted it yet.').waitFor()
  const code = (await page.locator('.published > .code').textContent()) ?? ''
  expect(code).toMatch(/^[A-Z2-9]{4}-[A-Z2-9]{4}$/)
  const visitor = await stack.newPerson()
  const { body } = await visitor.request('GET', `/v1/plan-templates/${code}`)
  expect(body.template).toMatchObject({ naloxone: 'Office; Kitchen', entry: 'Blue door' })

  const id = page.url().split('/').at(-1) ?? ''
  await preparePerson(stack, { site: { siteId: id, siteVersion: 1 } })
  await page.reload()
  await page.getByText('1 person has adopted it.').waitFor()
  await page.getByLabel('Way in').fill('Green door')
  await page.getByText('1 person has adopted this plan. They are asked to confirm the change').waitFor()
  await expectReachable(page, 'a change of a site')
  await button('Save').click()
  await page.getByText('# has not confirmed'.replace('#', '1')).waitFor()

  await page.getByRole('link', { name: 'Poster' }).click()
  await page.getByRole('img', { name: `QR code of the link with code ${code}` }).waitFor()
  await expectReachable(page, 'poster')
  await page.emulateMedia({ media: 'print' })
  expect(await page.getByRole('navigation').isVisible()).toBe(false)
  await page.emulateMedia({ media: 'screen' })

  await page.goBack()
  await button('New code').click()
  await page.getByRole('dialog').getByRole('button', { name: 'New code' }).click()
  await page.getByText('It has a new code.').waitFor()
  expect((await visitor.request('GET', `/v1/plan-templates/${code}`)).status).toBe(404)
  await button('Retire the site').click()
  await expectReachable(page, 'retiring')
  await page.getByRole('dialog', { name: 'Retire Harbour House?' }).getByRole('button', { name: 'Retire' }).click()
  await page.getByText('No site is published yet').waitFor()
}, 120_000)

test('two operators change one site at once: nothing of either is lost, and where both wrote the second chooses', async () => {
  const { stack } = pages
  const operator = await (await stack.organisation('demo')).signIn('operator')
  const made = { label: 'Mill House', address: '2 Mill Lane', entry: 'Blue door' }
  const { body } = await operator.request('POST', '/v1/operate/sites', { commandId: randomUUID(), ...made })
  const id: string = body.site.id
  const put = (site: object) => operator.request('PUT', `/v1/operate/sites/${id}`, { commandId: randomUUID(), ...site })
  const saved = async () => {
    const { body: all } = await operator.request('GET', '/v1/operate/sites')
    return all.sites.find((one: { id: string }) => one.id === id)
  }
  const { page } = await openOperate(pages, `#/sites/${id}`)
  const button = (name: string) => page.getByRole('button', { name })
  const field = (name: string) => page.getByRole('textbox', { name })
  const merged = page.getByRole('region', { name: 'What somebody else changed meanwhile' })

  // I touch the animals alone; they move the house.
  await field('Animals').fill('A cat')
  await put({ ...made, address: '42 Mill Lane', entry: 'Red door' })
  await button('Save').click()
  await page.getByText('Somebody else changed this while you were writing.').waitFor()
  await button('Look at the newest, and keep what I wrote').click()
  await merged.getByText('42 Mill Lane').waitFor()
  expect(await field('Address').inputValue()).toBe('42 Mill Lane')
  expect(await field('Way in').inputValue()).toBe('Red door')
  expect(await field('Animals').inputValue()).toBe('A cat')
  await button('Save').click()
  await page.getByText('Saved.').waitFor()
  await expect.poll(saved).toMatchObject({ address: '42 Mill Lane', entry: 'Red door', pets: 'A cat' })

  // Both write of the door and of the notes.
  await field('Way in').fill('Back gate')
  await field('What else whoever comes should know').fill('Ring twice')
  await put({ ...made, address: '42 Mill Lane', entry: 'Green door', pets: 'A cat', notes: 'Ring once' })
  await button('Save').click()
  await button('Look at the newest, and keep what I wrote').click()
  await merged.getByRole('group', { name: 'Way in' }).getByText('Green door').waitFor()
  expect(await field('Way in').inputValue()).toBe('Back gate')
  expect(await button('Save').isDisabled()).toBe(true)
  await expectReachable(page, 'changed by two')
  await button('Keep mine Way in').click()
  expect(await button('Save').isDisabled()).toBe(true)
  await button('Take theirs What else whoever comes should know').click()
  expect(await field('What else whoever comes should know').inputValue()).toBe('Ring once')
  await button('Save').click()
  await merged.waitFor({ state: 'detached' })
  await expect.poll(saved).toMatchObject({ entry: 'Back gate', notes: 'Ring once', pets: 'A cat' })
}, 60_000)

test('a table is ordered by its columns, and the order stays in the address', async () => {
  const { stack } = pages
  const operator = await (await stack.organisation('demo')).signIn('operator')
  for (const label of ['Ash Court', 'Zinc Yard'])
    await operator.request('POST', '/v1/operate/sites', { commandId: randomUUID(), label, address: '3 High Street' })
  const { page } = await openOperate(pages, '#/sites')
  const first = () => page.getByRole('rowheader').first().textContent()
  await page.getByRole('link', { name: 'Ash Court', exact: true }).waitFor()
  expect(await first()).toContain('Ash Court')
  await page.getByRole('columnheader', { name: 'Name of the place' }).getByRole('button').click()
  expect(await first()).toContain('Zinc Yard')
  await page.reload()
  await page.getByRole('link', { name: 'Zinc Yard', exact: true }).waitFor()
  expect(await first()).toContain('Zinc Yard')
  await expectReachable(page, 'sites')
}, 60_000)

test('the organisation: the pager, the floor, and the server’s own words where it refuses; an auditor only looks', async () => {
  const { page, context } = await openOperate(pages, '#/organisation')
  await page.getByLabel('Number of the pager').fill('999')
  await page.getByLabel('How many should be on shift').fill('2')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('The service did not take this as it is.').waitFor()
  expect(await page.getByLabel('How many should be on shift').inputValue()).toBe('2')
  await expectReachable(page, 'organisation refused')
  await page.getByLabel('Number of the pager').fill('+44 7700 900 990')
  // A colour on which white could not be read.
  await page.getByLabel('A colour of our own').check()
  await page.getByLabel('Colour of the organisation', { exact: true }).fill('#ffee00')
  await page.getByText(/^The name is read at 1\d\.\d:1/).waitFor()
  // Nobody answers: nothing is lost, and the same press again does it once.
  await context.setOffline(true)
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('The service did not answer. Nothing you typed is lost').waitFor()
  await context.setOffline(false)
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved. It counts from now on.').waitFor()
  expect(
    await page.evaluate<string[]>(`(() => {
      const { backgroundColor, color } = getComputedStyle(document.querySelector('header .name'))
      return [backgroundColor, color]
    })()`),
  ).toEqual(['rgb(255, 238, 0)', 'rgb(0, 0, 0)'])
  await expectReachable(page, 'a colour of their own')
  await page.evaluate(`location.hash = '#/board'`)
  await page.getByText('The pager has a number').waitFor()

  // Another operator gives the pager another number while I lower the floor: theirs stays.
  await page.evaluate(`location.hash = '#/organisation'`)
  await page.getByLabel('How many should be on shift').fill('1')
  const other = await (await pages.stack.organisation('demo')).signIn('operator')
  const { body } = await other.request('GET', '/v1/operate/organisation')
  const { name, languages, staffingFloor, colour } = body.organisation
  const changed = { name, languages, staffingFloor, colour, pagerNumber: '+447700900991' }
  await other.request('PUT', '/v1/operate/organisation', { commandId: randomUUID(), ...changed })
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Look at the newest, and keep what I wrote' }).click()
  await page.getByRole('region', { name: 'What somebody else changed meanwhile' }).getByText('+447700900991').waitFor()
  await page.getByRole('button', { name: 'Save' }).click()
  // What was said of the save before may still stand there.
  await expect
    .poll(async () => (await other.request('GET', '/v1/operate/organisation')).body.organisation)
    .toMatchObject({ pagerNumber: '+447700900991', staffingFloor: 1 })

  const auditor = await openOperate(pages, '#/organisation', await inviteAs(pages, 'auditor'))
  await auditor.page.getByText('You may look at this, and not change it.').waitFor()
  expect(await auditor.page.getByRole('button', { name: 'Save' }).count()).toBe(0)
}, 90_000)
