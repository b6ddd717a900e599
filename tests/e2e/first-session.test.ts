import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPages, type PagesUnderTest } from './pages-under-test.ts'
import { broken } from './reachable.ts'
import { lastSession } from './start-in-browser.ts'

/*
 * Issue 4, points 1 to 6 in one evening: somebody opens the app for the first time, makes a plan with a rescuer, starts,
 * checks in, goes silent, is asked, and calls it off after people were told.
 */

let pages: PagesUnderTest
beforeAll(async () => {
  pages = await openPages()
})
afterAll(() => pages.close())

const lines = {
  address: 'Flat 9, 4 Marigold Court, Leeds',
  entry: 'Buzzer nine, key under the thistle pot',
  pets: 'A greyhound called Biscuit',
  naloxone: 'Tin on the mantelpiece',
  notes: 'Inhaler in the denim jacket',
  callOut: 'Robin',
}

test('a first-time person makes a plan, a rescuer agrees, and silence brings them; a touch calls it off', async () => {
  const { stack, origin } = pages
  const { page, requests } = await pages.newPhonePage()
  const rescuer = stack.newPhone()
  const button = (name: string | RegExp) => page.getByRole('button', { name })
  stack.canaries.add('plan text', ...Object.values(lines))

  // Welcome: what it does, who is here, and no account.
  await page.goto(origin)
  await page.getByRole('heading', { name: 'Using alone? If you go quiet, we tell someone.' }).waitFor()
  await page.getByText('Timer only now').waitFor()
  expect(await page.title()).toBe('Timer')
  await expectReachable(page, 'welcome')
  await button('Make a plan').click()
  await expectReachable(page, 'agree')
  await button('I understand and agree').click()

  // One question a screen; each is skippable but for the place.
  await page.getByLabel('What do you call this place?').fill('Home')
  await button('Next').click()
  await button('Next').click()
  await page.getByText('This is needed so that help can find you.').waitFor()
  await page.getByLabel('What is the address?').fill(lines.address)
  await button('Next').click()
  await page.getByLabel('How does someone get in?').fill(lines.entry)
  await button('Next').click()
  await page.getByLabel('Any pets?').fill(lines.pets)
  await button('Next').click()
  await page.getByLabel('Where is your naloxone?').fill(lines.naloxone)
  await button('Next').click()
  await page.getByLabel('What should the person who helps know?').fill(lines.notes)
  await button('Next').click()
  await page.getByLabel('What name should they call out?').fill(lines.callOut)
  await button('Next').click()
  await button('Skip').click()
  await page.getByLabel('My rescuers first').check()
  await page.getByText('4 of 5 in place').waitFor()
  await expectReachable(page, 'plan')
  await button('Save the plan').click()

  // A rescuer is asked with a word, and their answer is seen as it comes.
  await page.getByRole('heading', { name: 'Who can come?' }).waitFor()
  await button('Ask someone').click()
  await page.getByLabel('A name for them (only you see it)').fill('Ash')
  await page.getByLabel('Their mobile number').fill(rescuer.number)
  await page.getByLabel('A word you have told them').fill('thistle')
  await button('Send the invitation').click()
  await page.getByText('waiting for their answer').waitFor()
  await rescuer.expectText('thistle')
  await rescuer.reply('1')
  await rescuer.expectText('You are on the list')
  await page.getByText('agreed', { exact: true }).waitFor()
  await expectReachable(page, 'people')
  await button('Send a TEST text').click()
  await rescuer.expectText(/^TEST/)
  await button('Done').click()

  // Ready, and started.
  await page.getByRole('heading', { name: 'Is this where you are?' }).waitFor()
  await page.getByText(lines.address).waitFor()
  await expectReachable(page, 'ready')
  await button('Start').click()
  await page.getByText(/^Watched until/).waitFor()
  await expectReachable(page, 'counting')

  // A touch is green only when the service has it.
  await stack.advance(30_000)
  await button(/I’m still here/).click()
  await page.getByText('Counted').waitFor()

  // Silence: we ask, then open, then tell.
  const session = await lastSession(stack)
  await stack.advanceTo(session.deadlineAt)
  await page.getByRole('heading', { name: 'Are you there?' }).waitFor()
  await page.getByText(/^People are told in/).waitFor()
  await expectReachable(page, 'asking')
  await stack.advanceTo(session.alertAt - 9_000)
  await page.getByRole('heading', { name: 'Opening your plan in' }).waitFor()
  await expectReachable(page, 'opening')
  await stack.advanceTo(session.alertAt)
  await page.getByRole('heading', { name: 'People are being told' }).waitFor()
  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('/r/')
  await page.getByText('Ash was told').waitFor()
  await page.getByText('No answer: the alert was raised').waitFor()
  await page.getByText('Your plan was opened').waitFor()
  await expectReachable(page, 'acting')

  // "I'm OK": people were told, so it is a request; the rescuer who has spoken to them closes it.
  await button('I’m OK, call it off').click()
  await page.getByText(/^You said you are OK/).waitFor()
  await rescuer.expectText('The person has said they are OK')
  await rescuer.reply('5')
  await page.getByRole('heading', { name: 'It is over' }).waitFor()
  await page.getByText('Thanks for letting us know').waitFor()
  await page.getByText('Nobody is watching over you now.').waitFor()
  expect(await page.getByText('After naloxone').count()).toBe(0)
  await button('Phone was silent').waitFor()
  await page.getByText(/Ash, text arrived/).waitFor()
  await expectReachable(page, 'after')
  await button('Phone was silent').click()
  await page.getByText('Thank you.').waitFor()
  await rescuer.expectText('ALL CLEAR')
  await button('Done').click()
  await page.getByRole('heading', { name: 'Ready when you are' }).waitFor()
  await expectReachable(page, 'home')

  // Nothing readable left the phone; nothing went anywhere else.
  const sent = requests.map(({ url, body }) => url + body).join('\n')
  expect(sent).toContain('ciphertext')
  for (const line of [...Object.values(lines), rescuer.number, 'Ash']) expect(sent).not.toContain(line)
  const origins = new Set(requests.map(({ url }) => new URL(url).origin.replace(/^ws/, 'http')))
  expect([...origins].sort()).toEqual([...pages.origins].sort())
}, 90_000)

async function expectReachable(page: Page, state: string): Promise<void> {
  expect(await broken(page), state).toEqual([])
}
