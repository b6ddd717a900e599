import { randomUUID } from 'node:crypto'
import { giveAllClear, type Person, preparePerson, startStack, until } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ deterministic: true })
afterAll(() => stack.close())
stack.phones.allowCalls()

const rehearse = (person: Person, planId = person.planId) =>
  person.request('POST', `/v1/plans/${planId}/own-phone/rehearsal`, { commandId: randomUUID() })

test('C84: the own phone gets a text and a call marked TEST, once a minute; 0 and a key are noted as a test', async () => {
  const { person, ownPhone } = await preparePerson(stack, { ownPhone: true })

  expect((await rehearse(person)).status).toBe(202)
  const { body } = await ownPhone.expectText(/^TEST /)
  expect(body).not.toMatch(/\d{4}|SAFETY ALERT/)
  const call = await ownPhone.answerCall('human')
  await until('the call says TEST', async () => (await call.said()).join(' ').includes('TEST call'))
  await call.press('7')
  await until('the menu again', async () => (await call.said()).join(' ').match(/press 0/g)?.length)
  await call.press('0')
  await until('noted as a test', async () => (await call.said()).join(' ').includes('TEST noted'))
  await rehearse(person)
  await ownPhone.expectNothingMore()
  await ownPhone.reply('0')
  await ownPhone.expectText('TEST noted')

  await stack.advance(60_000)
  expect((await rehearse(person)).status).toBe(202)
  await ownPhone.expectText(/^TEST /)
  await ownPhone.answerCall('nobody')
})

test('C84: a 7 in answer to a test raises nothing, and hears that nobody acts on it', async () => {
  const { person, rescuer, ownPhone } = await preparePerson(stack, { ownPhone: true })
  await rehearse(person)
  await ownPhone.expectText(/^TEST /)
  await ownPhone.reply('7')
  await ownPhone.expectText('In an emergency ring 999')
  await rescuer.expectNothingMore()
})

test('C84: a phone that said STOP, a plan without a phone, another’s plan: refused, and nothing is sent', async () => {
  const { person, ownPhone } = await preparePerson(stack, { ownPhone: true })
  await ownPhone.reply('STOP')
  await stack.settle()
  const stopped = await rehearse(person)
  expect([stopped.status, stopped.body.code]).toEqual([409, 'conflict'])
  await ownPhone.expectNothingMore()

  const { person: without } = await preparePerson(stack)
  expect((await rehearse(without)).status).toBe(409)
  expect((await rehearse(without, person.planId)).status).toBe(404)
})

test('C84: a number that is not allowed is never tried out', async () => {
  const person = await stack.newPerson()
  await person.savePlan({ ownNumber: '+447700900000'.replace('900000', '999') })
  await person.planUntil('is checked', ({ ownNumberCheck }) => ownNumberCheck === 'refused')
  expect((await rehearse(person)).status).toBe(409)
})

test('C84: ten tests in a day on one phone, whoever asks', async () => {
  const { person, ownPhone } = await preparePerson(stack, { ownPhone: true })
  const other = await stack.newPerson()
  await other.savePlan({ ownNumber: ownPhone.number })
  await other.planUntil('is checked', ({ ownNumberCheck }) => ownNumberCheck === 'ok')
  for (let asked = 0; asked < 10; asked += 1) {
    expect((await rehearse(asked % 2 ? person : other)).status).toBe(202)
    await ownPhone.expectText(/^TEST /)
    await ownPhone.answerCall('machine')
    // Within the same minute the other's plan sends nothing more.
    if (asked === 0) expect((await rehearse(person)).status).toBe(202)
    await stack.advance(60_000)
  }
  expect((await rehearse(person)).status).toBe(409)
  await ownPhone.expectNothingMore()
})

test('C84: while a session asks the phone nothing on it says that this is a test', async () => {
  const { person, rescuer, ownPhone } = await preparePerson(stack, { ownPhone: true })
  const { alertAt } = await person.start({ countdownSeconds: 60 })
  await ownPhone.expectText('7 = help')
  expect((await rehearse(person)).status).toBe(202)
  await ownPhone.expectNothingMore()
  await stack.advanceTo(alertAt)
  await ownPhone.expectText('Are you OK?')
  await ownPhone.expectText('We are telling the people you chose')
  expect((await rehearse(person)).status).toBe(202)
  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('What to do now')
  await ownPhone.expectNothingMore()
  await giveAllClear(person, rescuer)
})

test('who reads Welsh in the app is spoken to in Welsh on their own phone: the test, the start, the prompt and its call', async () => {
  const { person, ownPhone, rescuer } = await preparePerson(stack, { ownPhone: true })
  const path = `/v1/plans/${person.planId}/own-phone/rehearsal`
  expect((await person.request('POST', path, { commandId: randomUUID(), language: 'cy' })).status).toBe(202)
  await ownPhone.expectText(/^TEST .*Atebwch/)
  const test = await ownPhone.answerCall('human')
  await until('the call says TEST in Welsh', async () => (await test.said()).join(' ').includes('Galwad TEST yw hon'))

  await stack.advance(60_000)
  const { alertAt, deadlineAt } = await person.start({ countdownSeconds: 60, language: 'cy' })
  await ownPhone.expectText("Atebwch 0 = rwy'n iawn")
  await stack.advanceTo(Date.parse(deadlineAt) + 25_000)
  await ownPhone.expectText(/Ydych chi'n iawn\?/)
  const call = await ownPhone.answerCall('human')
  await until('the call asks in Welsh', async () => (await call.said()).join(' ').includes("Os ydych chi'n iawn"))
  await stack.advanceTo(alertAt)
  // Whoever is told reads what they read: nobody knows which language that is.
  await rescuer.expectText('SAFETY ALERT')
  stack.phones.allow(/./)
  await person.checkIn()

  expect((await person.request('POST', path, { commandId: randomUUID(), language: 'Welsh' })).status).toBe(400)
})
