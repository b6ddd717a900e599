import { preparePerson, type RealStack, startRealStack, until } from '@stillhere/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { heard, openConsole } from './console-under-test.ts'
import { openBrowser } from './pages-under-test.ts'

/* Issue 5, H25: the gateway as a real process, killed under a supporter's page. Intervals that people feel are a tenth. */

const pace = 10
let stack: RealStack
let chromium: Awaited<ReturnType<typeof openBrowser>>
beforeAll(async () => {
  ;[stack, chromium] = await Promise.all([
    startRealStack({ pace, demoPhones: true, name: 'killed-gateway' }),
    openBrowser(),
  ])
  stack.phones.allow(/^SAFETY ALERT/, /AGAIN/, /ALL CLEAR/, /^\d{4} /, /^OPERATOR/)
  stack.phones.allowCalls()
}, 120_000)
afterAll(async () => {
  await chromium.browser.close()
  await stack.close()
  expect(chromium.complaints()).toEqual([])
})

test('the gateway is killed: the page says so aloud and goes on; an alert that nobody takes there climbs without it', async () => {
  const origin = `http://localhost:${stack.ports.web}`
  const { page } = await openConsole({ origin, newPhonePage: chromium.newPhonePage }, stack.invitations.supporter)
  await page.getByText('Live', { exact: true }).waitFor()
  const prepared = await preparePerson(stack, { alertOrder: 'both' })
  const phone = stack.phones.phone('+447700900011')
  expect(await heard(page, 'line')).toBe(0)

  await stack.supervisor.hold('gateway', 'SIGKILL')
  await page.getByText('The live line is down.').waitFor()
  await page.getByText('We ask every 2 seconds instead.').waitFor()
  await until('the alarm', async () => (await heard(page, 'line')) > 0)

  // The board lives on without it: a session appears, and its alert takes the window.
  await prepared.person.start({ company: 'supporter' })
  await page.getByText(/^Answer due in/).waitFor()
  await prepared.person.help()
  await page.getByRole('heading', { name: 'Nobody has this alert' }).waitFor()
  await page.getByText('The live line is down.').waitFor()
  await until('the call', async () => (await heard(page, 'alert')) > 0)

  // Nobody touches the page: phones are told, and told again, and rung.
  await prepared.rescuer.expectText('SAFETY ALERT')
  await phone.expectText('SAFETY ALERT')
  await prepared.rescuer.expectText('AGAIN')
  await until('a call', async () => (await stack.carrier.calls(phone.number)).length > 0)

  await page.keyboard.press('c')
  await page.locator('address').waitFor()
  await page.keyboard.press('9')
  await page.getByText(/^Called at/).waitFor()

  stack.supervisor.release('gateway')
  await stack.supervisor.untilReady('gateway', 60_000)
  // It comes back with the jitter of a crowd that lost its line, within 15 s.
  await page.getByText('Live', { exact: true }).waitFor({ timeout: 20_000 })
  expect(await page.getByText('The live line is down.').count()).toBe(0)
  await page.keyboard.press('a')
  await page.getByLabel('They are safe').check()
  await page.getByLabel('No', { exact: true }).check()
  await page.getByRole('button', { name: 'Give the all-clear' }).click()
  await page.getByRole('heading', { name: 'It is over. Thank you.' }).waitFor()
  await prepared.rescuer.expectText('ALL CLEAR')
}, 150_000)
