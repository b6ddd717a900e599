import { giveAllClear, preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, test } from 'vitest'

const stack = await startStack({ workers: 2 })
afterAll(() => stack.close())
stack.phones.allowCalls()
// A worker that comes back after a quarter of an hour says what it found.
stack.allowErrors(/ladderStalled/)

test('C17: workers that are replaced one after the other in the middle of a ladder neither lose nor repeat a step', async () => {
  const { person, rescuers } = await preparePerson(stack, { rescuers: 2 })
  const [first, second] = rescuers as [(typeof rescuers)[0], (typeof rescuers)[0]]
  const { alertAt } = await person.start({ countdownSeconds: 60 })
  await stack.advanceTo(alertAt)
  const { match } = await first.expectText(/SAFETY ALERT (\d{4})/)
  await first.expectText('What to do now')

  // A rolling deploy: at each of these instants one stops and a new one comes.
  for (const afterMs of [30_000, 59_500, 60_500, 119_500, 239_900]) {
    await stack.advanceTo(Date.parse(alertAt) + afterMs)
    const [oldest] = stack.workers
    if (!oldest) throw new Error('no worker is left')
    await stack.stopWorker(oldest)
    await stack.startWorker()
  }
  await stack.advanceTo(Date.parse(alertAt) + 300_000)

  await second.expectText(`SAFETY ALERT ${match[1]}`)
  await second.expectText('What to do now')
  // +60, +120 and +240 s.
  for (const _ of [60, 120, 240]) await first.expectText(`${match[1]} AGAIN`)
  for (const _ of [120, 240]) await second.expectText(`${match[1]} AGAIN`)
  for (const phone of rescuers) await phone.expectNothingMore()
  await giveAllClear(person, first)
  await second.expectText('The person has said they are OK')
  await second.expectText('ALL CLEAR')
})

test('C17: with the last worker gone for a while the steps that passed are made up for once, not one by one', async () => {
  const { person, rescuer } = await preparePerson(stack)
  const { alertAt } = await person.start({ countdownSeconds: 60 })
  await stack.advanceTo(alertAt)
  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('What to do now')
  for (const worker of [...stack.workers]) await stack.stopWorker(worker)

  await stack.passUnseen(1_000_000)
  await stack.startWorker()
  await stack.settle()

  await rescuer.expectText('AGAIN')
  await rescuer.expectNothingMore()
  await giveAllClear(person, rescuer)
})
