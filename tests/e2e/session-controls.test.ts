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
import { endSafely, lastSession, leftOn, passTime, prepareInBrowser, startInBrowser } from './start-in-browser.ts'

/* Issue 4, points 3 to 6: each control of a session, by finger and by keyboard, and what takes over the screen by itself. */

let pages: PagesUnderTest
let pushing: PushService
beforeAll(async () => {
  pushing = await startPushService()
  pages = await openPages({ demoPhones: true, webPush: { ...makeVapidKeys(), origin: pushing.origin } })
})
afterAll(async () => {
  await pages.close()
  await pushing.stop()
})

const button = (page: Page, name: string | RegExp, exact = false) => page.getByRole('button', { name, exact })
const counted = (page: Page) => page.getByText('Counted', { exact: true })
const watched = (page: Page) => page.getByText(/^Watched until/)

test('five more minutes; using again; and a touch by the keyboard', async () => {
  const { page, requests } = await startInBrowser(pages)
  const started = await lastSession(pages.stack)
  await button(page, '5 more minutes').click()
  await counted(page).waitFor()
  const extended = await lastSession(pages.stack)
  expect(extended.deadlineAt - started.deadlineAt).toBe(300_000)
  await until('five minutes more on the screen', async () => (await leftOn(page)) > 360_000)

  await passTime(pages, page, 390_000)
  await button(page, 'Using again').click()
  await counted(page).waitFor()
  expect(requests.some(({ body }) => /"type":"check-in".*"rhythmId"/.test(body))).toBe(true)
  // The rhythm begins anew: its first gap is the shortest one.
  const again = await lastSession(pages.stack)
  expect(Math.abs(again.deadlineAt - (await pages.stack.now()) - 120_000)).toBeLessThan(4_000)

  await passTime(pages, page, 60_000)
  await page.getByRole('heading', { name: 'Your timer' }).focus()
  await page.keyboard.press('Space')
  await counted(page).waitFor()
  expect((await lastSession(pages.stack)).deadlineAt).toBeGreaterThan(again.deadlineAt)
  await endSafely(page)

  // The tail watch is one touch from here.
  await button(page, 'Watch on, with long gaps').click()
  await watched(page).waitFor()
  const tail = await lastSession(pages.stack)
  expect(tail.deadlineAt - (await pages.stack.now())).toBeGreaterThan(10 * 60_000)
  await endSafely(page)
})

test('get help now: a short touch asks, a hold acts; and it is called off', async () => {
  const { page, rescuer } = await startInBrowser(pages)
  const help = button(page, 'Get help now (hold)')
  await help.click()
  await page.getByRole('dialog', { name: 'Get help now?' }).waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Not now' }).click()
  expect((await lastSession(pages.stack)).state).toBe('counting')
  await help.hover()
  await page.mouse.down()
  await button(page, 'Keep holding …').waitFor()
  await page.getByRole('heading', { name: 'People are being told' }).waitFor()
  await page.mouse.up()
  expect(await page.getByRole('dialog').count()).toBe(0)
  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('/r/')
  await page.getByText('A rescuer was told').waitFor()
  await page.getByText('You asked for help').waitFor()
  await button(page, 'I’m OK, call it off').click()
  await page.getByText(/^You said you are OK/).waitFor()
  expect(await button(page, 'I’m OK, call it off').count()).toBe(0)
  await rescuer.expectText('The person has said they are OK')
  await rescuer.reply('5')
  await page.getByRole('heading', { name: 'It is over' }).waitFor()
  await rescuer.expectText('ALL CLEAR')
  // Who asked for help is cared for, and not asked why it was a false alarm.
  await page.getByText('We are glad you are here.').waitFor()
  await page.getByRole('heading', { name: 'After naloxone' }).waitFor()
  await page.getByText(/^A rescuer.*said: they are safe/).waitFor()
  expect(await page.getByText(/What happened\?|Phone was silent|Thanks for letting us know/).count()).toBe(0)
})

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

test('"Opening your plan in 10": one touch anywhere stops it', async () => {
  const { page, rescuer } = await startInBrowser(pages)
  const { alertAt } = await lastSession(pages.stack)
  await pages.stack.advanceTo(alertAt - 9_500)
  await page.getByRole('heading', { name: 'Opening your plan in' }).waitFor()
  expect(Number(await page.locator('.numeral').textContent())).toBeLessThanOrEqual(10)
  await page.touchscreen.tap(30, 800)
  await watched(page).waitFor()
  expect((await lastSession(pages.stack)).state).toBe('counting')
  expect(await rescuer.texts()).not.toContainEqual(expect.objectContaining({ body: expect.stringContaining('ALERT') }))
  await endSafely(page)
})

test('after a rescue with naloxone the watch that follows takes over the screen, and is found by a phone that was off', async () => {
  const { stack } = pages
  const supporter = await signInToConsole({ api: stack.api, invitation: stack.invitations.supporter })
  stack.phones.allow(/./)
  const { page, context } = await startInBrowser(pages)
  await supporter.setShift(true)
  await stack.advanceTo((await lastSession(stack)).alertAt)
  await page.getByRole('heading', { name: 'People are being told' }).waitFor()
  const [alert] = await supporter.alerts()
  await supporter.command(alert.id, 'claim')
  await page.getByText('A supporter has taken charge').waitFor()
  await supporter.command(alert.id, 'progress', { kind: 'naloxone-given' })
  await supporter.command(alert.id, 'all-clear', { outcome: 'rescued', naloxone: true })
  await watched(page).waitFor()
  expect(await page.getByText('Nobody is watching over you now.').count()).toBe(0)
  await until('twenty minutes on the screen', async () => (await leftOn(page)) > 15 * 60_000)

  // A phone that forgot the session while it was off learns of it at the next visit.
  await page.evaluate(`new Promise((resolve) => {
    const opening = indexedDB.open('keyval-store')
    opening.onsuccess = () => {
      const change = opening.result.transaction('keyval', 'readwrite')
      change.objectStore('keyval').delete('session')
      change.oncomplete = resolve
    }
  })`)
  await page.close()
  const next = await context.newPage()
  next.setDefaultTimeout(10_000)
  await next.goto(pages.origin)
  await watched(next).waitFor()
  await endSafely(next)
  await supporter.setShift(false)
})

test('a returning person starts with two taps', async () => {
  const { page } = await startInBrowser(pages)
  await endSafely(page)
  await button(page, 'Done').click()
  await page.evaluate("sessionStorage.setItem('taps', '0')")
  await page.addInitScript(`
    addEventListener('pointerdown', () => sessionStorage.setItem('taps', String(Number(sessionStorage.getItem('taps')) + 1)), true)`)
  await page.goto(pages.origin)
  await button(page, 'Start now at Home').tap()
  await button(page, 'Start').tap()
  await watched(page).waitFor()
  expect(await page.evaluate("sessionStorage.getItem('taps')")).toBe('2')
  await endSafely(page)
})

/** Typing with two thumbs: 36.2 words a minute (Palin and others, MobileHCI 2019), five characters each. */
const typeMs = 60_000 / (36.2 * 5)
/** To find a control and touch it, unhurried. */
const tapMs = 2_000
/** Silent reading of English prose: 238 words a minute (Brysbaert, 2019). */
const readMs = 60_000 / 238

test('the first time takes less than 90 seconds, with every word on the screen read and the address typed', async () => {
  const supporter = await pages.stack.seedSupporter({ phone: pages.stack.newPhone(), onShift: true })
  const { page } = await pages.newPhonePage()
  const address = 'Flat 2, 7 Juniper Row, Leeds LS4 2AB'
  let humanMs = 0
  const read = async () => {
    // biome-ignore lint/performance/useDomNodeTextContent: what is folded away is not read.
    humanMs += (await page.locator('main').innerText()).split(/\s+/).length * readMs
  }
  const tap = async (name: string) => {
    humanMs += tapMs
    await button(page, name).tap()
  }
  const beganAt = performance.now()
  await page.goto(pages.origin)
  await page.getByText('Someone is here now').waitFor()
  await read()
  await tap('Start now')
  await read()
  await tap('I understand and agree')
  await page.getByLabel('What is the address?').tap()
  await page.keyboard.type(address)
  humanMs += tapMs + address.length * typeMs
  await tap('Go on')
  await page.getByRole('heading', { name: 'Is this where you are?' }).waitFor()
  await tap('Start')
  await watched(page).waitFor()
  const wholeMs = performance.now() - beganAt + humanMs
  expect(wholeMs).toBeLessThan(90_000)
  await endSafely(page)
  await supporter.setShift(false)
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
