import { until } from '@stillhere/testkit'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import cy from '../../services/web/src/shared/words/person.cy.json' with { type: 'json' }
import { expectReachable } from './expect-reachable.ts'
import { openPages, type PagesUnderTest } from './pages-under-test.ts'
import { endSafely, lastSession, passTime, startInBrowser } from './start-in-browser.ts'

/* Issue 4, points 1, 3 and 9: what is seen without scrolling, what is agreed to, where one stands on a new screen. */

let pages: PagesUnderTest
beforeAll(async () => {
  pages = await openPages()
})
afterAll(() => pages.close())

const button = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name, exact: typeof name === 'string' })
const watched = (page: Page) => page.getByText(/^Watched until/)

/** Seen as the screen opens: wholly inside the window, which nobody has scrolled. */
async function expectInView(page: Page, ...seen: Locator[]): Promise<void> {
  for (const one of seen) {
    await one.waitFor()
    const [height, scrolled] = await page.evaluate<[number, number]>('[window.innerHeight, window.scrollY]')
    expect(scrolled, String(one)).toBe(0)
    const box = await boxOf(one)
    expect(box.y, String(one)).toBeGreaterThanOrEqual(0)
    expect(box.y + box.height, String(one)).toBeLessThanOrEqual(height)
  }
}
/** Where it stands; a screen that is being drawn anew has it in a moment. */
async function boxOf(one: Locator): Promise<{ y: number; height: number }> {
  let box: { y: number; height: number } | null = null
  await until(`${one} to stand somewhere`, async () => {
    box = await one.boundingBox()
    return box !== null
  })
  return box as unknown as { y: number; height: number }
}
const scrollDown = (page: Page) => page.evaluate('window.scrollTo(0, document.documentElement.scrollHeight)')
const focused = (page: Page) => page.evaluate<string>('document.activeElement.id || document.activeElement.tagName')

// First, while the service's time and this machine's are one.
test('beside a phone’s clock that is wrong the minutes that are left are said; beside a right one they are not', async () => {
  const right = await startInBrowser(pages)
  expect(await watched(right.page).textContent()).not.toContain('(in')
  await endSafely(right.page)
  const wrong = await startInBrowser(pages, {
    before: (page) =>
      page.addInitScript('{ const now = Date.now; Date.now = () => now() + 5 * 3_600_000 }').then(() => undefined),
  })
  expect(await watched(wrong.page).textContent()).toMatch(/^\s*Watched until \d\d:\d\d \(in \d+ min\)$/)
  await wrong.page.getByText(/^No signal\? We still act at \d\d:\d\d \(in \d+ min\)\.$/).waitFor()
  await endSafely(wrong.page)
})

for (const [width, height] of [
  [320, 568],
  [360, 640],
] as const) {
  test(`on ${width} × ${height} the two taps of a returning person need no scrolling, nor does a running timer`, async () => {
    const { page } = await startInBrowser(pages, { viewport: { width, height } })
    await endSafely(page)
    await button(page, 'Done').click()
    await expectInView(page, button(page, 'Start now at Home'))
    await scrollDown(page)
    await button(page, 'Start now at Home').tap()
    await expectInView(page, button(page, 'Start'), page.getByText('Flat 2, 7 Juniper Row, Leeds'))
    await scrollDown(page)
    await button(page, 'Start').tap()
    await watched(page).waitFor()
    // The whole of it: who holds, the ring, help, the word that this is a trial, and the way out.
    await expectInView(
      page,
      page.getByText('Trial: nobody real is told'),
      button(page, 'Leave'),
      watched(page),
      button(page, /I’m still here/),
      button(page, 'I’m done, safe'),
      button(page, 'Get help now (hold)'),
    )
    expect(await focused(page)).toBe('H1')
    await endSafely(page)
    await expectInView(page, button(page, 'Done'), page.getByText('Nobody is watching over you now.'))

    // In the longer language as well.
    await button(page, 'Done').click()
    await button(page, 'Settings').click()
    await button(page, 'Cymraeg').click()
    await button(page, cy['app.back']).click()
    await page.locator('.actions .primary').tap()
    await expectInView(page, button(page, cy['ready.start']))
    await button(page, cy['ready.start']).tap()
    await expectInView(page, button(page, cy['app.leave']), button(page, cy['help.hold']))
    await button(page, cy['count.end']).click()
    await page.getByRole('dialog').getByRole('button', { name: cy['end.yes'] }).click()
    await page.getByRole('heading', { name: cy['after.safe'] }).waitFor()
  })
}

test('the first screen says all of it, and the language stands at the top, on the smallest phone', async () => {
  const { page } = await pages.newPhonePage({ viewport: { width: 320, height: 568 } })
  await page.goto(pages.origin)
  await expectInView(page, button(page, 'Cymraeg'), page.getByText('Timer only now'), button(page, 'Start now'))
  const [last, bar] = await Promise.all([
    page.getByText('We cannot promise you are safe.').boundingBox(),
    page.locator('.actions').boundingBox(),
  ])
  expect((last?.y ?? 0) + (last?.height ?? 0)).toBeLessThanOrEqual(bar?.y ?? 0)
})

test('nothing is kept or sent before the person has agreed with a touch of its own, and it is asked once', async () => {
  const { page, requests } = await pages.newPhonePage({ viewport: { width: 320, height: 568 } })
  await page.goto(pages.origin)
  for (const door of ['Start now', 'Make a plan', 'I have a new phone', 'Plan of a hostel or service']) {
    await button(page, door).click()
    await page.getByRole('heading', { name: 'Do you agree?' }).waitFor()
    await button(page, 'Back').click()
    await page.getByRole('heading', { name: /^Using alone/ }).waitFor()
  }
  await button(page, 'Start now').click()
  // The words stand beside the button, not below it.
  await expectInView(
    page,
    page.getByText('We keep what you write about your place and your health, locked.'),
    page.getByText(/^If you stop answering or ask for help/),
    page.getByText(/^You can delete it all and take this back/),
    button(page, 'I understand and agree'),
  )
  await expectReachable(page, 'agree')
  expect(requests.filter(({ method, url }) => method === 'POST' && url.includes('/v1/'))).toEqual([])
  await button(page, 'I understand and agree').click()
  await page.getByRole('heading', { name: 'Where are you?' }).waitFor()
  await page.reload()
  await button(page, 'Start now').click()
  await page.getByRole('heading', { name: 'Where are you?' }).waitFor()
})

test('in the plan the next question has the focus, Enter goes on, and "no pets" is an answer', async () => {
  const { page } = await pages.newPhonePage({ viewport: { width: 320, height: 568 } })
  await page.goto(pages.origin)
  await button(page, 'Make a plan').click()
  await button(page, 'I understand and agree').click()
  await page.getByText('Each answer helps someone reach you sooner.').waitFor()
  expect(await page.getByText(/0 of 5|Missing/).count()).toBe(0)
  const label = page.getByLabel('What do you call this place?')
  await expectInView(page, label, button(page, 'Next'))
  await label.press('Enter')
  await until('the address to have the focus', async () => (await focused(page)) === 'address')
  await page.keyboard.type('Flat 2, 7 Juniper Row, Leeds')
  await button(page, 'Next').click()
  await until('the way in to have the focus', async () => (await focused(page)) === 'entry')
  await button(page, 'Skip').click()
  await until('the pets to have the focus', async () => (await focused(page)) === 'pets')
  await expectInView(page, button(page, 'No pets'), button(page, 'Next'), button(page, 'Skip'))
  await button(page, 'No pets').click()
  await until('the naloxone to have the focus', async () => (await focused(page)) === 'naloxone')
  await page.getByText('2 of 5 in place').waitFor()
  await page.getByText('Still to come: way in, naloxone, a rescuer who agreed').waitFor()
})

test('when we ask, and when the plan is being opened, it is said aloud in whole, and one key answers', async () => {
  const { page } = await startInBrowser(pages)
  await passTime(pages, page, 30_000)
  const first = await lastSession(pages.stack)
  await pages.stack.advanceTo(first.deadlineAt + 1_000)
  await page.getByRole('heading', { name: 'Are you there?' }).waitFor()
  await page.getByText('Trial: nobody real is told').waitFor()
  expect(await focused(page)).toBe('BUTTON')
  await page.keyboard.press('Enter')
  await watched(page).waitFor()
  expect(await focused(page)).toBe('H1')

  const second = await lastSession(pages.stack)
  await pages.stack.advanceTo(second.alertAt - 9_500)
  const said = page
    .getByRole('alert')
    .getByRole('heading', { name: /^Opening your plan in \d+ seconds\. Touch anywhere/ })
  await said.waitFor()
  await page.getByText('Trial: nobody real is told').waitFor()
  // Read out once, not every second.
  const heard = new Set<string>()
  await until('five seconds left', async () => {
    heard.add((await said.textContent()) ?? '')
    return Number(await page.locator('.numeral').textContent()) <= 5
  })
  await page.getByRole('heading', { name: 'Opening your plan in 5 seconds. Touch anywhere to stop.' }).waitFor()
  heard.add((await said.textContent()) ?? '')
  expect(heard.size).toBeLessThanOrEqual(2)
  expect(await focused(page)).toBe('BUTTON')
  await page.keyboard.press('Enter')
  await watched(page).waitFor()
  await endSafely(page)
})
