import { preparePerson } from '@stillhere/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectReachable, inviteAs, openOperate } from './operate-under-test.ts'
import { openPages, type PagesUnderTest } from './pages-under-test.ts'

/* Issue 6, point 4: texts in the organisation's own words, and clinical guidance that nobody has signed. */

let pages: PagesUnderTest
beforeAll(async () => {
  pages = await openPages()
})
afterAll(() => pages.close())

test('a sentence is worded anew with its preview, refused for what it may not say, sent so, and set back', async () => {
  const { stack } = pages
  const { page } = await openOperate(pages, '#/texts')
  await page.getByRole('link', { name: /^Thank you for answering\. We will not text you/ }).waitFor()
  await expectReachable(page, 'texts')
  await page.getByLabel('To whom').selectOption({ label: 'A rescuer, before any alert' })
  expect(page.url()).toContain('for=invitation')
  await page.getByRole('link', { name: /^Thank you for answering\. We will not text you/ }).click()
  const words = page.getByLabel('Your words')
  await words.fill('Thanks. Your client is in good hands.')
  await page.getByText('It has a word that no text may say, or a promise.').waitFor()
  expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
  await expectReachable(page, 'a text refused')
  await words.fill(`Thanks. ${'a'.repeat(160)}`)
  await page.getByText('With its values it needs more segments than the default.').waitFor()
  // A name of somebody here is known to the service alone.
  await words.fill('Thanks. Sam says goodbye.')
  await stack.seedSupporter({ phone: stack.newPhone(), name: 'Sam', onShift: false })
  await words.fill('Thanks. Sam says thanks.')
  await page.getByText("The text has the service's name or a person's.").waitFor()
  await words.fill('Thanks for telling us. We leave you in peace.')
  await page.locator('.bubble').getByText('Thanks for telling us. We leave you in peace.').waitFor()
  await page.getByText('GSM-7, 45 characters, 1 segment').waitFor()
  await expectReachable(page, 'a text')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved. It counts from the next text.').waitFor()

  const person = await stack.newPerson()
  await person.savePlan({})
  const rescuer = stack.newPhone()
  await person.addRescuer({ number: rescuer.number, position: 1 })
  await rescuer.expectText(/Reply 1 = (?:I )?agree/)
  await rescuer.reply('2')
  await rescuer.expectText('Thanks for telling us. We leave you in peace.')

  await page.getByRole('button', { name: 'Back to the default' }).click()
  await page.getByText('The default is said again.').waitFor()
  await page.getByRole('button', { name: 'Back to the default' }).waitFor({ state: 'detached' })
}, 120_000)

test('what a digit means stays ours; an auditor reads; Welsh texts are another list', async () => {
  await preparePerson(pages.stack)
  const { page } = await openOperate(pages, '#/texts?state=fixed', await inviteAs(pages, 'auditor'))
  await page.getByRole('link', { name: 'Reply 1 = going, 2 = cannot.' }).click()
  await page.getByText('This sentence asks for a digit').waitFor()
  expect(await page.getByLabel('Your words').count()).toBe(0)
  await page.goBack()
  await page.getByLabel('Language').selectOption('cy')
  await page
    .getByRole('link', { name: /^Atebwch 1/ })
    .first()
    .waitFor()
}, 60_000)

test('guidance is shown with its sources and its day of review, and nothing unsigned as approved', async () => {
  const { page } = await openOperate(pages, '#/guidance')
  await page.getByText(/pieces are not clinically approved/).waitFor()
  const rows = await page.getByRole('row').count()
  expect(rows).toBeGreaterThan(10)
  expect(await page.locator('.mark').getByText('Approved', { exact: true }).count()).toBe(0)
  const unsigned = page.getByRole('row').locator('.mark').getByText('Not yet clinically approved')
  expect(await unsigned.count()).toBe(rows - 1)
  await expectReachable(page, 'guidance')
  await page.getByRole('combobox', { name: 'Shown to' }).selectOption('call')
  await page.getByRole('link', { name: /Prenoxad/ }).waitFor()
  expect(page.url()).toContain('shown=call')
}, 60_000)
