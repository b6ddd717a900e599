import { giveAllClear, preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, test } from 'vitest'

const stack = await startStack({ deterministic: true })
afterAll(() => stack.close())
stack.phones.allowCalls()

test('C31: one goes off shift between two steps and another comes on: the step tells who is there when it starts', async () => {
  const [early, late] = [stack.newPhone(), stack.newPhone()]
  const first = await stack.seedSupporter({ phone: early, name: 'Early', onShift: false })
  const second = await stack.seedSupporter({ phone: late, name: 'Late', onShift: true })
  const { person, rescuer } = await preparePerson(stack)
  await first.setShift(true)
  await person.start({ countdownSeconds: 60 })
  await person.help()
  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('What to do now')

  await first.setShift(false)
  await stack.advance(60_000)
  await rescuer.expectText('AGAIN')
  await late.expectText('SAFETY ALERT')
  // Nothing is expected by the other phone: the stack fails on a text that nobody took.
  await giveAllClear(person, rescuer)
  await late.expectText('The person has said they are OK')
  await late.expectText('ALL CLEAR')
  await second.setShift(false)
})

test('who was told and has gone home is asked no more, until nobody else is left: it never falls silent', async () => {
  const phone = stack.newPhone()
  const supporter = await stack.seedSupporter({ phone, name: 'Robin', onShift: true })
  const { person, rescuer } = await preparePerson(stack, { alertOrder: 'both' })
  await person.start({ countdownSeconds: 60 })
  await person.help()
  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('What to do now')
  await phone.expectText('SAFETY ALERT')
  await supporter.setShift(false)
  await stack.advance(60_000)
  await rescuer.expectText('AGAIN')
  await rescuer.reply('2')
  await rescuer.expectText('Thank you for telling us')
  await stack.advance(60_000)
  await phone.expectText('AGAIN')
  await phone.reply('5')
  await phone.expectText('ALL CLEAR')
  await rescuer.expectText('ALL CLEAR')
})
