import { giveAllClear, preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

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
  expect(second.id).not.toBe(first.id)
  await giveAllClear(person, rescuer)
  await late.expectText('The person has said they are OK')
  await late.expectText('ALL CLEAR')
})
