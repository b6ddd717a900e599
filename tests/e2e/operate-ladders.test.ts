import { randomUUID } from 'node:crypto'
import { giveAllClear, preparePerson, until } from '@stillhere/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectReachable, inviteAs, openOperate } from './operate-under-test.ts'
import { openPages, type PagesUnderTest } from './pages-under-test.ts'

/* Issue 6, point 3: ladders, rhythms and prompts, by hand, by keys and by typing. */

let pages: PagesUnderTest
beforeAll(async () => {
  pages = await openPages()
  // Somebody is expected in the night to Sunday, and nobody else in the week.
  const { stack } = pages
  const sam = await stack.seedSupporter({ phone: stack.newPhone(), name: 'Sam', onShift: false })
  const operator = await (await stack.organisation('demo')).signIn('operator')
  const night = { role: 'supporter', weekday: 6, starts: '22:00', ends: '06:00' }
  const { status } = await operator.request('POST', '/v1/operate/rota/patterns', {
    commandId: randomUUID(),
    supporterId: sam.id,
    ...night,
  })
  expect(status).toBe(201)
})
afterAll(() => pages.close())

test('a step is moved by dragging, by keys and by typing; one that could fall silent is refused, and it is said why', async () => {
  const { page } = await openOperate(pages, '#/ladders')
  await expectReachable(page, 'ladders')
  await page.getByRole('rowheader').getByRole('link').first().click()
  const second = page.getByRole('slider', { name: 'Step 2: text to everyone' })
  await second.waitFor()
  expect(await second.getAttribute('aria-valuenow')).toBe('60')
  await expectReachable(page, 'a ladder')

  await second.press('ArrowLeft')
  expect(await second.getAttribute('aria-valuenow')).toBe('55')
  await second.press('Shift+ArrowLeft')
  expect(await second.getAttribute('aria-valuenow')).toBe('54')
  await second.scrollIntoViewIfNeeded()
  const box = await second.boundingBox()
  if (!box) throw new Error('the step is nowhere')
  await page.mouse.move(box.x + 20, box.y + 20)
  await page.mouse.down()
  await page.mouse.move(box.x + 60, box.y + 22, { steps: 5 })
  await page.mouse.up()
  const dragged = Number(await second.getAttribute('aria-valuenow'))
  expect(dragged % 5).toBe(0)
  expect(dragged).toBeGreaterThan(54)

  const row = page.getByRole('group', { name: 'Step 2: text to everyone' })
  await row.getByLabel('Seconds after the alert').fill('1799')
  await row.getByLabel('Seconds after the alert').press('Tab')
  await page.getByText('No step texts all supporters within 300 seconds').waitFor()
  expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
  await expectReachable(page, 'a ladder that could fall silent')
  await page.getByRole('button', { name: 'Undo my changes' }).click()
  await page.getByRole('group', { name: 'Step 2: text to everyone' }).getByLabel('Seconds after the alert').fill('45')
  await page.getByRole('group', { name: 'Step 2: text to everyone' }).getByLabel('Seconds after the alert').press('Tab')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved. It counts from the next alert.').waitFor()
}, 90_000)

test('a dry run shows whom each step finds on Sunday at three; a step with nobody in it is refused, and it is said which', async () => {
  const { page } = await openOperate(pages, '#/ladders')
  await page.getByRole('rowheader').getByRole('link').first().click()
  const run = page.getByRole('region', { name: 'Dry run: what would happen' })
  await run.getByText('Every step finds somebody.').waitFor()
  expect(await run.getByLabel('Time').inputValue()).toBe('03:00')
  expect(new Date(await run.getByLabel('Day').inputValue()).getUTCDay()).toBe(0)
  await run.getByText('Step 2: text to everyone: 1 supporter, 1 rescuer').waitFor()
  await page
    .getByRole('img', { name: 'Step 4: “999 now” on the console to all supporters on shift: 1 supporter' })
    .waitFor()

  // Monday noon: nobody is in the rota then, and whom a plan names first may be nobody at all.
  const sunday = await run.getByLabel('Day').inputValue()
  const monday = new Date(Date.parse(sunday) + 86_400_000).toISOString().slice(0, 10)
  await run.getByLabel('Day').fill(monday)
  await run.getByLabel('Time').fill('12:00')
  await run.getByText('Step 4 finds nobody.').waitFor()
  await page.getByRole('img', { name: 'Step 4: “999 now” on the console to all supporters on shift: nobody' }).waitFor()
  await expectReachable(page, 'a dry run that finds nobody')
  await run.getByLabel('Rescuers of the plan').selectOption('0')
  await run.getByText('Nobody would be texted or rung: only the pager.').waitFor()
  await run.getByLabel('Rescuers of the plan').selectOption('1')
  await run.getByText('Step 4 finds nobody.').waitFor()

  const row = page.getByRole('group', { name: 'Step 2: text to everyone' })
  await row.getByLabel('Seconds after the alert').fill('50')
  await row.getByLabel('Seconds after the alert').press('Tab')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Not saved: step 4 would find nobody then.').waitFor()
  await page.getByText('Not saved yet.').waitFor()
  await expectReachable(page, 'a ladder refused for a step with nobody in it')
  // At an hour at which somebody is there it is saved.
  await run.getByLabel('Day').fill(sunday)
  await run.getByLabel('Time').fill('03:00')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Saved. It counts from the next alert.').waitFor()
  await run.getByLabel('Day').fill(monday)
  await row.getByLabel('Seconds after the alert').fill('45')
  await row.getByLabel('Seconds after the alert').press('Tab')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('button', { name: 'I know. Save it all the same' }).click()
  await page.getByText('Not saved: step 4 would find nobody then.').waitFor({ state: 'detached' })
  await page.getByText('Not saved yet.').waitFor({ state: 'detached' })
}, 90_000)

test('an alert that is open keeps its ladder; the versions are listed, and an older one can be brought back', async () => {
  const { stack } = pages
  const { person, rescuer } = await preparePerson(stack)
  await person.start()
  await person.help()
  const { match } = await rescuer.expectText(/SAFETY ALERT (\d{4})/)
  await rescuer.expectText('What to do now')
  const { page } = await openOperate(pages, '#/ladders')
  let answer: (() => void) | undefined
  await page.route('**/ladders/dry-run', async (route) => {
    await new Promise<void>((resolve) => {
      answer = resolve
    })
    await route.continue()
  })
  await page.getByRole('rowheader').getByRole('link').first().click()
  const row = page.getByRole('group', { name: 'Step 2: text to everyone' })
  const seconds = row.getByLabel('Seconds after the alert')
  await seconds.fill('200')
  // An answer that arrives while somebody types draws the page anew, and leaves what is typed.
  await until('the dry run to be asked', async () => answer !== undefined)
  answer?.()
  await page.getByText('Every step finds somebody.').waitFor()
  expect(await seconds.inputValue()).toBe('200')
  await page.unroute('**/ladders/dry-run')
  await seconds.press('Tab')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved. It counts from the next alert.').waitFor()
  await stack.advance(46_000)
  await rescuer.expectText(`${match[1]} AGAIN`)
  await giveAllClear(person, rescuer)

  await page.getByText('Earlier versions').click()
  await page
    .getByRole('button', { name: /^Bring back the steps of version/ })
    .first()
    .click()
  await page.getByText('Not saved yet.').waitFor()
  await expectReachable(page, 'versions of a ladder')
}, 90_000)

test('a new ladder begins with the usual steps; steps are added and removed by keyboard alone', async () => {
  const { page } = await openOperate(pages, '#/ladders/new')
  await page.getByLabel('Name', { exact: true }).fill('Night')
  await page.getByRole('button', { name: 'Add a step' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('slider', { name: 'Step 5: text to everyone' }).waitFor()
  await page.getByRole('button', { name: 'Remove step 5' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('slider', { name: 'Step 5: text to everyone' }).waitFor({ state: 'detached' })
  await page.getByLabel('Name', { exact: true }).press('Enter')
  await page.getByRole('heading', { name: 'Night' }).waitFor()
}, 60_000)

test('prompts and rhythms: bounds in the server’s words, dots of a rhythm, and a session that starts with them', async () => {
  const { stack } = pages
  const { page } = await openOperate(pages, '#/rhythms')
  await page.getByRole('slider', { name: 'Louder' }).waitFor()
  await expectReachable(page, 'rhythms and prompts')
  await page.getByLabel('The alert comes after').fill('200')
  await page.getByText('alertAfterSeconds must be 30 to 120 whole seconds.').waitFor()
  await page.getByLabel('The alert comes after').fill('90')
  await page.getByRole('button', { name: 'Save' }).first().click()
  await page.getByText('Saved. It counts from the next session.').waitFor()
  const { person } = await preparePerson(stack)
  const { deadlineAt, alertAt } = await person.start({ countdownSeconds: 600 })
  expect(Date.parse(alertAt) - Date.parse(deadlineAt)).toBe(90_000)

  await page.getByRole('button', { name: 'New rhythm' }).click()
  const form = page.getByRole('form', { name: 'New rhythm' })
  await form.getByLabel('Name').fill('Night owl')
  await form.getByLabel('Minutes between check-ins').fill('2, 40')
  await page.getByText('Write minutes from 1 to 30').waitFor()
  await form.getByLabel('Minutes between check-ins').fill('1, 2, 2.5')
  await form.getByRole('button', { name: 'Save' }).click()
  const made = page.getByRole('form', { name: 'Night owl' })
  await made.waitFor()
  await made.getByRole('button', { name: 'Retire' }).click()
  await page.getByRole('dialog', { name: 'Retire Night owl?' }).getByRole('button', { name: 'Retire' }).click()
  await made.waitFor({ state: 'detached' })
}, 90_000)

test('an auditor sees ladders and prompts, and is offered no change', async () => {
  const { page } = await openOperate(pages, '#/ladders', await inviteAs(pages, 'auditor'))
  await page.getByRole('rowheader').getByRole('link').first().click()
  await page.getByText('You may look at this, and not change it.').waitFor()
  expect(await page.getByRole('slider').count()).toBe(0)
  expect(await page.getByRole('button', { name: /Save|Add a step|Remove/ }).count()).toBe(0)
  await expectReachable(page, 'a ladder to look at')
}, 60_000)
