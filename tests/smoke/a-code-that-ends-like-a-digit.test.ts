import { raiseAlert, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack()
afterAll(() => stack.close())
stack.phones.allowCalls()

test('C38: a code that ends in 3, 0 or 7 is read with its digit in front, run together or not', async () => {
  const { person, rescuer } = await raiseAlert(stack)
  // Codes are drawn by lot: this one is given, because `18003` is also 3 of alert 1800.
  await stack.db.query(`UPDATE app.alert_recipients SET code = '8003'`)
  await rescuer.reply('18003')
  await rescuer.expectText('You are going')
  await rescuer.reply('48003')
  await rescuer.expectText('You are there')
  await rescuer.reply('5 8003')
  await rescuer.expectText('ALL CLEAR')
  expect((await person.session()).outcome).toBe('all-clear')
})
