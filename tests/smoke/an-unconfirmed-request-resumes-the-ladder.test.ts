import { giveAllClear, preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ deterministic: true })
afterAll(() => stack.close())
stack.phones.allowCalls()

test('C45: a request for the all-clear holds the ladder for 120 s; unconfirmed, it resumes with AGAIN', async () => {
  const { person, rescuer } = await preparePerson(stack)
  const { alertAt } = await person.start({ countdownSeconds: 60 })
  await stack.advanceTo(alertAt)
  const { match } = await rescuer.expectText(/SAFETY ALERT (\d{4})/)
  await rescuer.expectText('What to do now')
  await stack.advance(30_000)

  expect((await person.checkIn()).outcome).toBe('requestedAllClear')

  await rescuer.expectText(`${match[1]} The person has said they are OK`)
  await stack.advance(119_999)
  await rescuer.expectNothingMore()
  await stack.advance(1)
  await rescuer.expectText(`${match[1]} AGAIN`)
  // And it goes on as from a new alert.
  await stack.advance(60_000)
  await rescuer.expectText(`${match[1]} AGAIN`)
  await rescuer.expectNothingMore()
  expect((await person.session()).alert?.state).toBe('open')
  // A second sign of life is not a second request: the first still stands, and 5 confirms it.
  await rescuer.reply('5')
  await rescuer.expectText('ALL CLEAR')
  await person.sessionUntil('is closed', ({ state }) => state === 'closed')
})

test('C45: nobody was reached yet: a sign of life cancels the alert, and nobody hears of it', async () => {
  const { person, rescuer } = await preparePerson(stack)
  await rescuer.behave('429')
  const { alertAt } = await person.start({ countdownSeconds: 60 })
  await stack.advanceTo(alertAt)

  const { outcome, session } = await person.checkIn()

  expect(outcome).toBe('cancelledAlert')
  expect(session).toMatchObject({ state: 'closed', outcome: 'all-clear', alert: { state: 'closed', told: [] } })
  await rescuer.behave('accept')
  await stack.advance(600_000)
  await rescuer.expectNothingMore()
})

test('F42: who had not heard when the request came hears the whole alert when it lapses', async () => {
  const { person, rescuers } = await preparePerson(stack, { rescuers: 2 })
  const [first, second] = rescuers as [(typeof rescuers)[0], (typeof rescuers)[0]]
  const { alertAt } = await person.start({ countdownSeconds: 60 })
  await second.behave('429')
  await stack.advanceTo(Date.parse(alertAt) + 60_000)
  const { match } = await first.expectText(/SAFETY ALERT (\d{4})/)
  await first.expectText('What to do now')
  await first.expectText('AGAIN')

  expect((await person.checkIn()).outcome).toBe('requestedAllClear')
  await first.expectText('The person has said they are OK')
  await second.behave('accept')
  await stack.advance(119_999)
  await second.expectNothingMore()
  await stack.advance(1)

  await first.expectText('AGAIN')
  await second.expectText(`SAFETY ALERT ${match[1]}`)
  await second.expectText(`${match[1]} What to do now`)
  await giveAllClear(person, first)
  await second.expectText('The person has said they are OK')
  await second.expectText('ALL CLEAR')
})
