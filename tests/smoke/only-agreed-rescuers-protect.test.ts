import { preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ deterministic: true })
afterAll(() => stack.close())

const noOne = { status: 409, code: 'no_one_to_alert' }

test('C81, C82, B27: with nobody who has agreed a start is refused, and the plan says what is missing', async () => {
  const person = await stack.newPerson()
  await person.savePlan()
  await stack.settle()
  await expect(person.start()).rejects.toMatchObject(noOne)
  expect((await person.plan()).readiness).toContain('no-rescuer')

  const phone = stack.newPhone()
  await person.addRescuer({ number: phone.number })
  await phone.expectText(/Reply 1/)
  await expect(person.start()).rejects.toMatchObject(noOne)
  expect((await person.plan()).readiness).toContain('no-rescuer-agreed')

  await phone.reply('1')
  await phone.expectText('You are on the list')
  expect((await person.plan()).readiness).not.toContain('no-rescuer-agreed')
  expect((await person.start()).state).toBe('counting')
  await person.end()
})

test.each([
  ['declined', '2', /not text you about this/],
  ['left', '9', /You have left/],
  ['stopped', 'STOP', undefined],
])('C82: a rescuer who %s protects nobody', async (consent, body, answer) => {
  const person = await stack.newPerson()
  const phone = stack.newPhone()
  await person.savePlan()
  await person.addRescuer({ number: phone.number })
  await phone.expectText(/Reply 1/)
  await phone.reply(body)
  if (answer) await phone.expectText(answer)
  await person.planUntil(`shows ${consent}`, ({ rescuers }) => rescuers[0]?.consent === consent)
  await expect(person.start()).rejects.toMatchObject(noOne)
})

test('C57, C82: a number that the carrier has called dead protects nobody', async () => {
  const { person, rescuers } = await preparePerson(stack, { rescuers: 1 })
  const [phone] = rescuers
  await phone?.behave('refuse-21211')
  stack.phones.allowCalls()
  await stack.advanceTo((await person.start()).alertAt)
  const { outcome } = await person.checkIn()
  expect(outcome).toBe('cancelledAlert')
  await expect(person.start()).rejects.toMatchObject(noOne)
  // No green state: whoever looks at the plan sees it too.
  expect((await person.plan()).readiness).toContain('rescuer-gone')
})

test('C82: a supporter on shift is somebody to alert', async () => {
  const supporter = stack.newPhone()
  const seeded = await stack.seedSupporter({ phone: supporter })
  const person = await stack.newPerson()
  await person.savePlan()
  await stack.settle()
  await stack.advanceTo((await person.start()).alertAt)
  await supporter.expectText('SAFETY ALERT')
  await supporter.reply('1')
  await supporter.expectText('You have this alert')
  await supporter.reply('5')
  await supporter.expectText('This alert is closed')
  await seeded.setShift(false)
})

test('the receipt says who was told and what they said, and holds no number', async () => {
  const { person, rescuers } = await preparePerson(stack, { rescuers: 2 })
  const [first, second] = rescuers
  await stack.advanceTo((await person.start()).alertAt)
  await first?.expectText('SAFETY ALERT')
  const { body } = (await first?.expectText('What to do now')) ?? { body: '' }
  const page = await stack.openRescuePage(body)
  await page.reply('going')
  await stack.advance(5_000)
  await page.reply('there')
  await page.reply('safe')
  await stack.settle()

  const receipt = await person.receipt()

  const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  const [named] = (await person.plan()).rescuers
  expect(receipt).toEqual({
    told: [{ who: 'rescuer', rescuerId: named?.id, at: instant, delivered: true, reply: 'safe', openedAt: instant }],
    alert: { raisedAt: instant, ownedAt: instant, closedAt: instant, outcome: 'safe' },
  })
  expect(stack.canaries.findIn(JSON.stringify(receipt))).toEqual([])
  await second?.expectNothingMore()
  const other = await stack.newPerson()
  expect((await other.request('GET', `/v1/sessions/${person.sessionId}/receipt`)).status).toBe(404)
})
