import { giveAllClear, preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ deterministic: true })
afterAll(() => stack.close())
stack.phones.allowCalls()

/** Two people who both chose one neighbour, both silent. */
async function twoAlertsOnOnePhone() {
  const one = await preparePerson(stack)
  const { rescuer } = one
  const other = await stack.newPerson()
  await other.savePlan()
  await other.addRescuer({ number: rescuer.number })
  await rescuer.expectText('Reply 1 = I agree')
  await rescuer.reply('1')
  await rescuer.expectText('You are on the list')
  await other.planUntil('is agreed', ({ rescuers }) => rescuers[0]?.consent === 'agreed')
  const codes: string[] = []
  for (const person of [one.person, other]) {
    await person.start({ countdownSeconds: 60 })
    await person.help()
    const { match } = await rescuer.expectText(/SAFETY ALERT (\d{4})/)
    await rescuer.expectText(`${match[1]} What to do now`)
    codes.push(match[1] ?? '')
  }
  return { people: [one.person, other] as const, rescuer, codes: codes as [string, string] }
}

test('two alerts on one phone have codes of their own, and a bare digit is asked which it means', async () => {
  const { people, rescuer, codes } = await twoAlertsOnOnePhone()
  expect(codes[0]).not.toBe(codes[1])

  await rescuer.reply('1')

  const { body } = await rescuer.expectText('which alert? Put its code before your digit')
  for (const code of codes) expect(body).toContain(code)
  for (const person of people) expect((await person.session()).alert?.state).toBe('open')

  await rescuer.reply(`${codes[1]} 1`)
  await rescuer.expectText(`${codes[1]} Thank you. You are going`)
  expect((await people[0].session()).alert?.state).toBe('open')
  expect((await people[1].session()).alert?.state).toBe('owned')

  // Claimed or not, both are open: a bare digit still is no answer.
  await rescuer.reply('4')
  await rescuer.expectText('which alert?')
  await rescuer.reply(`4${codes[1]}`)
  await rescuer.expectText(`${codes[1]} Thank you. You are there`)
  await rescuer.reply(`5 ${codes[1]}`)
  await rescuer.expectText(`${codes[1]} ALL CLEAR`)
  // One left: a bare digit counts again.
  await rescuer.reply('1')
  await rescuer.expectText(`${codes[0]} Thank you. You are going`)
  await giveAllClear(people[0], rescuer)
})
