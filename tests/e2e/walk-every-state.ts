import { until } from '@stillhere/testkit'
import type { Page } from 'playwright-core'
import cy from '../../services/web/src/shared/words/person.cy.json' with { type: 'json' }
import en from '../../services/web/src/shared/words/person.en.json' with { type: 'json' }
import type { PagesUnderTest } from './pages-under-test.ts'

/** In the order of the evening. */
export type State =
  | 'welcome'
  | 'guidance'
  | 'data'
  | 'wrong'
  | 'lost'
  | 'feedback'
  | 'join'
  | 'scan-none'
  | 'scanning'
  | 'arrive'
  | 'agree'
  | 'quick'
  | 'plan-first'
  | 'plan-address'
  | 'plan-pets'
  | 'plan-order'
  | 'people-ask'
  | 'people-waiting'
  | 'people-agreed'
  | 'people-own-tested'
  | 'ready'
  | 'ready-rhythm'
  | 'counted'
  | 'counting'
  | 'counting-dim'
  | 'help'
  | 'out-of-touch'
  | 'asking'
  | 'asking-offline'
  | 'opening'
  | 'acting'
  | 'acting-asked'
  | 'after'
  | 'home'
  | 'settings'
  | 'settings-pin'
  | 'move'
  | 'move-picture'
  | 'move-code'
  | 'locked'
  | 'locked-waiting'
  | 'not-watched'
  | 'ended'
  | 'forgotten'

const catalogues = { en, cy }

/** Whether the phone has a camera; what it sees is grey. */
const camera = {
  absent: `navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotFoundError') }`,
  present: `navigator.mediaDevices.getUserMedia = async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 480 })
    const context = canvas.getContext('2d')
    context.fillStyle = '#888'
    const draw = setInterval(() => context.fillRect(0, 0, 640, 480), 200)
    const stream = canvas.captureStream(5)
    stream.getTracks()[0].addEventListener('ended', () => clearInterval(draw))
    return stream
  }`,
}

/** Does this to what the phone keeps of wrong PINs. */
const pinTries = (what: string) => `new Promise((resolve, reject) => {
  const opening = indexedDB.open('keyval-store')
  opening.onsuccess = () => {
    const transaction = opening.result.transaction('keyval', 'readwrite')
    transaction.objectStore('keyval').${what}
    transaction.oncomplete = () => { opening.result.close(); resolve(undefined) }
    transaction.onerror = () => reject(transaction.error)
  }
})`

/**
 * Goes through a whole evening by the words of one language, from the first visit to the end, and stops at every state
 * of the screen. `onState` may turn the page about; it leaves it as it was. Whatever the phones get is allowed.
 */
export async function walkEveryState(
  pages: PagesUnderTest,
  language: 'en' | 'cy',
  onState: (page: Page, state: State) => Promise<void>,
): Promise<void> {
  const { stack, origin } = pages
  const words = catalogues[language]
  const { page } = await pages.newPhonePage({
    locale: language === 'cy' ? 'cy-GB' : 'en-GB',
    // A photograph of the whole page upsets the hit test of an emulated phone.
    isMobile: false,
  })
  const shot = (state: State) => onState(page, state)
  const click = (word: string) => page.getByRole('button', { name: word, exact: false }).first().click()
  const heading = (name: string) => page.getByRole('heading', { name }).waitFor()
  const rescuer = stack.newPhone()
  const sessionNow = async () => {
    const [session] = await stack.db.query<{ deadlineAt: number; alertAt: number }>(
      'SELECT deadline_at AS "deadlineAt", alert_at AS "alertAt" FROM app.sessions ORDER BY started_at DESC LIMIT 1',
    )
    if (!session) throw new Error('no session')
    return session
  }

  await page.goto(origin)
  await heading(words['welcome.title'])
  await shot('welcome')
  for (const name of ['guidance', 'data', 'wrong', 'lost', 'feedback'] as const) {
    await click(words[`door.${name}`])
    await heading(words[`door.${name}`])
    if (name === 'guidance') await page.locator('svg.picture').nth(11).waitFor()
    await shot(name)
    await click(words['app.back'])
  }
  await click(words['join.door'])
  await heading(words['agree.title'])
  await shot('agree')
  await click(words['agree.yes'])
  await heading(words['join.title'])
  await shot('join')
  await page.evaluate(camera.absent)
  await click(words['scan.start'])
  await page.getByText(words['scan.none']).waitFor()
  await shot('scan-none')
  await page.evaluate(camera.present)
  await click(words['scan.start'])
  await page.getByText(words['scan.looking']).waitFor()
  await shot('scanning')
  await click(words['scan.stop'])
  await click(words['app.back'])
  await click(words['settings.arrive'])
  await heading(words['arrive.title'])
  await shot('arrive')
  await click(words['app.back'])
  await click(words['welcome.start'])
  await shot('quick')
  await click(words['app.back'])
  await click(words['welcome.plan'])
  await shot('plan-first')
  await page.getByLabel(words['q.label']).fill(words['plan.defaultLabel'])
  await click(words['plan.next'])
  await page.getByLabel(words['q.address']).fill(words['eg.address'])
  await shot('plan-address')
  await click(words['plan.next'])
  await page.getByLabel(words['q.entry']).fill(words['eg.entry'])
  await click(words['plan.next'])
  await shot('plan-pets')
  await click(words['plan.skip'])
  await page.getByLabel(words['q.naloxone']).fill(words['eg.naloxone'])
  await click(words['plan.next'])
  for (let skip = 0; skip < 2; skip += 1) await click(words['plan.skip'])
  await page.getByLabel(words['q.ownNumber']).fill(stack.newPhone().number)
  await click(words['plan.next'])
  await shot('plan-order')
  await click(words['plan.done'])
  await heading(words['people.title'])
  await click(words['people.add'])
  await shot('people-ask')
  await page.getByLabel(words['people.name']).fill('Ash')
  await page.getByLabel(words['people.number']).fill(rescuer.number)
  await page.getByLabel(words['people.word']).fill('thistle')
  await click(words['people.send'])
  await page.getByText(words['consent.waiting']).waitFor()
  await shot('people-waiting')
  await rescuer.expectText('thistle')
  await rescuer.reply('1')
  await page.getByText(words['consent.agreed'], { exact: true }).waitFor()
  await shot('people-agreed')
  await click(words['own.test'])
  await page.getByText(words['own.tested']).waitFor()
  await shot('people-own-tested')
  await click(words['people.done'])
  await page.getByRole('button', { name: words['ready.start'], exact: true }).waitFor()
  await shot('ready')
  await page
    .locator('details.line')
    .first()
    .click({ position: { x: 20, y: 20 } })
  await shot('ready-rhythm')
  await page.getByRole('button', { name: words['ready.start'], exact: true }).click()
  await page.locator('.holding.watched').waitFor()
  await stack.advance(35_000)
  await page.locator('.field').click()
  await page.getByText(words['count.counted']).waitFor()
  await shot('counted')
  await until('the green to go', async () => (await page.getByText(words['count.counted']).count()) === 0)
  await stack.advance(50_000)
  await shot('counting')
  await click(words['count.dim'])
  await shot('counting-dim')
  await click(words['count.dim'])
  await page.getByRole('button', { name: words['help.hold'] }).click()
  await page.getByRole('dialog', { name: words['help.title'] }).waitFor()
  await shot('help')
  await page.getByRole('dialog').getByRole('button', { name: words['app.cancel'] }).click()
  await page.context().setOffline(true)
  await page.locator('.holding.out-of-touch').waitFor()
  await shot('out-of-touch')
  await page.context().setOffline(false)
  await page.locator('.holding.watched').waitFor()
  await stack.advanceTo((await sessionNow()).deadlineAt + 1_000)
  await heading(words['ask.title'])
  await shot('asking')
  await page.context().setOffline(true)
  await page.getByText(start(words['ask.offline'])).waitFor()
  await shot('asking-offline')
  await page.context().setOffline(false)
  await page.getByText(start(words['ask.until'])).waitFor()
  await stack.advanceTo((await sessionNow()).alertAt - 9_500)
  await heading(words['open.title'])
  await shot('opening')
  await stack.advanceTo((await sessionNow()).alertAt + 2_000)
  await heading(words['act.title'])
  await page.getByText(words['act.told'].replace('{who}', 'Ash')).waitFor()
  await shot('acting')
  await click(words['act.callOff'])
  await page.getByText(words['act.asked']).waitFor()
  await shot('acting-asked')
  await rescuer.reply('5')
  await heading(words['after.over'])
  await page.getByText(words['after.receipt']).waitFor()
  await shot('after')
  await click(words['after.done'])
  await heading(words['home.title'])
  await shot('home')
  await click(words['home.settings'])
  await shot('settings')
  await heading(words['move.title'])
  await page.getByRole('heading', { name: words['move.title'] }).click()
  await click(words['settings.move'])
  await shot('move')
  await click(words['move.qr'])
  await page.locator('svg.qr').waitFor()
  await shot('move-picture')
  await click(words['move.thenCode'])
  await shot('move-code')
  await click(words['app.back'])
  await page.getByRole('heading', { name: words['settings.pin'] }).click()
  await shot('settings-pin')
  await page.getByLabel(words['settings.pinNew']).fill('2580')
  await page.getByRole('button', { name: words['app.save'] }).click()
  await page.getByText(words['settings.pinOn']).waitFor()
  await page.reload()
  await page.getByLabel(words['lock.pin'], { exact: true }).waitFor()
  await shot('locked')
  // As after seven wrong ones, each of which would wait.
  await page.evaluate(pinTries(`put({ failed: 7 }, 'pin-tries')`))
  await page.reload()
  await page.getByRole('timer').waitFor()
  await shot('locked-waiting')
  await page.evaluate(pinTries(`delete('pin-tries')`))
  await page.reload()
  await page.getByLabel(words['lock.pin'], { exact: true }).waitFor()
  await page.getByLabel(words['lock.pin'], { exact: true }).fill('2580')
  await click(words['lock.open'])
  await heading(words['home.title'])
  await page.locator('.actions .primary').click()
  await page.getByRole('button', { name: words['ready.start'], exact: true }).click()
  await page.locator('.holding.watched').waitFor()
  // The service does not know this session any more: a backup was brought back, say.
  pages.line.forget()
  await page.evaluate("window.dispatchEvent(new Event('focus'))")
  await heading(words['hold.not-watched'])
  await shot('not-watched')
  pages.line.open()
  await page.reload()
  await page.locator('.holding.watched').waitFor()
  await click(words['count.end'])
  await page.getByLabel(words['lock.pin'], { exact: true }).fill('2580')
  await page.getByRole('dialog').getByRole('button', { name: words['count.end'] }).click()
  await heading(words['after.safe'])
  await shot('ended')
  await click(words['after.done'])
  await heading(words['home.title'])
  await click(words['home.settings'])
  await page.getByRole('button', { name: words['settings.forget'] }).click()
  await page.getByRole('dialog').getByRole('button', { name: words['settings.forgetYes'] }).click()
  await heading(words['forgotten.title'])
  await shot('forgotten')
}

/** What a sentence of the catalogue says before its first value. */
const start = (sentence: string) => sentence.slice(0, sentence.indexOf('{'))
