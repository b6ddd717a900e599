import { preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ deterministic: true })
afterAll(() => stack.close())

test('an end is final: nothing is sent at the deadline that was', async () => {
  const { person, rescuer, ownPhone } = await preparePerson(stack, { ownPhone: true })
  const { alertAt } = await person.start({ countdownSeconds: 60 })
  await ownPhone.expectText("Reply 0 = I'm OK")

  const { outcome, session } = await person.end()

  expect(outcome).toBe('ended')
  expect(session).toMatchObject({ state: 'closed', outcome: 'ended-safe' })
  await stack.advanceTo(Date.parse(alertAt) + 120_000)
  await rescuer.expectNothingMore()
  await ownPhone.expectNothingMore()
  expect(await person.receipt()).toEqual({ told: [] })
  await expect(person.help()).rejects.toMatchObject({ status: 409, code: 'session_closed' })
})

test('an end in the last second of the prompts prevents the alert', async () => {
  const { person, rescuer } = await preparePerson(stack)
  const { alertAt } = await person.start({ countdownSeconds: 60 })
  await stack.advanceTo(Date.parse(alertAt) - 1)

  expect((await person.end()).session.state).toBe('closed')

  await stack.advance(10_000)
  await rescuer.expectNothingMore()
})

test('B23: an end while alerting is a request for the all-clear, never a silent cancel', async () => {
  const { person, rescuer } = await preparePerson(stack)
  const { alertAt } = await person.start({ countdownSeconds: 60 })
  await stack.advanceTo(alertAt)
  const { match } = await rescuer.expectText(/SAFETY ALERT (\d{4})/)
  await rescuer.expectText('What to do now')

  const { outcome, session } = await person.end()

  expect(outcome).toBe('requestedAllClear')
  expect(session).toMatchObject({ state: 'alerting', alert: { state: 'open' } })
  await rescuer.expectText(`${match[1]} The person has said they are OK`)
  // Asked twice is asked once.
  expect((await person.end()).outcome).toBe('requestedAllClear')
  await rescuer.expectNothingMore()
  await rescuer.reply('5')
  await rescuer.expectText('ALL CLEAR')
  await stack.settle()
  expect(await person.session()).toMatchObject({ state: 'closed', outcome: 'all-clear', alert: { state: 'closed' } })
  const receipt = await person.receipt()
  expect(receipt).toMatchObject({
    told: [{ who: 'rescuer', delivered: true, reply: 'safe' }],
    alert: { outcome: 'safe' },
  })
})
