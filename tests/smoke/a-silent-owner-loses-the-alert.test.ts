import { giveAllClear, preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ deterministic: true })
afterAll(() => stack.close())
stack.phones.allowCalls()

test('a rescuer’s 1 holds for five minutes of silence, then the ladder resumes with AGAIN', async () => {
  const { person, rescuers } = await preparePerson(stack, { rescuers: 2 })
  const [first, second] = rescuers as [(typeof rescuers)[0], (typeof rescuers)[0]]
  const { alertAt } = await person.start({ countdownSeconds: 60 })
  await stack.advanceTo(alertAt)
  const { match } = await first.expectText(/SAFETY ALERT (\d{4})/)
  await first.expectText('What to do now')
  await first.reply('1')
  await first.expectText('You are going')

  await stack.advance(299_999)
  expect((await person.session()).alert).toMatchObject({ state: 'owned', owner: { kind: 'rescuer' } })
  for (const phone of rescuers) await phone.expectNothingMore()
  await stack.advance(1)

  await first.expectText(`${match[1]} AGAIN`)
  await second.expectText(`SAFETY ALERT ${match[1]}`)
  await second.expectText('What to do now')
  const { alert } = await person.session()
  expect(alert?.state).toBe('open')
  expect(alert?.owner).toBeUndefined()
  // From here as from a new alert: everyone again after 60 s.
  await stack.advance(60_000)
  for (const phone of rescuers) await phone.expectText(`${match[1]} AGAIN`)
  await second.reply('1')
  await second.expectText('You are going')
  expect((await person.session()).alert).toMatchObject({ state: 'owned' })
  await giveAllClear(person, second)
  await first.expectText('The person has said they are OK')
  await first.expectText('ALL CLEAR')
})

test('any reply of the rescuer who has it renews the five minutes', async () => {
  const { person, rescuer } = await preparePerson(stack)
  const { alertAt } = await person.start({ countdownSeconds: 60 })
  await stack.advanceTo(alertAt)
  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('What to do now')
  await rescuer.reply('1')
  await rescuer.expectText('You are going')
  await stack.advance(200_000)
  await rescuer.reply('4')
  await rescuer.expectText('You are there')

  await stack.advance(299_999)
  expect((await person.session()).alert?.state).toBe('owned')
  await rescuer.expectNothingMore()
  await stack.advance(1)

  await rescuer.expectText('AGAIN')
  await giveAllClear(person, rescuer)
})

test('C46: a supporter who records nothing for 120 s loses the alert, and everyone is told AGAIN', async () => {
  const { person, rescuer } = await preparePerson(stack, { alertOrder: 'both' })
  const phone = stack.newPhone()
  const supporter = await stack.seedSupporter({ phone })
  const { alertAt } = await person.start({ countdownSeconds: 60 })
  await stack.advanceTo(alertAt)
  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('What to do now')
  await phone.expectText('SAFETY ALERT')
  await phone.reply('1')
  await phone.expectText('You have this alert')

  await stack.advance(119_999)
  for (const other of [phone, rescuer]) await other.expectNothingMore()
  await stack.advance(1)

  for (const other of [phone, rescuer]) await other.expectText('AGAIN')
  expect((await person.session()).alert?.state).toBe('open')
  await giveAllClear(person, rescuer)
  await phone.expectText('The person has said they are OK')
  await phone.expectText('ALL CLEAR')
  await supporter.setShift(false)
})
