import {
  makeSubscription,
  makeVapidKeys,
  type PushService,
  signInToConsole,
  startPushService,
  until,
} from '@stillhere/testkit'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectReachable } from './expect-reachable.ts'
import { openPages, type PagesUnderTest } from './pages-under-test.ts'
import { noteSenses, soundsOf } from './senses.ts'
import { endSafely, lastSession, prepareInBrowser, startInBrowser } from './start-in-browser.ts'

/* Issue 4, points 3 to 5, beside `ten-points`: each control by finger and by keyboard, and what is heard. */

let pages: PagesUnderTest
let pushing: PushService
beforeAll(async () => {
  pushing = await startPushService()
  pages = await openPages({ webPush: { ...makeVapidKeys(), origin: pushing.origin } })
})
afterAll(async () => {
  await pages.close()
  await pushing.stop()
})

const button = (page: Page, name: string | RegExp, exact = false) => page.getByRole('button', { name, exact })
const counted = (page: Page) => page.getByText('Counted', { exact: true })
const watched = (page: Page) => page.getByText(/^Watched until/)

test('get help now with the keyboard alone, and nobody who holds a key down calls by mistake', async () => {
  const { page, rescuer } = await startInBrowser(pages)
  await button(page, 'Get help now (hold)').focus()
  await page.keyboard.press('Enter')
  const ask = page.getByRole('dialog', { name: 'Get help now?' })
  await ask.waitFor()
  expect((await lastSession(pages.stack)).state).toBe('counting')
  await page.keyboard.press('Tab')
  await ask.getByRole('button', { name: 'Yes, get help now' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'People are being told' }).waitFor()
  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('/r/')
  await rescuer.reply('4')
  await rescuer.reply('5')
  await page.getByRole('heading', { name: 'It is over' }).waitFor()
  pages.stack.phones.allow(/./)
})

test('sound is laid ahead for every prompt, a touch takes it away, silence is silent, a headset key answers', async () => {
  const { page } = await startInBrowser(pages, { before: noteSenses })
  await until('four prompts in the audio clock', async () => (await soundsOf(page)).length === 4)
  const { deadlineAt } = await lastSession(pages.stack)
  const left = deadlineAt - (await pages.stack.now())
  const laid = await soundsOf(page)
  expect(laid.map(({ shape }) => shape)).toEqual(['sine', 'triangle', 'square', 'square'])
  for (const [index, afterMs] of [0, 15_000, 25_000, 50_000].entries()) {
    expect(Math.abs((laid[index]?.inMs ?? 0) - left - afterMs)).toBeLessThan(5_000)
  }
  // Nothing of the page runs while it waits: no timer of ours is needed for it to sound.
  await button(page, 'Silent').click()
  await until('silence', async () => (await soundsOf(page)).length === 0)
  await pages.stack.advanceTo(deadlineAt)
  await page.getByRole('heading', { name: 'Are you there?' }).waitFor()
  await until('it vibrates', async () => (await page.evaluate<number>('window.buzzes.length')) > 0)
  expect(await soundsOf(page)).toEqual([])
  await page.evaluate('window.mediaKeys.play()')
  await watched(page).waitFor()
  expect((await lastSession(pages.stack)).deadlineAt).toBeGreaterThan(deadlineAt)

  await button(page, 'Silent').click()
  await until('sound again', async () => (await soundsOf(page)).length === 4)
  const next = await lastSession(pages.stack)
  await pages.stack.advanceTo(next.deadlineAt)
  await page.getByRole('heading', { name: 'Are you there?' }).waitFor()
  await page.keyboard.press('MediaPlayPause')
  await watched(page).waitFor()
  expect((await lastSession(pages.stack)).deadlineAt).toBeGreaterThan(next.deadlineAt)
  await endSafely(page)
  await until('nothing is left to sound', async () => (await soundsOf(page)).length === 0)
})

test('an end takes two touches at two places, by finger and by keyboard; one alone changes nothing', async () => {
  const { page } = await startInBrowser(pages)
  const end = button(page, 'I’m done, safe')
  const sure = page.getByRole('dialog', { name: 'End the timer?' })
  await end.tap()
  await sure.waitFor()
  const [first, second] = await Promise.all([end.boundingBox(), sure.getByRole('button').first().boundingBox()])
  if (!first || !second) throw new Error('nothing to touch')
  // A trembling finger that touches twice touches the same place twice.
  const apart = Math.hypot(
    first.x + first.width / 2 - second.x - second.width / 2,
    first.y + first.height / 2 - second.y - second.height / 2,
  )
  expect(apart).toBeGreaterThan(100)
  await sure.getByRole('button', { name: 'Keep watching' }).tap()
  await watched(page).waitFor()
  await end.focus()
  await page.keyboard.press('Enter')
  await sure.waitFor()
  await page.keyboard.press('Escape')
  await sure.waitFor({ state: 'detached' })
  expect((await lastSession(pages.stack)).state).toBe('counting')
  await end.focus()
  await page.keyboard.press('Enter')
  await sure.getByRole('button', { name: 'Yes, end it' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Your timer has ended' }).waitFor()
  expect((await lastSession(pages.stack)).state).toBe('closed')
})

test('who gave no number is not told that we ring them; who did is', async () => {
  const { page } = await startInBrowser(pages, { isMobile: false })
  const asked = async () => {
    await pages.stack.advanceTo((await lastSession(pages.stack)).deadlineAt + 15_500)
    await page.getByRole('img', { name: 'Step 2 of 4' }).waitFor()
    return page.locator('.next').textContent()
  }
  expect(await asked()).toBe('Next: louder')
  await button(page, /I’m still here/).click()
  await watched(page).waitFor()
  await endSafely(page)
  await page.setViewportSize({ width: 1280, height: 900 })
  const own = pages.stack.newPhone()
  await button(page, 'Done').click()
  await button(page, /^Change/).click()
  await page.getByLabel('Your own phone number?').fill(own.number)
  await button(page, 'Save the plan').click()
  await button(page, 'Done').click()
  await button(page, 'Start', true).click()
  await watched(page).waitFor()
  expect(await asked()).toBe('We ring you next')
  await button(page, /I’m still here/).click()
  await watched(page).waitFor()
  await endSafely(page)
  pages.stack.phones.allow(/./)
})

test('a notification is asked for by a touch alone; where the browser is leaves it sealed, and a prompt is pushed there', async () => {
  const { page, context, requests } = await pages.newPhonePage()
  const { read: readPush, ...browser } = makeSubscription()
  pages.stack.canaries.add('token', browser.endpoint, browser.auth)
  // Only the browser's own push service is not here.
  await context.addInitScript(`
    window.asked = 0
    const ask = Notification.requestPermission.bind(Notification)
    Notification.requestPermission = () => { window.asked += 1; return ask() }
    PushManager.prototype.subscribe = async () => ({ toJSON: () => (${JSON.stringify({
      endpoint: browser.endpoint,
      keys: { p256dh: browser.p256dh, auth: browser.auth },
    })}) })`)
  await page.goto(pages.origin)
  await prepareInBrowser(pages, page)
  await page.getByText('Sound and silence').click()
  const reminders = button(page, 'Send notifications too')
  await reminders.waitFor()
  const asked = () => page.evaluate('window.asked')
  expect(await asked()).toBe(0)
  await expectReachable(page, 'notifications are offered')
  // Refused by the person: said, and nothing follows.
  await reminders.click()
  await page.getByText(/does not allow notifications/).waitFor()
  expect(await asked()).toBe(1)
  await context.grantPermissions(['notifications'], { origin: pages.origin })
  await reminders.click()
  await page.getByText('A notification comes too when we ask.').waitFor()
  await button(page, 'Start', true).click()
  await watched(page).waitFor()
  const kept = () => pages.stack.db.query('SELECT sealed FROM app.push_subscriptions')
  await until('the service to know where this browser is', async () => (await kept()).length === 1)
  expect(requests.filter(({ url }) => url.endsWith('/push'))).toHaveLength(1)
  await pages.stack.advanceTo((await lastSession(pages.stack)).deadlineAt)
  await page.getByRole('heading', { name: 'Are you there?' }).waitFor()
  await until('a push', async () => pushing.pushed.length > 0)
  const said = JSON.parse(readPush(pushing.pushed[0]?.body ?? Buffer.alloc(0)))
  expect(said).toEqual({ title: 'Timer', body: 'A reminder is waiting' })
  await button(page, /I’m still here/).click()
  await counted(page).waitFor()
  await endSafely(page)
  await until('nothing of it is left', async () => (await kept()).length === 0)

  // What the phone does with it while nobody looks at the page.
  const devtools = await context.newCDPSession(page)
  const registered = new Promise<string>((resolve) => {
    devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const [first] = registrations
      if (first) resolve(first.registrationId)
    })
  })
  await devtools.send('ServiceWorker.enable')
  const push = async () =>
    devtools.send('ServiceWorker.deliverPushMessage', {
      origin: pages.origin,
      registrationId: await registered,
      data: JSON.stringify(said),
    })
  const shown = () =>
    page.evaluate<{ title: string; body: string }[]>(
      `navigator.serviceWorker.ready.then((r) => r.getNotifications()).then((all) => all.map(({ title, body }) => ({ title, body })))`,
    )
  await push()
  await page.goto('about:blank')
  await push()
  await push()
  await page.goto(pages.origin)
  await until('one notification, in neutral words', async () => (await shown()).length === 1)
  expect(await shown()).toEqual([{ title: 'Timer', body: 'A reminder is waiting' }])
})

test('supporters go home: who counts is told that the timer goes on, and who wants to start when it is open again', async () => {
  const operator = await signInToConsole({ api: pages.stack.api, invitation: pages.stack.invitations.operator })
  const minuteMs = 60_000
  const now = await pages.stack.now()
  // Where it is about noon, whenever this runs: no closing falls on midnight.
  const ahead = 12 - new Date(now).getUTCHours()
  const timeZone = ahead === 0 ? 'UTC' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`
  const time = (at: number) => new Date(at + ahead * 60 * minuteMs).toISOString().slice(11, 16)
  const openUntil = async (closesAt: number, drain: 'no-company' | 'no-starts') => {
    const weekly = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '06:00', to: time(closesAt) }))
    const opening = { weekly, exceptions: [], drainMinutes: 30, drain }
    const body = { commandId: crypto.randomUUID(), timeZone, rotaWarningHours: 12, opening }
    expect((await operator.request('PUT', '/v1/operate/staffing', body)).status).toBe(200)
  }
  const { page } = await startInBrowser(pages)
  await openUntil(now + 20 * minuteMs, 'no-company')
  await page.getByText(/^Supporters go home at \d\d:\d\d\. Your timer goes on\.$/).waitFor()
  await expectReachable(page, 'supporters go home')
  await endSafely(page)
  await button(page, 'Done').click()
  await openUntil(now - 20 * minuteMs, 'no-starts')
  await button(page, 'Start now at Home').click()
  await button(page, 'Start', true).click()
  await page.getByText(/The service is closed until [A-Z][a-z]+day \d\d:\d\d\. Nothing was started/).waitFor()
})
