import { giveAllClear, type Phone, type PhoneCall, preparePerson, startStack, until } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ deterministic: true })
afterAll(() => stack.close())
// A call that nobody picked up is placed once more, 20 s later.
stack.phones.allowCalls()

/** A session of 60 s, whose start text the own phone has. */
async function watched() {
  const prepared = await preparePerson(stack, { ownPhone: true })
  const session = await prepared.person.start({ countdownSeconds: 60 })
  const { match } = await prepared.ownPhone.expectText(/Reply 0 = I'm OK, 3 and (\d{3}) = finish, 7 = help/)
  return { ...prepared, session, endCode: match[1] ?? '' }
}

/** At the moment at which the own phone is rung. */
async function rung() {
  const prompted = await watched()
  await stack.advanceTo(Date.parse(prompted.session.deadlineAt) + 25_000)
  await prompted.ownPhone.expectText('Are you OK?')
  return { ...prompted, call: await prompted.ownPhone.answerCall('human') }
}

const hears = (call: PhoneCall, words: string) =>
  until(`the call says: ${words}`, async () => (await call.said()).join(' ').includes(words))

async function expectTold(rescuer: Phone): Promise<void> {
  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('What to do now')
}

test('0 is a check-in', async () => {
  const { person, rescuer, ownPhone, session } = await watched()
  await stack.advance(30_000)

  await ownPhone.reply('0')

  await ownPhone.expectText('Thank you. Noted.')
  const { state, deadlineAt } = await person.session()
  expect(state).toBe('counting')
  expect(Date.parse(deadlineAt) - Date.parse(session.deadlineAt)).toBe(30_000)
  await stack.advanceTo(session.deadlineAt)
  expect((await person.session()).state).toBe('counting')
  await rescuer.expectNothingMore()
  await person.end()
})

test('0 in answer to the prompt stops the opening', async () => {
  const { person, rescuer, ownPhone, session } = await watched()
  await stack.advanceTo(Date.parse(session.deadlineAt) + 25_000)
  await ownPhone.expectText('Are you OK?')
  await ownPhone.answerCall('nobody')

  await ownPhone.reply(' 0. ')

  await ownPhone.expectText('Thank you. Noted.')
  await stack.advanceTo(session.alertAt)
  expect((await person.session()).state).toBe('counting')
  await rescuer.expectNothingMore()
  await person.end()
})

test('an auto-reply keeps nobody alive', async () => {
  const { person, rescuer, ownPhone, session } = await watched()
  await stack.advanceTo(Date.parse(session.deadlineAt) + 25_000)
  await ownPhone.expectText('Are you OK?')
  await ownPhone.answerCall('machine')

  await ownPhone.reply("I'm driving, back in 10 minutes")

  await ownPhone.expectText('we could not read that')
  await stack.advanceTo(session.alertAt)
  await expectTold(rescuer)
  await ownPhone.expectText('We are telling the people you chose')
  await giveAllClear(person, rescuer)
})

test('3 with the code of the start text ends; without it, or with another, the watch goes on', async () => {
  const { person, rescuer, ownPhone, session, endCode } = await watched()
  const wrong = endCode === '111' ? '222' : '111'

  await ownPhone.reply(`3 ${wrong}`)
  await ownPhone.expectText('That was not the right code. We are still watching')
  await ownPhone.reply('3')
  await ownPhone.expectText('That was not the right code. We are still watching')
  expect(await person.session()).toEqual(session)

  await ownPhone.reply(`3 ${endCode}`)

  await ownPhone.expectText('Finished. We are no longer watching')
  expect(await person.session()).toMatchObject({ state: 'closed', outcome: 'ended-safe' })
  await stack.advanceTo(Date.parse(session.alertAt) + 1_000)
  await rescuer.expectNothingMore()
  await ownPhone.expectNothingMore()
})

test('3 with the code while alerting asks for the all-clear', async () => {
  const { person, rescuer, ownPhone, session, endCode } = await watched()
  await stack.advanceTo(session.alertAt)
  await ownPhone.expectText('Are you OK?')
  await ownPhone.answerCall('nobody')
  await ownPhone.expectText('We are telling the people you chose')
  await expectTold(rescuer)

  await ownPhone.reply(`${endCode} 3`)

  await ownPhone.expectText('We are asking someone to confirm')
  await rescuer.expectText('The person has said they are OK')
  expect((await person.session()).state).toBe('alerting')
  await rescuer.reply('5')
  await rescuer.expectText('ALL CLEAR')
  await person.sessionUntil('is closed', ({ outcome }) => outcome === 'all-clear')
})

test('7 raises the alert at once, and says so once', async () => {
  const { person, rescuer, ownPhone } = await watched()
  const now = await stack.now()

  await ownPhone.reply('7')

  await expectTold(rescuer)
  const { match } = await ownPhone.expectText(/^(\d{4}) We are telling the people you chose/)
  await ownPhone.expectNothingMore()
  const { state, alert } = await person.session()
  expect(state).toBe('alerting')
  expect(Date.parse(alert?.raisedAt ?? '')).toBe(now)
  expect(match[1]).toMatch(/\d{4}/)
  await giveAllClear(person, rescuer)
})

test('the words "help me" are as good as 7', async () => {
  const { person, rescuer, ownPhone } = await watched()

  await ownPhone.reply('Help me!')

  await expectTold(rescuer)
  await ownPhone.expectText('We are telling the people you chose')
  await giveAllClear(person, rescuer)
})

test('0 pressed on the call is a check-in; a wrong key says the menu again', async () => {
  const { person, rescuer, call, session } = await rung()
  await hears(call, 'If you are OK, press 0')

  await call.press('5')
  await until('the menu again', async () => (await call.said()).join(' ').split('press 0').length > 3)
  expect((await person.session()).state).toBe('prompting')
  await call.press('0')

  await hears(call, 'Thank you. Goodbye.')
  expect((await person.session()).state).toBe('counting')
  await stack.advanceTo(session.alertAt)
  await rescuer.expectNothingMore()
  await person.end()
})

test('7 pressed on the call raises the alert at once', async () => {
  const { person, rescuer, ownPhone, call } = await rung()
  await hears(call, 'For help now, press 7')

  await call.press('7')

  await hears(call, 'We are telling the people you chose now')
  await expectTold(rescuer)
  await ownPhone.expectText('We are telling the people you chose')
  expect((await person.session()).state).toBe('alerting')
  await giveAllClear(person, rescuer)
})

test('digits from a phone that no session names as its own do nothing and are not answered', async () => {
  const { person, session, endCode } = await watched()
  const stranger = stack.newPhone()

  for (const body of ['0', '7', `3 ${endCode}`]) await stranger.reply(body)

  await stranger.expectNothingMore()
  expect(await person.session()).toEqual(session)
  await person.end()
})
