import { preparePerson } from '@stillhere/testkit'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import rescueWords from '../../services/web/src/shared/words/rescue.cy.json' with { type: 'json' }
import words from '../../services/web/src/shared/words/support.cy.json' with { type: 'json' }
import english from '../../services/web/src/shared/words/support.en.json' with { type: 'json' }
import guide from '../../services/web/src/support/guide/999.cy.json' with { type: 'json' }
import { expectInView, expectReachable, heard, laptop, openConsole } from './console-under-test.ts'
import { openPages, type PagesUnderTest } from './pages-under-test.ts'

/* Issue 5: two supporters, one rescuer's phone and one person at once. */

let pages: PagesUnderTest
beforeAll(async () => {
  pages = await openPages({ demoPhones: true })
  pages.stack.phones.allow(/^SAFETY ALERT/, /ALL CLEAR/, /^\d{4} /, /Reply 0 = I'm OK/)
  pages.stack.phones.allowCalls()
})
afterAll(() => pages.close())

test('an alert takes both windows; one has it, the other sees who; it is handed over, and closed after naloxone', async () => {
  const { stack } = pages
  const sam = await openConsole(pages, stack.invitations.supporter)
  const lead = await openConsole(pages, stack.invitations.dutyLead)
  await sam.page.getByText('duty lead', { exact: true }).waitFor()
  await expectReachable(sam.page, 'board')

  // A person who asked for company: a nickname and minutes, and nothing of the plan.
  const { person, rescuer } = await preparePerson(stack, {
    alertOrder: 'both',
    ownPhone: true,
    plan: { address: 'Flat 9, 4 Marigold Court, Leeds LS1 4AB', pets: 'A greyhound called Biscuit' },
  })
  const { alertAt, deadlineAt } = await person.start({ countdownSeconds: 120, company: 'supporter' })
  await sam.page.getByText(/^Answer due in/).waitFor()
  await stack.advanceTo(deadlineAt)
  await sam.page.getByText(/^We are asking them/).waitFor()
  expect(await sam.page.locator('body').textContent()).not.toContain('Marigold')

  await stack.advanceTo(alertAt)
  for (const { page } of [sam, lead]) {
    await page.getByRole('heading', { name: 'Nobody has this alert' }).waitFor()
    expect(await page.getByRole('button').allInnerTexts()).toHaveLength(2)
    expect(await heard(page, 'alert')).toBeGreaterThan(0)
    await page.getByText('TRIAL. Nobody real is protected.').waitFor()
  }
  // Whoever has asked for less motion gets none, and still cannot miss it.
  const moves = () =>
    sam.page.evaluate<[string, number]>(
      `[getComputedStyle(document.querySelector('button.claim')).transitionDuration, document.getAnimations().length]`,
    )
  await sam.page.emulateMedia({ reducedMotion: 'no-preference' })
  expect(await moves()).not.toEqual(['0s', 0])
  await sam.page.emulateMedia({ reducedMotion: 'reduce' })
  expect(await moves()).toEqual(['0s', 0])
  await expectReachable(sam.page, 'takeover')
  await rescuer.expectText('SAFETY ALERT')

  // Both press: the first wins, the other is told who and since when.
  await Promise.all([sam.page.keyboard.press('c'), lead.page.keyboard.press('c')])
  const hasIt = async ({ page }: typeof sam) => {
    await page
      .getByText(/You have it\. The plan|has it since/)
      .first()
      .waitFor()
    return (await page.getByText('You have it. The plan').count()) > 0
  }
  const [samHas, leadHas] = [await hasIt(sam), await hasIt(lead)]
  expect([samHas, leadHas].filter(Boolean)).toHaveLength(1)
  const [owner, other] = samHas ? [sam, lead] : [lead, sam]
  await other.page.getByText(/^\w[\w -]* has it since \d\d:\d\d\.$/).waitFor()

  // The brief opens here, and nowhere else.
  const address = owner.page.locator('address')
  await address.waitFor()
  expect(await address.locator('span').allInnerTexts()).toEqual(['Flat 9', '4 Marigold Court', 'Leeds', 'LS1 4AB'])
  await owner.page.getByText('A greyhound called Biscuit').first().waitFor()
  expect(await owner.page.getByRole('link', { name: /Ring the person/ }).getAttribute('href')).toMatch(/^tel:\+44/)
  await other.page.getByRole('button', { name: /^Look at/ }).click()
  await other.page.getByText('Only whoever has this alert is given the plan.').waitFor()
  expect(await other.page.locator('body').textContent()).not.toContain('Marigold')
  await expectReachable(owner.page, 'alert')
  await owner.page.keyboard.press('r')
  await owner.page.getByText('Lima').waitFor()
  await expectReachable(owner.page, 'read back')
  await owner.page.keyboard.press('Escape')

  // The script says what is known, and no more.
  const script = owner.page.locator('.script')
  await script.getByText('I am not with them').waitFor()
  await script.getByText('No one is there yet.').waitFor()
  await rescuer.reply('1')
  await script.getByText('A friend is on the way.').waitFor()
  await stack.advance(60_000)
  await owner.page.keyboard.press('9')
  await owner.page.getByText(/^Called at/).waitFor()
  await other.page.getByText(/^999 was called at \d\d:\d\d: \w+\.$/).waitFor()
  await owner.page.locator('.story').getByText('Is going').waitFor()

  // On a laptop nothing of the call is below the fold, nor under what was just recorded; on a phone it begins on the first screen.
  await owner.page.setViewportSize({ width: 1_280, height: 800 })
  const what = owner.page.locator('.notice')
  await what.getByText(/^Recorded: I called 999/).waitFor()
  const called = owner.page.locator('.story li').first()
  await called.getByText('Called 999').waitFor()
  const buttons = await owner.page.locator('.stamps button, .ways button').all()
  expect(buttons.length).toBeGreaterThan(10)
  await expectInView(owner.page, script.locator('li').first(), script.locator('li').last(), called, ...buttons)
  await owner.page.setViewportSize({ width: 320, height: 640 })
  await expectInView(owner.page, script.locator('li').first())
  await owner.page.setViewportSize(laptop.viewport)
  await other.page.locator('.story').getByText('Called 999').waitFor()
  await owner.page.getByLabel('Note for the next stamp').fill('incident 77')
  await owner.page.getByRole('button', { name: 'Not breathing normally' }).click()
  await script.getByText('unconscious and not breathing normally').waitFor()
  expect(await owner.page.getByLabel('Note for the next stamp').inputValue()).toBe('')
  await owner.page.keyboard.press('n')
  await owner.page.getByText(/to the next dose/).waitFor()
  await stack.advance(100_000)

  // Handed over: the other one sees it open by itself; the first one has no way to the plan any more.
  await owner.page.keyboard.press('h')
  await expectReachable(owner.page, 'hand over')
  await owner.page.getByRole('button', { name: /^Hand over to/ }).click()
  await other.page.getByText(/is yours now/).waitFor()
  await other.page.locator('.story').getByText('Handed over').waitFor()
  await other.page.locator('.story').getByText('Has it now').waitFor()
  await other.page.locator('address').waitFor()
  await owner.page.getByText('Only whoever has this alert is given the plan.').waitFor()
  expect(await owner.page.locator('body').textContent()).not.toContain('Marigold')
  await other.page.keyboard.press('t')
  await other.page.getByText(/^Recorded: Rescuer there/).waitFor()

  // All-clear, log, care.
  await other.page.keyboard.press('a')
  await other.page.getByLabel('Rescued').check()
  await expectReachable(other.page, 'all-clear')
  await other.page.getByRole('button', { name: 'Give the all-clear' }).click()
  await other.page.getByRole('heading', { name: 'It is over. Thank you.' }).waitFor()
  await other.page.getByText(/The watch goes on/).waitFor()
  await rescuer.expectText('ALL CLEAR')
  await expectReachable(other.page, 'log')
  await other.page.getByLabel('I do not know').check()
  await other.page.getByLabel('4', { exact: true }).first().check()
  await other.page.getByLabel('2', { exact: true }).last().check()
  await other.page.getByRole('button', { name: 'Done' }).click()
  await other.page.getByRole('heading', { name: 'That was a hard one' }).waitFor()
  await expectReachable(other.page, 'debrief')
  await other.page.getByRole('button', { name: 'Rest now' }).click()
  await other.page.getByText(/You are off shift/).waitFor()
  expect((await person.session()).outcome).toBe('all-clear')
  const { told } = await person.receipt()
  expect(told.filter(({ who, openedAt }) => who === 'supporter' && openedAt)).toHaveLength(2)
  // Who only looks is shown how it ended: no clock runs on, and no call is to be made.
  await owner.page.getByText('All-clear', { exact: true }).waitFor()
  await owner.page.getByText('Rescued', { exact: true }).waitFor()
  expect(await owner.page.locator('.script, .figure.since, .figure.dose').count()).toBe(0)
  await owner.page.keyboard.press('Escape')
  await owner.page.getByText('1 alert is over').click()
  await owner.page.getByText(/the watch goes on for two hours/).waitFor()
}, 120_000)

test('a raise shows the person ten seconds; they refuse, and nobody is told', async () => {
  const { stack } = pages
  const kit = stack.newPhone()
  const seeded = await stack.seedSupporter({ phone: kit, name: 'Kit', onShift: false })
  const { page } = await openConsole(pages, await seeded.invite())
  const { person, rescuer } = await preparePerson(stack)
  await person.start({ countdownSeconds: 600, company: 'supporter' })
  // Beside it is the card of the watch that goes on after the test before.
  const card = page.locator('.session').filter({ hasText: /Answer due in (?:9|10):/ })
  await card.getByRole('button', { name: 'Raise the alert' }).click()
  await expectReachable(page, 'raise')
  await page.getByRole('button', { name: 'Raise it' }).click()
  await page.getByText(/^Opening the plan/).waitFor()
  await stack.advance(6_000)
  expect((await person.checkIn()).outcome).toBe('stoppedOpening')
  await card.waitFor()
  await stack.advance(30_000)
  await rescuer.expectNothingMore()
  expect(await page.getByText('Nobody has this alert').count()).toBe(0)
  expect(await heard(page, 'alert')).toBe(0)
  await person.end()
  await seeded.setShift(false)
}, 60_000)

test('"not today" asks nothing and is never on shift; an alert does not sound there', async () => {
  const { stack } = pages
  const seeded = await stack.seedSupporter({ phone: stack.newPhone(), name: 'Noor', onShift: false })
  const { page } = await openConsole(pages, await seeded.invite(), { onShift: false })
  // Who came by invitation has no passkey yet, and is not offered a second one.
  await page.getByText('More', { exact: true }).click()
  await page.getByRole('button', { name: 'Make a passkey' }).waitFor()
  await page.getByRole('button', { name: 'Go on shift' }).click()
  await expectReachable(page, 'fit for shift')
  await page.getByRole('button', { name: 'Not today' }).click()
  await page.getByText('That is fine. Thank you for saying so.').waitFor()
  const { person, rescuer } = await preparePerson(stack)
  await person.start()
  await person.help()
  await rescuer.expectText('SAFETY ALERT')
  await page.locator('.alert-row.open').waitFor()
  expect(await page.getByText('Nobody has this alert').count()).toBe(0)
  expect(await heard(page, 'alert')).toBe(0)
  // A colleague is on shift: whoever is away cannot have it.
  await page.getByRole('button', { name: 'I have it' }).click()
  await page.getByText('Not done: only somebody on shift can have it.').waitFor()
  await page.getByRole('button', { name: 'Go on shift' }).click()
  await page.getByRole('button', { name: 'Yes, put me on shift' }).click()
  await page.getByRole('heading', { name: 'Nobody has this alert' }).waitFor()
  await page.keyboard.press('c')
  await page.locator('address').waitFor()
  await page.keyboard.press('a')
  await page.getByLabel('False alarm').check()
  await page.getByLabel('No', { exact: true }).check()
  await page.getByRole('button', { name: 'Give the all-clear' }).click()
  await page.getByRole('button', { name: 'Skip' }).click()
  await rescuer.expectText('ALL CLEAR')
}, 60_000)

/** Sentences of the other language; single words may be the same in both. */
async function expectNoEnglish(page: Page, where: string): Promise<void> {
  const text = (await page.locator('body').textContent()) ?? ''
  const said = new Set<string>(Object.values(words))
  const sentences = Object.values(english).filter((one) => one.length >= 8 && !one.includes('{') && !said.has(one))
  expect(
    sentences.filter((one) => text.includes(one)),
    where,
  ).toEqual([])
}

test('an alert from the claim to the log in Welsh, with the rescuer’s page in Welsh beside it', async () => {
  const { stack } = pages
  const seeded = await stack.seedSupporter({ phone: stack.newPhone(), name: 'Mair', onShift: false })
  const { page } = await pages.newPhonePage({ ...laptop, locale: 'cy-GB' })
  const button = (name: string) => page.getByRole('button', { name })
  const heading = (name: string) => page.getByRole('heading', { name, exact: true }).waitFor()
  await page.goto(`${pages.origin}/support#${await seeded.invite()}`)
  await button(words['passkey.later']).click()
  await button(words['shift.yes']).click()
  await page.getByText(words['shift.isOn'], { exact: true }).waitFor()
  expect(await page.locator('html').getAttribute('lang')).toBe('cy')

  const { person, rescuer } = await preparePerson(stack, {
    alertOrder: 'both',
    plan: { address: 'Fflat 2, 7 Stryd y Bont, Caerdydd CF10 1AB', area: 'Grangetown' },
  })
  await person.start({ company: 'supporter' })
  await person.help()
  await rescuer.expectText('SAFETY ALERT')
  const { body: linkText } = await rescuer.expectText(/\/r\//)
  await heading(words['take.title'])
  await expectNoEnglish(page, 'takeover')
  await button(words['take.claim']).click()
  await page.locator('address').waitFor()
  const script = page.locator('.script')
  await script.getByText(guide.say.service).waitFor()
  await script.getByText(guide.say.asked).waitFor()
  await script.getByText(guide.say.nobody).waitFor()
  // The notes are those of Wales, found by the postcode; what nobody could check is said as such.
  await page.locator('.region summary').click()
  await page.getByText(guide.regions.wales[0]?.text ?? '').waitFor()
  await page.getByText(guide.unchecked.wales[0] ?? '').waitFor()
  await expectNoEnglish(page, 'alert')
  // Its words are longer: on a phone that it is a trial is still said in lines, not in a column of letters.
  await page.setViewportSize({ width: 412, height: 840 })
  expect((await page.locator('.top .trial').boundingBox())?.width).toBeGreaterThan(100)
  await page.setViewportSize(laptop.viewport)
  await expectReachable(page, 'alert, in Welsh')

  const [link = ''] = /https?:\/\/\S+\/r\/\S+#\S+/.exec(linkText) ?? []
  stack.canaries.add('token', link.split('#')[1])
  const there = (await pages.newPhonePage({ locale: 'cy-GB' })).page
  await there.goto(link)
  await there.getByRole('heading', { name: 'Mae angen help ar rywun ger Grangetown' }).waitFor()
  await there.getByRole('button', { name: 'Rwy’n mynd' }).click()
  await there.getByRole('heading', { name: 'Ewch yma' }).waitFor()
  await script.getByText(guide.say.going).waitFor()
  await there.getByRole('button', { name: 'Rwy yno' }).click()
  await script.getByText(guide.say.there).waitFor()

  await page.keyboard.press('9')
  await page.locator('.called').waitFor()
  await page.keyboard.press('x')
  await script.getByText(guide.say['not-breathing']).waitFor()
  await expectNoEnglish(page, 'working')
  await page.keyboard.press('a')
  await page.getByLabel(words['outcome.handed-to-crew']).check()
  await page.getByLabel(words['app.no'], { exact: true }).check()
  await expectNoEnglish(page, 'all-clear')
  await button(words['clear.give']).click()
  await heading(words['after.log'])
  await rescuer.expectText('ALL CLEAR')
  await there.getByText(rescueWords['closed.what']).waitFor({ timeout: 20_000 })
  await expectNoEnglish(page, 'log')
  await page.getByLabel(words['log.wanted.yes'], { exact: true }).check()
  await page.getByLabel('3', { exact: true }).first().check()
  await page.getByLabel('3', { exact: true }).last().check()
  await button(words['log.keep']).click()
  await heading(words['after.done'])
  await button(words['after.board']).click()
  await heading(words['board.title'])
  await expectNoEnglish(page, 'board')
  await seeded.setShift(false)
}, 60_000)
