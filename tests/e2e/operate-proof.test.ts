import { giveAllClear, raiseAlert, until } from '@stillhere/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectReachable, inviteAs, openOperate } from './operate-under-test.ts'
import { openPages, type PagesUnderTest } from './pages-under-test.ts'

/* Issue 6, points 1 and 6: the board, what is behind it, tests of the alarm path, incidents, and the page for everybody. */

const pagerNumber = '+447700900090'
let pages: PagesUnderTest
beforeAll(async () => {
  pages = await openPages({ workers: 2, pagerNumber })
})
afterAll(() => pages.close())

const lamps = '[aria-label="How it is now"] .says a'

test('each number of the board opens what is behind it, for whoever sees the board; what is wrong links its runbook', async () => {
  for (const role of ['duty-lead', 'operator']) {
    const { page, context } = await openOperate(pages, '#/board', await inviteAs(pages, role))
    await page.getByText('No alert is without an owner').waitFor()
    const all = await page.locator(lamps).evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''))
    expect(all.length, role).toBeGreaterThanOrEqual(11)
    expect(await page.locator('.lamp-words .says').count(), role).toBe(all.length)
    for (const href of new Set(all)) {
      await page.evaluate(`location.hash = ${JSON.stringify(href)}`)
      await page.locator('main h1').waitFor()
      await page.getByText('Opening …').waitFor({ state: 'detached' })
      expect(await page.locator('main h1').textContent(), href).not.toMatch(/Board|not part of your role/)
      expect(page.url()).toContain(href)
    }
    if (role === 'operator') {
      await page.evaluate(`location.hash = '#/board/oldestDue'`)
      await page.getByRole('heading', { name: 'The oldest thing that is due' }).waitFor()
      await page.getByText('From 1 s on somebody should look, from 5 s').waitFor()
      await expectReachable(page, 'behind a number')
    }
    await context.close()
  }
  const { page, context } = await openOperate(pages)
  // Nothing was tested yet: no runbook helps, and the page behind it does.
  const untested = page.getByRole('listitem').filter({ hasText: 'The alarm path has not been tested yet' })
  await untested.getByText('set a schedule').waitFor()
  expect(await untested.getByRole('link', { name: 'Open the runbook' }).count()).toBe(0)
  const lamp = page.getByRole('listitem').filter({ hasText: 'Nobody is on shift' })
  const opening = context.waitForEvent('page')
  await lamp.getByRole('link', { name: 'Open the runbook' }).click()
  const runbook = await opening
  await runbook.getByRole('heading', { level: 1, name: 'Fewer on shift than there should be' }).waitFor()
  await expectReachable(runbook, 'a runbook')
  await runbook.goto(new URL('synthetic-alert-missed.html', runbook.url()).href)
  await runbook.getByRole('link', { name: 'engine-unwell' }).first().click()
  await runbook.getByRole('heading', { level: 1, name: 'The engine is unwell' }).waitFor()
}, 120_000)

test('what happened is drawn over time, and said in words and as a table beside each chart', async () => {
  const { stack } = pages
  const { person, rescuer } = await raiseAlert(stack)
  await rescuer.reply('1')
  await rescuer.expectText('You are going')
  await giveAllClear(person, rescuer)
  const { page } = await openOperate(pages)
  await page.getByLabel('How far back').selectOption({ label: 'an hour, by the minute' })
  expect(page.url()).toContain('span=hour')
  const chart = page.getByRole('figure', { name: 'Messages', exact: true })
  await chart.getByRole('img', { name: /^Messages\. Delivered: [1-9]/ }).waitFor()
  await chart.locator('canvas').waitFor()
  await chart.getByText('Failed: nothing in this time.').waitFor()
  await chart.getByText('The same as a table').click()
  const table = chart.getByRole('table', { name: 'Messages' })
  expect(Number(await table.getByRole('cell').nth(0).locator('.value').textContent())).toBeGreaterThan(0)
  await page.getByRole('figure', { name: 'Alerts raised' }).getByText('Raised: 1 in all').waitFor()
  await page
    .getByRole('table', { name: /by channel and carrier/ })
    .getByRole('rowheader', { name: /text, twilio/ })
    .waitFor()
  await expectReachable(page, 'the board with charts')
}, 90_000)

test('a handset is given, agrees, and a drill shows each hop; what does not come back is a miss, with who was paged', async () => {
  const { stack } = pages
  const handset = stack.newPhone()
  const pager = stack.phones.phone(pagerNumber)
  const { page } = await openOperate(pages, '#/proof')
  const run = page.getByRole('button', { name: 'Run a drill now' })
  await page.getByText('Give the number of a test handset first.').waitFor()
  expect(await run.isDisabled()).toBe(true)
  await page.getByLabel('Test by a schedule').check()
  await page.getByText('A schedule needs a test handset: give its number.').waitFor()
  await page.getByLabel('Number of the test handset').fill(handset.number)
  await page.getByLabel('Minutes between tests').fill('4')
  await page.getByText('Minutes between tests: a whole number from 5').waitFor()
  await page.getByLabel('Minutes between tests').fill('60')
  await page.getByLabel('Seconds until it is a miss').fill('60')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('was asked, and has not agreed').waitFor()
  await page.getByText('Every 60 minutes.').waitFor()
  await handset.expectText(/Reply 1 = (?:I )?agree/)
  await handset.reply('1')
  await page.getByText('has agreed, and answers').waitFor()

  const drill = async () => {
    await run.click()
    await page.getByText('A test runs now.').waitFor()
    const [row] = await stack.db.query<{ due: string }>(
      `SELECT to_json(due_at)#>>'{}' AS due FROM app.synthetic_runs WHERE outcome = 'running'`,
    )
    await stack.advanceTo(row?.due ?? '')
    await handset.expectText(/^TEST\. No one needs help\. SAFETY ALERT/)
    return row?.due ?? ''
  }
  const newest = page.getByRole('region', { name: 'The newest test' })
  await drill()
  await handset.expectText(/\/r\//)
  await handset.reply('1')
  await newest.getByText('passed').waitFor()
  expect(await newest.getByRole('listitem').filter({ hasText: /\d ms/ }).count()).toBe(5)
  await newest.getByRole('link', { name: 'line by line' }).waitFor()

  const due = await drill()
  await stack.advanceTo(Date.parse(due) + 60_000)
  await newest.getByText('missed').waitFor()
  await newest.getByText('No reply came back.').waitFor()
  await newest.getByText(/The pager was texted and rung/).waitFor()
  await newest.getByRole('link', { name: 'Open the runbook' }).waitFor()
  await pager.expectText('OPERATOR: a test of the alarm path did not come back')
  await (await pager.answerCall('human')).said()
  stack.phones.allow(/^TEST\./)
  await expectReachable(page, 'a miss')
  expect(await page.getByRole('table', { name: 'Tests so far' }).getByRole('row').count()).toBe(3)

  await page.getByRole('button', { name: 'Have no test handset' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Have no test handset' }).click()
  await page.getByText('none yet', { exact: true }).waitFor()
  await page.getByText('Off: only drills.').waitFor()
}, 120_000)

test('a duty lead runs drills and changes nothing; an auditor looks', async () => {
  const lead = await openOperate(pages, '#/proof', await inviteAs(pages, 'duty-lead', 'Lee'))
  await lead.page.getByRole('button', { name: 'Run a drill now' }).waitFor()
  expect(await lead.page.getByLabel('Number of the test handset').count()).toBe(0)
  const auditor = await openOperate(pages, '#/proof', await inviteAs(pages, 'auditor', 'Audrey'))
  await auditor.page.getByText('Off: only drills.').waitFor()
  expect(await auditor.page.getByRole('button', { name: 'Run a drill now' }).count()).toBe(0)
  await auditor.page.evaluate(`location.hash = '#/incidents'`)
  await auditor.page.getByText('Nothing was reported in the last 30 days').waitFor()
  expect(await auditor.page.getByText('Report an incident').count()).toBe(0)
}, 60_000)

test('everybody reads how it goes without signing in: what is wrong, what is known since, and that it is over', async () => {
  const { origin, origins, stack } = pages
  const { page } = await openOperate(pages, '#/incidents')
  await page.getByText('Nothing was reported in the last 30 days').waitFor()
  await page.getByText('Report an incident').click()
  await page.getByLabel('How bad it is').selectOption({ label: 'Down: nobody should rely on it' })
  await page.getByLabel('In a few words').fill('Texts are late')
  await page.getByLabel('What people should know').fill('The carrier is slow.\nWe ring instead.')
  await expectReachable(page, 'reporting an incident')
  await page.getByRole('button', { name: 'Publish' }).click()
  const incident = page.getByRole('article', { name: 'Texts are late' })
  await incident.waitFor()
  await page
    .getByRole('region', { name: /public page says/ })
    .getByText('1 incident is open.')
    .waitFor()

  const anybody = await pages.newPhonePage({ locale: 'en-GB' })
  await anybody.page.goto(`${origin}/status?service=demo`)
  await anybody.page.getByText('The service does not work as it should.').waitFor()
  await anybody.page.getByText('We ring instead.').waitFor()
  await anybody.page.getByText('Too few to say').first().waitFor()
  await anybody.page.getByText('Last test of the alarm path').waitFor()
  await expectReachable(anybody.page, 'the public status')

  await incident.getByRole('button', { name: 'Say what is known now' }).click()
  await incident.getByLabel('How bad it is now').selectOption({ label: 'Trouble: it works, and not as it should' })
  await incident.getByLabel('What is known now').fill('Half of them come again.')
  await incident.getByRole('button', { name: 'Publish' }).click()
  await incident.getByText('Half of them come again.').waitFor()
  await incident.getByRole('button', { name: 'Close it: it is over' }).click()
  await incident.getByLabel('How it ended').fill('They are on time again.')
  await incident.getByRole('button', { name: 'Close it: it is over' }).click()
  await incident.getByText('Over', { exact: true }).waitFor()

  await until('everybody reads it', async () => {
    await anybody.page.reload()
    await anybody.page.getByRole('heading', { name: 'Texts are late' }).waitFor()
    return (await anybody.page.getByText('They are on time again.').count()) > 0
  })
  await anybody.page.getByText('Half of them come again.').waitFor()
  await anybody.page.getByRole('button', { name: 'Cymraeg' }).click()
  await anybody.page.getByRole('heading', { name: 'Statws y gwasanaeth' }).waitFor()
  await expectReachable(anybody.page, 'the public status in Welsh')

  // Nothing of a person, nothing kept of whoever looks, nothing from elsewhere.
  expect(stack.canaries.findIn((await anybody.page.textContent('body')) ?? '')).toEqual([])
  expect(await anybody.context.cookies()).toEqual([])
  expect(await anybody.page.evaluate('indexedDB.databases().then((all) => all.length + localStorage.length)')).toBe(0)
  expect(anybody.requests.filter(({ url }) => !origins.some((one) => url.startsWith(one)))).toEqual([])
  await anybody.page.goto(`${origin}/status?service=nobodys`)
  await anybody.page.getByText('There is no such service.').waitFor()
  await anybody.page.goto(`${origin}/status?service=demo`)
  await anybody.page.getByText('Demo', { exact: true }).waitFor()
  await stack.db.query(`UPDATE app.organisations SET closed_for_good_at = app.clock() WHERE slug = 'demo'`)
  await until('everybody reads that it has closed', async () => {
    await anybody.page.reload()
    await anybody.page.getByRole('heading', { name: 'Service status' }).waitFor()
    return (await anybody.page.getByText('This service has closed.').count()) > 0
  })
  await anybody.page.getByText(/^Closed for good since/).waitFor()
  await stack.db.query(`UPDATE app.organisations SET closed_for_good_at = NULL WHERE slug = 'demo'`)
  await anybody.page.getByRole('button', { name: 'Cymraeg' }).click()
  await anybody.context.setOffline(true)
  await anybody.page.evaluate(`dispatchEvent(new Event('visibilitychange'))`)
  await anybody.page.getByText(/Nid yw’r gwasanaeth yn ateb/).waitFor()
}, 120_000)

test('without a script the same is one link away, as plain data', async () => {
  const { page } = await pages.newPhonePage({ javaScriptEnabled: false })
  await page.goto(`${pages.origin}/status`)
  await page.getByRole('link', { name: 'The same as plain data' }).click()
  expect(await page.textContent('body')).toMatch(/"state":"(?:ok|trouble|down|closed)"/)
}, 30_000)
