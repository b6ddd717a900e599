import { preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ workers: 2 })
afterAll(() => stack.close())

/** An alert that two supporters and a rescuer were texted about. */
async function alertWithTwoSupporters() {
  const { person, rescuer } = await preparePerson(stack, { alertOrder: 'both' })
  const phones = [stack.newPhone(), stack.newPhone()] as const
  const supporters = [
    await stack.seedSupporter({ phone: phones[0] }),
    await stack.seedSupporter({ phone: phones[1] }),
  ] as const
  const { alertAt } = await person.start({ countdownSeconds: 60 })
  await stack.advanceTo(alertAt)
  const { match } = await rescuer.expectText(/SAFETY ALERT (\d{4})/)
  await rescuer.expectText('What to do now')
  for (const phone of phones) {
    await phone.expectText('SAFETY ALERT')
  }
  return { person, rescuer, phones, code: match[1] ?? '', supporters }
}

test('C36, C41: of two supporters who reply 1 at once, one coordinates and the other is told who and when', async () => {
  const { person, rescuer, phones, code, supporters } = await alertWithTwoSupporters()

  await Promise.all(phones.map((phone) => phone.reply('1')))
  await stack.settle()

  const heard = await Promise.all(phones.map((phone) => phone.expectText(/You have this alert|took this alert at/)))
  expect(heard.map(({ body }) => /You have this alert/.test(body)).sort()).toEqual([false, true])
  const other = phones[heard.findIndex(({ body }) => /took this alert at/.test(body))]
  await other?.expectText('Another supporter has this alert now')
  expect((await person.session()).alert).toMatchObject({ state: 'owned', owner: { kind: 'supporter' } })

  await rescuer.reply(`${code} 1`)
  await rescuer.expectText('We have noted that you are going')
  await stack.advance(100_000)
  for (const phone of [...phones, rescuer]) await phone.expectNothingMore()
  for (const supporter of supporters) await supporter.setShift(false)
})
