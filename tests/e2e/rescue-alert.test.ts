import { openRescuePage, until } from '@stillhere/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPages, type PagesUnderTest } from './pages-under-test.ts'
import { closeAlert, fullPlan, openLink, raiseForPage } from './rescue-under-test.ts'

/* Issue 5, the rescuer's page: what a neighbour with a cheap phone meets between the text and the all-clear. */

let pages: PagesUnderTest
beforeAll(async () => {
  pages = await openPages()
})
afterAll(() => pages.close())

test('a rescuer says they are going, reads the way in, arrives, speaks to them, and the page ends with the alert', async () => {
  const raised = await raiseForPage(pages)
  const { page, requests } = await openLink(pages, raised.link)
  const button = (name: string | RegExp) => page.getByRole('button', { name })

  // The least first: what, roughly where, and the code of the text. Nothing that tells who, what or which service.
  await page.getByRole('heading', { name: 'Someone needs help near Holbeck' }).waitFor()
  await page.getByText(`Alert ${raised.code}, as in your text`).waitFor()
  expect(await page.title()).toBe('Message')
  const firstWords = await page.locator('body').textContent()
  for (const line of [fullPlan.callOut, 'Marigold', fullPlan.entry, fullPlan.naloxone, fullPlan.notes])
    expect(firstWords).not.toContain(line)
  expect(firstWords).not.toMatch(/naloxone|opioid|overdose|still here/i)

  // "I'm going" brings the rest, in lines that can be read running.
  await button('I’m going').click()
  await page.getByRole('heading', { name: 'Go here' }).waitFor()
  await page.getByText('Sent: you are going.').waitFor()
  for (const line of ['Flat 9', 'Marigold Court', '4 Thistle Lane', 'Leeds', 'LS1 4AB'])
    await page.getByText(line, { exact: true }).waitFor()
  for (const line of [fullPlan.entry, fullPlan.pets, fullPlan.naloxone, fullPlan.notes, fullPlan.callOut])
    await page.getByText(line, { exact: true }).waitFor()
  expect(await page.getByRole('link', { name: 'Ring them' }).getAttribute('href')).toBe(`tel:${raised.ownPhone.number}`)

  // There: the steps begin.
  await button('I’m there').click()
  await page.getByRole('heading', { name: 'Wake them' }).waitFor()
  await page.getByText('Sent: you are there.').waitFor()
  await button('They woke up').click()
  await page.getByRole('heading', { name: 'They are awake' }).waitFor()

  // "Safe" is asked once more; from somebody who is there, with no supporter, it ends the alert.
  await button('I’ve spoken to them').click()
  await button('Yes, they are safe').click()
  await page.getByRole('heading', { name: `ALL CLEAR ${raised.code}` }).waitFor()
  await raised.person.sessionUntil('is closed', ({ state }) => state === 'closed')

  // Nothing is left: not on the screen, not in storage, not in the address. A reload knows only that it is over.
  const after = await page.locator('body').textContent()
  for (const line of Object.values(fullPlan)) if (line !== fullPlan.label) expect(after).not.toContain(line)
  expect(await page.evaluate('[location.hash, localStorage.length]')).toEqual(['', 0])
  expect(await page.evaluate('({ ...sessionStorage })')).toEqual({ over: new URL(raised.link).pathname })
  expect(await page.evaluate('indexedDB.databases().then((all) => all.length)')).toBe(0)
  await expect.poll(() => page.evaluate('caches.keys().then((all) => all.length)')).toBe(0)
  await page.reload()
  await page.getByRole('heading', { name: 'This alert is over' }).waitFor()
  expect(await page.getByText('I am going').count()).toBe(0)
  expect(await page.evaluate('navigator.serviceWorker.getRegistrations().then((all) => all.length)')).toBe(0)

  // The secret never left the browser, and every press went out once.
  const secret = raised.link.split('#')[1] ?? ''
  for (const { url, body } of requests) expect(url + body).not.toContain(secret)
  const presses = requests.filter(({ method }) => method === 'POST').map(({ body }) => JSON.parse(body))
  expect(presses.map(({ reply, kind }) => reply ?? kind)).toEqual(['going', 'there', 'breathing', 'safe'])
  expect(new Set(presses.map(({ commandId }) => commandId)).size).toBe(4)
}, 60_000)

test('a bot that previews the link, and a rescuer who only looks, change nothing', async () => {
  const raised = await raiseForPage(pages)
  const bot = await openLink(pages, raised.link, { javaScriptEnabled: false })
  await bot.page.getByText('One moment').waitFor()
  const looking = await openLink(pages, raised.link)
  await looking.page.getByRole('button', { name: 'I’m going' }).waitFor()
  await pages.stack.settle()
  const { told, alert } = await raised.person.receipt()
  expect(alert?.ownedAt).toBeUndefined()
  expect(told.filter(({ who }) => who === 'rescuer')).toHaveLength(1)
  for (const one of told) {
    expect(one.reply).toBeUndefined()
    expect(one.openedAt).toBeUndefined()
  }
  const methods = [...bot.requests, ...looking.requests].map(({ method }) => method)
  expect(new Set(methods)).toEqual(new Set(['GET']))
  await closeAlert(pages, raised)
}, 60_000)

test('two browsers on one link both learn where to go, and both learn that it is over', async () => {
  const raised = await raiseForPage(pages)
  const one = await pages.newPhonePage()
  // The screens behind the first one do not come: the network went between two presses.
  await one.context.route(/\/later-[^/]*\.js/, (route) => route.abort('internetdisconnected'))
  await one.page.goto(raised.link)
  const two = await openLink(pages, raised.link)
  await two.page.getByText('Nobody has taken charge yet.').waitFor()
  await one.page.getByText(/They have stopped answering or asked for help/).waitFor()
  await one.page.getByRole('button', { name: 'I’m going' }).click()
  await one.page.getByText('Marigold Court').waitFor()
  expect(await one.page.getByRole('heading', { name: 'Go here' }).count()).toBe(0)
  await one.context.unroute(/\/later-[^/]*\.js/)
  await one.page.getByRole('heading', { name: 'Go here' }).waitFor()
  await two.page.getByText('Somebody has taken charge. If you can go, still go.').waitFor()
  await two.page.getByRole('button', { name: 'I’m going' }).click()
  await two.page.getByRole('heading', { name: 'Go here' }).waitFor()
  await closeAlert(pages, raised)
  for (const { page } of [one, two]) await page.getByRole('heading', { name: `ALL CLEAR ${raised.code}` }).waitFor()
}, 60_000)

test('who cannot go is thanked, loses the address, and may go after all', async () => {
  const raised = await raiseForPage(pages)
  const { page } = await openLink(pages, raised.link)
  const button = (name: string) => page.getByRole('button', { name })
  await button('I’m going').click()
  await page.getByRole('heading', { name: 'Go here' }).waitFor()
  await button('I can’t go after all').click()
  await page.getByText('Thank you for saying. The alert goes on.').waitFor()
  await page.getByText('Sent: you can’t go.').waitFor()
  expect(await page.locator('body').textContent()).not.toContain('Marigold')
  await button('I can go after all').click()
  await page.getByText('Marigold Court').waitFor()
  await closeAlert(pages, raised)
}, 60_000)

test('"I can’t" while "I’m going" is on its way leaves no address on the screen, whatever is answered when', async () => {
  const raised = await raiseForPage(pages)
  const { page, requests } = await openLink(pages, raised.link)
  const button = (name: string) => page.getByRole('button', { name })
  let letGo = () => {}
  const held = new Promise<void>((resolve) => {
    letGo = resolve
  })
  // The service has heard it; its answer is on the way.
  await page.route('**/v1/rescue/*/replies', async (route) => {
    const response = await route.fetch()
    await held
    await route.fulfill({ response })
  })
  await button('I’m going').click()
  await until('the service to have heard it', async () =>
    (await raised.person.receipt()).told.some(({ reply }) => reply === 'going'),
  )
  await button('I can’t go').click()
  letGo()
  await page.getByText('Sent: you can’t go.').waitFor()
  await page.getByText('Thank you for saying. The alert goes on.').waitFor()
  expect(await page.locator('body').textContent()).not.toContain('Marigold')
  expect(requests.filter(({ method }) => method === 'POST').map(({ body }) => JSON.parse(body).reply)).toEqual([
    'going',
    'cannot',
  ])
  await page.unroute('**/v1/rescue/*/replies')
  await page.reload()
  await page.getByText('Thank you for saying. The alert goes on.').waitFor()
  expect(await page.locator('body').textContent()).not.toContain('Marigold')
  await button('I can go after all').click()
  await page.getByText('Marigold Court').waitFor()
  await closeAlert(pages, raised)
}, 60_000)

test('without a network a press waits, says so, and arrives once; the steps and the clock go on', async () => {
  const raised = await raiseForPage(pages)
  const { page, context, requests } = await openLink(pages, raised.link)
  const button = (name: string | RegExp) => page.getByRole('button', { name })
  await button('I’m going').click()
  await page.getByRole('heading', { name: 'Go here' }).waitFor()
  await context.setOffline(true)
  await button('I’m there').click()
  await page.getByText(/^Not sent yet: no connection\./).waitFor()
  expect(await page.getByText('Sent: you are there.').count()).toBe(0)

  // Everything that was loaded works on.
  await button('They do not wake').click()
  await page.getByRole('heading', { name: 'Ring 999' }).waitFor()
  await page.getByText('Say it slowly.').waitFor()
  await page.getByText('LS1 4AB', { exact: true }).waitFor()
  await button('Next').click()
  await button('Not breathing normally').click()
  await page.getByRole('heading', { name: '30 pushes, 2 breaths' }).waitFor()
  await page.getByRole('img', { name: /both hands on the middle of the person’s chest/ }).waitFor()
  await button('Next').click()
  await button('I gave a dose').click()
  await page.getByRole('timer').waitFor()
  await button('Handover card').click()
  await page.getByText('Naloxone doses: 1').waitFor()

  await context.setOffline(false)
  await page.getByText('Sent: you are there.').waitFor({ state: 'attached' })
  const there = requests.filter(({ body }) => body.includes('"there"')).map(({ body }) => JSON.parse(body).commandId)
  expect(there.length).toBeGreaterThan(0)
  expect(new Set(there).size).toBe(1)
  const { told } = await raised.person.receipt()
  expect(told.map(({ reply }) => reply)).toContain('there')
  await closeAlert(pages, raised)
}, 60_000)

test('a phone that threw the page away while 999 was rung comes back to where it was', async () => {
  const raised = await raiseForPage(pages)
  const { page } = await openLink(pages, raised.link)
  const button = (name: string | RegExp) => page.getByRole('button', { name })
  await button('I’m there').click()
  await page.getByText('Sent: you are there.').waitFor({ state: 'attached' })
  await button('They do not wake').click()
  await button('Next').click()
  await button('Breathing, but not waking').click()
  await button('They are on their side').click()
  await button('I gave a dose').click()
  await page.getByRole('heading', { name: 'Stay with them' }).waitFor()
  // What lies in the tab's storage until then is sealed.
  const kept = await until('the page to be remembered', () =>
    page.evaluate<string>(`sessionStorage.getItem('page') ?? ''`),
  )
  for (const line of Object.values(fullPlan)) expect(kept).not.toContain(line)
  expect(kept).not.toMatch(/naloxone|there|commandId/)
  await page.reload()
  await page.getByRole('heading', { name: 'Stay with them' }).waitFor()
  await page.getByRole('timer').waitFor()
  await button('Handover card').click()
  for (const line of ['I got there', 'Did not wake', 'Breathing, not waking', 'On their side', 'Naloxone, dose 1'])
    await page.getByText(line, { exact: true }).waitFor()
  await closeAlert(pages, raised)
}, 60_000)

test('the dose clock waits two minutes, then asks for the next dose; a tap by mistake is taken back', async () => {
  const raised = await raiseForPage(pages)
  const { page, requests } = await openLink(pages, raised.link)
  const button = (name: string | RegExp) => page.getByRole('button', { name })
  await button('I’m going').click()
  await page.getByRole('heading', { name: 'Go here' }).waitFor()
  await page.clock.install()
  await button('I’m there').click()
  await page.getByText('Sent: you are there.').waitFor({ state: 'attached' })
  await button('They do not wake').click()
  await button('Next').click()
  await button('Breathing, but not waking').click()
  await button('They are on their side').click()
  await button('I gave a dose').click()
  await page.clock.runFor(119_000)
  await page.getByText('Not waking? Next at 2 to 3 min').waitFor()
  await page.clock.runFor(2_000)
  await page.getByText('Not waking? Another dose now').waitFor()
  // Busy hands renew the claim: once for these two minutes, however many taps there were.
  const said = () => requests.filter(({ body }) => body.includes('"there"')).map(({ body }) => JSON.parse(body))
  expect(said()).toHaveLength(1)
  await button('I gave a dose').click()
  await expect.poll(() => new Set(said().map(({ commandId }) => commandId)).size).toBe(2)
  await page.getByText(/^Dose 2 at/).waitFor()
  await page.getByText('Not waking? Next at 2 to 3 min').waitFor()
  await button('Handover card').click()
  await page.getByText('Naloxone doses: 2').waitFor()
  await button('Take back: Naloxone, dose 2').click()
  await page.getByText('Naloxone doses: 1').waitFor()
  await page.getByText(/^Dose 1 at/).waitFor()
  await page.clock.resume()
  await closeAlert(pages, raised)
}, 60_000)

test('a link that was closed, has run out, was cut short or is wrong says so in plain words, and shows nothing', async () => {
  const raised = await raiseForPage(pages)
  const [address = '', secret = ''] = raised.link.split('#')
  const opens = async (link: string, heading: string) => {
    const { page, requests } = await openLink(pages, link)
    await page.getByRole('heading', { name: heading }).waitFor()
    expect(await page.locator('body').textContent()).not.toContain(raised.code)
    // Nothing that sounds as if somebody still waited for this one.
    expect(await page.getByText('I am going').count()).toBe(0)
    expect(await page.getByRole('link', { name: 'Ring 999' }).getAttribute('href')).toBe('tel:999')
    expect(await page.getByRole('button', { name: 'I’m going' }).count()).toBe(0)
    return requests
  }
  // Cut short, or without its secret: the service is not even asked.
  for (const cut of [address, `${address}#`, `${address}#${secret.slice(0, -5)}`, `${address}#${secret}0`]) {
    const requests = await opens(cut, 'This link does not open')
    expect(requests.filter(({ url }) => url.includes('/v1/'))).toEqual([])
  }
  // Whole, but another's secret or another's id.
  const wrong = `${secret.slice(0, -1)}${secret.endsWith('2') ? '3' : '2'}`
  await opens(`${address}#${wrong}`, 'This link does not open')
  await opens(`${address.slice(0, -1)}${address.endsWith('A') ? 'B' : 'A'}#${secret}`, 'This link does not open')

  // Run out while the alert is still open, then closed.
  const { linkId } = await openRescuePage({ api: pages.stack.api, text: raised.link })
  const expiry = 'UPDATE app.disclosures SET expires_at = app.clock() + $2::interval WHERE link_id = $1'
  await pages.stack.db.query(expiry, [linkId, '-1 second'])
  await opens(raised.link, 'This link has run out')
  await pages.stack.db.query(expiry, [linkId, '12 hours'])
  await closeAlert(pages, raised)
  await opens(raised.link, 'This alert is over')
}, 60_000)

test('one link is revoked while the alert goes on: its open page loses the address, it opens nothing anew, and the other goes on', async () => {
  const raised = await raiseForPage(pages, { rescuers: 2 })
  const [, other] = raised.rescuers
  await pages.stack.advance(60_000)
  const { body } = (await other?.expectText(/\/r\//)) ?? { body: '' }
  const [otherLink = ''] = /https?:\/\/\S+\/r\/\S+#\S+/.exec(body) ?? []
  pages.stack.canaries.add('token', otherLink.split('#')[1])
  const { page } = await openLink(pages, raised.link)
  await page.getByRole('button', { name: 'I’m going' }).click()
  await page.getByRole('heading', { name: 'Go here' }).waitFor()
  const { linkId } = await openRescuePage({ api: pages.stack.api, text: raised.link })
  await pages.stack.db.query(
    'UPDATE app.disclosures SET shredded_at = app.clock(), minimum = NULL, brief = NULL WHERE link_id = $1',
    [linkId],
  )
  await page.getByRole('heading', { name: 'This link has run out' }).waitFor({ timeout: 20_000 })
  expect(await page.locator('body').textContent()).not.toContain('Marigold')
  await page.reload()
  await page.getByRole('heading', { name: 'This link has run out' }).waitFor()
  const fresh = await openLink(pages, raised.link)
  await fresh.page.getByRole('heading', { name: 'This link has run out' }).waitFor()
  expect(await fresh.page.locator('body').textContent()).not.toMatch(/Marigold|Holbeck/)

  const going = await openLink(pages, otherLink)
  await going.page.getByRole('button', { name: 'I’m going' }).click()
  await going.page.getByText('Marigold Court').waitFor()
  await closeAlert(pages, raised)
}, 60_000)

test('one press leaves the page with nothing behind', async () => {
  const raised = await raiseForPage(pages)
  const { page } = await openLink(pages, raised.link)
  await page.route('https://www.bbc.co.uk/**', (route) => route.fulfill({ body: 'weather' }))
  await page.getByRole('button', { name: 'I’m going' }).click()
  await page.getByRole('heading', { name: 'Go here' }).waitFor()
  await page.getByRole('button', { name: 'Leave', exact: true }).click()
  await page.waitForURL('https://www.bbc.co.uk/**')
  await page.goto(pages.origin)
  expect(await page.evaluate('sessionStorage.length')).toBe(0)
  await closeAlert(pages, raised)
}, 60_000)

test('the whole way is there in Welsh', async () => {
  const raised = await raiseForPage(pages)
  const { page } = await openLink(pages, raised.link, { locale: 'cy-GB' })
  const button = (name: string) => page.getByRole('button', { name })
  await page.getByRole('heading', { name: 'Mae angen help ar rywun ger Holbeck' }).waitFor()
  expect(await page.locator('html').getAttribute('lang')).toBe('cy')
  await button('Rwy’n mynd').click()
  await page.getByRole('heading', { name: 'Ewch yma' }).waitFor()
  await button('Rwy yno').click()
  await page.getByRole('heading', { name: 'Deffrwch nhw' }).waitFor()
  await page.getByText('Heb ei gymeradwyo’n glinigol eto').waitFor()
  await button('Dydyn nhw ddim yn deffro').click()
  expect(await page.getByRole('link', { name: 'Ffoniwch 999' }).getAttribute('href')).toBe('tel:999')
  await button('English').click()
  await page.getByRole('heading', { name: 'Ring 999' }).waitFor()
  await closeAlert(pages, raised)
  await page.getByRole('heading', { name: `ALL CLEAR ${raised.code}` }).waitFor()
}, 60_000)
