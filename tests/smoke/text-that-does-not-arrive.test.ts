import { preparePerson, raiseAlert, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ deterministic: true })
// A call that fails brings the ladder's calls forward: how many there are is not the question here.
stack.phones.allowCalls()
afterAll(() => stack.close())

test.each([
  // Away, or out of reach: rung as well, and tried once more.
  { code: '30003', rung: true },
  // No such phone: a call would not get through either.
  { code: '30005', rung: false },
  // The wording was filtered: a call is not.
  { code: '30007', rung: true },
])('C58: when the text is reported as $code, the next rescuer is told at once', async ({ code, rung }) => {
  const { person, rescuers } = await preparePerson(stack, { rescuers: 2 })
  const [first = stack.newPhone(), second = stack.newPhone()] = rescuers
  await first.behave(`refuse-${code}`)
  const { alertAt } = await person.start({ countdownSeconds: 60 })

  await stack.advanceTo(alertAt)

  const { match } = await second.expectText(/^SAFETY ALERT (\d{4})/)
  await second.expectText('What to do now')
  await first.expectText('SAFETY ALERT')
  await first.expectText('What to do now')
  await stack.settle()
  expect(stack.carrier.calls(first.number).length > 0).toBe(rung)
  const { told } = await person.receipt()
  expect(told.map(({ delivered }) => delivered ?? false).sort()).toEqual([false, true])

  await first.behave('accept')
  await second.reply(`4 ${match[1]}`)
  await second.expectText('You are there')
  await second.reply('5')
  await second.expectText('This alert is closed')
  await first.expectText('ALL CLEAR')
})

test('C59, P8: without a delivered in 30 s the rescuer is rung and the next is told', async () => {
  const { person, rescuers, rescuer } = await raiseAlert(stack, {
    rescuers: 2,
    before: ({ rescuer: first }) => first.behave('never-deliver'),
  })
  const [, second = stack.newPhone()] = rescuers
  await stack.advance(29_000)
  await second.expectNothingMore()
  await rescuer.behave('accept')

  await stack.advance(1_000)

  const { match } = await second.expectText(/^SAFETY ALERT (\d{4})/)
  await second.expectText('What to do now')
  await rescuer.expectText('AGAIN')
  const call = await rescuer.answerCall('human')
  expect((await call.said()).join(' ')).toContain('press 1')
  await call.press('1')
  expect((await person.session()).alert).toMatchObject({ state: 'owned', owner: { kind: 'rescuer' } })

  await rescuer.reply('4')
  await rescuer.expectText('You are there')
  await rescuer.reply(`5 ${match[1]}`)
  await rescuer.expectText('This alert is closed')
  await second.expectText('ALL CLEAR')
})
