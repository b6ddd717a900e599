import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPages, type PagesUnderTest } from './pages-under-test.ts'
import { lastSession, pressEnd, startInBrowser } from './start-in-browser.ts'

/* Issue 4, point 8: somebody else holds the phone, or looks at it. */

let pages: PagesUnderTest
beforeAll(async () => {
  pages = await openPages()
})
afterAll(() => pages.close())

test('the duress PIN looks like an end, and people are told', async () => {
  const { page, rescuer, requests } = await startInBrowser(pages)
  // Ended once, to set the PINs.
  await pressEnd(page)
  await page.getByRole('button', { name: 'Done', exact: true }).click()
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('heading', { name: 'Lock with a PIN' }).click()
  await page.getByText('A second PIN (optional)').click()
  await page.getByLabel('PIN (4 to 8 digits)').fill('2580')
  await page.getByLabel('Another PIN that calls for help (optional)').fill('1470')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('A PIN is set.').waitFor()
  await page.reload()
  await page.getByLabel('PIN', { exact: true }).fill('0000')
  await page.getByRole('button', { name: 'Open' }).click()
  await page.getByText('That was not it. Try again.').waitFor()
  expect(await page.getByText('Juniper').count()).toBe(0)
  await page.getByLabel('PIN', { exact: true }).fill('2580')
  await page.getByRole('button', { name: 'Open' }).click()
  await page.getByRole('button', { name: 'Start now at Home' }).click()
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await page.getByText(/^Watched until/).waitFor()

  await page.getByRole('button', { name: 'I’m done, safe' }).click()
  await page.getByLabel('PIN', { exact: true }).fill('1470')
  await page.getByRole('dialog').getByRole('button', { name: 'I’m done, safe' }).click()
  await page.getByRole('heading', { name: 'Your timer has ended' }).waitFor()
  expect(await page.getByText(/alert|help|rescuer|People/i).count()).toBe(0)
  expect((await lastSession(pages.stack)).state).toBe('alerting')
  const { match } = await rescuer.expectText(/SAFETY ALERT (\d{4})/)
  const { body } = await rescuer.expectText('/r/')
  pages.stack.phones.allow(/AGAIN|ALL CLEAR/)

  // Then they make the person forget the phone: it looks forgotten, and help goes on with all it has.
  await page.getByRole('button', { name: 'Done', exact: true }).click()
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('button', { name: 'Forget this phone' }).click()
  await page.getByRole('button', { name: 'Delete everything' }).click()
  await page.getByRole('heading', { name: 'Nothing is left on this phone' }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'Using alone? If you go quiet, we tell someone.' }).waitFor()
  expect(requests.some(({ url }) => url.endsWith('/v1/forget'))).toBe(false)
  expect((await lastSession(pages.stack)).state).toBe('alerting')
  const link = await pages.stack.openRescuePage(body)
  expect((await link.reply('going')).brief).toMatchObject({ address: 'Flat 2, 7 Juniper Row, Leeds' })
  await rescuer.reply(`${match[1]} 4`)
  await rescuer.expectText('You are there')
  await rescuer.reply('5')
  await rescuer.expectText('ALL CLEAR')
})

test('the duress PIN seems to take the PIN away and to copy the plans, and gives nothing real', async () => {
  const { page, rescuer } = await startInBrowser(pages)
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const group = (name: string) => page.getByRole('heading', { name }).click()
  const typePin = async (pin: string, submit: string) => {
    await page.getByLabel('PIN', { exact: true }).fill(pin)
    await button(submit).click()
  }
  await pressEnd(page)
  await button('Done').click()
  await button('Settings').click()
  await group('Lock with a PIN')
  // Whoever looks on does not read what the second one does.
  expect(await page.getByText('It looks as if the timer has ended.').isVisible()).toBe(false)
  await page.getByText('A second PIN (optional)').click()
  await page.getByLabel('PIN (4 to 8 digits)').fill('2580')
  await page.getByLabel('Another PIN that calls for help (optional)').fill('1470')
  await button('Save').click()
  await page.getByText('A PIN is set.').waitFor()

  // A copy: it looks as always, and the code that is shown does not open it.
  await group('A new phone')
  await button('Move to a new phone').click()
  await typePin('1470', 'Open')
  const saving = page.waitForEvent('download')
  await button('Save a file').click()
  const copy = await readFile(await (await saving).path())
  await button('Next: its code').click()
  const code = (await page.locator('.code').textContent()) ?? ''
  const other = await pages.newPhonePage()
  await other.page.goto(pages.origin)
  await other.page.getByRole('button', { name: 'I have a new phone' }).click()
  await other.page.getByRole('button', { name: 'I understand and agree' }).click()
  await other.page.getByLabel('The copy').setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: copy })
  await other.page.getByLabel('Its code (20 digits)').fill(code)
  await other.page.getByRole('button', { name: 'Bring my plans here' }).click()
  await other.page.getByText('This code does not open this copy.').waitFor()

  // The PIN is asked before it is taken away; under duress it only looks so.
  await button('Back').click()
  await group('Lock with a PIN')
  await button('Take the PIN away').click()
  await typePin('0000', 'Take the PIN away')
  await page.getByText('That was not it. Try again.').waitFor()
  await typePin('1470', 'Take the PIN away')
  await page.getByLabel('PIN (4 to 8 digits)').waitFor()
  await button('Back').click()
  await page.getByRole('button', { name: 'Start now at Home' }).click()
  await button('Start').click()
  await page.getByText(/^Watched until/).waitFor()
  await pressEnd(page)
  await page.getByRole('heading', { name: 'Your timer has ended' }).waitFor()
  expect((await lastSession(pages.stack)).state).toBe('alerting')
  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('/r/')
  pages.stack.phones.allow(/AGAIN|ALL CLEAR/)

  // Opened anew it is locked as before, and the real PIN does take it away.
  await button('Done').click()
  await page.getByRole('heading', { name: 'Ready when you are' }).waitFor()
  await page.reload()
  await typePin('2580', 'Open')
  await button('Settings').click()
  await group('Lock with a PIN')
  await button('Take the PIN away').click()
  await typePin('2580', 'Take the PIN away')
  await page.getByLabel('PIN (4 to 8 digits)').waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'Ready when you are' }).waitFor()
}, 90_000)

test('a key that the pages do not vouch for is never sealed to', async () => {
  const { page, requests } = await pages.newPhonePage({ serviceWorkers: 'block' })
  await page.route('**/settings.json', async (route) => {
    const answer = await route.fetch()
    const settings = (await answer.json()) as object
    await route.fulfill({ json: { ...settings, disclosureKeyFingerprints: [Buffer.alloc(32).toString('base64url')] } })
  })
  await page.goto(pages.origin)
  await page.getByRole('button', { name: 'Start now' }).click()
  await page.getByRole('button', { name: 'I understand and agree' }).click()
  await page.getByLabel('What is the address?').fill('Flat 2, 7 Juniper Row, Leeds')
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByText(/Your plan has not left this phone/).waitFor()
  expect(requests.filter(({ url }) => url.includes('/v1/plans') && url)).toEqual([])
})

test('"forget this phone" leaves nothing here and nothing at the service', async () => {
  const { page } = await startInBrowser(pages)
  await pressEnd(page)
  await page.getByRole('button', { name: 'Done', exact: true }).click()
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('heading', { name: 'A code for a lost phone' }).click()
  await page.getByRole('button', { name: 'Show the code' }).click()
  await page.locator('.code').waitFor()
  const plans = async () =>
    (await pages.stack.db.query<{ id: string }>('SELECT id FROM app.rescue_plans WHERE deleted_at IS NULL')).length
  const before = await plans()
  await page.getByRole('button', { name: 'Forget this phone' }).click()
  await page.getByRole('button', { name: 'Delete everything' }).click()
  await page.getByRole('heading', { name: 'Nothing is left on this phone' }).waitFor()
  expect(await plans()).toBe(before - 1)
})

test('a new key of the service is followed only with the word of the one this phone has sealed to', async () => {
  const { page, requests } = await startInBrowser(pages, { serviceWorkers: 'block' })
  await pressEnd(page)
  await page.getByRole('button', { name: 'Done', exact: true }).click()
  await pages.stack.replaceDisclosureKey()
  const unsigned = '**/v1/service*'
  await page.route(unsigned, async (route) => {
    const answer = await route.fetch()
    const { disclosureKey, ...rest } = (await answer.json()) as { disclosureKey: { keyId: string; publicKey: string } }
    const { keyId, publicKey } = disclosureKey
    await route.fulfill({ response: answer, json: { ...rest, disclosureKey: { keyId, publicKey } } })
  })
  const saveAgain = async () => {
    await page.getByRole('button', { name: 'Change' }).first().click()
    await page.getByRole('heading', { name: 'Your plan' }).waitFor()
    for (const next = page.getByRole('button', { name: 'Next' }); await next.isVisible(); ) await next.click()
    await page.getByRole('button', { name: 'Save the plan' }).first().click()
  }
  const puts = () => requests.filter(({ method, url }) => method === 'PUT' && url.includes('/v1/plans')).length
  const before = puts()
  await saveAgain()
  await page.getByText(/Your plan has not left this phone/).waitFor()
  expect(puts()).toBe(before)

  await page.unroute(unsigned)
  await page.getByRole('button', { name: 'Save the plan' }).first().click()
  await page.getByRole('heading', { name: 'Who can come?' }).waitFor()
  const [service, [plan]] = await Promise.all([
    fetch(`${pages.stack.api}/v1/service`).then((answer) => answer.json()),
    pages.stack.db.query(`SELECT sealed ->> 'keyId' AS "keyId" FROM app.rescue_plans ORDER BY created_at DESC LIMIT 1`),
  ])
  expect(plan).toEqual({ keyId: (service as { disclosureKey: { keyId: string } }).disclosureKey.keyId })
})
