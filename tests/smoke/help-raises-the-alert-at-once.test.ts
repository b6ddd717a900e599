import { giveAllClear, preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ deterministic: true })
afterAll(() => stack.close())

test('help raises the alert at once, and the own phone hears that others are told', async () => {
  const { person, rescuer, ownPhone } = await preparePerson(stack, { ownPhone: true })
  await person.start({ countdownSeconds: 1_800 })
  await ownPhone.expectText("Reply 0 = I'm OK")
  await stack.advance(10_000)
  const before = await stack.now()

  const { outcome, session } = await person.help()

  expect(outcome).toBe('alerted')
  expect(session).toMatchObject({ state: 'alerting', alert: { state: 'open' } })
  expect(Date.parse(session.alert?.raisedAt ?? '')).toBe(before)
  await rescuer.expectText(/SAFETY ALERT \d{4}\. The person who chose you has asked for help NOW/)
  await rescuer.expectText('What to do now')
  await ownPhone.expectText('We are telling the people you chose')
  await rescuer.expectNothingMore()

  expect((await person.help()).outcome).toBe('alerted')
  await rescuer.expectNothingMore()
  await ownPhone.expectNothingMore()
  await giveAllClear(person, rescuer)
  expect(await person.session()).toMatchObject({ state: 'closed', outcome: 'all-clear' })
})

test('help while the prompts run raises the alert at once and ends the prompts', async () => {
  const { person, rescuer, ownPhone } = await preparePerson(stack, { ownPhone: true })
  const { deadlineAt, alertAt } = await person.start({ countdownSeconds: 60 })
  await ownPhone.expectText("Reply 0 = I'm OK")
  await stack.advanceTo(Date.parse(deadlineAt) + 16_000)

  expect((await person.help()).outcome).toBe('alerted')

  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('What to do now')
  await ownPhone.expectText('We are telling the people you chose')
  await stack.advanceTo(alertAt)
  await ownPhone.expectNothingMore()
  await rescuer.expectNothingMore()
  expect(await stack.db.query('SELECT FROM app.alerts WHERE session_id = $1', [person.sessionId])).toHaveLength(1)
  await giveAllClear(person, rescuer)
})

test('one press of help is followed by its request from the api’s line to the worker’s first attempt', async () => {
  const { person, rescuer } = await preparePerson(stack)
  await person.start({ countdownSeconds: 1_800 })
  await person.help()
  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('What to do now')

  type Line = Record<'service' | 'event' | 'command' | 'requestId' | 'sessionId' | 'alertId', string | undefined>
  const lines = stack.logs.lines.map((line) => JSON.parse(line) as Line)
  const pressed = lines.find(({ command, sessionId }) => command === 'help' && sessionId === person.sessionId)
  expect(pressed?.service).toBe('api')
  expect(pressed?.requestId).toMatch(/^[0-9a-f-]{36}$/)
  const followed = lines.filter(({ requestId }) => requestId === pressed?.requestId)
  const attempt = followed.find(({ event }) => event === 'message attempt')
  expect(attempt?.service).toMatch(/^worker/)
  expect(attempt?.sessionId).toBe(person.sessionId)
  expect(attempt?.alertId).toMatch(/^[0-9a-f-]{36}$/)
  // A press of somebody else's is none of it.
  expect(followed.some(({ sessionId }) => sessionId !== undefined && sessionId !== person.sessionId)).toBe(false)
  await giveAllClear(person, rescuer)
})
