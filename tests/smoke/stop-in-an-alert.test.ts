import { raiseAlert, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ deterministic: true })
afterAll(() => stack.close())

test('C66, F36: STOP in an alert tells the next rescuer at once, the person too, and nothing more to that phone', async () => {
  stack.phones.allow(/[Rr]eply 0/)
  stack.phones.allowCalls()
  const { person, rescuer, rescuers, ownPhone } = await raiseAlert(stack, { rescuers: 2, ownPhone: true })
  const [, second = rescuer] = rescuers
  const before = (await rescuer.texts()).length

  await rescuer.reply('STOP')

  await second.expectText('SAFETY ALERT')
  await second.expectText('What to do now')
  await ownPhone.expectText('Someone on your list is no longer there')
  expect((await person.plan()).rescuers.map(({ consent }) => consent).sort()).toEqual(['agreed', 'stopped'])
  expect((await person.plan()).readiness).toContain('rescuer-gone')
  await stack.advance(300_000)
  await second.expectText('AGAIN')
  stack.phones.allow(/AGAIN/)
  const toStopped = (await rescuer.texts())
    .slice(before)
    .filter(({ automatic, direction }) => direction !== 'inbound' && !automatic)
  expect(toStopped).toEqual([])
  expect(stack.carrier.calls(rescuer.number)).toEqual([])

  await rescuer.reply('START')
  await stack.settle()
  expect((await person.plan()).rescuers.map(({ consent }) => consent)).toEqual(['agreed', 'agreed'])
  await second.reply('4')
  await second.expectText('You are there')
  await second.reply('5')
  await second.expectText('This alert is closed')
  // Called out before the STOP, and to be texted again: they hear that it is over.
  await rescuer.expectText('ALL CLEAR')
})

test('whoever coordinates and sends STOP lets the ladder go on', async () => {
  const { person, rescuer, rescuers } = await raiseAlert(stack, { rescuers: 2 })
  const [, second = rescuer] = rescuers
  await rescuer.reply('1')
  await rescuer.expectText('You are going')
  await rescuer.reply('Stop.')
  await second.expectText('SAFETY ALERT')
  await second.expectText('What to do now')
  expect((await person.session()).alert?.state).toBe('open')
  await second.reply('4')
  await second.expectText('You are there')
  await second.reply('5')
  await second.expectText('This alert is closed')
  await rescuer.expectNothingMore()
})

test('X5: 9 in an alert leaves at once, and the next rescuer is told', async () => {
  const { person, rescuer, rescuers } = await raiseAlert(stack, { rescuers: 2 })
  const [, second = rescuer] = rescuers
  await rescuer.reply('9')
  await rescuer.expectText('You have left the list')
  await second.expectText('SAFETY ALERT')
  await second.expectText('What to do now')
  expect((await person.plan()).rescuers.map(({ consent }) => consent).sort()).toEqual(['agreed', 'left'])
  await second.reply('4')
  await second.expectText('You are there')
  await second.reply('5')
  await second.expectText('This alert is closed')
  // Who left is not texted again, but is told that it is over: they had been called out.
  await rescuer.expectText('ALL CLEAR')
})
