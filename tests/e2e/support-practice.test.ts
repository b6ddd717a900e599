import { preparePerson } from '@stillhere/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectReachable, openConsole } from './console-under-test.ts'
import { openPages, type PagesUnderTest } from './pages-under-test.ts'

/* Issue 5, point 6: a made-up alert on the same screens. */

let pages: PagesUnderTest
beforeAll(async () => {
  pages = await openPages({ demoPhones: true })
  pages.stack.phones.allow(/^SAFETY ALERT/, /ALL CLEAR/, /^\d{4} /)
  pages.stack.phones.allowCalls()
})
afterAll(() => pages.close())

test('practice is marked TEST, is walked by keyboard alone, is scored, and tells nobody', async () => {
  const { page, requests } = await openConsole(pages, pages.stack.invitations.supporter, { onShift: false })
  const before = requests.filter(({ method }) => method === 'POST').length
  await page.getByRole('button', { name: 'Start a TEST alert' }).focus()
  await page.keyboard.press('Enter')
  await page.getByText('TEST', { exact: true }).waitFor()
  await expectReachable(page, 'practice takeover')
  await page.keyboard.press('c')
  await page.locator('address').getByText('ZZ1 4AB').waitFor()
  expect(await page.getByText('TEST', { exact: true }).count()).toBeGreaterThan(0)
  await expectReachable(page, 'practice alert')
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor()
  await expectReachable(page, 'keys')
  await page.keyboard.press('Escape')
  for (const [key, what] of [
    ['9', 'I called 999'],
    ['i', 'Number given'],
    ['g', 'Rescuer going'],
    ['t', 'Rescuer there'],
    ['x', 'Not breathing normally'],
    ['n', 'Naloxone given'],
    ['b', 'Breathing'],
    ['k', 'Crew there'],
  ] as const) {
    await page.keyboard.press(key)
    await page.getByText(`Recorded: ${what}`).waitFor()
  }
  await page.keyboard.press('a')
  await page.getByLabel('With the crew').focus()
  await page.keyboard.press('Space')
  await page.getByRole('button', { name: 'Give the all-clear' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('cell', { name: 'within 1:00' }).waitFor()
  await page.getByRole('cell', { name: 'within 2:00' }).waitFor()
  await expectReachable(page, 'practice over')
  await page.getByRole('button', { name: 'Skip' }).click()
  await page.getByRole('heading', { name: 'Who needs someone' }).waitFor()
  expect(requests.filter(({ method }) => method === 'POST').length).toBe(before)
  expect(await pages.stack.db.query('SELECT id FROM app.alerts')).toEqual([])
}, 60_000)

test('whoever reaches a control as a screen comes keeps it: the heading takes the focus before, not after', async () => {
  const supporter = await pages.stack.seedSupporter({ phone: pages.stack.newPhone(), onShift: false })
  const { page } = await openConsole(pages, await supporter.invite(), { onShift: false })
  await page.getByRole('button', { name: 'Go on shift' }).click()
  await page.getByRole('button', { name: 'Only look at the board' }).waitFor()
  await page.evaluate(`(async () => {
    const button = (name) => [...document.querySelectorAll('button')].find((one) => one.textContent.includes(name))
    button('Only look at the board').click()
    while (!button('Start a TEST alert')) await new Promise((resolve) => setTimeout(resolve))
    button('Start a TEST alert').focus()
  })()`)
  await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 100)))')
  expect(await page.evaluate('document.activeElement.innerText')).toContain('Start a TEST alert')
})

test('a real alert breaks into practice', async () => {
  const { stack } = pages
  const { page } = await openConsole(pages, stack.invitations.dutyLead)
  await page.getByRole('button', { name: 'Start a TEST alert' }).click()
  await page.keyboard.press('c')
  await page.locator('address').getByText('ZZ1 4AB').waitFor()
  const { person, rescuer } = await preparePerson(stack)
  await person.start()
  await person.help()
  await rescuer.expectText('SAFETY ALERT')
  await page.getByRole('heading', { name: 'Nobody has this alert' }).waitFor()
  expect(await page.getByText('TEST', { exact: true }).count()).toBe(0)
  await page.keyboard.press('c')
  await page.locator('address').waitFor()
  expect(await page.locator('address').textContent()).not.toContain('ZZ1')
  await page.keyboard.press('a')
  await page.getByLabel('They are safe').check()
  await page.getByLabel('No', { exact: true }).check()
  await page.getByRole('button', { name: 'Give the all-clear' }).click()
  await rescuer.expectText('ALL CLEAR')
  await page.getByRole('heading', { name: 'It is over. Thank you.' }).waitFor()
}, 60_000)
