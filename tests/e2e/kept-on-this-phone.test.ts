import { until } from '@stillhere/testkit'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectReachable } from './expect-reachable.ts'
import { openPages, type PagesUnderTest } from './pages-under-test.ts'
import { pressEnd, startInBrowser } from './start-in-browser.ts'

/* Issue 4, points 2 and 8: what stays on the phone, who can read it, and what is left after "forget". */

let pages: PagesUnderTest
beforeAll(async () => {
  pages = await openPages()
})
afterAll(() => pages.close())

/** The app is left for another one, and looked at again after so long. */
async function hideFor(page: Page, ms: number): Promise<void> {
  await page.evaluate(`
    (() => {
      const show = (state) => {
        Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state })
        document.dispatchEvent(new Event('visibilitychange'))
      }
      show('hidden')
      const now = Date.now
      Date.now = () => now() + ${ms}
      show('visible')
    })()`)
}

async function setPin(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('heading', { name: 'Lock with a PIN' }).click()
  await page.getByLabel('PIN (4 to 8 digits)').fill('2580')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('A PIN is set.').waitFor()
  await page.getByRole('button', { name: 'Back' }).click()
}

test('who picks the phone up after a while is asked for the PIN; a running timer never is', async () => {
  const { page } = await startInBrowser(pages)
  await pressEnd(page)
  await page.getByRole('button', { name: 'Done', exact: true }).click()
  await setPin(page)
  await hideFor(page, 30_000)
  await page.getByText('Juniper').first().waitFor()
  await hideFor(page, 120_000)
  await page.getByRole('heading', { name: 'Your PIN' }).waitFor()
  expect(await page.getByText('Juniper').count()).toBe(0)
  await expectReachable(page, 'locked')
  await page.getByLabel('PIN', { exact: true }).fill('2580')
  await page.getByRole('button', { name: 'Open' }).click()
  await page.getByText('Juniper').first().waitFor()

  await page.getByRole('button', { name: 'Start now at Home' }).click()
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await page.getByText(/^Watched until/).waitFor()
  await hideFor(page, 240_000)
  await page.getByRole('button', { name: /I’m still here/ }).click()
  await page.getByText('Counted').waitFor()
  // Ended with the PIN, the plans are open again.
  await page.getByRole('button', { name: 'I’m done, safe' }).click()
  await page.getByLabel('PIN', { exact: true }).fill('2580')
  await page.getByRole('dialog').getByRole('button', { name: 'I’m done, safe' }).click()
  await page.getByRole('button', { name: 'Done', exact: true }).click()
  await page.getByText('Juniper').first().waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'Your PIN' }).waitFor()
}, 60_000)

test('wrong PINs wait longer and longer, over a reload too; a running timer is touched and ended all the same', async () => {
  const { page, rescuer } = await startInBrowser(pages)
  const pin = page.getByLabel('PIN', { exact: true })
  const end = () => page.getByRole('button', { name: 'I’m done, safe' }).first().click()
  const endNow = () => page.getByRole('dialog').getByRole('button', { name: 'I’m done, safe' }).click()
  await pressEnd(page)
  await page.getByRole('button', { name: 'Done', exact: true }).click()
  await setPin(page)
  await page.getByRole('button', { name: 'Start now at Home' }).click()
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await page.getByText(/^Watched until/).waitFor()
  // At the end of a session no number of wrong ones makes anybody wait.
  await end()
  for (let tried = 0; tried < 7; tried += 1) {
    await pin.fill('0000')
    await endNow()
    await page.getByText('That was not it. Try again.').waitFor()
    await until('the next try', () => pin.inputValue().then((value) => value === ''))
    expect(await page.getByText('Too many tries').count()).toBe(0)
  }
  await page.getByRole('dialog').getByRole('button', { name: 'Not now' }).click()
  // The lock counts them: whoever opens the app anew and has no timer waits.
  await page.getByRole('button', { name: /I’m still here/ }).click()
  await page.getByText('Counted').waitFor()
  await page.reload()
  await page.getByText(/^Watched until/).waitFor()
  await page.getByRole('button', { name: /I’m still here/ }).click()
  await page.getByText('Counted').waitFor()
  expect(await page.getByRole('button', { name: 'Get help now' }).isEnabled()).toBe(true)
  await end()
  await pin.fill('2580')
  await endNow()
  await page.getByRole('button', { name: 'Done', exact: true }).click()
  await page.getByRole('button', { name: 'Start now at Home' }).waitFor()

  const tryWrong = async () => {
    await pin.fill('0000')
    await page.getByRole('button', { name: 'Open' }).click()
    await page.getByText('That was not it. Try again.').waitFor()
    await until('the next try', () => pin.inputValue().then((value) => value === ''))
  }
  await page.addInitScript(`
    window.openMs = 0
    const now = performance.now.bind(performance)
    performance.now = () => now() + window.openMs`)
  /** The page stays open for so long. */
  const stayOpen = async (ms: number) => {
    await page.getByRole('timer').waitFor()
    await page.evaluate(`window.openMs += ${ms}; undefined`)
    await page.getByRole('timer').waitFor({ state: 'detached' })
  }
  await page.reload()
  for (let tried = 0; tried < 4; tried += 1) await tryWrong()
  await stayOpen(5_000)
  await tryWrong()
  await stayOpen(15_000)
  await tryWrong()
  // A minute, and neither a reload nor a clock that is set forward shortens it.
  await page.getByRole('timer').waitFor()
  await expectReachable(page, 'waiting for the next try')
  await page.addInitScript('{ const now = Date.now; Date.now = () => now() + 86400000 }')
  await page.reload()
  await page.getByRole('timer').waitFor()
  expect(await page.getByRole('button', { name: 'Open' }).isDisabled()).toBe(true)
  await stayOpen(60_000)
  await pin.fill('2580')
  await page.getByRole('button', { name: 'Open' }).click()
  await page.getByText('Juniper').first().waitFor()
  await rescuer.expectNothingMore()
}, 90_000)

test('a plan made without a network is kept, says so, and is saved by itself when the network comes', async () => {
  const { page, context } = await pages.newPhonePage()
  await page.goto(pages.origin)
  await page.getByText('Timer only now').waitFor()
  await page.getByRole('button', { name: 'Start now' }).click()
  await page.getByRole('button', { name: 'I understand and agree' }).click()
  await context.setOffline(true)
  await page.getByLabel('What is the address?').fill('Flat 5, 3 Rowan Street, Leeds')
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByText('Kept on this phone, not saved at the service yet').waitFor()
  await page.getByRole('button', { name: 'Back' }).click()
  await page.getByText('Flat 5, 3 Rowan Street, Leeds').waitFor()
  await page.getByText('Kept on this phone, not saved at the service yet').waitFor()
  await expectReachable(page, 'home with a plan that waits')
  const saved = async () =>
    (await pages.stack.db.query('SELECT id FROM app.rescue_plans WHERE deleted_at IS NULL AND plan_version = 1')).length
  const before = await saved()
  await context.setOffline(false)
  await page.getByText('Kept on this phone, not saved at the service yet').waitFor({ state: 'detached' })
  expect(await saved()).toBe(before + 1)
})

test('a change that could not be saved is saved once, even when the answer alone was lost', async () => {
  const { page, context } = await pages.newPhonePage({ serviceWorkers: 'block' })
  await page.goto(pages.origin)
  await page.getByRole('button', { name: 'Start now' }).click()
  await page.getByRole('button', { name: 'I understand and agree' }).click()
  await page.getByLabel('What is the address?').fill('Flat 8, 3 Rowan Street, Leeds')
  // The service has it; the phone never hears so.
  await context.route('**/v1/plans', async (route) => {
    if (route.request().method() !== 'POST') return route.fallback()
    await route.fetch()
    await route.abort()
  })
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByText('Kept on this phone, not saved at the service yet').waitFor()
  await page.evaluate('window.dispatchEvent(new Event("online"))')
  await page.getByRole('button', { name: 'Back' }).click()
  await page.getByText('Flat 8, 3 Rowan Street, Leeds').waitFor()
  await page.getByText('Kept on this phone, not saved at the service yet').waitFor({ state: 'detached' })
  const versions = await pages.stack.db.query<{ version: number }>(
    'SELECT plan_version AS version FROM app.rescue_plans ORDER BY created_at DESC LIMIT 1',
  )
  expect(versions).toEqual([{ version: 2 }])
})

test('a number that cannot be used is refused while it is typed, and is not sent', async () => {
  const { page, requests } = await pages.newPhonePage()
  await page.goto(pages.origin)
  await page.getByRole('button', { name: 'Start now' }).click()
  await page.getByRole('button', { name: 'I understand and agree' }).click()
  await page.getByLabel('What is the address?').fill('Flat 2, 7 Juniper Row, Leeds')
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByRole('button', { name: 'Ask a rescuer' }).click()
  await page.getByRole('button', { name: 'Ask someone' }).click()
  const number = page.getByLabel('Their mobile number')
  await number.pressSequentially('999')
  await page.getByText('This number is never rung or texted').waitFor()
  await expectReachable(page, 'a refused number')
  await page.getByRole('button', { name: 'Send the invitation' }).click()
  await number.fill('0113 496')
  await page.getByText('This is a landline').waitFor()
  await number.fill('07700 9')
  expect(await page.locator('.trouble', { hasText: /number|landline/ }).count()).toBeLessThanOrEqual(1)
  await page.getByRole('button', { name: 'Send the invitation' }).click()
  await page.getByText('This is not a whole phone number.').waitFor()
  expect(requests.filter(({ url, method }) => method === 'POST' && url.endsWith('/rescuers'))).toEqual([])
})

test('what the worker says of one’s own number is shown where it is asked', async () => {
  const { page } = await pages.newPhonePage({ serviceWorkers: 'block', isMobile: false })
  await page.setViewportSize({ width: 1280, height: 900 })
  await page.goto(pages.origin)
  await page.getByRole('button', { name: 'Make a plan' }).click()
  await page.getByRole('button', { name: 'I understand and agree' }).click()
  await page.getByLabel('What is the address?').fill('Flat 2, 7 Juniper Row, Leeds')
  await page.getByLabel('Your own phone number?').fill('0113 496 0000')
  await page.getByText('This is a landline').waitFor()
  await page.getByRole('button', { name: 'Save the plan' }).click()
  await page.getByLabel('Your own phone number?').fill('07700 900123')
  await page.getByText('This is a landline').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Save the plan' }).click()
  await page.getByRole('heading', { name: 'Who can come?' }).waitFor()
  // The worker may know of a number what the phone cannot.
  await page.route('**/v1/plans', async (route) => {
    const answer = await route.fetch()
    const { plans } = (await answer.json()) as { plans: object[] }
    const refused = { ownNumberCheck: 'refused', ownNumberCheckCode: 'own_number' }
    await route.fulfill({ response: answer, json: { plans: plans.map((plan) => ({ ...plan, ...refused })) } })
  })
  await page.getByRole('button', { name: 'Done', exact: true }).click()
  await page.getByRole('button', { name: 'Back' }).click()
  await page.getByRole('button', { name: /^Change/ }).click()
  await page.getByText('This is your own number, or ours.').waitFor()
})

test('one’s own phone is tried out before it counts: a text and a call, both marked TEST', async () => {
  const { page } = await pages.newPhonePage({ serviceWorkers: 'block', isMobile: false })
  const own = pages.stack.newPhone()
  await page.setViewportSize({ width: 1280, height: 900 })
  await page.goto(pages.origin)
  await page.getByRole('button', { name: 'Make a plan' }).click()
  await page.getByRole('button', { name: 'I understand and agree' }).click()
  await page.getByLabel('What is the address?').fill('Flat 2, 7 Juniper Row, Leeds')
  await page.getByLabel('Your own phone number?').fill(own.number)
  await page.getByRole('button', { name: 'Save the plan' }).click()
  const test = page.getByRole('region', { name: 'Your own phone' }).getByRole('button', { name: 'Test my phone' })
  await test.click()
  await page.getByText('A TEST text and a TEST call are on their way.').waitFor()
  // A phone rings only for so long.
  const call = await own.answerCall('human')
  await call.press('0')
  await own.expectText(/^TEST only/)
  expect(await test.isDisabled()).toBe(true)
  await expectReachable(page, 'the own phone was tried out')
  await own.reply('0')
  await own.expectText('TEST noted')
  await own.reply('STOP')
  await pages.stack.settle()
  await page.reload()
  await page
    .getByRole('button', { name: /people/i })
    .first()
    .click()
  await test.click()
  await page.getByText('We cannot test this phone now.').waitFor()
})

test('who is told first is changed by keyboard, is said, and the button keeps the focus', async () => {
  const { page } = await pages.newPhonePage({ serviceWorkers: 'block', isMobile: false })
  await page.setViewportSize({ width: 1280, height: 900 })
  await page.goto(pages.origin)
  await page.getByRole('button', { name: 'Make a plan' }).click()
  await page.getByRole('button', { name: 'I understand and agree' }).click()
  await page.getByLabel('What is the address?').fill('Flat 2, 7 Juniper Row, Leeds')
  await page.getByRole('button', { name: 'Save the plan' }).click()
  await page.setViewportSize({ width: 320, height: 568 })
  for (const name of ['Ash', 'Bea', 'Cai']) {
    const phone = pages.stack.newPhone()
    await page.getByRole('button', { name: 'Ask someone' }).click()
    await page.getByLabel('A name for them (only you see it)').fill(name)
    await page.getByLabel('Their mobile number').fill(phone.number)
    await page.getByRole('button', { name: 'Send the invitation' }).click()
    await page.getByRole('heading', { name, exact: false, level: 3 }).waitFor()
    await phone.expectText(/Reply 1/)
  }
  const order = () => page.getByRole('heading', { level: 3 }).allInnerTexts()
  const later = page.getByRole('button', { name: 'Tell later Ash' })
  await later.focus()
  await page.keyboard.press('Enter')
  await page.getByText('Ash is now number 2.').waitFor()
  await page.keyboard.press('Enter')
  await page.getByText('Ash is now number 3.').waitFor()
  const isFocused = (button: typeof later) => button.evaluate((element) => element.matches(':focus'))
  expect(await isFocused(later), 'the same button, wherever the card went').toBe(true)
  expect(await later.getAttribute('aria-disabled')).toBe('true')
  expect((await order()).map((line) => line.replace(/\s+/g, ' ').trim())).toEqual(['1 Bea', '2 Cai', '3 Ash'])
  await expectReachable(page, 'the order was changed')
  // It is the service's order, and not this page's.
  await page.reload()
  await page
    .getByRole('button', { name: /people/i })
    .first()
    .click()
  await page.getByRole('heading', { name: 'Bea', level: 3 }).waitFor()
  expect((await order())[2]).toContain('Ash')
})
