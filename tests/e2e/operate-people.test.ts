import { randomUUID } from 'node:crypto'
import { giveAllClear, raiseAlert, until } from '@stillhere/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectReachable, inviteAs, openOperate } from './operate-under-test.ts'
import { openPages, type PagesUnderTest } from './pages-under-test.ts'

/* Issue 6, points 5 and 7: who works here, what happened in an alert, who changed what, what people say. */

let pages: PagesUnderTest
beforeAll(async () => {
  pages = await openPages()
})
afterAll(() => pages.close())

test('somebody is invited by a link shown once, changed, taken off shift, signed out and removed', async () => {
  const { stack } = pages
  const { page } = await openOperate(pages, '#/people')
  await page.getByRole('button', { name: 'Invite somebody' }).click()
  const form = page.getByRole('dialog', { name: 'Invite somebody' })
  await form.getByLabel('Name', { exact: true }).fill('Robin')
  await form.getByLabel('Mobile number').fill('not a number')
  await form.getByRole('button', { name: 'Add, and make the invitation' }).click()
  await form.getByText('The service did not take this as it is.').waitFor()
  expect(await form.getByLabel('Name', { exact: true }).inputValue()).toBe('Robin')
  await expectReachable(page, 'inviting')
  const phone = stack.newPhone()
  await form.getByLabel('Mobile number').fill(phone.number)
  await form.getByLabel('Works here as').selectOption('peer')
  await form.getByRole('button', { name: 'Add, and make the invitation' }).click()

  const shown = page.getByRole('dialog', { name: 'The way in for Robin' })
  await shown.getByRole('img', { name: 'QR code of the invitation for Robin' }).waitFor()
  await expectReachable(page, 'an invitation')
  const link = (await shown.locator('code').textContent()) ?? ''
  expect(link).toContain('/support#')
  stack.canaries.add('token', link.split('#')[1] ?? '')
  await shown.getByRole('button', { name: 'They have it' }).click()
  const robin = page.getByRole('row', { name: /Robin/ })
  await robin.getByText('not confirmed', { exact: true }).waitFor()
  await robin.getByText('asked just now').waitFor()
  await robin.getByText('none yet').waitFor()
  await robin.getByText('peer', { exact: true }).waitFor()
  expect(page.url(), 'nobody’s name or id is in the address').toMatch(/#\/people$/)
  await expectReachable(page, 'people')

  // It lets Robin in, who goes on shift.
  const their = await pages.newPhonePage()
  await their.page.goto(link)
  await their.page.getByRole('button', { name: 'Later' }).click()
  // Who wonders why no text comes is told here; the operator asks their phone again, and it answers.
  await their.page.getByText(/We do not know yet that the phone we have for you is yours/).waitFor()
  await robin.getByRole('button', { name: 'Ask again Robin' }).click()
  const again = page.getByRole('dialog', { name: 'Ask Robin’s phone whether it is theirs?' })
  await expectReachable(page, 'asking a phone again')
  await again.getByRole('button', { name: 'Ask', exact: true }).click()
  await page.getByText('Robin’s phone is being asked.').waitFor()
  await until('it was asked twice', async () => (await phone.texts()).length === 2)
  await phone.reply('1')
  await phone.expectText('Thank you. Alerts for the team will come to this phone.')
  await robin.getByText('works', { exact: true }).waitFor()
  await robin.getByText('confirmed just now').waitFor()
  expect(await robin.getByRole('button', { name: /Ask/ }).count(), 'it has answered').toBe(0)
  await their.page.getByRole('button', { name: 'Yes, put me on shift' }).click()
  await their.page.getByText('You are on shift', { exact: true }).waitFor()
  await their.context.close()
  await robin.getByText('on shift', { exact: true }).waitFor()

  await robin.getByRole('button', { name: 'End shift Robin' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'End shift' }).click()
  await page.getByText('Robin is off shift.').waitFor()
  await robin.getByRole('button', { name: 'Change Robin' }).click()
  await page.getByRole('dialog').getByLabel('Role').selectOption('duty-lead')
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await robin.getByText('duty lead', { exact: true }).waitFor()
  await robin.getByText('More').click()
  await robin.getByRole('button', { name: 'Sign out Robin' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click()
  await page.getByText('Robin is signed out everywhere.').waitFor()
  await robin.getByRole('button', { name: 'Remove Robin' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await robin.waitFor({ state: 'detached' })
}, 120_000)

test('a duty lead sees who is here and may end a shift, and is offered nothing more', async () => {
  const kit = await pages.stack.seedSupporter({ phone: pages.stack.newPhone(), name: 'Kit', onShift: true })
  const { page } = await openOperate(pages, '#/people?role=supporter', await inviteAs(pages, 'duty-lead', 'Lee'))
  await page.getByRole('row', { name: /Kit/ }).getByRole('button', { name: 'End shift Kit' }).waitFor()
  expect(await page.getByRole('button', { name: /Invite|Remove|Change/ }).count()).toBe(0)
  expect(await page.getByRole('row', { name: /Lee/ }).count()).toBe(0)
  await kit.setShift(false)
}, 60_000)

test('among three hundred supporters one is found by name, and the longest name pushes nothing away', async () => {
  const { stack } = pages
  const long = 'Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch'
  await stack.seedSupporter({ phone: stack.newPhone(), name: long, onShift: true })
  await stack.seedSupporter({ phone: stack.newPhone(), name: 'Siân Ystrad', onShift: false })
  await stack.db.query(
    `INSERT INTO app.supporters (id, organisation_id, role, name)
      SELECT gen_random_uuid(), organisation_id, 'supporter', 'Ann ' || n
      FROM app.supporters, generate_series(1, 300) n WHERE name = $1`,
    [long],
  )
  const { page } = await openOperate(pages, '#/people')
  const people = page.getByRole('table', { name: 'Supporters' }).getByRole('row')
  const more = page.getByRole('button', { name: /^Show 50 of \d+ more$/ })
  await more.waitFor()
  expect(await people.count()).toBe(51)
  await more.click()
  expect(await people.count()).toBe(101)
  await page.getByLabel('Find by name').fill('sian y')
  await page.getByRole('row', { name: /Siân Ystrad/ }).waitFor()
  expect(await people.count()).toBe(2)
  expect(page.url(), 'a name that is looked for is in no address').not.toMatch(/sian/i)
  await page.getByLabel('Find by name').fill('llanfair')
  const row = page.getByRole('row', { name: new RegExp(long) })
  await row.waitFor()
  expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(1_280)
  const last = await row.getByRole('button').last().boundingBox()
  expect((last?.x ?? 9_999) + (last?.width ?? 0)).toBeLessThanOrEqual(1_280)
  await row.getByText('More').click()
  await row.getByRole('button', { name: `Remove ${long}` }).waitFor()
  await expectReachable(page, 'a long name')
  await row.getByText('More').click()
  expect((await row.boundingBox())?.height).toBeLessThan(160)
}, 60_000)

test('an alert is read second by second, and saved as CSV and JSON; nothing in it names anybody', async () => {
  const { stack } = pages
  const { person, rescuer, code } = await raiseAlert(stack)
  await rescuer.reply('1')
  await rescuer.expectText('You are going')
  await giveAllClear(person, rescuer)
  const { page } = await openOperate(pages, '#/alerts', await inviteAs(pages, 'auditor', 'Audrey'))
  await page.getByRole('cell', { name: code }).waitFor()
  await expectReachable(page, 'alerts')
  await page
    .getByRole('row', { name: new RegExp(code) })
    .getByRole('link')
    .click()
  await page.getByText('Alert raised').waitFor()
  await page.getByText('+0:00.000').first().waitFor()
  await page.getByText('Claimed').first().waitFor()
  // Who was shown what, and the chain counted anew in this browser.
  const saw = page.getByRole('table', { name: 'Who saw what' })
  await saw.getByRole('row', { name: /rescuer/ }).waitFor()
  const verify = page.getByRole('button', { name: 'Verify the chain' })
  await until('every line has its place', async () => {
    await verify.click()
    await page.getByText(/The chain is whole|Its lines are a moment old/).waitFor()
    return (await page.getByText(/; 0 too new/).count()) > 0
  })
  await page.getByText(/^[0-9a-f]{64}$/).waitFor()
  await expectReachable(page, 'timeline')
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save as CSV' }).click()
  const file = await downloading
  expect(file.suggestedFilename()).toMatch(/^alert-.*\.csv$/)
  const stream = await file.createReadStream()
  let text = ''
  for await (const chunk of stream) text += String(chunk)
  expect(text.split('\r\n')[0]).toBe('\uFEFF"When","Milliseconds after the raise","By","What","Details"')
  expect(text).toContain('"Alert raised"')
  expect(text, 'no word of a program').not.toMatch(/latenessMs|receiptRank|alert-[a-z]+/)
  expect(text).not.toContain(rescuer.number)
  // Somebody who owns the database changes what was written: the screen says from where on.
  await stack.db.query('ALTER TABLE app.journal DISABLE TRIGGER journal_append_only')
  await stack.db.query(`UPDATE app.journal SET kind = 'alert-forgotten' WHERE kind = 'alert-claimed'`)
  await stack.db.query('ALTER TABLE app.journal ENABLE TRIGGER journal_append_only')
  await verify.click()
  await page.getByText(/The chain breaks at line \d+/).waitFor()
}, 90_000)

test('who changed what is listed by name, filtered in the address, and never what is in it', async () => {
  const operator = await (await pages.stack.organisation('demo')).signIn('operator', 'Olwen')
  const steps = [{ afterSeconds: 0, to: 'everyone', channel: 'text' }]
  await operator.request('POST', '/v1/operate/ladders', { commandId: randomUUID(), name: 'Secret name', steps })
  const { page } = await openOperate(pages, '#/audit')
  await page.getByRole('cell', { name: 'Ladder made' }).waitFor()
  await page.getByRole('combobox', { name: 'What was done' }).selectOption('ladder-created')
  expect(page.url()).toContain('action=ladder-created')
  expect(await page.getByRole('row').count()).toBe(2)
  expect(await page.getByText('Secret name').count()).toBe(0)
  await page.getByRole('rowheader').first().waitFor()
  await expectReachable(page, 'audit')
}, 60_000)

test('what a person said is opened in this browser alone; and what supporters wrote says who needs care', async () => {
  const { stack } = pages
  const person = await stack.newPerson()
  await person.request('POST', '/v1/feedback', {
    commandId: randomUUID(),
    kind: 'complaint',
    text: 'The chime is too quiet for me.',
    language: 'en',
  })
  const { page, requests } = await openOperate(pages, '#/said')
  await page.getByText('The chime is too quiet for me.').waitFor({ timeout: 30_000 })
  await page.getByText('complaint', { exact: true }).waitFor()
  await page.getByText('Nobody has written a log yet').waitFor()
  await expectReachable(page, 'what people say')
  expect(requests.some(({ body }) => body.includes('too quiet'))).toBe(false)
}, 60_000)
