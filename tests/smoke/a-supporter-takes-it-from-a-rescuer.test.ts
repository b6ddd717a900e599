import { randomUUID } from 'node:crypto'
import { type Console, preparePerson, signInToConsole, startStack, until } from '@stillhere/testkit'
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

/** An alert that the first rescuer owns. */
async function ownedByRescuer() {
  const prepared = await preparePerson(stack, { alertOrder: 'rescuers-first' })
  await prepared.person.start()
  await prepared.person.help()
  await prepared.rescuer.expectText('SAFETY ALERT')
  await prepared.rescuer.reply('1')
  await prepared.rescuer.expectText('You are going')
  const { alert } = await prepared.person.session()
  expect(alert).toMatchObject({ state: 'owned', owner: { kind: 'rescuer' } })
  return { ...prepared, alertId: alert?.id ?? '' }
}

test('a supporter takes an alert over from a rescuer, who keeps going and is told; then there is a brief', async () => {
  const sam = await onConsole('Sam')
  const { person, rescuer, alertId } = await ownedByRescuer()
  expect(await act(sam.console, alertId, 'claim')).toMatchObject({
    status: 409,
    body: { code: 'already_claimed', owner: { kind: 'rescuer' } },
  })
  const taken = await act(sam.console, alertId, 'take-over')
  expect(taken).toMatchObject({ status: 200, body: { alert: { state: 'owned', owner: { id: sam.id, name: 'Sam' } } } })
  expect(taken.body.serverNow).toBeDefined()
  expect(taken.body.alert.told).toContainEqual(
    expect.objectContaining({ kind: 'rescuer', reply: 'going', answeredAt: expect.any(String) }),
  )
  await rescuer.expectText(/you are going\. A supporter coordinates since \d\d:\d\d\. Reply 4/)
  expect(await until('a brief for Sam', () => sam.console.brief(alertId))).toHaveProperty('address')
  expect((await act(sam.console, alertId, 'take-over')).status, 'once more changes nothing').toBe(200)
  await rescuer.expectNothingMore()

  // The duty is a supporter's now; after its silence the rescuer still goes and is asked nothing.
  await stack.advance(120_000)
  expect((await person.session()).alert?.state).toBe('open')
  expect((await sam.phone.expectText('SAFETY ALERT')).body).toContain('Others going: 1.')
  await rescuer.expectNothingMore()
  await sam.console.command(alertId, 'all-clear', { outcome: 'safe', naloxone: false })
  for (const phone of [rescuer, sam.phone]) await phone.expectText('ALL CLEAR')
  await sam.supporter.setShift(false)
})

test('a supporter who is asked "1 = I take it" takes it by 1 from a rescuer', async () => {
  const sam = await onConsole('Sam')
  const { person, rescuer, alertId } = await ownedByRescuer()
  await sam.console.command(alertId, 'escalate')
  await sam.phone.expectText('Reply 1 = I take it')
  await sam.phone.reply('1')
  await sam.phone.expectText('You have this alert')
  await rescuer.expectText('A supporter coordinates since')
  expect((await person.session()).alert).toMatchObject({ state: 'owned', owner: { kind: 'supporter' } })
  expect(await until('a brief for Sam', () => sam.console.brief(alertId))).toHaveProperty('address')
  await sam.console.command(alertId, 'all-clear', { outcome: 'safe', naloxone: false })
  for (const phone of [rescuer, sam.phone]) await phone.expectText('ALL CLEAR')
  await sam.supporter.setShift(false)
})

test('from another supporter only who answers for the service takes it over, and who had it is told', async () => {
  const [sam, home] = [await onConsole('Sam'), await onConsole('Home', false)]
  const { rescuer, alertId } = await ownedByRescuer()
  await act(sam.console, alertId, 'take-over')
  await rescuer.expectText('A supporter coordinates since')
  const kit = await onConsole('Kit')
  expect(await act(kit.console, alertId, 'take-over')).toMatchObject({
    status: 409,
    body: { code: 'already_claimed', owner: { name: 'Sam' } },
  })
  expect(await act(home.console, alertId, 'take-over')).toMatchObject({ status: 409, body: { code: 'not_on_shift' } })
  const lead = await signInToConsole({ api: stack.api, invitation: stack.invitations.dutyLead })
  expect((await act(lead, alertId, 'take-over')).status).toBe(200)
  await sam.phone.expectText('Another supporter has this alert now')
  expect((await act(sam.console, alertId, 'progress', { kind: 'breathing' })).body.alert.owner.id).toBe(
    lead.recipientId,
  )
  expect(await until('a brief for the lead', () => lead.brief(alertId))).toHaveProperty('address')
  expect((await sam.console.request('GET', `/v1/alerts/${alertId}/brief`)).status).toBe(404)
  await lead.command(alertId, 'all-clear', { outcome: 'safe', naloxone: false })
  for (const phone of [rescuer, sam.phone]) await phone.expectText('ALL CLEAR')
  expect((await act(sam.console, alertId, 'take-over')).status).toBe(410)
  for (const { supporter } of [sam, kit]) await supporter.setShift(false)
})
