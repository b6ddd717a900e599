import { preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ noRedis: true, workers: 2 })
afterAll(() => stack.close())

test('F15: with no Redis the alert is raised, the rescuer claims it by text, and the device sees it live', async () => {
  const { person, rescuer, ownPhone } = await preparePerson(stack, { ownPhone: true })
  const session = await person.start({ countdownSeconds: 60 })
  await ownPhone.expectText("Reply 0 = I'm OK")
  const live = await person.connectLive()

  await stack.advanceTo(session.alertAt)

  await ownPhone.expectText('Are you OK?')
  await ownPhone.answerCall('nobody')
  await ownPhone.expectText('We are telling the people you chose')
  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('What to do now')
  await live.next('session', ({ session }) => session.alert?.state === 'open')
  await rescuer.reply('1')
  await rescuer.expectText('Thank you. You are going.')
  const { session: owned } = await live.next('session', ({ session }) => session.alert?.state === 'owned')
  expect(owned.alert?.owner).toEqual({ kind: 'rescuer' })
  await live.close()
})
