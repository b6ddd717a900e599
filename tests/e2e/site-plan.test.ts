import { randomUUID } from 'node:crypto'
import { type Console, RefusedByServiceError } from '@stillhere/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectReachable } from './expect-reachable.ts'
import { openPages, type PagesUnderTest } from './pages-under-test.ts'

/* Issue 4, point 2: a hostel has made the plan; the person adds a room. */

let pages: PagesUnderTest
let operator: Console
beforeAll(async () => {
  pages = await openPages()
  operator = await (await pages.stack.organisation('demo')).signIn('operator')
})
afterAll(() => pages.close())

const harbour = {
  label: 'Harbour House',
  address: '1 Quay Street, Leeds',
  entry: 'Blue door',
  naloxone: ['Office', 'Kitchen'],
  staffOnSite: 'Night staff until 8',
}
async function must(method: string, path: string, body: object = {}) {
  const answer = await operator.request(method, `/v1/operate${path}`, { commandId: randomUUID(), ...body })
  if (answer.status > 299) throw new RefusedByServiceError(`${method} ${path}`, answer)
  return answer.body
}

test('a poster’s link brings the plan, a room is added, and a change counts only when the person agrees', async () => {
  const { site } = await must('POST', '/sites', harbour)
  const { page, requests } = await pages.newPhonePage()
  const button = (name: string) => page.getByRole('button', { name })
  await page.goto(`${pages.origin}/#join=${site.joinCode}`)
  // Nothing is asked of the service before the person has agreed to anything.
  await page.getByRole('heading', { name: 'Do you agree?' }).waitFor()
  await expectReachable(page, 'agree')
  expect(requests.filter(({ method }) => method === 'POST')).toEqual([])
  await button('I understand and agree').click()
  await page.getByRole('heading', { name: 'A place that has a plan' }).waitFor()
  await page.getByText('Blue door').waitFor()
  await page.getByLabel('Your room').fill('12')
  await page.getByLabel('What should the person who helps know?').fill('Asthma')
  await expectReachable(page, 'join with a template')
  await button('Use this plan').click()
  await page.getByRole('heading', { name: 'Is this where you are?' }).waitFor()
  await page.getByText('Room 12, 1 Quay Street, Leeds').waitFor()
  const sent = requests.map(({ body }) => body).join('\n')
  expect(sent).toContain(site.id)
  expect(sent).not.toMatch(/Room 12|Asthma/)

  // The site moves its door.
  await must('PUT', `/sites/${site.id}`, { ...harbour, entry: 'Green door' })
  await button('Back').click()
  await page.getByText('The place has changed: look and confirm.').waitFor()
  await expectReachable(page, 'home with a changed site')
  await button('See what it says now').click()
  await page.getByText('Green door').waitFor()
  await expectReachable(page, 'what a site says now')
  const putsBefore = requests.filter(({ method }) => method === 'PUT').length
  await button('Back').click()
  expect(requests.filter(({ method }) => method === 'PUT').length).toBe(putsBefore)
  await button('See what it says now').click()
  await page.getByText('Green door').waitFor()
  await button('Yes, use what it says now').click()
  await page.getByRole('heading', { name: 'Ready when you are' }).waitFor()
  await page.getByText('The place has changed: look and confirm.').waitFor({ state: 'detached' })
  await page.getByText('Room 12, 1 Quay Street, Leeds').waitFor()
  const [plan] = await pages.stack.db.query<{ version: number }>(
    'SELECT plan_version AS version FROM app.rescue_plans WHERE deleted_at IS NULL',
  )
  expect(plan?.version).toBe(2)

  // The site closes: the plan can be kept as one's own.
  await must('DELETE', `/sites/${site.id}`)
  await page.reload()
  await button('See what it says now').click()
  await page.getByText('This code is no longer used.').waitFor()
  await button('Keep it as my own plan').click()
  await page.getByRole('heading', { name: 'Ready when you are' }).waitFor()
  await page.getByText('The place has changed: look and confirm.').waitFor({ state: 'detached' })
}, 90_000)

test('a code that no place has is said so, in Welsh too', async () => {
  const { page } = await pages.newPhonePage({ locale: 'cy-GB' })
  await page.goto(pages.origin)
  await page.getByRole('button', { name: 'Cynllun hostel neu wasanaeth' }).click()
  await page.getByRole('button', { name: 'Rwy’n deall ac yn cytuno' }).click()
  await page.getByLabel('Cod y lle').fill('BBBB-BBBB')
  await page.getByRole('button', { name: 'Dod o hyd i’r cynllun' }).click()
  await page.getByText('Does gan yr un lle y cod hwn.').waitFor()
  await expectReachable(page, 'join in Welsh')
})
