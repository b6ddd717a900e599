import { until } from '@stillhere/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openConsole } from './console-under-test.ts'
import { openPages, type PagesUnderTest } from './pages-under-test.ts'
import { closeAlert, fullPlan, openLink, raiseForPage } from './rescue-under-test.ts'

/* Issue 5: what a rescuer taps beside somebody reaches whoever has the alert, over a lost network and a lost page too. */

let pages: PagesUnderTest
beforeAll(async () => {
  pages = await openPages({ demoPhones: true })
})
afterAll(() => pages.close())

const recordedOf = (alertId: string) =>
  pages.stack.db.query<{ kind: string; at: number }>(
    `SELECT kind, at FROM app.alert_progress WHERE alert_id = $1 ORDER BY at, id`,
    [alertId],
  )
const kindsOf = async (alertId: string) => (await recordedOf(alertId)).map(({ kind }) => kind)
const alertIdOf = async ({ person }: Awaited<ReturnType<typeof raiseForPage>>) =>
  (await person.session()).alert?.id ?? ''

test('a supporter sees within seconds that 999 is called and a dose given; reading ahead says nothing; a mistake is taken back', async () => {
  const { stack } = pages
  const sam = await openConsole(pages, stack.invitations.supporter)
  const raised = await raiseForPage(pages, { alertOrder: 'both' })
  const alertId = await alertIdOf(raised)
  await sam.page.getByRole('heading', { name: 'Nobody has this alert' }).waitFor()
  await sam.page.keyboard.press('c')
  await sam.page.getByText('You have it. The plan').first().waitFor()
  const { page } = await openLink(pages, raised.link)
  const button = (name: string | RegExp) => page.getByRole('button', { name })
  await button('I’m going').click()
  await page.getByRole('heading', { name: 'Go here' }).waitFor()

  // On the way: the steps are read, and nothing is said of anybody's breathing.
  await button('What to do there').click()
  await button('They do not wake').click()
  // The number is pressed; this browser has no telephone to go to.
  await page.evaluate(`addEventListener('click', (event) => event.target.closest('a') && event.preventDefault())`)
  await page.getByRole('link', { name: 'Ring 999' }).click()
  await page.getByRole('link', { name: 'Ring 999 again' }).waitFor()
  await button('Next').click()
  await button('Not breathing normally').click()
  await button('I’m there').click()
  await page.getByRole('heading', { name: 'Wake them' }).waitFor()
  expect(await kindsOf(alertId)).toEqual([])

  // There.
  await button('They do not wake').click()
  await button('999 has been called').click()
  await button('Not breathing normally').click()
  await button('Next').click()
  const tappedAt = Date.now()
  await button('I gave a dose').click()
  await expect
    .poll(() => kindsOf(alertId), { timeout: 10_000 })
    .toEqual(['called-999', 'not-breathing', 'naloxone-given'])
  // On the console, without anybody's asking.
  await sam.page
    .getByText(/called 999/i)
    .first()
    .waitFor()
  await until('the owner’s timeline to show the dose', async () =>
    /naloxone/i.test((await sam.page.locator('ol').allInnerTexts()).join(' ')),
  )
  expect(Date.now() - tappedAt).toBeLessThan(10_000)

  await button('Handover card').click()
  await page.getByText('Naloxone, dose 1', { exact: true }).waitFor()
  await expect.poll(() => page.getByText('sent', { exact: true }).count(), { timeout: 10_000 }).toBe(3)
  await button('Take back: Naloxone, dose 1').click()
  await expect
    .poll(() => kindsOf(alertId), { timeout: 10_000 })
    .toEqual(['called-999', 'not-breathing', 'naloxone-given', 'withdrawn'])
  await button('The crew is here').click()
  await expect.poll(async () => (await kindsOf(alertId)).at(-1), { timeout: 10_000 }).toBe('crew-there')
  await sam.context.close()
}, 90_000)

test('the page is loaded again without a network: address, steps, clock and buttons are there, and what was tapped arrives with its age', async () => {
  const raised = await raiseForPage(pages)
  const alertId = await alertIdOf(raised)
  const { page, context } = await openLink(pages, raised.link)
  const button = (name: string | RegExp) => page.getByRole('button', { name })
  await button('I’m going').click()
  await page.getByRole('heading', { name: 'Go here' }).waitFor()
  const worker = () =>
    page.evaluate<boolean>(`navigator.serviceWorker.getRegistration('/r/').then((found) => !!found?.active)`)
  await until('the page to be kept', worker)
  // What is kept for everybody who opens a link is the page, and nothing of this one.
  const kept = await page.evaluate<string>(`(async () => {
    let all = ''
    for (const name of await caches.keys())
      for (const request of await (await caches.open(name)).keys()) all += request.url + ' '
    return all
  })()`)
  expect(kept).toContain('/rescue.html')
  const { pathname } = new URL(raised.link)
  for (const secret of [pathname, raised.link.split('#')[1] ?? '', '/v1/']) expect(kept).not.toContain(secret)

  await context.setOffline(true)
  await page.reload()
  await page.getByRole('heading', { name: 'Go here' }).waitFor()
  await page.getByText('Marigold Court').waitFor()
  await page.getByText(fullPlan.entry, { exact: true }).waitFor()
  await button('I’m there').click()
  await page.getByText(/^Not sent yet: no connection\./).waitFor()
  await button('They do not wake').click()
  await button('Next').click()
  await button('Breathing, but not waking').click()
  await button('They are on their side').click()
  await button('I gave a dose').click()
  await page.getByRole('timer').waitFor()
  // And once more, in mid-way.
  await page.reload()
  await page.getByRole('heading', { name: 'Stay with them' }).waitFor()
  await page.getByRole('timer').waitFor()
  const tapped = Date.now()
  await until('three seconds to pass', async () => Date.now() - tapped > 3_000)
  expect(await page.getByText('This is not a real alert.').count(), 'nobody has said so to this page yet').toBe(0)
  await context.setOffline(false)
  await expect.poll(() => kindsOf(alertId), { timeout: 20_000 }).toEqual(['breathing', 'naloxone-given'])
  await page.getByText('This is not a real alert.').waitFor()
  const [, dose] = await recordedOf(alertId)
  expect((await pages.stack.now()) - Number(dose?.at)).toBeGreaterThan(2_500)
  expect((await raised.person.receipt()).told.map(({ reply }) => reply)).toContain('there')

  // Over: the kept page goes too.
  await closeAlert(pages, raised)
  await page.getByRole('heading', { name: `ALL CLEAR ${raised.code}` }).waitFor()
  await expect.poll(() => page.evaluate('caches.keys().then((all) => all.length)')).toBe(0)
}, 90_000)

test('a link opened anew without a network still leads to the steps; what is said there waits, and an alert that is over ends it', async () => {
  const raised = await raiseForPage(pages)
  const first = await openLink(pages, raised.link)
  await first.page.getByRole('button', { name: 'I’m going' }).waitFor()
  await until('the page to be kept', () =>
    first.page.evaluate<boolean>(`navigator.serviceWorker.getRegistration('/r/').then((found) => !!found?.active)`),
  )
  await first.page.close()
  await first.context.setOffline(true)
  const page = await first.context.newPage()
  await page.goto(raised.link)
  await page.getByRole('heading', { name: 'No connection' }).waitFor()
  expect(await page.getByText('Marigold').count()).toBe(0)
  await page.getByRole('button', { name: 'What to do there' }).click()
  await page.getByRole('heading', { name: 'Wake them' }).waitFor()
  await page.getByRole('button', { name: 'I’m there' }).click()
  await page.getByText(/^Not sent yet: no connection\./).waitFor()
  await closeAlert(pages, raised)
  await first.context.setOffline(false)
  await page.getByText('The alert is over. You do not need to go. Thank you.').waitFor({ timeout: 20_000 })
}, 90_000)

test('each page says how many others are going, and no name', async () => {
  const raised = await raiseForPage(pages, { rescuers: 2 })
  const { page } = await openLink(pages, raised.link)
  await page.getByRole('button', { name: 'I’m going' }).waitFor()
  expect(await page.getByText(/other/).count()).toBe(0)
  await pages.stack.advance(120_000)
  await raised.rescuers[1]?.reply('1')
  await page.getByText('1 other person is going.').waitFor()
  await closeAlert(pages, raised)
}, 60_000)
