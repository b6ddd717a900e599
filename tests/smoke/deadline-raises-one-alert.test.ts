import { preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack()
afterAll(() => stack.close())

test('C1: texts the first rescuer when the deadline passes', async () => {
  const { person, rescuer } = await preparePerson(stack)
  const { alertAt } = await person.start({ countdownSeconds: 120 })

  await stack.advanceTo(alertAt)

  const { match } = await rescuer.expectText(/^SAFETY ALERT (\d{4})\. The person who chose you has missed a check-in/)
  await rescuer.expectText(new RegExp(`^${match[1]} What to do now: http`))
  await rescuer.expectNothingMore()
  const validOf = (start: string) =>
    stack.carrier
      .requests()
      .filter(({ fields }) => fields.To === rescuer.number && String(fields.Body).startsWith(start))
      .map(({ fields }) => fields.ValidityPeriod)
  expect(validOf('SAFETY ALERT'), 'no alert arrives hours later').toEqual(['120'])
  expect(validOf('Someone you know asks'), 'an invitation may').toEqual(['3600'])
  const { state, alert } = await person.session()
  expect(state).toBe('alerting')
  expect(alert).toMatchObject({ state: 'open', told: [{ kind: 'rescuer' }] })
  expect(Date.parse(alert?.raisedAt ?? '') - Date.parse(alertAt)).toBeLessThan(2_000)
})
