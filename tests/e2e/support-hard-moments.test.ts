import { preparePerson, until } from '@stillhere/testkit'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectReachable, heard, laptop, openConsole } from './console-under-test.ts'
import { addAuthenticator, openPages, type PagesUnderTest } from './pages-under-test.ts'
import { readKept } from './read-kept.ts'

/* Issue 5: the moments in which a console could fail the one who sits at it, and the one who waits. */

let pages: PagesUnderTest
beforeAll(async () => {
  pages = await openPages({ demoPhones: true })
  pages.stack.phones.allow(/./)
  pages.stack.phones.allowCalls()
})
afterAll(() => pages.close())

async function raiseAlert() {
  const prepared = await preparePerson(pages.stack, { alertOrder: 'both' })
  await prepared.person.start({ company: 'supporter' })
  await prepared.person.help()
  await prepared.rescuer.expectText('SAFETY ALERT')
  return prepared
}
const seed = async (name: string) => pages.stack.seedSupporter({ phone: pages.stack.newPhone(), name, onShift: false })
async function takeIt(page: Page) {
  await page.getByRole('heading', { name: 'Nobody has this alert' }).waitFor()
  await page.keyboard.press('c')
  await page.locator('address').waitFor()
}
async function giveAllClear(page: Page, how = 'They are safe') {
  await page.keyboard.press('a')
  await page.getByLabel(how).check()
  if (!(await page.getByLabel('Yes', { exact: true }).isChecked())) await page.getByLabel('No', { exact: true }).check()
  await page.getByRole('button', { name: 'Give the all-clear' }).click()
  await page.getByRole('heading', { name: 'It is over. Thank you.' }).waitFor()
}
const skip = (page: Page) => page.getByRole('button', { name: 'Skip' }).click()

/** A hidden page's timers, as browsers wake them: seldom, and all at once. Here every 7 s instead of every minute. */
const slowTimers = (page: Page) =>
  page.addInitScript(`
    window.wakes = 0
    const asleep = new Map()
    const [interval, stop] = [window.setInterval.bind(window), window.clearInterval.bind(window)]
    let last = 1e6
    window.hide = () => {
      interval(() => { window.wakes += 1; for (const run of [...asleep.values()]) run() }, 7000)
      window.hidden = true
      for (const [id, one] of running) { stop(one.real); asleep.set(id, one.run) }
    }
    const running = new Map()
    window.setInterval = (run, ms) => {
      const id = ++last
      if (window.hidden) asleep.set(id, run)
      else running.set(id, { run, real: interval(run, ms) })
      return id
    }
    window.clearInterval = (id) => { stop(running.get(id)?.real); running.delete(id); asleep.delete(id) }
    window.sockets = 0
    window.WebSocket = class extends WebSocket { constructor(...given) { super(...given); window.sockets += 1 } }`)

test('a hidden tab keeps its line and its peace, still hears of an alert, and still says that the line is dead', async () => {
  const seeded = await seed('Hywel')
  const { page } = await openConsole(pages, await seeded.invite(), { before: slowTimers })
  await page.evaluate('window.hide()')
  await until('two wakes', async () => (await page.evaluate<number>('window.wakes')) >= 2, 30_000)
  expect(await heard(page, 'line'), 'no alarm for a line that is well').toBe(0)
  expect(await page.evaluate('window.sockets'), 'nor a socket dropped').toBe(1)

  const { rescuer } = await raiseAlert()
  const first = 2 // A call rises twice to its highest pitch.
  await until('the call again and again', async () => (await heard(page, 'alert')) >= first * 3, 12_000)
  await takeIt(page)
  await giveAllClear(page)
  await rescuer.expectText('ALL CLEAR')
  await skip(page)

  pages.line.cut()
  await until('the alarm', async () => (await heard(page, 'line')) > 0, 12_000)
  pages.line.open()
  await page.getByText('Live', { exact: true }).waitFor()
  await seeded.setShift(false)
}, 120_000)

test('reloaded with the gateway dead, the console knows that its supporter is on shift, and an alert takes the window', async () => {
  const seeded = await seed('Gwen')
  let isDead = false
  const { page } = await openConsole(pages, await seeded.invite(), {
    before: (fresh) =>
      fresh.routeWebSocket(/\/v1\/live/, (socket) => (isDead ? void socket.close() : void socket.connectToServer())),
  })
  isDead = true
  await page.reload()
  await page.getByText('The live line is down.').waitFor()
  await page.getByRole('heading', { name: 'Who needs someone' }).waitFor()
  await page.locator('.on-shift.on').waitFor()
  // Quieted while answers still come, it sounds anew when they stop.
  await page.mouse.click(2, 2)
  await until('the alarm', async () => (await heard(page, 'line')) > 0)
  await page.getByRole('button', { name: 'Quiet this alarm' }).click()
  const { rescuer } = await raiseAlert()
  await takeIt(page)
  await giveAllClear(page)
  await skip(page)
  await rescuer.expectText('ALL CLEAR')
  const before = await heard(page, 'line')
  pages.line.cut()
  await page.getByText('Out of touch. You may miss an alert on this page.').waitFor()
  await until('the alarm anew', async () => (await heard(page, 'line')) > before)
  await page.getByRole('button', { name: 'Quiet this alarm' }).waitFor()
  pages.line.open()
  isDead = false
  await page.getByText('Live', { exact: true }).waitFor()
  await seeded.setShift(false)
}, 90_000)

test('a sign-in that ends in the middle of an alert is said before, is loud, and is renewed over the open plan', async () => {
  const { stack } = pages
  const seeded = await seed('Petra')
  const { page, context } = await pages.newPhonePage(laptop)
  await page.addInitScript(`window.tones = []
    const start = OscillatorNode.prototype.start
    OscillatorNode.prototype.start = function (when) { window.tones.push(Math.round(this.frequency.value)); return start.call(this, when) }`)
  // Two passkeys, of two devices.
  const phone = await addAuthenticator(page)
  await page.goto(`${pages.origin}/support#${await seeded.invite()}`)
  await page.getByRole('button', { name: 'Make a passkey' }).click()
  await page.getByText('Your passkey is kept.').waitFor()
  await phone.remove()
  await addAuthenticator(page)
  await page.getByRole('button', { name: 'Add a second passkey' }).click()
  await until('the second passkey', async () => {
    const rows = await stack.db.query('SELECT 1 FROM app.passkeys WHERE supporter_id = $1', [seeded.id])
    return rows.length === 2
  })
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByRole('button', { name: 'Yes, put me on shift' }).click()
  const { rescuer } = await raiseAlert()
  await takeIt(page)

  const ends = async (inSeconds: number) =>
    stack.db.query(
      `UPDATE app.credentials SET expires_at = app.clock() + make_interval(secs => $2) WHERE supporter_id = $1`,
      [seeded.id, inSeconds],
    )
  await ends(25)
  await page.reload()
  await page.locator('address').waitFor()
  await page.getByText(/^Your sign-in ends at/).waitFor()
  await expectReachable(page, 'sign-in ends')
  const address = await page.locator('address').textContent()
  await page.mouse.click(2, 2)
  await page.getByText('You are signed out: this page hears of nothing.').waitFor({ timeout: 40_000 })
  expect(await page.locator('address').textContent(), 'what is being read to 999 stays').toBe(address)
  await until('the alarm', async () => (await heard(page, 'line')) > 0)
  expect(await page.title()).toBe('Sign in again')
  await expectReachable(page, 'signed out over an alert')
  await page.keyboard.press('9')
  await page.getByText('NOT recorded: you are signed out.').first().waitFor()
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await page.getByText('Live', { exact: true }).waitFor()
  expect(await page.locator('address').textContent()).toBe(address)
  await page.keyboard.press('9')
  await page.getByText(/^Called at/).waitFor()
  expect(await page.getByText(/You are signed out/).count()).toBe(0)

  // Ended by somebody, not by the hour: nothing stays, and it is loud all the same.
  await stack.db.query('UPDATE app.credentials SET revoked_at = app.clock() WHERE supporter_id = $1', [seeded.id])
  await page.getByText('You were on shift.').waitFor()
  expect(await page.locator('body').textContent()).not.toContain(address ?? '')
  expect(await page.locator('address').count()).toBe(0)
  await page.getByRole('button', { name: 'Sign in with a passkey' }).first().click()
  await page.locator('address').waitFor()
  expect(await page.getByText(/is yours now/).count(), 'it was theirs all along').toBe(0)

  // Another window of the same supporter is told of no handing over either.
  const second = await context.newPage()
  await second.goto(`${pages.origin}/support`)
  await second.locator('address').waitFor()
  expect(await second.getByText(/is yours now/).count()).toBe(0)
  await second.close()
  await giveAllClear(page)
  await rescuer.expectText('ALL CLEAR')
  await skip(page)
  await page.getByText('More', { exact: true }).click()
  const token = await readKept<string>(page, 'support-credential', 'kept.token')
  await page.getByRole('button', { name: 'Sign out and leave shift' }).click()
  await page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor()
  const answer = await fetch(`${stack.api}/v1/alerts`, { headers: { authorization: `Bearer ${token}` } })
  expect(answer.status, 'the token opens nothing any more').toBe(401)
}, 120_000)

test('after a rescue a skipped log rests the supporter all the same, and a closed page is asked for it later', async () => {
  const { stack } = pages
  const seeded = await seed('Rhys')
  const first = await openConsole(pages, await seeded.invite())
  const { rescuer } = await raiseAlert()
  await takeIt(first.page)
  await first.page.keyboard.press('n')
  await first.page.getByText(/to the next dose/).waitFor()
  await giveAllClear(first.page, 'Rescued')
  await rescuer.expectText('ALL CLEAR')
  await skip(first.page)
  await first.page.getByRole('heading', { name: 'That was a hard one' }).waitFor()
  await first.page.getByRole('button', { name: 'Rest now' }).click()
  await first.page.locator('.on-shift.off').waitFor()
  await first.page.getByText('You are resting after a hard one.').waitFor()
  const [{ onShift, debriefOpen } = {}] = await stack.db.query<{ onShift: boolean; debriefOpen: boolean }>(
    'SELECT on_shift AS "onShift", debrief_open AS "debriefOpen" FROM app.supporters WHERE id = $1',
    [seeded.id],
  )
  expect({ onShift, debriefOpen }).toEqual({ onShift: false, debriefOpen: true })

  // The watch that follows is theirs: the same nickname, marked, and not taken for an answer.
  const watch = first.page.locator('.session.watch')
  await watch.getByText('After a rescue').waitFor()
  await watch.getByText('not answered yet since the rescue').waitFor()
  await expectReachable(first.page, 'board after a rescue')

  await first.page.reload()
  await first.page.getByText('You are resting after a hard one.').waitFor()
  await first.page.getByRole('button', { name: 'Only look at the board' }).click()
  await first.page.getByRole('heading', { name: 'Still to be written' }).waitFor()
  await first.page.getByRole('button', { name: /^Log of/ }).click()
  await first.page.getByLabel('I do not know').check()
  await first.page.getByLabel('2', { exact: true }).first().check()
  await first.page.getByLabel('3', { exact: true }).last().check()
  await first.page.getByRole('button', { name: 'Done' }).click()
  await first.page.getByRole('button', { name: 'Rest now' }).click()
  await first.page.getByRole('heading', { name: 'Who needs someone' }).waitFor()
  await first.page.getByRole('heading', { name: 'Still to be written' }).waitFor({ state: 'detached' })
}, 90_000)

test('a colleague’s stamp and the same again are asked about; a mistake is taken back; who loses an alert is told loudly', async () => {
  const { stack } = pages
  const seeded = await seed('Sioned')
  const sam = await openConsole(pages, await seeded.invite())
  const lead = await openConsole(pages, stack.invitations.dutyLead)
  const { rescuer } = await raiseAlert()
  await takeIt(sam.page)

  // Not hers: a slip of a key records nothing, and silences nothing.
  await lead.page
    .getByRole('button', { name: /^Look at/ })
    .first()
    .click()
  await lead.page.keyboard.press('9')
  await lead.page.getByText('This alert is not yours: Sioned has it.').waitFor()
  await expectReachable(lead.page, 'a stamp on another’s alert')
  await lead.page.keyboard.press('Escape')
  expect(await sam.page.getByText(/^Called at/).count()).toBe(0)
  await lead.page.getByText('Only whoever has this alert sees the address.').waitFor()

  // Twice the same dose in a moment is asked about; taken back, no dose clock runs.
  await sam.page.keyboard.press('n')
  await sam.page.getByText(/to the next dose/).waitFor()
  await sam.page.keyboard.press('n')
  await sam.page.getByRole('dialog', { name: '“Naloxone given” once more?' }).waitFor()
  await sam.page.keyboard.press('Escape')
  expect(await sam.page.locator('.story').getByText('Naloxone given').count()).toBe(1)
  await expectReachable(sam.page, 'a mistake may be taken back')
  await sam.page.getByRole('button', { name: 'That was a mistake' }).click()
  await sam.page.getByText(/^Taken back, /).waitFor()
  await sam.page.getByText(/to the next dose/).waitFor({ state: 'detached' })
  await sam.page.locator('.story s').getByText('Naloxone given').waitFor()
  await sam.page.keyboard.press('9')
  await sam.page.getByText(/^Called at/).waitFor()
  await sam.page.keyboard.press('u')
  await sam.page.getByText(/^Called at/).waitFor({ state: 'detached' })
  await sam.page.keyboard.press('i')
  await sam.page
    .getByText(/^Recorded: Number given/)
    .first()
    .waitFor()

  // Only the later of breathing and not breathing is so now.
  await sam.page.keyboard.press('x')
  await sam.page.locator('.stamp.not-breathing.done').waitFor()
  await sam.page.keyboard.press('b')
  await sam.page.locator('.stamp.breathing.done').waitFor()
  await sam.page.locator('.stamp.not-breathing.done').waitFor({ state: 'detached' })

  // Rescuers are sent home, by key and after a question.
  await rescuer.reply('1')
  await sam.page.locator('.rescuers .going').waitFor()
  await sam.page.keyboard.press('s')
  await expectReachable(sam.page, 'stand down')
  await sam.page.getByRole('dialog').getByRole('button').first().click()
  await sam.page.getByText('Rescuers who were going are told not to go.').waitFor()
  await sam.page.locator('.story').getByText('Rescuers sent home').waitFor()

  await lead.page.getByRole('button', { name: 'Take it over' }).click()
  await lead.page.locator('address').waitFor()
  await sam.page.getByText(/has alert \d{4} now\./).waitFor()
  await sam.page.getByText(/If you are on the phone to 999, stay on and say what you know/).waitFor()
  expect(await sam.page.evaluate<number>('window.tones.filter((hertz) => hertz === 523).length')).toBeGreaterThan(0)
  expect(await sam.page.getByText('The address appears here when the plan is open.').count()).toBe(0)
  await expectReachable(sam.page, 'taken over')
  await sam.page.getByRole('button', { name: 'I have read it' }).click()
  await sam.page.getByText(/has alert \d{4} now\./).waitFor({ state: 'detached' })
  await giveAllClear(lead.page)
  await skip(lead.page)
  await seeded.setShift(false)
}, 120_000)

/** What whoever sits here has told the browser about notifications from us. */
async function answerNotifications(page: Page, setting: 'granted' | 'denied'): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  const { targetInfo } = await devtools.send('Target.getTargetInfo')
  await devtools.send('Browser.setPermission', {
    origin: pages.origin,
    permission: { name: 'notifications' },
    setting,
    ...(targetInfo.browserContextId && { browserContextId: targetInfo.browserContextId }),
  })
}
/** Counts what the browser is asked to show, and lets it. */
const countNotifications = (page: Page) =>
  page.addInitScript(`
    window.shown = []
    const Real = window.Notification
    window.Notification = class extends Real {
      constructor(title, options) { super(title, options); window.shown.push([title, options.body]) }
    }`)

test('a colleague sees who cannot; refused notifications are said, allowed ones betray nothing; a plan for another browser is brought here', async () => {
  const { stack } = pages
  const seeded = await seed('Tegid')
  const { page } = await openConsole(pages, await seeded.invite(), {
    before: (fresh) => answerNotifications(fresh, 'denied'),
  })
  expect(await page.evaluate('Notification.permission')).toBe('denied')
  await page.getByText('This browser shows no notifications.').waitFor()
  expect(await page.getByRole('button', { name: 'Allow notifications' }).count()).toBe(0)
  const other = await openConsole(pages, stack.invitations.supporter, {
    before: async (fresh) => {
      await answerNotifications(fresh, 'granted')
      await countNotifications(fresh)
    },
  })
  await other.page.getByText('This browser also shows a notification.').waitFor()

  // Another browser of the same supporter has signed in since: what is sealed from now on is sealed for that one.
  const second = await pages.newPhonePage(laptop)
  await second.page.goto(`${pages.origin}/support#${await seeded.invite()}`)
  await second.page.getByRole('button', { name: 'Later' }).click()
  await second.page.getByText('You are on shift', { exact: true }).waitFor()

  const { rescuer, person } = await raiseAlert()
  await other.page.getByRole('heading', { name: 'Nobody has this alert' }).waitFor()
  expect(await other.page.evaluate('window.shown')).toEqual([['Console', 'Somebody is waiting for an answer.']])
  await other.page.keyboard.press('d')
  await page.getByText('Cannot take it: Sam.').waitFor()
  await page.keyboard.press('c')
  await page.getByText('The plan was sealed for another browser of yours.').waitFor()
  expect(await page.locator('address').count()).toBe(0)
  await expectReachable(page, 'sealed for another browser')
  await page.getByRole('button', { name: 'Open plans in this browser' }).click()
  await page.locator('address').waitFor()
  expect(await page.getByText('The plan was sealed for another browser').count()).toBe(0)

  // The other one opens it too when it comes back; the receipt names one supporter, whatever browsers they have.
  await second.page.reload()
  await second.page.locator('address').waitFor()
  const { told } = await person.receipt()
  expect(told.filter(({ who, openedAt }) => who === 'supporter' && openedAt)).toHaveLength(1)
  await giveAllClear(page)
  await rescuer.expectText('ALL CLEAR')
  await seeded.setShift(false)
}, 90_000)
