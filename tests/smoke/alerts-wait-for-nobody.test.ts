import { preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack()
afterAll(() => stack.close())

test('C73: thirty invitations that hang at the carrier do not delay an alert', async () => {
  stack.allowErrors(/circuitOpen/)
  const { person, rescuer } = await preparePerson(stack)
  const { alertAt } = await person.start({ countdownSeconds: 60 })
  await stack.advanceTo(Date.parse(alertAt) - 5_000)
  const phones = Array.from({ length: 30 }, () => stack.newPhone())
  await Promise.all(phones.map((phone) => phone.behave('hang')))
  for (let first = 0; first < phones.length; first += 5) {
    const other = await stack.newPerson()
    await other.savePlan()
    const named = phones.slice(first, first + 5)
    for (const [index, phone] of named.entries()) await other.addRescuer({ number: phone.number, position: index + 1 })
  }
  const hanging = () =>
    stack.carrier.requests().filter(({ fields }) => phones.some((phone) => phone.number === fields.To))
  await expect.poll(() => hanging().length, { timeout: 5_000 }).toBeGreaterThanOrEqual(20)

  const before = Date.now()
  await stack.db.query(
    `UPDATE app.clock_correction SET version = version + 1, correction = correction + interval '5 seconds'`,
  )
  await rescuer.expectText('SAFETY ALERT')
  // Well before the 4 s after which the first of the others gives its place up.
  expect(Date.now() - before).toBeLessThan(2_000)
  // Where to go follows, past thirty invitations that still hang and a circuit that they have opened.
  await rescuer.expectText('What to do now')
  for (const phone of phones) await phone.behave('accept')
  stack.phones.allow(/Reply 1 = (?:I )?agree/)
  await rescuer.reply('4')
  await rescuer.expectText('You are there')
  await rescuer.reply('5')
  await rescuer.expectText('This alert is closed')
  await stack.settle(20_000)
})

test('C73: what is capped for one phone does not hold its alert', async () => {
  const { person, rescuer } = await preparePerson(stack)
  const [named] = (await person.plan()).rescuers
  const rehearse = () => {
    const commandId = crypto.randomUUID()
    return person.request('POST', `/v1/plans/${person.planId}/rescuers/${named?.id}/rehearsal`, { commandId })
  }
  // An invitation is held back, a rehearsal has been sent, and help has been given: every cap of this phone is reached.
  for (let asked = 0; asked < 3; asked += 1) await rehearse()
  await rescuer.expectText(/^TEST/)
  await rescuer.reply('what is this')
  await rescuer.expectText('Sorry, we could not read that')

  await person.start()
  await person.help()

  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('What to do now')
  await rescuer.reply('4')
  await rescuer.expectText('You are there')
  await rescuer.reply('5')
  await rescuer.expectText('This alert is closed')
})
