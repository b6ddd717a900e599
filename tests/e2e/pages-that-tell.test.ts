import { retentionRules } from '@stillhere/operations'
import { until } from '@stillhere/testkit'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { keptFor } from '../../services/web/src/person/pages/kept-for.ts'
import cy from '../../services/web/src/shared/words/person.cy.json' with { type: 'json' }
import en from '../../services/web/src/shared/words/person.en.json' with { type: 'json' }
import { expectReachable } from './expect-reachable.ts'
import { openPages, type PagesUnderTest } from './pages-under-test.ts'

/* Issue 4, points 6 and 10: pages that anybody may read, without an account. */

let pages: PagesUnderTest
beforeAll(async () => {
  pages = await openPages()
})
afterAll(() => pages.close())

const languages = [
  ['en-GB', en],
  ['cy-GB', cy],
] as const

const devices = async () => (await pages.stack.db.query('SELECT id FROM app.devices WHERE revoked_at IS NULL')).length

test('how long things are kept is what the service does', () => {
  const dayMs = 86_400_000
  const kept = (what: string) => {
    const rule = retentionRules.find((one) => one.what.startsWith(what))
    if (rule === undefined) throw new Error(`no rule for ${what}`)
    return rule.keptMs / dayMs
  }
  const monthDays = 365 / 12
  expect(keptFor.sessionHours).toBe(kept('sessions without an alert') * 24)
  expect(keptFor.alertDays).toBe(kept('alerts'))
  expect(keptFor.unusedPlanMonths * monthDays).toBe(kept('plans that nobody used'))
  expect(keptFor.feedbackMonths * monthDays).toBe(kept('what people said'))
  expect(keptFor.journalMonths * monthDays).toBe(kept('journal lines of plans'))
})

for (const [locale, words] of languages) {
  test(`point 10 (${locale}): data, what can go wrong and guidance are read without an account, and without a network`, async () => {
    const { page, context } = await pages.newPhonePage({ locale })
    await page.goto(pages.origin)
    await page.getByRole('heading', { name: words['welcome.title'] }).waitFor()
    await until('everything to be kept for later', () =>
      page.evaluate<boolean>(`
      navigator.serviceWorker.ready.then(({ active }) => active.state === 'activated')`),
    )
    await context.setOffline(true)
    const through = async (door: 'door.data' | 'door.wrong' | 'door.guidance') => {
      await page.getByRole('button', { name: words[door] }).click()
      await page.getByRole('heading', { name: words[door] }).waitFor()
    }
    await through('door.data')
    await page.getByText(words['data.sealed']).waitFor()
    await page.getByText(/30/).first().waitFor()
    await expectReachable(page, `data ${locale}`)
    await through('door.wrong')
    await page.getByText(words['wrong.police'], { exact: true }).waitFor()
    await expectReachable(page, `wrong ${locale}`)
    await through('door.guidance')
    await page.getByText(words['guide.notApproved']).waitFor()
    // A figure, a sentence and its source for each: three for oneself, nine for somebody else.
    await until('all figures', async () => (await page.locator('svg.picture[aria-label]').count()) === 12)
    await page.getByText(words['guidance.sources']).first().click()
    await page.getByText('catie.ca').waitFor()
    await expectReachable(page, `guidance ${locale}`)
  })
}

test('a page is read out by a voice that lives on the phone, and by no other', async () => {
  const { page, context } = await pages.newPhonePage()
  const speakWith = (localService: boolean) => `
    window.spoken = []
    window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text } }
    Object.defineProperty(window, 'speechSynthesis', { configurable: true, value: {
      getVoices: () => [{ lang: 'en-GB', localService: ${localService} }],
      addEventListener() {}, removeEventListener() {}, cancel() {},
      speak: ({ text }) => window.spoken.push(text),
    } })`
  await page.addInitScript(speakWith(true))
  await page.goto(`${pages.origin}/#wrong`)
  await page.getByRole('button', { name: 'Read it to me' }).click()
  expect(await page.evaluate('window.spoken[0]')).toContain('This service can fail')
  const other = await context.newPage()
  await other.addInitScript(speakWith(false))
  await other.goto(`${pages.origin}/#wrong`)
  await other.getByText('This service can fail', { exact: false }).waitFor()
  expect(await other.getByRole('button', { name: 'Read it to me' }).count()).toBe(0)
})

test.each(languages)(
  'point 10 (%s): a complaint is made with taps alone, arrives, and leaves no device behind',
  async (locale, words) => {
    const before = await devices()
    const { page } = await pages.newPhonePage({ locale })
    await page.goto(`${pages.origin}/#feedback`)
    await page.getByRole('button', { name: words['feedback.send'] }).click()
    await page.getByText(words['feedback.choose']).waitFor()
    await expectReachable(page, 'feedback')
    await page.getByLabel(words['feedback.complaint']).check()
    await page.getByRole('button', { name: words['feedback.send'] }).click()
    await page.getByRole('heading', { name: words['feedback.sent'] }).waitFor()
    await expectReachable(page, 'feedback sent')
    const operator = await (await pages.stack.organisation('demo')).signIn('operator')
    // As it was said; nobody translates it.
    await until('the complaint to be there', async () =>
      (await operator.feedback()).some(
        ({ kind, text }) => kind === 'complaint' && text === words['feedback.complaint'],
      ),
    )
    expect(await devices()).toBe(before)
    // Whoever only spoke has agreed to nothing: the welcome is still the first thing.
    await page.getByRole('button', { name: words['app.back'] }).click()
    await page.getByRole('heading', { name: words['welcome.title'] }).waitFor()
  },
)

test('words that could not be sent stay, and are sent once the network is back', async () => {
  const { page, context } = await pages.newPhonePage({ locale: 'cy-GB' })
  await page.goto(`${pages.origin}/#feedback`)
  await page.getByLabel('Ni weithiodd rhywbeth').check()
  await page.getByLabel(/Yn eich geiriau chi/).fill('Y larwm')
  await expectReachable(page, 'feedback in Welsh')
  await context.setOffline(true)
  await page.getByRole('button', { name: 'Anfon' }).click()
  await page.getByText('Heb ei anfon: dim cysylltiad.').waitFor()
  await context.setOffline(false)
  await page.getByRole('button', { name: 'Anfon' }).click()
  await page.getByRole('heading', { name: 'Diolch' }).waitFor()
})

test.each(languages)(
  'point 10 (%s): who lost a phone deletes what it left here with the code that was noted, from any phone',
  async (locale, words) => {
    const lost = await pages.newPhonePage({ locale })
    await makePlan(lost.page, words)
    // It deletes everything: no screen shows it to whoever looks on, before it is asked for.
    expect(await lost.page.locator('.code').count()).toBe(0)
    await lost.page.getByRole('button', { name: words['app.back'] }).click()
    await lost.page.getByRole('heading', { name: words['settings.code'] }).waitFor()
    expect(await lost.page.locator('.code').count()).toBe(0)
    await lost.page.getByRole('button', { name: words['settings.codeShow'] }).click()
    await expectReachable(lost.page, 'home with the code')
    const code = (await lost.page.locator('.code').textContent()) ?? ''
    await lost.page.getByRole('button', { name: words['note.have'] }).click()
    await lost.page.getByRole('heading', { name: words['settings.code'] }).waitFor({ state: 'detached' })
    await lost.page.close()

    const { page } = await pages.newPhonePage({ locale })
    await page.goto(pages.origin)
    await page.getByRole('button', { name: words['door.lost'] }).click()
    await expectReachable(page, 'lost')
    const use = async (typed: string) => {
      await page.getByLabel(words['settings.useCodeLabel'], { exact: true }).fill(typed)
      await page.getByRole('button', { name: words['settings.useCode'] }).click()
    }
    await use('half')
    await page.getByText(words['lost.notWhole']).waitFor()
    await use('0000-0000-0000-0000')
    await page.getByText(words['settings.useCodeNot']).waitFor()
    await use(code.toLowerCase().replaceAll('-', ' '))
    await page.getByText(words['settings.useCodeDone']).waitFor()
    await expectReachable(page, 'lost and deleted')
    expect(await pages.stack.db.query('SELECT id FROM app.rescue_plans WHERE deleted_at IS NULL')).toEqual([])
  },
)

async function makePlan(page: Page, words: typeof en): Promise<void> {
  await page.goto(pages.origin)
  await page.getByRole('button', { name: words['welcome.start'] }).click()
  await page.getByRole('button', { name: words['agree.yes'] }).click()
  await page.getByLabel(words['q.address']).fill('Flat 2, 7 Juniper Row, Leeds')
  await page.getByRole('button', { name: words['quick.go'] }).click()
  await page.getByRole('heading', { name: words['ready.title'] }).waitFor()
}
