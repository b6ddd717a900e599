import { preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ deterministic: true })
afterAll(() => stack.close())

test('C2: a check-in 50 ms before the alert prevents it', async () => {
  const { person, rescuer } = await preparePerson(stack)
  const { alertAt } = await person.start({ countdownSeconds: 60 })
  await stack.advanceTo(Date.parse(alertAt) - 50)

  const { outcome, session } = await person.checkIn()

  expect(outcome).toBe('stoppedOpening')
  expect(session.state).toBe('counting')
  await stack.advanceTo(Date.parse(alertAt) + 1_000)
  await rescuer.expectNothingMore()
  expect((await person.session()).alert).toBeUndefined()
  await person.end()
})

test('C2: a check-in after the alert was raised asks for the all-clear', async () => {
  const { person, rescuer } = await preparePerson(stack)
  const { alertAt } = await person.start({ countdownSeconds: 60 })
  await stack.advanceTo(alertAt)
  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('What to do now')

  const { outcome, session } = await person.checkIn()

  expect(outcome).toBe('requestedAllClear')
  expect(session.state).toBe('alerting')
  await rescuer.expectText('The person has said they are OK')
  await rescuer.expectNothingMore()
})
