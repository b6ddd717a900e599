import { giveAllClear, preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ deterministic: true })
afterAll(() => stack.close())
stack.phones.allowCalls()

test.for(['refuse-21211', 'never-deliver', '500-before'])(
  'C22: the prompt to the own phone fails (%s), and the rescuer is told on time',
  async (behaviour) => {
    const { person, rescuer, ownPhone } = await preparePerson(stack, { ownPhone: true })
    const { alertAt } = await person.start({ countdownSeconds: 60 })
    await ownPhone.expectText("Reply 0 = I'm OK")
    await ownPhone.behave(behaviour)
    if (behaviour === 'never-deliver') stack.phones.allow(/Are you OK\?/, /We are telling the people you chose/)

    await stack.advanceTo(alertAt)

    await rescuer.expectText('SAFETY ALERT')
    await rescuer.expectText('What to do now')
    const { alert } = await person.session()
    expect(alert).toMatchObject({ raisedAt: alertAt, told: [{ kind: 'rescuer', at: alertAt }] })
    await ownPhone.behave('accept')
    await giveAllClear(person, rescuer)
  },
)

test('C23: without an own phone the rescuer is told on time all the same', async () => {
  const { person, rescuer } = await preparePerson(stack)
  const { alertAt } = await person.start({ countdownSeconds: 60 })

  await stack.advanceTo(alertAt)

  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('What to do now')
  expect((await person.session()).alert).toMatchObject({ raisedAt: alertAt })
  await giveAllClear(person, rescuer)
})
