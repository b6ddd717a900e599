import { preparePerson, until } from '@stillhere/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectReachable, heard, openConsole } from './console-under-test.ts'
import { addAuthenticator, openPages, type PagesUnderTest } from './pages-under-test.ts'
import { readKept } from './read-kept.ts'

/* Issue 5: what the console says and does when its line is dead, and how a supporter gets in. */

let pages: PagesUnderTest
beforeAll(async () => {
  pages = await openPages({ demoPhones: true })
  pages.stack.phones.allow(/^SAFETY ALERT/, /ALL CLEAR/, /^\d{4} /)
  pages.stack.phones.allowCalls()
})
afterAll(() => pages.close())

test('a dead socket is said and heard; an alert still takes the window, and is claimed over HTTPS', async () => {
  const { stack } = pages
  let isDead = false
  const open = new Set<{ close(): Promise<void> }>()
  const { page, context } = await openConsole(pages, stack.invitations.supporter, {
    before: (fresh) =>
      fresh.routeWebSocket(/\/v1\/live/, (socket) => {
        if (isDead) return void socket.close()
        socket.connectToServer()
        open.add(socket)
      }),
  })
  await page.getByText('Live', { exact: true }).waitFor()
  isDead = true
  for (const socket of open) await socket.close()
  await page.getByText('The live line is down.').waitFor()
  await until('the alarm', async () => (await heard(page, 'line')) > 0)
  await expectReachable(page, 'line down')

  const { person, rescuer } = await preparePerson(stack)
  await person.start({ company: 'supporter' })
  await page.getByText(/^Answer due in/).waitFor()
  await person.help()
  await page.getByRole('heading', { name: 'Nobody has this alert' }).waitFor()
  await rescuer.expectText('SAFETY ALERT')
  await page.keyboard.press('c')
  await page.locator('address').waitFor()

  // Nothing answers: the board says that it may be old, and what was not recorded is not shown as recorded.
  await context.setOffline(true)
  await page.getByText('Out of touch. You may miss an alert on this page.').waitFor()
  await expectReachable(page, 'out of touch')
  await page.keyboard.press('9')
  await page.getByText('NOT recorded: no answer. Press again.').waitFor()
  expect(await page.getByText(/^Called at/).count()).toBe(0)
  await page.getByRole('button', { name: 'Quiet this alarm' }).click()
  expect(await page.getByRole('button', { name: 'Quiet this alarm' }).count()).toBe(0)

  isDead = false
  await context.setOffline(false)
  await page.getByText('Live', { exact: true }).waitFor()
  expect(await page.getByText(/You may miss an alert/).count()).toBe(0)
  await page.keyboard.press('9')
  await page.getByText(/^Called at/).waitFor()
  await page.keyboard.press('a')
  await page.getByLabel('They are safe').check()
  await page.getByLabel('No', { exact: true }).check()
  await page.getByRole('button', { name: 'Give the all-clear' }).click()
  await page.getByRole('button', { name: 'Skip' }).click()
  await rescuer.expectText('ALL CLEAR')
}, 90_000)

test('a silent owner hears their time run out, loses the alert, and is asked again', async () => {
  const { stack } = pages
  const seeded = await stack.seedSupporter({ phone: stack.newPhone(), name: 'Kit', onShift: false })
  const { page } = await openConsole(pages, await seeded.invite())
  const { person, rescuer } = await preparePerson(stack)
  await person.start()
  await person.help()
  await rescuer.expectText('SAFETY ALERT')
  await page.getByRole('button', { name: /I have it/ }).click()
  await page.getByText('yours; any stamp renews it').waitFor()
  await stack.advance(95_000)
  await until('the ticking', async () => (await heard(page, 'duty')) > 0)
  await stack.advance(26_000)
  await page.getByRole('heading', { name: 'Nobody has this alert' }).waitFor()
  await page.getByText(/is open again: nothing was recorded in time/).waitFor()
  await page.keyboard.press('c')
  await page.getByText('999 now').waitFor()
  await expectReachable(page, '999 now')
  await page.keyboard.press('a')
  await page.getByLabel('Not found').check()
  await page.getByLabel('No', { exact: true }).check()
  await page.getByRole('button', { name: 'Give the all-clear' }).click()
  await page.getByRole('button', { name: 'Skip' }).click()
  await rescuer.expectText('ALL CLEAR')
  await seeded.setShift(false)
}, 60_000)

test('who cannot take it is thanked; the ladder goes on, and after two minutes they are asked again', async () => {
  const { stack } = pages
  const seeded = await stack.seedSupporter({ phone: stack.newPhone(), name: 'Ola', onShift: false })
  const { page } = await openConsole(pages, await seeded.invite())
  const { person, rescuer } = await preparePerson(stack)
  await person.start()
  await person.help()
  await rescuer.expectText('SAFETY ALERT')
  await page.getByRole('heading', { name: 'Nobody has this alert' }).waitFor()
  await page.keyboard.press('d')
  await page.getByText(/^All right\. Others are being told/).waitFor()
  await page.getByRole('heading', { name: 'Who needs someone' }).waitFor()
  await stack.advance(60_000)
  await rescuer.expectText('AGAIN')
  expect(await page.getByRole('heading', { name: 'Nobody has this alert' }).count()).toBe(0)
  await stack.advance(61_000)
  await page.getByRole('heading', { name: 'Nobody has this alert' }).waitFor()
  await rescuer.reply('4')
  await page.keyboard.press('c')
  await page.locator('.rescuers .there').waitFor()
  await page.keyboard.press('a')
  await page.getByLabel('False alarm').check()
  await page.getByLabel('No', { exact: true }).check()
  await page.getByRole('button', { name: 'Give the all-clear' }).click()
  await page.getByRole('button', { name: 'Skip' }).click()
  await rescuer.expectText('ALL CLEAR')
  await seeded.setShift(false)
}, 60_000)

test('a second alert is a banner over the first, then takes the window before the log; each has its log', async () => {
  const { stack } = pages
  const seeded = await stack.seedSupporter({ phone: stack.newPhone(), name: 'Noor', onShift: false })
  const { page } = await openConsole(pages, await seeded.invite())
  const people = [await preparePerson(stack), await preparePerson(stack)]
  const giveAllClear = async (how: string) => {
    await page.keyboard.press('a')
    await page.getByLabel(how).check()
    await page.getByLabel('No', { exact: true }).check()
    await page.getByRole('button', { name: 'Give the all-clear' }).click()
  }
  for (const { person, rescuer } of people) {
    await person.start()
    await person.help()
    await rescuer.expectText('SAFETY ALERT')
    if (person !== people[0]?.person) break
    await page.getByRole('heading', { name: 'Nobody has this alert' }).waitFor()
    await page.keyboard.press('c')
    await page.locator('address').waitFor()
  }
  await page.getByText('Another alert, and nobody has it.').waitFor()
  await page.locator('address').waitFor()
  await giveAllClear('False alarm')
  await page.getByRole('heading', { name: 'Nobody has this alert' }).waitFor()
  await page.keyboard.press('c')
  await page.locator('address').waitFor()
  await giveAllClear('They are safe')
  for (const how of ['False alarm', 'They are safe']) {
    await page.getByRole('heading', { name: 'It is over. Thank you.' }).waitFor()
    await until('its own log', async () => page.getByLabel(how).isChecked())
    await page.getByRole('button', { name: 'Skip' }).click()
  }
  await page.getByRole('heading', { name: 'Who needs someone' }).waitFor()
  for (const { rescuer } of people) await rescuer.expectText('ALL CLEAR')
  await seeded.setShift(false)
}, 60_000)

test('an invitation makes a passkey, which signs in again after the credential has gone; the key for briefs cannot be taken', async () => {
  const { stack } = pages
  const seeded = await stack.seedSupporter({ phone: stack.newPhone(), name: 'Robin', onShift: false })
  const { page } = await pages.newPhonePage({ isMobile: false })
  const device = await addAuthenticator(page)
  const invitation = await seeded.invite()
  await page.goto(`${pages.origin}/support#${invitation}`)
  await page.getByRole('heading', { name: 'Make your passkey' }).waitFor()
  expect(page.url(), 'the invitation is gone from the address').not.toContain(invitation)
  await expectReachable(page, 'passkey')
  await page.getByRole('button', { name: 'Make a passkey' }).click()
  await page.getByText('Your passkey is kept.').waitFor()
  await page.getByRole('button', { name: 'Add a second passkey' }).click()
  await page.getByText(/This device has a passkey of yours already/).waitFor()
  await device.remove()
  await addAuthenticator(page)
  await page.getByRole('button', { name: 'Add a second passkey' }).click()
  await page.getByRole('heading', { name: 'Your second passkey is kept' }).waitFor()
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByRole('heading', { name: 'Fit for shift?' }).waitFor()

  const extractable = await readKept<boolean>(page, 'support-brief-pair', 'kept.privateKey.extractable')
  expect(extractable).toBe(false)

  // Its credential ends (a shift is over): the page says so, and the passkey opens it again.
  await stack.db.query('UPDATE app.credentials SET expires_at = app.clock() WHERE supporter_id = $1', [seeded.id])
  await page.getByText('You are signed out. Sign in again to see alerts here.').waitFor()
  await expectReachable(page, 'sign-in')
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await page.getByRole('heading', { name: 'Fit for shift?' }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'Fit for shift?' }).waitFor()

  // The old link again: whoever is signed in stays so, and nobody else gets in.
  await page.goto('about:blank')
  await page.goto(`${pages.origin}/support#${invitation}`)
  await page.getByRole('heading', { name: 'Fit for shift?' }).waitFor()
  const again = await pages.newPhonePage({ isMobile: false })
  await again.page.goto(`${pages.origin}/support#${invitation}`)
  await again.page.getByText(/That invitation was used already/).waitFor()
}, 60_000)
