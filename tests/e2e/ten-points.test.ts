import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { type Phone, type SeededSupporter, signInToConsole, until } from '@stillhere/testkit'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { claimsOf, noteClaims } from './claims.ts'
import { juniper, knownPhones } from './known-phones.ts'
import { openPages, type PagesUnderTest } from './pages-under-test.ts'
import { readKept } from './read-kept.ts'
import { noteSenses, soundsOf } from './senses.ts'
import { type Spoken, speaking, spoken, texted } from './speaking.ts'
import { lastSession, leftOn, passTime } from './start-in-browser.ts'

/*
 * Issue 4, points 1 to 8, each in every language, by role and label: what the point promises above all. Point 9 is shown
 * by `every-state`, point 10 by `pages-that-tell`; each point's corners have files of their own, in English.
 */

/** Each walks a whole point, on a machine that others use as well. */
vi.setConfig({ testTimeout: 60_000 })

let pages: PagesUnderTest
let supporter: SeededSupporter
const phones = knownPhones(() => pages)
beforeAll(async () => {
  pages = await openPages({ demoPhones: true })
  supporter = await pages.stack.seedSupporter({ phone: pages.stack.newPhone(), onShift: false })
})
afterEach(async ({ task }) => {
  pages.line.open()
  await phones.close(task.result?.state === 'fail')
  await supporter.setShift(false)
})
afterAll(() => pages.close())

/** One page in one language: its controls by name, its sentences, and the few steps that every point needs. */
function on(page: Page, language: Spoken) {
  const { say, like } = speaking(language)
  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })
  const heading = (name: string | RegExp) => page.getByRole('heading', { name, exact: true })
  const text = (words: string | RegExp) => page.getByText(words, { exact: true })
  /** With a time of day; beside it stands how far away that is, where the test has moved the service's time. */
  const timed = (word: Parameters<typeof like>[0], time: string) =>
    page.getByText(new RegExp(like(word).source.replace('.+', `${time}(?: \\(.+\\))?`)))
  const watched = text(like('hold.watched'))
  /** Any touch on the control; what it is called is heard together with the time that is left. */
  const here = page.getByRole('button', { name: new RegExp(`${say('count.here')}`) })
  const end = async () => {
    await button(say('count.end')).click()
    await page
      .getByRole('dialog', { name: say('end.title') })
      .getByRole('button', { name: say('end.yes') })
      .click()
    await heading(say('after.safe')).waitFor()
  }
  const toReady = async () => {
    await button(say('home.startPlace', { place: say('plan.defaultLabel') })).click()
    await heading(say('ready.title')).waitFor()
  }
  const start = async () => {
    await toReady()
    await button(say('ready.start')).click()
    await watched.waitFor()
  }
  const fold = (name: string) => heading(name).click()
  return { say, like, button, heading, text, timed, watched, here, end, toReady, start, fold }
}

/** As this phone writes the minute of an instant. */
const minuteOf = (page: Page, language: Spoken, at: number) =>
  page.evaluate<string>(
    `new Intl.DateTimeFormat('${language}-GB', { hour: '2-digit', minute: '2-digit' }).format(new Date(${at}))`,
  )

/** Typing with two thumbs: 36.2 words a minute (Palin and others, MobileHCI 2019), five characters each. */
const typeMs = 60_000 / (36.2 * 5)
/** To find a control and touch it, unhurried. */
const tapMs = 2_000
/** Silent reading of English prose: 238 words a minute (Brysbaert, 2019). */
const readMs = 60_000 / 238

test.each(spoken)(
  'point 1 (%s): running in less than 90 s, every word read and agreed to; and the phone is the only key',
  async (language) => {
    const { page, requests } = await phones.fresh(language)
    const { say, button, heading, text, watched, end, fold } = on(page, language)
    const posts = () => requests.filter(({ method, url }) => method === 'POST' && url.includes('/v1/'))
    await page.goto(pages.origin)
    await text(say('someone.timer')).waitFor()
    await supporter.setShift(true)

    let humanMs = 0
    const read = async () => {
      // biome-ignore lint/performance/useDomNodeTextContent: what is folded away is not read.
      humanMs += (await page.locator('main').innerText()).split(/\s+/).length * readMs
    }
    const tap = async (name: string) => {
      humanMs += tapMs
      await button(name).tap()
    }
    const beganAt = performance.now()
    await page.reload()
    await text(say('someone.here')).waitFor()
    await heading(say('welcome.title')).waitFor()
    for (const point of ['welcome.timer', 'welcome.told', 'welcome.who', 'welcome.fails'] as const)
      await text(say(point)).waitFor()
    expect(await page.evaluate('document.documentElement.lang')).toBe(language)
    await read()
    await tap(say('welcome.start'))
    await heading(say('agree.title')).waitFor()
    for (const point of ['agree.kept', 'agree.passed', 'agree.back'] as const) await text(say(point)).waitFor()
    await read()
    expect(posts()).toEqual([])
    await tap(say('agree.yes'))
    await page.getByLabel(say('q.address')).tap()
    await page.keyboard.type(juniper)
    humanMs += tapMs + juniper.length * typeMs
    await tap(say('quick.go'))
    await heading(say('ready.title')).waitFor()
    await tap(say('ready.start'))
    await watched.waitFor()
    expect(performance.now() - beganAt + humanMs).toBeLessThan(90_000)
    await end()

    // There is no account behind it: what can be carried is a locked copy, and its code.
    await button(say('after.done')).click()
    await button(say('home.settings')).click()
    await fold(say('move.title'))
    await text(say('promise.device')).waitFor()
    await button(say('settings.move')).click()
    await text(say('move.key')).waitFor()
    const saving = page.waitForEvent('download')
    await button(say('move.file')).click()
    const copy = await readFile(await (await saving).path())
    expect(copy.toString('latin1') + Buffer.from(copy.toString(), 'base64url').toString('latin1')).not.toContain(
      'Juniper',
    )
    await button(say('move.thenCode')).click()
    const code = (await page.locator('.code').textContent()) ?? ''
    const other = await phones.fresh(language)
    const there = on(other.page, language)
    await other.page.goto(pages.origin)
    await there.button(say('settings.arrive')).click()
    await there.button(say('agree.yes')).click()
    await there.text(say('arrive.pick')).waitFor()
    expect(await other.page.evaluate('document.documentElement.scrollWidth'), 'nothing leaves the screen').toBe(412)
    await other.page
      .getByLabel(say('arrive.file'))
      .setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: copy })
    await other.page.getByLabel(say('arrive.code')).fill(code)
    await there.text('a.txt').waitFor()
    await there.button(say('arrive.go')).click()
    await there.heading(say('home.title')).waitFor()
    await there.text(juniper).waitFor()
  },
)

const lines = {
  address: 'Flat 9, 4 Marigold Court, Leeds',
  entry: 'Buzzer nine, key under the thistle pot',
  pets: 'A greyhound called Biscuit',
  naloxone: 'Tin on the mantelpiece',
  notes: 'Inhaler in the denim jacket',
  callOut: 'Robinson',
}

test.each(spoken)(
  'point 2 (%s): a plan is sealed on the phone, rescuers and the own phone are tried out, a PIN locks it, another calls for help',
  async (language) => {
    const { stack } = pages
    const { page, requests } = await phones.fresh(language)
    const { say, button, heading, text, watched, fold } = on(page, language)
    const [ash, robin, own] = [stack.newPhone(), stack.newPhone(), stack.newPhone()]
    stack.canaries.add('plan text', ...Object.values(lines))
    await page.goto(pages.origin)
    await button(say('welcome.plan')).click()
    await button(say('agree.yes')).click()
    await page.getByLabel(say('q.label')).fill('Marigold')
    await button(say('plan.next')).click()
    for (const [question, answer] of Object.entries(lines)) {
      await page.getByText(say(`why.${question as keyof typeof lines}`), { exact: true }).waitFor()
      await page.getByLabel(say(`q.${question as keyof typeof lines}`)).fill(answer)
      await button(say('plan.next')).click()
    }
    await page.getByLabel(say('q.ownNumber')).fill(own.number)
    await button(say('plan.next')).click()
    await page
      .getByRole('group', { name: say('q.alertOrder') })
      .getByLabel(say('order.rescuers-first'))
      .check()
    await text(say('house.count', { have: 4, all: 5 })).waitFor()
    await button(say('plan.done')).click()

    // Who is asked answers by text, and it is seen as it comes.
    await heading(say('people.title')).waitFor()
    const invite = async (name: string, number: string) => {
      await button(say('people.add')).click()
      await page.getByLabel(say('people.name')).fill(name)
      await page.getByLabel(say('people.number')).fill(number)
      await page.getByLabel(say('people.word')).fill('heron')
      await button(say('people.send')).click()
      await text(say('consent.waiting')).waitFor()
    }
    await invite('Ash', ash.number)
    await ash.expectText('heron')
    await ash.reply('1')
    await ash.expectText(texted(language, 'agreed-noted'))
    await text(say('consent.agreed')).waitFor()
    await button(say('people.rehearse')).click()
    await ash.expectText(/^TEST/)
    await invite('Robin', robin.number)
    await robin.expectText('heron')
    await robin.reply('2')
    await text(say('consent.declined')).waitFor()
    await page
      .getByRole('region', { name: say('own.title') })
      .getByRole('button', { name: say('own.test') })
      .click()
    await text(say('own.tested')).waitFor()
    await (await own.answerCall('human')).press('0')
    await own.expectText(texted(language, 'rehearsal-own'))

    // Nothing readable has left the phone, and nothing readable lies at the service.
    const sent = requests.map(({ url, body }) => url + body).join('\n')
    const stored = await everythingStored()
    for (const where of [sent, stored]) {
      expect(where).toContain('ciphertext')
      for (const line of [...Object.values(lines), ash.number, own.number]) expect(where).not.toContain(line)
    }
    expect(stored).not.toContain('heron')
    expect(stack.canaries.findIn(stored)).toEqual([])

    // Locked, it is read by nobody who picks the phone up; either PIN opens it.
    await button(say('people.done')).click()
    await button(say('app.back')).click()
    await button(say('home.settings')).click()
    await fold(say('settings.pin'))
    await page.getByLabel(say('settings.pinNew')).fill('2580')
    await text(say('settings.pinSecond')).click()
    await page.getByLabel(say('settings.pinDuress')).fill('1470')
    await button(say('app.save')).click()
    await text(say('settings.pinOn')).waitFor()
    await page.reload()
    const pin = page.getByLabel(say('lock.pin'), { exact: true })
    await heading(say('lock.title')).waitFor()
    expect(await page.getByText(/Marigold/).count()).toBe(0)
    await pin.fill('0000')
    await button(say('lock.open')).click()
    await text(say('lock.wrong')).waitFor()
    await pin.fill('2580')
    await button(say('lock.open')).click()
    await button(say('home.startPlace', { place: 'Marigold' })).click()
    await text(lines.address).waitFor()
    await button(say('ready.start')).click()
    await watched.waitFor()
    const ownWords = texted(language, 'session-start')
    expect(ownWords).not.toBe('')
    await own.expectText(ownWords)

    // Under duress it looks like an end.
    await button(say('count.end')).click()
    const dialog = page.getByRole('dialog', { name: say('lock.endTitle') })
    await pin.fill('1470')
    await dialog.getByRole('button', { name: say('count.end') }).click()
    await heading(say('after.safe')).waitFor()
    await text(say('after.nobodyWatches')).waitFor()
    for (const word of ['act.title', 'act.raised.help', 'after.receipt'] as const)
      expect(await page.getByText(say(word)).count()).toBe(0)
    expect((await lastSession(stack)).state).toBe('alerting')
    await ash.expectText('SAFETY ALERT')
    await ash.expectText('/r/')
    await closeBy(ash, language)
    const origins = new Set(requests.map(({ url }) => new URL(url).origin.replace(/^ws/, 'http')))
    expect([...origins].sort()).toEqual([...pages.origins].sort())
  },
)

/** The rescuer is there, has spoken to them, and that ends the alert. */
async function closeBy(rescuer: Phone, language: Spoken): Promise<void> {
  await rescuer.reply('4')
  await rescuer.expectText(texted(language, 'there-noted'))
  await rescuer.reply('5')
  await rescuer.expectText('ALL CLEAR')
}

/** All rows of all tables, as a thief would print them. */
async function everythingStored(): Promise<string> {
  const tables = await pages.stack.db.query<{ name: string }>(
    `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'app'`,
  )
  const rows = await Promise.all(
    tables.map(({ name }) => pages.stack.db.query<{ row: string }>(`SELECT t::text AS row FROM app.${name} t`)),
  )
  return rows
    .flat()
    .map(({ row }) => row)
    .join('\n')
}

test.each(spoken)('point 2 (%s): the plan of a place is adopted by its code, and a room is added', async (language) => {
  const operator = await (await pages.stack.organisation('demo')).signIn('operator')
  const { body } = await operator.request('POST', '/v1/operate/sites', {
    commandId: crypto.randomUUID(),
    label: 'Harbour House',
    address: '1 Quay Street, Leeds',
    entry: 'Blue door',
    naloxone: ['Office'],
    staffOnSite: 'Night staff until 8',
  })
  const { page, requests } = await phones.fresh(language)
  const { say, button, heading, text } = on(page, language)
  await page.goto(pages.origin)
  await button(say('join.door')).click()
  await button(say('agree.yes')).click()
  await heading(say('join.title')).waitFor()
  await page.getByLabel(say('join.code')).fill((body as { site: { joinCode: string } }).site.joinCode)
  await button(say('join.find')).click()
  await text('Blue door').waitFor()
  await page.getByLabel(say('join.room')).fill('12')
  await button(say('join.use')).click()
  await heading(say('ready.title')).waitFor()
  const room = say('join.inAddress', { room: 12 })
  await text(`${room}, 1 Quay Street, Leeds`).waitFor()
  expect(requests.map(({ body: sent }) => sent).join('\n')).not.toContain(room)
})

test.each(spoken)(
  'point 3 (%s): two taps for who comes back; else one glance, a rhythm with what it means, who keeps watch, a test of sound',
  async (language) => {
    await supporter.setShift(true)
    const { page } = await phones.known(language, async (fresh) => {
      await noteSenses(fresh)
      await fresh.addInitScript(`window.taps = 0; addEventListener('pointerdown', () => { window.taps += 1 }, true)`)
    })
    const { say, button, heading, text, watched, end, toReady } = on(page, language)
    await button(say('home.startPlace', { place: say('plan.defaultLabel') })).tap()
    await button(say('ready.start')).tap()
    await watched.waitFor()
    expect(await page.evaluate('window.taps')).toBe(2)
    await end()
    await button(say('after.done')).click()

    await toReady()
    await text(juniper).waitFor()
    const glance = page.getByRole('list', { name: say('ready.glance') }).getByRole('listitem')
    expect((await glance.allTextContents()).map((one) => one.trim())).toEqual(
      (['door', 'pets', 'naloxone', 'phone'] as const).map((what) => say(`glance.${what}`)),
    )
    const unfold = (what: string) => page.locator('summary', { hasText: what }).click()
    await unfold(say('rhythm.steady'))
    const rhythms = page.getByRole('group', { name: say('ready.rhythm') })
    for (const name of ['steady', 'close', 'tail'] as const) {
      await rhythms.getByRole('radio', { name: say(`rhythm.${name}`) }).waitFor()
      await rhythms.getByText(say(`rhythm.${name}.what`)).waitFor()
    }
    await rhythms.getByText(say('rhythm.once.what')).waitFor()
    await rhythms.getByRole('radio', { name: say('rhythm.tail') }).check()
    await unfold(say('company.supporter'))
    const company = page.getByRole('group', { name: say('ready.company') })
    await company.getByText(say('someone.here')).waitFor()
    await company.getByRole('radio', { name: say('company.timer-only') }).check()
    await unfold(say('ready.sound'))
    await button(say('ready.test')).click()
    await until('a sound and a vibration', async () => {
      const buzzes = await page.evaluate<number>('window.buzzes.length')
      return (await soundsOf(page)).length > 0 && buzzes > 0
    })
    await text(say('ready.heard')).waitFor()
    await button(say('ready.heardNo')).click()
    await text(say('ready.notHeard')).waitFor()
    await page.getByRole('checkbox', { name: say('ready.silent') }).waitFor()
    await button(say('ready.start')).click()
    await watched.waitFor()
    const { deadlineAt } = await lastSession(pages.stack)
    expect(Math.abs(deadlineAt - (await pages.stack.now()) - 15 * 60_000)).toBeLessThan(8_000)
    const [session] = await pages.stack.db.query('SELECT company FROM app.sessions ORDER BY started_at DESC LIMIT 1')
    expect(session).toEqual({ company: 'timer-only' })
    await end()
    await heading(say('after.safe')).waitFor()
  },
)

test.each(spoken)(
  'point 4 (%s): one large control, three states that cannot lie, five more minutes, using again, night, silence, help',
  async (language) => {
    const { stack } = pages
    const { page, context, rescuer, requests } = await phones.known(language, noteSenses)
    const { say, button, heading, text, timed, watched, here, start } = on(page, language)
    const counted = text(say('count.counted'))
    await start()
    const started = await lastSession(stack)
    const minutes = await Promise.all([started.deadlineAt, started.alertAt].map((at) => minuteOf(page, language, at)))
    const [deadline = '', alert = ''] = minutes
    await timed('hold.watched', deadline).waitFor()
    await timed('count.held', alert).waitFor()
    const box = await here.boundingBox()
    if (box === null) throw new Error('there is no control')
    expect((box.width * box.height) / (412 * 840)).toBeGreaterThanOrEqual(1 / 3)

    // Out of touch, and in touch again.
    await context.setOffline(true)
    await timed('hold.out-of-touch', alert).waitFor()
    await context.setOffline(false)
    await watched.waitFor()

    // Any touch on it; a key; five minutes more; and from the beginning.
    await passTime(pages, page, 30_000)
    await page.touchscreen.tap(box.x + 12, box.y + box.height - 12)
    await counted.waitFor()
    const touched = await lastSession(stack)
    expect(touched.deadlineAt).toBeGreaterThan(started.deadlineAt)
    await passTime(pages, page, 30_000)
    await heading(say('count.title')).focus()
    await page.keyboard.press('Space')
    await counted.waitFor()
    const pressed = await lastSession(stack)
    expect(pressed.deadlineAt).toBeGreaterThan(touched.deadlineAt)
    await button(say('count.more')).click()
    await until('five minutes more', async () => (await lastSession(stack)).deadlineAt === pressed.deadlineAt + 300_000)
    await until('five minutes more on the screen', async () => (await leftOn(page)) > 360_000)
    await passTime(pages, page, 390_000)
    await button(say('count.again')).click()
    await counted.waitFor()
    expect(requests.some(({ body }) => /"type":"check-in".*"rhythmId"/.test(body))).toBe(true)
    expect(Math.abs((await lastSession(stack)).deadlineAt - (await stack.now()) - 120_000)).toBeLessThan(4_000)

    // At night, and where nobody may hear it.
    await button(say('count.dim')).click()
    expect(await button(say('count.dim')).getAttribute('aria-pressed')).toBe('true')
    expect(await page.evaluate('document.documentElement.dataset.dim')).toBe('true')
    await until('sound for every prompt', async () => (await soundsOf(page)).length === 4)
    await button(say('count.silent')).click()
    await until('silence', async () => (await soundsOf(page)).length === 0)

    // The service knows nothing of it: said as loudly as anything can be.
    pages.line.forget()
    await page.evaluate("window.dispatchEvent(new Event('focus'))")
    await heading(say('hold.not-watched')).waitFor()
    await page.getByRole('alert').getByText(say('hold.not-watched.why')).waitFor()
    pages.line.open()
    await page.reload()
    await watched.waitFor()

    // A short touch asks, a hold acts, and whoever asked is cared for.
    await button(say('help.hold')).click()
    const sure = page.getByRole('dialog', { name: say('help.title') })
    await sure.getByText(say('help.what')).waitFor()
    await sure.getByRole('button', { name: say('app.cancel') }).click()
    expect((await lastSession(stack)).state).toBe('counting')
    await button(say('help.hold')).hover()
    await page.mouse.down()
    await button(say('help.keep')).waitFor()
    await heading(say('act.title')).waitFor()
    await page.mouse.up()
    await rescuer.expectText('SAFETY ALERT')
    await rescuer.expectText('/r/')
    await text(say('act.raised.help')).waitFor()
    await closeBy(rescuer, language)
    await heading(say('after.over')).waitFor()
    await text(say('after.care')).waitFor()
    expect(await page.getByText(say('after.why')).count()).toBe(0)
  },
)

test.each(spoken)(
  'point 5 (%s): asked with the whole screen, sound and vibration, ten seconds to stop it; the phone alone says what the service does',
  async (language) => {
    const { stack } = pages
    const { page, context, rescuer } = await phones.known(language, async (fresh) => {
      await noteSenses(fresh)
      await fresh.addInitScript(
        'window.skippedMs = 0; const real = performance.now.bind(performance); performance.now = () => real() + window.skippedMs',
      )
    })
    const { say, like, heading, text, timed, watched, here, start, end } = on(page, language)
    await start()
    await until('four prompts, each harder', async () => (await soundsOf(page)).length === 4)
    const first = await lastSession(stack)
    await stack.advanceTo(first.deadlineAt + 500)
    await heading(say('ask.title')).waitFor()
    const whole = page.getByRole('button', { name: say('ask.here') })
    await whole.getByText(say('ask.touch')).waitFor()
    await whole.getByText(like('ask.until')).waitFor()
    await whole.getByText(say('ask.next.louder')).waitFor()
    await page.getByRole('img', { name: say('ask.steps', { n: 1, all: 4 }) }).waitFor()
    const box = await whole.boundingBox()
    expect(((box?.width ?? 0) * (box?.height ?? 0)) / (412 * 840)).toBeGreaterThan(0.8)
    await until('it vibrates', async () => (await page.evaluate<number>('window.buzzes.length')) > 0)

    // The last ten seconds: one touch, anywhere.
    await stack.advanceTo(first.alertAt - 9_500)
    await page
      .getByRole('alert')
      .getByRole('heading', { name: like('open.aloud') })
      .waitFor()
    await text(say('open.title')).waitFor()
    await text(say('open.stop')).waitFor()
    expect(Number(await page.locator('.numeral').textContent())).toBeLessThanOrEqual(10)
    await page.touchscreen.tap(30, 800)
    await watched.waitFor()
    expect((await lastSession(stack)).state).toBe('counting')

    // Without a network it asks by itself, green is nothing, and by itself it comes to the last ten seconds.
    const next = await lastSession(stack)
    await context.setOffline(true)
    await text(like('hold.out-of-touch')).waitFor()
    const passHere = (ms: number) => page.evaluate(`window.skippedMs += ${ms}; undefined`)
    const left = next.deadlineAt - (await stack.now())
    await passHere(left + 500)
    await heading(say('ask.title')).waitFor()
    const alert = await minuteOf(page, language, next.alertAt)
    await timed('ask.offline', alert).waitFor()
    await here.click()
    await text(say('ask.sending')).waitFor()
    expect(await page.getByText(say('count.counted')).count()).toBe(0)
    expect((await lastSession(stack)).deadlineAt).toBe(next.deadlineAt)
    await passHere(next.alertAt - next.deadlineAt - 9_000)
    await page.getByRole('heading', { name: like('open.aloud') }).waitFor()
    await timed('ask.offline', alert).waitFor()
    // The service's time passes too; it hears the touch, and that it is some time ago.
    await stack.advanceTo(next.deadlineAt + 20_000)
    await context.setOffline(false)
    await watched.waitFor()
    expect((await lastSession(stack)).deadlineAt).toBeGreaterThan(next.deadlineAt)
    await end()
    await rescuer.expectNothingMore()
  },
)

test.each(spoken)(
  'point 6 (%s): who was told what and when, called off with thanks, why in one tap, a receipt, and a watch with long gaps',
  async (language) => {
    const { stack } = pages
    const { page, context, rescuer } = await phones.known(language)
    const { say, like, button, heading, text, watched, start, end } = on(page, language)
    await start()
    await stack.advanceTo((await lastSession(stack)).alertAt)
    await heading(say('act.title')).waitFor()
    await rescuer.expectText('SAFETY ALERT')
    await rescuer.expectText('/r/')
    await text(say('act.raised')).waitFor()
    await text(say('act.disclosed.link')).waitFor()
    await text(say('act.told', { who: 'Ash' })).waitFor()
    await text(say('act.waiting')).waitFor()
    const guide = page.getByRole('region', { name: say('guide.title') })
    for (const what of ['guide.door', 'guide.naloxone', 'guide.side'] as const)
      await guide.getByText(say(what)).waitFor()
    await rescuer.reply('1')
    await rescuer.expectText(texted(language, 'claim.rescuer'))
    await text(say('act.going', { who: 'Ash' })).waitFor()

    await button(say('act.callOff')).click()
    await text(say('act.asked')).waitFor()
    await rescuer.expectText(texted(language, 'request-all-clear'))
    await rescuer.reply('5')
    await heading(say('after.over')).waitFor()
    await rescuer.expectText('ALL CLEAR')
    await text(say('after.thanks')).waitFor()
    await text(say('after.nobodyWatches')).waitFor()
    const receipt = page.getByRole('region', { name: say('after.receipt') }).getByRole('listitem')
    const [told = ''] = await receipt.allTextContents()
    expect(told).toContain(`Ash, ${say('receipt.delivered')}, ${say('receipt.safe')}`)
    await heading(say('after.why')).waitFor()
    await button(say('why.silent-phone')).click()
    await text(say('after.whyThanks')).waitFor()

    await text(say('after.tailWhat', { gaps: '15–20', hours: 12 })).waitFor()
    await button(say('after.tail')).click()
    await watched.waitFor()
    const tail = await lastSession(stack)
    expect(tail.deadlineAt - (await stack.now())).toBeGreaterThan(10 * 60_000)
    await end()

    // What to do is on the phone, with no network too.
    await button(say('after.done')).click()
    await page.waitForFunction("navigator.serviceWorker.ready.then(({ active }) => active?.state === 'activated')")
    await context.setOffline(true)
    await button(say('door.guidance')).click()
    await text(say('guide.notApproved')).waitFor()
    await heading(say('guidance.me')).waitFor()
    await text(like('guidance.dates')).first().waitFor({ state: 'attached' })
    await context.setOffline(false)
  },
)

test.each(spoken)(
  'point 6 (%s): after naloxone the watch that follows is on the screen, and is found by a phone that knows nothing of it',
  async (language) => {
    const { stack } = pages
    const console = await signInToConsole({ api: stack.api, invitation: await supporter.invite() })
    stack.phones.allow(/./)
    const { page } = await phones.known(language)
    const { say, heading, text, watched, start } = on(page, language)
    await start()
    await console.setShift(true)
    await stack.advanceTo((await lastSession(stack)).alertAt)
    await heading(say('act.title')).waitFor()
    const { id: sessionId } = await lastSession(stack)
    const alert = (await console.alerts()).find((one) => one.sessionId === sessionId)
    await console.command(alert.id, 'claim')
    await text(say('act.owned.supporter')).waitFor()
    await text(say('act.inHand')).waitFor()
    await console.command(alert.id, 'progress', { kind: 'naloxone-given' })
    await console.command(alert.id, 'all-clear', { outcome: 'rescued', naloxone: true })
    await watched.waitFor()
    expect(await page.getByText(say('after.nobodyWatches')).count()).toBe(0)
    await until('twenty minutes on the screen', async () => (await leftOn(page)) > 15 * 60_000)
    await page.close()
    const next = await phones.known(language)
    const there = on(next.page, language)
    await there.watched.waitFor()
    await there.end()
    await console.setShift(false)
  },
)

test.each(spoken)(
  'point 7 (%s): a touch without a network is not green; a killed tab delivers it with its age; two tabs show one timer',
  async (language) => {
    const { stack } = pages
    const { page, context } = await phones.known(language)
    const { say, like, start, text, here } = on(page, language)
    await start()
    const started = await lastSession(stack)
    await page.waitForFunction("navigator.serviceWorker.ready.then(({ active }) => active?.state === 'activated')")
    await passTime(pages, page, 30_000)
    await context.setOffline(true)
    await text(like('hold.out-of-touch')).waitFor()
    await here.click()
    const pressedAt = await stack.now()
    await text(say('count.sendingOffline')).waitFor()
    await until('the touch to be kept', () => readKept(page, 'session', `kept.press?.kind === 'check-in'`))
    await page.close({ runBeforeUnload: false })
    // A new tab is told that it is offline a moment after it is there.
    pages.line.cut()
    const next = await context.newPage()
    next.setDefaultTimeout(10_000)
    await next.goto(pages.origin)
    const there = on(next, language)
    // Not watched would be a lie: the service holds the timer.
    await there.text(like('hold.out-of-touch')).waitFor()
    await there.text(say('count.sendingOffline')).waitFor()
    expect(await next.getByText(say('hold.not-watched')).count()).toBe(0)
    expect(await there.text(say('count.counted')).count()).toBe(0)
    expect(Math.abs((await leftOn(next)) - (started.deadlineAt - (await stack.now())))).toBeLessThan(3_000)
    // Long enough that its age matters.
    await pause(2_000)
    expect((await lastSession(stack)).deadlineAt).toBe(started.deadlineAt)
    pages.line.open()
    await context.setOffline(false)
    await there.watched.waitFor()
    await until('the touch', async () => (await lastSession(stack)).deadlineAt > started.deadlineAt)
    expect(Math.abs((await lastSession(stack)).lastPressAt - pressedAt)).toBeLessThan(2_500)

    const second = await context.newPage()
    second.setDefaultTimeout(10_000)
    await second.goto(pages.origin)
    const other = on(second, language)
    await other.watched.waitFor()
    await stack.advance(30_000)
    await there.here.click()
    await there.text(say('count.counted')).waitFor()
    const { deadlineAt } = await lastSession(stack)
    const left = deadlineAt - (await stack.now())
    await until('the new time in the other tab', async () => Math.abs((await leftOn(second)) - left) < 4_000)
    await other.end()
    await there.heading(say('after.safe')).waitFor()
  },
)

test.each(spoken)(
  'point 7 (%s): a wrong clock and a slow processor change nothing; a frozen page shows what is true as soon as it thaws',
  async (language) => {
    const { stack } = pages
    const { page, context } = await phones.known(language, async (fresh) => {
      await noteClaims(fresh)
      await fresh.addInitScript('{ const now = Date.now; Date.now = () => now() + 3 * 3_600_000 }')
    })
    const { say, like, heading, text, watched, here, start, end } = on(page, language)
    const leftThere = async () => (await lastSession(stack)).deadlineAt - (await stack.now())
    await start()
    expect(Math.abs((await leftOn(page)) - (await leftThere()))).toBeLessThan(3_000)

    const devtools = await context.newCDPSession(page)
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: 6 })
    await passTime(pages, page, 30_000)
    await here.click()
    await text(say('count.counted')).waitFor()
    const { deadlineAt } = await lastSession(stack)
    await stack.advanceTo(deadlineAt)
    await heading(say('ask.title')).waitFor()
    await here.click()
    await watched.waitFor()
    expect((await lastSession(stack)).deadlineAt).toBeGreaterThan(deadlineAt)
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: 1 })

    await page.evaluate('window.ticks = 0; setInterval(() => { window.ticks += 1 }, 50); undefined')
    // A browser without a window has no hidden page that could be frozen (`Page.setWebLifecycleState` does nothing to one
    // that is seen); a page that stands in its debugger is as still: no timer, no word of the socket is worked on.
    await devtools.send('Debugger.enable')
    const still = new Promise((resolve) => devtools.once('Debugger.paused', resolve))
    const frozenAt = await page.evaluate<number>('performance.now()')
    await devtools.send('Debugger.pause')
    await still
    await stack.advance(80_000)
    pages.line.cut()
    await pause(5_500)
    await devtools.send('Debugger.disable')
    await text(like('hold.out-of-touch')).waitFor()
    expect(await page.evaluate<number>('window.ticks'), 'its timers stood still').toBeLessThan(60)
    const wrong = (await claimsOf(page)).filter(
      ({ claim, at }) => at > frozenAt + 5_000 && claim?.startsWith('watched'),
    )
    expect(wrong, 'no green before the service was heard').toEqual([])
    pages.line.open()
    await watched.waitFor()
    const left = await leftThere()
    await until('the true time', async () => Math.abs((await leftOn(page)) - left) < 4_000)
    await end()
  },
)

test.each(spoken)(
  'point 8 (%s): left without a trace; a rescuer goes without a word; "forget this phone" leaves nothing here or there',
  async (language) => {
    const { stack } = pages
    const { page, context } = await phones.fresh(language)
    const { say, button, heading, text } = on(page, language)
    const elsewhere = 'https://www.bbc.co.uk/weather'
    await context.route(elsewhere, (route) => route.fulfill({ contentType: 'text/html', body: '<h1>Sunny</h1>' }))
    const leave = async (how: () => Promise<unknown>) => {
      await how()
      await page.waitForURL(elsewhere)
      await page.goBack().catch(() => null)
      expect(page.url()).not.toContain(pages.origin)
      await page.goto(pages.origin)
    }
    await page.goto(pages.origin)
    await heading(say('welcome.title')).waitFor()
    const neutral = say('app.title')
    expect(await page.title()).toBe(neutral)
    await leave(async () => {
      for (let press = 0; press < 3; press += 1) await page.keyboard.press('Escape')
    })

    const ash = stack.newPhone()
    const historyLength = () => page.evaluate<number>('history.length')
    await heading(say('welcome.title')).waitFor()
    const before = await historyLength()
    await button(say('welcome.start')).click()
    await button(say('agree.yes')).click()
    await page.getByLabel(say('q.address')).fill(juniper)
    await button(say('quick.go')).click()
    await button(say('ready.askSomeone')).click()
    await button(say('people.add')).click()
    await page.getByLabel(say('people.name')).fill('Ash')
    await page.getByLabel(say('people.number')).fill(ash.number)
    await button(say('people.send')).click()
    await ash.expectText(/(?:Reply|Atebwch) 1 = /)
    await ash.reply('1')
    await ash.expectText(texted(language, 'agreed-noted'))
    await text(say('consent.agreed')).waitFor()
    await button(`${say('people.remove')} Ash`).click()
    await page
      .getByRole('dialog', { name: say('people.removeSure', { name: 'Ash' }) })
      .getByRole('button', { name: say('people.remove') })
      .click()
    await text(say('people.none')).waitFor()
    await ash.expectNothingMore()
    // No screen has left a step for the browser's "back".
    expect(await historyLength()).toBe(before)
    expect(await page.title()).toBe(neutral)
    await leave(() => button(say('app.leave')).click())

    const left = () =>
      page.evaluate<object>(`(async () => ({
        databases: (await indexedDB.databases()).map(({ name }) => name),
        caches: await caches.keys(),
        workers: (await navigator.serviceWorker.getRegistrations()).length,
        local: localStorage.length,
        session: sessionStorage.length,
        cookies: document.cookie,
      }))()`)
    const nothing = { databases: [], caches: [], workers: 0, local: 0, session: 0, cookies: '' }
    // There is something to forget; else this would show nothing.
    await heading(say('home.title')).waitFor()
    await until('the app to be kept for offline', async () => JSON.stringify(await left()).includes('precache'))
    const plans = async () => (await stack.db.query('SELECT id FROM app.rescue_plans WHERE deleted_at IS NULL')).length
    const had = await plans()
    await button(say('home.settings')).click()
    await button(say('settings.forget')).click()
    const sure = page.getByRole('dialog', { name: say('settings.forget') })
    await sure.getByText(say('settings.forgetWhat')).waitFor()
    await sure.getByRole('button', { name: say('settings.forgetYes') }).click()
    await heading(say('forgotten.title')).waitFor()
    expect(await left()).toEqual(nothing)
    expect(await plans()).toBe(had - 1)
    // The page that is still open brings nothing back.
    await page.evaluate(`document.dispatchEvent(new Event('visibilitychange')); fetch('/settings.json')`)
    expect(await left()).toEqual(nothing)
    await button(say('forgotten.again')).click()
    await heading(say('welcome.title')).waitFor()
  },
)
