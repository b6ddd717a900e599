import { until } from '@stillhere/testkit'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import cy from '../../services/web/src/shared/words/person.cy.json' with { type: 'json' }
import en from '../../services/web/src/shared/words/person.en.json' with { type: 'json' }
import { expectReachable } from './expect-reachable.ts'
import { openPages, type PagesUnderTest } from './pages-under-test.ts'
import { readKept } from './read-kept.ts'
import { endSafely, lastSession, startInBrowser } from './start-in-browser.ts'

/* A browser that keeps nothing, a second tab, a page that is left, a service that says no: each is said as what it is. */

let pages: PagesUnderTest
beforeAll(async () => {
  pages = await openPages()
})
afterAll(() => pages.close())

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })
const keepsNothing = (page: Page) => page.getByText(/^This browser keeps nothing\./)
const databases = (page: Page) =>
  page.evaluate<string[]>('indexedDB.databases().then((all) => all.map(({ name }) => name))')

test.each([
  [
    'is refused',
    `Object.defineProperty(window, 'indexedDB', { get() { throw new DOMException('denied', 'SecurityError') } })`,
  ],
  ['cannot be opened', `IDBFactory.prototype.open = () => { throw new DOMException('broken', 'UnknownError') }`],
])(
  'where storage %s a session runs all the same, and every screen says what closing the page loses',
  async (_, script) => {
    const { page } = await startInBrowser(pages, { before: (fresh) => fresh.addInitScript(script) })
    await keepsNothing(page).waitFor()
    await expectReachable(page, 'nothing is kept, and a timer runs')
    await button(page, /I’m still here/).click()
    await page.getByText('Counted', { exact: true }).waitFor()
    await endSafely(page)
    await page.getByText(/^This browser keeps nothing\. When you close this page/).waitFor()
    await button(page, 'Leave').waitFor()
  },
  60_000,
)

test.each([
  ['does not answer', `IDBFactory.prototype.open = () => new EventTarget()`],
  ['has no room', `IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError') }`],
])('where storage %s the app opens, and does not speak of a missing connection', async (_, script) => {
  const { page } = await pages.newPhonePage()
  await page.addInitScript(script)
  await page.goto(pages.origin)
  await page.getByRole('heading', { name: 'Using alone? If you go quiet, we tell someone.' }).waitFor()
  await keepsNothing(page).waitFor()
  await button(page, 'Leave').waitFor()
})

test.each([
  ['by a word of the other tab', ''],
  ['by its database alone', 'delete window.BroadcastChannel'],
])(
  '"forget this phone" empties the other tab too, %s, and neither brings anything back',
  async (_, script) => {
    const { page, context } = await startInBrowser(pages, {
      before: (fresh) => fresh.context().addInitScript(script),
    })
    await endSafely(page)
    await button(page, 'Done').click()
    const other = await context.newPage()
    other.setDefaultTimeout(10_000)
    await other.goto(pages.origin)
    await other.getByText('Juniper').first().waitFor()
    await button(page, 'Settings').click()
    await button(page, 'Forget this phone').click()
    await button(page, 'Delete everything').click()
    await page.getByRole('heading', { name: 'Nothing is left on this phone' }).waitFor()
    await other.getByRole('heading', { name: 'Nothing is left on this phone' }).waitFor()
    expect(await other.getByText('Juniper').count()).toBe(0)
    // What makes it write: the service is asked anew, another page's link, a network that comes back.
    await other.evaluate(`
    document.dispatchEvent(new Event('visibilitychange'))
    window.dispatchEvent(new Event('online'))
    location.hash = '#data'`)
    await other.evaluate('fetch("/settings.json").then(() => new Promise((resolve) => setTimeout(resolve, 1500)))')
    expect(await databases(other)).toEqual([])
    expect(await databases(page)).toEqual([])
    await other.getByRole('heading', { name: 'Nothing is left on this phone' }).waitFor()
  },
  60_000,
)

test('more minutes than the service offers are not sent: the field says which it does', async () => {
  const { page, requests } = await startInBrowser(pages)
  await endSafely(page)
  await button(page, 'Done').click()
  await button(page, 'Start now at Home').click()
  await page.getByText('Often at first, then less').first().click()
  await page.getByText('One countdown').click()
  const minutes = page.getByRole('spinbutton', { name: 'Minutes' })
  const starts = () => requests.filter(({ url, method }) => method === 'POST' && url.endsWith('/v1/sessions')).length
  const before = starts()
  for (const wrong of ['999', '0', '']) {
    await minutes.fill(wrong)
    await page
      .getByText(/^1 to 120 minutes can be chosen here\./)
      .first()
      .waitFor()
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    await page.getByRole('alert').getByText('1 to 120 minutes can be chosen here.').waitFor()
  }
  await expectReachable(page, 'minutes out of bounds')
  expect(starts()).toBe(before)
  expect(await page.getByText('unwell').count()).toBe(0)
  await minutes.fill('7')
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await page.getByText(/^Watched until/).waitFor()
  const { deadlineAt } = await lastSession(pages.stack)
  expect(Math.abs(deadlineAt - (await pages.stack.now()) - 420_000)).toBeLessThan(8_000)
  await endSafely(page)
})

test('a phone whose data was deleted with its code says so, and begins anew with the plans it kept', async () => {
  const { page } = await startInBrowser(pages)
  await endSafely(page)
  await button(page, 'Done').click()
  await button(page, 'Start now at Home').click()
  const code = await readKept<string>(page, 'device', 'kept.forgetCode')
  const plans = async () =>
    (await pages.stack.db.query<{ id: string }>('SELECT id FROM app.rescue_plans WHERE deleted_at IS NULL')).length
  const before = await plans()
  const forgotten = await fetch(`${pages.stack.api}/v1/forget`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  })
  expect(forgotten.ok).toBe(true)
  await page.getByText(/^The service has deleted what it kept of this phone/).waitFor()
  expect(await page.getByText('unwell').count()).toBe(0)
  await expectReachable(page, 'the service has deleted this phone')
  await button(page, 'Begin anew with my plans').click()
  await page.getByText('Flat 2, 7 Juniper Row, Leeds').first().waitFor()
  await until('the plan at the service again', async () => (await plans()) === before)
  await button(page, 'Start now at Home').click()
  // The one who should come is asked again.
  await page.getByText(/^Nobody can be told yet/).waitFor()
  expect(await page.getByText(/^The service has deleted/).count()).toBe(0)
}, 60_000)

test('a link that was cut off on its way opens the app, and does not stay in the address', async () => {
  const { page } = await pages.newPhonePage()
  await page.goto(`${pages.origin}/#%E0%A4%A`)
  await page.getByRole('heading', { name: 'Using alone? If you go quiet, we tell someone.' }).waitFor()
  expect(page.url()).not.toContain('#%')
})

test('a plan that is half written is there again after the browser’s "back"; after a quick exit it is gone', async () => {
  const { page, context } = await startInBrowser(pages, { serviceWorkers: 'block' })
  const elsewhere = 'https://www.bbc.co.uk/weather'
  await context.route(elsewhere, (route) => route.fulfill({ contentType: 'text/html', body: '<h1>Sunny</h1>' }))
  await endSafely(page)
  await button(page, 'Done').click()
  await page.goto(elsewhere)
  await page.goto(pages.origin)
  await button(page, 'Make a plan').click()
  await page.getByLabel('What do you call this place?').fill('Cellar')
  await button(page, 'Next').click()
  await page.getByLabel('What is the address?').fill('Cellar, 9 Larch Lane, Leeds')
  await page.goBack()
  await page.getByRole('heading', { name: 'Sunny' }).waitFor()
  await page.goto(pages.origin)
  expect(await page.getByLabel('What is the address?').inputValue()).toBe('Cellar, 9 Larch Lane, Leeds')
  await page.getByText('Question 2 of 9').waitFor()
  for (let press = 0; press < 3; press += 1) await page.keyboard.press('Escape')
  await page.waitForURL(elsewhere)
  await page.goto(pages.origin)
  await page.getByRole('heading', { name: 'Ready when you are' }).waitFor()
  expect(await page.evaluate('localStorage.length')).toBe(0)
  await button(page, 'Make a plan').click()
  expect(await page.getByLabel('What do you call this place?').inputValue()).toBe('Home')
  expect(await page.getByText('Larch').count()).toBe(0)
})

test('behind a PIN a half-written plan is not readable in the storage, and is there again after the PIN', async () => {
  const { page } = await startInBrowser(pages)
  await endSafely(page)
  await button(page, 'Done').click()
  await button(page, 'Settings').click()
  await page.getByRole('heading', { name: 'Lock with a PIN' }).click()
  await page.getByLabel('PIN (4 to 8 digits)').fill('2580')
  await button(page, 'Save').click()
  await page.getByText('A PIN is set.').waitFor()
  await button(page, 'Back').click()
  await button(page, 'Make a plan').click()
  await page.getByLabel('What do you call this place?').fill('Cellar')
  await until('it to be kept', async () => (await page.evaluate('localStorage.length')) === 1)
  expect(await page.evaluate<string>('JSON.stringify(localStorage)')).not.toContain('Cellar')
  await page.reload()
  await page.getByLabel('PIN', { exact: true }).fill('2580')
  await button(page, 'Open').click()
  await page.getByLabel('What do you call this place?').waitFor()
  expect(await page.getByLabel('What do you call this place?').inputValue()).toBe('Cellar')
  // Left on purpose, nothing of it stays.
  await button(page, 'Back').click()
  await until('nothing of it', async () => (await page.evaluate('localStorage.length')) === 0)
})

test('a file that is no copy of ours because it is too large is called that, however often', async () => {
  const { page } = await pages.newPhonePage()
  await page.goto(pages.origin)
  await button(page, 'I have a new phone').click()
  await button(page, 'I understand and agree').click()
  await page
    .getByLabel('The copy')
    .setInputFiles({ name: 'film.mp4', mimeType: 'video/mp4', buffer: Buffer.alloc(5_000_000) })
  await page.getByText('This file is too large to be a copy of ours.').waitFor()
  await page.getByLabel(/code/i).last().fill('1234')
  await page.locator('button[form=arrive]').click()
  await page.getByText('This file is too large to be a copy of ours.').waitFor()
  expect(await page.getByText('Pick the file first.').count()).toBe(0)
})

test('where the words of the wanted language do not come the app speaks another; where none come the page itself says what holds', async () => {
  const { page } = await pages.newPhonePage({ serviceWorkers: 'block' })
  await page.route('**/assets/person.en-*', (route) => route.abort())
  await page.goto(pages.origin)
  await page.getByRole('heading', { name: cy['welcome.title'] }).waitFor()
  await page.route('**/assets/person.cy-*', (route) => route.abort())
  await page.reload()
  await page.getByText('This page has not come yet.').waitFor()
  await page.getByText('Nid yw’r dudalen hon wedi dod eto.').waitFor()
  await expectReachable(page, 'the app has not come')
  await page.unroute('**/assets/person.en-*')
  await page.getByRole('link', { name: 'Try again' }).click()
  await page.getByRole('heading', { name: en['welcome.title'] }).waitFor()
  expect(await page.getByText('This page has not come yet.').isVisible()).toBe(false)
  // What cannot be fetched is not chosen.
  await button(page, 'Cymraeg').click()
  await page.unroute('**/assets/person.cy-*')
  await page.reload()
  await page.getByRole('heading', { name: en['welcome.title'] }).waitFor()
})

test('a screen that a silent network holds back leaves a way back, and comes by itself when the network does', async () => {
  const { page } = await pages.newPhonePage({ serviceWorkers: 'block' })
  await page.goto(pages.origin)
  let held: (() => unknown) | undefined
  await page.route('**/assets/first-time-*', (route) => {
    held = () => route.continue()
  })
  await button(page, 'Start now').click()
  await page.getByRole('heading', { name: 'One moment …' }).waitFor()
  await button(page, 'Leave').waitFor()
  await button(page, 'Back').click()
  await button(page, 'Start now').click()
  await page.getByRole('heading', { name: 'One moment …' }).waitFor()
  held?.()
  await button(page, 'I understand and agree').waitFor()
})

test('a place that was written down before the service was ever heard can be started as soon as it is', async () => {
  const { page } = await pages.newPhonePage()
  pages.line.cut()
  await page.goto(pages.origin)
  await button(page, 'Start now').click()
  await button(page, 'I understand and agree').click()
  await page.getByLabel('What is the address?').fill('Flat 2, 7 Juniper Row, Leeds')
  await button(page, 'Go on').click()
  await page.getByText(/^Kept on this phone, not saved at the service yet/).waitFor()
  await button(page, 'Back').click()
  await button(page, 'Start now at Home').click()
  await page.getByText(/^No connection to the service\./).waitFor()
  await button(page, 'Back').waitFor()
  pages.line.open()
  await page.getByText('Naloxone in sight').waitFor()
})

test('an answer that is lost on its way makes no second rescuer, and leaves no timer that this phone does not show', async () => {
  const { page } = await pages.newPhonePage()
  await page.goto(pages.origin)
  await button(page, 'Start now').click()
  await button(page, 'I understand and agree').click()
  await page.getByLabel('What is the address?').fill('\u202aFlat 2\t7 Juniper Row\u202c')
  await button(page, 'Go on').click()
  await button(page, 'Ask a rescuer').click()
  await button(page, 'Ask someone').click()
  const rescuer = pages.stack.newPhone()
  await page.getByLabel('A name for them').fill('Ash')
  await page.getByLabel('Their mobile number').fill(`\u202a${rescuer.number}\u202c`)
  await page.getByLabel('A word you have told them').fill('stop it')
  await button(page, 'Send the invitation').click()
  await page.getByText(/^This word cannot go in the text\./).waitFor()
  await page.getByLabel('A word you have told them').fill('thistle')
  const loseAnswers = async (to: string, howMany: number) => {
    let lost = 0
    await page.route(to, async (route) => {
      if (route.request().method() !== 'POST' || lost >= howMany) return route.continue()
      lost += 1
      await route.fetch()
      await route.abort()
    })
  }
  await loseAnswers('**/rescuers', 1)
  await button(page, 'Send the invitation').click()
  await page.getByText('Not saved yet: no connection. Try again.').waitFor()
  await button(page, 'Send the invitation').click()
  await button(page, 'Done').waitFor()
  await rescuer.expectText('thistle')
  await rescuer.reply('1')
  await rescuer.expectText('You are on the list')
  await page.getByText('agreed', { exact: true }).waitFor()
  expect(await page.getByRole('heading', { level: 3 }).allTextContents()).toEqual(['1 Ash'])
  await button(page, 'Done').click()
  await loseAnswers('**/v1/sessions', 1)
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await page.getByText(/^Watched until/).waitFor()
  await endSafely(page)
  await button(page, 'Done').click()
  // However often it is asked, no answer comes: the running session is found all the same.
  await page.unroute('**/v1/sessions')
  await loseAnswers('**/v1/sessions', Number.POSITIVE_INFINITY)
  await button(page, 'Start now at Home').click()
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await page.getByText(/^Watched until/).waitFor()
  await endSafely(page)
}, 60_000)
