import { preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ deterministic: true })
afterAll(() => stack.close())

test('C3: a check-in moves the deadline, and the old one does nothing', async () => {
  const { person, rescuer } = await preparePerson(stack)
  const started = await person.start({ countdownSeconds: 120 })
  await stack.advance(90_000)

  const { outcome, session } = await person.checkIn()

  expect(outcome).toBe('moved')
  expect(Date.parse(session.deadlineAt) - Date.parse(started.deadlineAt)).toBe(90_000)
  await stack.advanceTo(Date.parse(started.alertAt) + 1)
  expect(await person.session()).toMatchObject({ state: 'counting', deadlineAt: session.deadlineAt })
  await rescuer.expectNothingMore()
  await stack.advanceTo(session.alertAt)
  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('What to do now')
})
