import { preparePerson, signInToConsole, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack()
afterAll(() => stack.close())
stack.phones.allow(/What to do now/)

async function onConsole(name: string) {
  const phone = stack.newPhone()
  const supporter = await stack.seedSupporter({ phone, name })
  const console = await signInToConsole({ api: stack.api, invitation: await supporter.invite() })
  return { phone, supporter, console, id: supporter.id }
}

test('a supporter who has the alert coordinates: rescuers hear of them as acting, not as going', async () => {
  const { person, rescuers } = await preparePerson(stack, { rescuers: 2, alertOrder: 'supporters-first' })
  const sam = await onConsole('Sam')
  await person.start()
  await person.help()
  await sam.phone.expectText('SAFETY ALERT')
  const alertId = (await person.session()).alert?.id ?? ''
  await sam.console.command(alertId, 'claim')
  await sam.console.command(alertId, 'escalate')
  for (const phone of rescuers) {
    const { body } = await phone.expectText('SAFETY ALERT')
    expect(body).toContain('A supporter is also acting.')
    expect(body).not.toContain('Others going')
  }
  // A rescuer who is going is.
  await rescuers[0]?.reply('1')
  await rescuers[0]?.expectText('We have noted that you are going')
  await stack.advance(120_000)
  for (const phone of [rescuers[1], sam.phone]) await phone?.expectText(/AGAIN.*Others going: 1\./)
  await sam.console.command(alertId, 'all-clear', { outcome: 'safe', naloxone: false })
  for (const phone of [...rescuers, sam.phone]) await phone.expectText('ALL CLEAR')
  await sam.supporter.setShift(false)
})

test('after a hand-over that lapsed nobody is going, and both supporters are asked again', async () => {
  const { person, rescuer } = await preparePerson(stack, { alertOrder: 'both' })
  const [sam, kit] = [await onConsole('Sam'), await onConsole('Kit')]
  await person.start()
  await person.help()
  for (const phone of [rescuer, sam.phone, kit.phone]) await phone.expectText('SAFETY ALERT')
  const alertId = (await person.session()).alert?.id ?? ''
  await sam.console.command(alertId, 'claim')
  await kit.phone.expectText('Another supporter has this alert')
  const { alert } = await sam.console.command(alertId, 'hand-over', { to: kit.id })
  expect(alert.told.filter(({ reply }: { reply?: string }) => reply === 'going')).toEqual([])
  await kit.phone.expectText('handed to you')
  await stack.advance(120_000)
  await rescuer.expectText('AGAIN: no one has said they are going.')
  for (const phone of [sam.phone, kit.phone])
    expect((await phone.expectText('AGAIN: no one has taken this alert.')).body).not.toContain('Others going')
  await sam.console.command(alertId, 'all-clear', { outcome: 'safe', naloxone: false })
  for (const phone of [rescuer, sam.phone, kit.phone]) await phone.expectText('ALL CLEAR')
  for (const { supporter } of [sam, kit]) await supporter.setShift(false)
})
