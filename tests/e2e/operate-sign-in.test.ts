import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectReachable, inviteAs, openOperate } from './operate-under-test.ts'
import { addAuthenticator, openPages, type PagesUnderTest } from './pages-under-test.ts'

/* Issue 6: who gets in, what each is offered, and what happens when the service does not answer. */

let pages: PagesUnderTest
beforeAll(async () => {
  pages = await openPages()
})
afterAll(() => pages.close())

const menu = (page: Awaited<ReturnType<typeof openOperate>>['page']) =>
  page.getByRole('navigation', { name: 'Menu' }).getByRole('link').allTextContents()

test('an operator gets in by an invitation that leaves no trace, makes a passkey, and signs in again with it', async () => {
  const { stack, origin } = pages
  const invitation = await inviteAs(pages, 'operator', 'Olwen')
  const { page } = await pages.newPhonePage({ isMobile: false })
  await addAuthenticator(page)
  await page.goto(`${origin}/operate`)
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await expectReachable(page, 'sign-in')
  await page.goto('about:blank')
  await page.goto(`${origin}/operate#${invitation}`)
  await page.getByRole('heading', { name: 'Make your passkey' }).waitFor()
  expect(page.url()).not.toContain(invitation)
  await page.getByRole('button', { name: 'Make a passkey' }).click()
  await page.getByText('Your passkey is kept.').waitFor()
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByRole('heading', { name: 'Board' }).waitFor()
  await page.getByText('Olwen, operator').waitFor()
  await page.getByText('TRIAL. Nobody real is protected.').waitFor()

  await page.reload()
  await page.getByRole('heading', { name: 'Board' }).waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await page.getByRole('heading', { name: 'Board' }).waitFor()

  // The credential ends while the page is open: whoever sits here signs in over it.
  await stack.db.query(
    `UPDATE app.credentials SET expires_at = app.clock() WHERE supporter_id = (SELECT id FROM app.supporters WHERE name = 'Olwen')`,
  )
  await page.getByRole('dialog', { name: 'You are signed out' }).waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Sign in with a passkey' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByRole('heading', { name: 'Board' }).waitFor()
}, 60_000)

test('each role is offered what it may do; a supporter is shown the way to their own console', async () => {
  const auditor = await openOperate(pages, '#/board', await inviteAs(pages, 'auditor'))
  expect((await menu(auditor.page)).map((one) => one.trim())).not.toContain('Sites')
  const supporter = await openOperate(pages, '#/board', await inviteAs(pages, 'supporter'))
  await supporter.page.getByRole('heading', { name: 'Your console is another one' }).waitFor()
  expect(await menu(supporter.page)).toEqual([])
  await expectReachable(supporter.page, 'not here')
  await auditor.page.evaluate(`location.hash = '#/people'`)
  await auditor.page.getByRole('heading', { name: 'This page is not part of your role' }).waitFor()
})

test('the board says in words how it is, what to do about what is wrong, and what to do first', async () => {
  const { page } = await openOperate(pages)
  await page.getByText('No alert is without an owner').waitFor()
  await page.getByText('Nobody is on shift').waitFor()
  await page.getByRole('heading', { name: 'To do first' }).waitFor()
  await expectReachable(page, 'board')
  await page.getByRole('button', { name: 'Cymraeg' }).click()
  await page.getByRole('heading', { name: 'Bwrdd' }).waitFor()
  await expectReachable(page, 'board in Welsh')
}, 60_000)

test('a service that does not answer is said, and so is that it answers again', async () => {
  const { page, context } = await openOperate(pages)
  await page.getByText('No alert is without an owner').waitFor()
  await context.setOffline(true)
  await page.getByText('The service does not answer.', { exact: true }).waitFor()
  await expectReachable(page, 'away')
  await context.setOffline(false)
  await page.getByText('The service does not answer.', { exact: true }).waitFor({ state: 'detached' })
}, 60_000)

test('an entry whose files do not come is not blank: it says what holds, and comes by itself once they can be had', async () => {
  const entries = [
    ['/operate', 'Alerts still go out without it.', 'Sign in'],
    ['/support', 'Alerts still go out by text and call', 'Sign in'],
    ['/r/nothing', 'Reply 1 to the text if you are going', 'This link does not open'],
    ['/status', 'It needs a connection.', 'How well it did'],
  ] as const
  const opened = entries.map(async ([path, holds, heading]) => {
    const { page, context } = await pages.newPhonePage()
    const hold = page.getByText('This page has not come yet').filter({ hasText: holds })
    await page.route('**/assets/*.js', (route) => route.abort())
    await page.goto(pages.origin + path)
    await hold.waitFor()
    if (path === '/support') await expectReachable(page, 'the console has not come')
    await page.unroute('**/assets/*.js')
    // What comes after the first script: the words, and the rescuer's page itself.
    const later = /\/(?:(?:operate-operate|support|rescue|status)\.(?:en|cy)|page)-[^/]*\.js$/
    await page.route(later, (route) => route.abort())
    await page.reload()
    await hold.waitFor()
    await page.unroute(later)
    await page.getByRole('heading', { name: heading }).waitFor()
    expect(await hold.count(), path).toBe(0)
    await context.close()
  })
  await Promise.all(opened)
}, 60_000)

test('an address that is changed while the words are on their way is the page that opens', async () => {
  const { page } = await openOperate(pages)
  await page.getByText('No alert is without an owner').waitFor()
  const words = Promise.withResolvers<() => Promise<void>>()
  await page.route(/\.en-[^/]*\.js$/, (route) => words.resolve(() => route.continue()))
  await page.reload()
  const goOn = await words.promise
  await page.evaluate(`location.hash = '#/organisation'`)
  await goOn()
  await page.getByRole('heading', { name: 'Organisation' }).waitFor()
}, 30_000)

test.each(['/operate', '/support'])(
  'at %s a language whose words cannot be had is not chosen, and that is said',
  async (path) => {
    const { page } = await pages.newPhonePage()
    await page.goto(pages.origin + path)
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.route(/\.cy-[^/]*\.js$/, (route) => route.abort())
    await page.getByRole('button', { name: 'Cymraeg' }).click()
    await page
      .getByRole('alert')
      .filter({ hasText: /did not answer/ })
      .waitFor()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  },
  30_000,
)
