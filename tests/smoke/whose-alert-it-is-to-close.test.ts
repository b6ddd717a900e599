import { randomUUID } from 'node:crypto'
import { type Console, preparePerson, signInToConsole, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack()
afterAll(() => stack.close())
stack.phones.allow(/What to do now/)

async function onConsole(name: string, onShift = true) {
  const phone = stack.newPhone()
  const supporter = await stack.seedSupporter({ phone, name, onShift })
  const console = await signInToConsole({ api: stack.api, invitation: await supporter.invite() })
  return { phone, supporter, console, id: supporter.id }
}
const act = (console: Console, alertId: string, what: string, fields: object = {}) =>
  console.request('POST', `/v1/alerts/${alertId}/${what}`, { commandId: randomUUID(), ...fields })
const over = { outcome: 'safe', naloxone: false }

async function alertWith(alertOrder: 'rescuers-first' | 'both') {
  const { person, rescuer } = await preparePerson(stack, { alertOrder })
  await person.start()
  await person.help()
  await rescuer.expectText('SAFETY ALERT')
  return { person, rescuer, alertId: (await person.session()).alert?.id ?? '' }
}

test('what a supporter has is closed by them or by who answers for the service; anybody else’s "safe" is a report to them', async () => {
  const [sam, home] = [await onConsole('Sam'), await onConsole('Home', false)]
  const { person, rescuer, alertId } = await alertWith('both')
  await sam.phone.expectText('SAFETY ALERT')
  const kit = await onConsole('Kit')
  await act(sam.console, alertId, 'claim')
  for (const { console } of [home, kit]) {
    const refused = await act(console, alertId, 'all-clear', over)
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'not_owner', owner: { kind: 'supporter', name: 'Sam' } },
    })
    expect(Date.parse(refused.body.ownedAt)).toBeGreaterThan(0)
    await sam.phone.expectText('If you agree, reply 5')
  }
  // That the crew has them is nothing that a report could say.
  const crew = { outcome: 'handed-to-crew', naloxone: true }
  expect(await act(home.console, alertId, 'all-clear', crew)).toMatchObject({
    status: 409,
    body: { code: 'not_owner' },
  })
  expect((await person.session()).alert).toMatchObject({ state: 'owned' })
  for (const phone of [rescuer, sam.phone, kit.phone, home.phone]) await phone.expectNothingMore()

  const lead = await signInToConsole({ api: stack.api, invitation: stack.invitations.dutyLead })
  expect((await act(lead, alertId, 'all-clear', over)).status).toBe(200)
  for (const phone of [rescuer, sam.phone]) await phone.expectText('ALL CLEAR')
  for (const { supporter } of [sam, kit]) await supporter.setShift(false)
})

test('while others are on shift, who is off shift and was told nothing neither claims nor closes; who was told may', async () => {
  const [sam, home] = [await onConsole('Sam'), await onConsole('Home', false)]
  const { rescuer, alertId } = await alertWith('both')
  await sam.phone.expectText('SAFETY ALERT')
  for (const [what, fields] of [
    ['claim', {}],
    ['take-over', {}],
    ['all-clear', over],
  ] as const)
    expect(await act(home.console, alertId, what, fields), what).toMatchObject({
      status: 409,
      body: { code: 'not_on_shift' },
    })
  const kit = await onConsole('Kit')
  // Sam has gone home since, and was told of it.
  await sam.supporter.setShift(false)
  expect((await act(sam.console, alertId, 'claim')).status).toBe(200)
  expect((await act(sam.console, alertId, 'all-clear', over)).status).toBe(200)
  for (const phone of [rescuer, sam.phone]) await phone.expectText('ALL CLEAR')
  await kit.supporter.setShift(false)
})

test('a duty lead claims and closes from home, whoever is on shift', async () => {
  const sam = await onConsole('Sam')
  const { rescuer, alertId } = await alertWith('both')
  await sam.phone.expectText('SAFETY ALERT')
  const lead = await signInToConsole({ api: stack.api, invitation: stack.invitations.operator })
  expect((await act(lead, alertId, 'claim')).status).toBe(200)
  await sam.phone.expectText('Another supporter has this alert')
  expect((await act(lead, alertId, 'all-clear', over)).status).toBe(200)
  for (const phone of [rescuer, sam.phone]) await phone.expectText('ALL CLEAR')
  await sam.supporter.setShift(false)
})

test('with nobody on shift anybody may claim and close: somebody is better than nobody', async () => {
  const home = await onConsole('Home', false)
  const first = await alertWith('rescuers-first')
  expect((await act(home.console, first.alertId, 'claim')).status).toBe(200)
  expect((await act(home.console, first.alertId, 'all-clear', over)).status).toBe(200)
  await first.rescuer.expectText('ALL CLEAR')
  const second = await alertWith('rescuers-first')
  expect((await act(home.console, second.alertId, 'all-clear', over)).status).toBe(200)
  await second.rescuer.expectText('ALL CLEAR')
})
