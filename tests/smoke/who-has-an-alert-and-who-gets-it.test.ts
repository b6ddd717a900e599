import { randomUUID } from 'node:crypto'
import { type Console, openLive, preparePerson, signInToConsole, startStack, until } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack()
afterAll(() => stack.close())
stack.phones.allowCalls()
stack.phones.allow(/What to do now/)

async function onConsole(name: string, onShift = true) {
  const phone = stack.newPhone()
  const supporter = await stack.seedSupporter({ phone, name, onShift })
  const console = await signInToConsole({ api: stack.api, invitation: await supporter.invite() })
  return { phone, supporter, console, id: supporter.id }
}
const act = (console: Console, alertId: string, what: string, fields: object = {}) =>
  console.request('POST', `/v1/alerts/${alertId}/${what}`, { commandId: randomUUID(), ...fields })

test('C46: who claims on the console before any text came loses it after 120 s of silence and is asked again', async () => {
  const { person, rescuer } = await preparePerson(stack)
  await person.start()
  await person.help()
  await rescuer.expectText('SAFETY ALERT')
  // On shift since the alert was raised: the ladder does not know them yet.
  const sam = await onConsole('Sam')
  const alertId = (await person.session()).alert?.id ?? ''
  const { alert } = await sam.console.command(alertId, 'claim')
  // Nobody was asked to keep this person company: whoever has the alert knows all the same how long they are silent.
  expect(Date.parse(alert.lastAnswerAt)).toBeLessThan(Date.parse(alert.raisedAt))
  await stack.advance(60_000)
  await sam.console.command(alertId, 'progress', { kind: 'called-999' })
  await stack.advance(119_000)
  await sam.phone.expectNothingMore()
  expect((await person.session()).alert?.state, 'what is recorded renews the duty').toBe('owned')

  await stack.advance(1_000)
  expect((await person.session()).alert?.state).toBe('open')
  await sam.phone.expectText('SAFETY ALERT')
  await rescuer.expectText('AGAIN')
  // The claim is open to anybody again, to the same one too.
  await sam.phone.reply('1')
  await sam.phone.expectText('You have this alert')
  await sam.console.command(alertId, 'all-clear', { outcome: 'safe', naloxone: false })
  for (const phone of [sam.phone, rescuer]) await phone.expectText('ALL CLEAR')
  await sam.supporter.setShift(false)
})

test('a hand-over goes to somebody on shift, is texted, and starts their 120 s; anything else is refused in so many words', async () => {
  const { person, rescuer } = await preparePerson(stack)
  const [sam, kit, home] = [await onConsole('Sam'), await onConsole('Kit'), await onConsole('Home', false)]
  await person.start()
  await person.help()
  await rescuer.expectText('SAFETY ALERT')
  const alertId = (await person.session()).alert?.id ?? ''
  expect(await act(sam.console, alertId, 'hand-over', { to: kit.id })).toMatchObject({ body: { code: 'not_owner' } })
  await sam.console.command(alertId, 'claim')
  const refused = [
    [home.id, 409, 'not_on_shift'],
    [randomUUID(), 404, 'not_found'],
    [sam.id, 409, 'conflict'],
  ] as const
  for (const [to, status, code] of refused)
    expect(await act(sam.console, alertId, 'hand-over', { to })).toMatchObject({ status, body: { code } })
  expect(await act(kit.console, alertId, 'hand-over', { to: kit.id })).toMatchObject({ body: { code: 'not_owner' } })

  await stack.advance(100_000)
  const { alert } = await sam.console.command(alertId, 'hand-over', { to: kit.id })
  expect(alert.owner).toMatchObject({ id: kit.id, name: 'Kit' })
  expect(alert.progress.at(-1)).toMatchObject({ kind: 'handed-over', byId: sam.id, name: 'Sam' })
  await kit.phone.expectText('This alert has been handed to you')
  expect(await until('a brief for Kit', () => kit.console.brief(alertId))).toBeDefined()
  expect((await sam.console.request('GET', `/v1/alerts/${alertId}/brief`)).status, 'Sam has no way to it').toBe(404)
  await stack.advance(119_000)
  expect((await person.session()).alert?.state).toBe('owned')
  await kit.phone.reply('4')
  await kit.phone.expectText('You are there')
  await kit.console.command(alertId, 'all-clear', { outcome: 'safe', naloxone: false })
  await kit.phone.expectText('ALL CLEAR')
  await rescuer.expectText('ALL CLEAR')
  for (const { supporter } of [sam, kit]) await supporter.setShift(false)
})

test('C52: several go, each is shown to the others and to the owner; only the owner sends them home', async () => {
  const { person, rescuers } = await preparePerson(stack, { rescuers: 3 })
  const [sam, kit] = [await onConsole('Sam'), await onConsole('Kit')]
  const live = await openLive({ url: stack.liveUrl, token: sam.console.token })
  await person.start()
  await person.help()
  const [first, second, third] = rescuers
  if (!first || !second || !third) throw new Error('three rescuers')
  await first.expectText('SAFETY ALERT')
  const alertId = (await person.session()).alert?.id ?? ''
  await sam.console.command(alertId, 'claim')
  await act(sam.console, alertId, 'escalate')
  for (const phone of [second, third]) await phone.expectText('SAFETY ALERT')
  await kit.phone.expectText('SAFETY ALERT')
  await first.reply('1')
  await first.expectText('We have noted that you are going')
  await second.reply('1')
  await second.expectText('We have noted that you are going')
  await live.next('alerts', ({ alerts }) =>
    alerts.some(({ told }) => told.filter(({ reply }) => reply === 'going').length === 3),
  )
  for (const phone of rescuers) await phone.expectNothingMore()

  expect(await act(kit.console, alertId, 'stand-down')).toMatchObject({ status: 409, body: { code: 'not_owner' } })
  for (const phone of rescuers) await phone.expectNothingMore()
  const { alert: stoodDown } = await sam.console.command(alertId, 'stand-down')
  // On everybody's timeline, with who and when; it is nothing that can be stamped, or taken back.
  const line = stoodDown.progress.at(-1)
  expect(line).toMatchObject({ kind: 'stood-down', byId: sam.id, name: 'Sam' })
  expect(await act(sam.console, alertId, 'progress', { kind: 'stood-down' })).toMatchObject({ status: 400 })
  expect(await act(sam.console, alertId, 'progress', { kind: 'withdrawn', of: line?.id })).toMatchObject({
    status: 409,
    body: { code: 'conflict' },
  })
  for (const phone of [first, second]) await phone.expectText('you do not need to go')
  await sam.phone.expectNothingMore()
  expect((await person.session()).alert, 'the owner stays').toMatchObject({ state: 'owned' })
  await third.expectNothingMore()
  await live.next('alerts', ({ alerts }) =>
    alerts.some(({ id, told }) => id === alertId && told.every(({ kind, reply }) => kind === 'supporter' || !reply)),
  )
  await sam.console.command(alertId, 'all-clear', { outcome: 'safe', naloxone: false })
  for (const phone of [...rescuers, kit.phone]) await phone.expectText('ALL CLEAR')
  for (const { supporter } of [sam, kit]) await supporter.setShift(false)
  await live.close()
})

test('C28: "escalate now" skips the wait; pressed twice, or by two people, or just as a step goes out, it is one step', async () => {
  const { person, rescuers } = await preparePerson(stack, { rescuers: 2 })
  const [first, second] = rescuers
  const [sam, kit] = [await onConsole('Sam', false), await onConsole('Kit', false)]
  const { alertAt } = await person.start({ countdownSeconds: 60 })
  await stack.advanceTo(alertAt)
  await first?.expectText('SAFETY ALERT')
  await stack.advance(10_000)
  await second?.expectNothingMore()
  const alertId = (await person.session()).alert?.id ?? ''
  const climbed = async () =>
    (
      await stack.db.query<{ position: number }>(
        `SELECT position FROM app.steps WHERE alert_id = $1 AND kind = 'ladder' AND status = 'done' ORDER BY position`,
        [alertId],
      )
    ).map(({ position }) => position)
  const commandId = randomUUID()
  const presses = [sam, sam, kit].map(({ console }) => act(console, alertId, 'escalate'))
  const again = [1, 2].map(() => sam.console.request('POST', `/v1/alerts/${alertId}/escalate`, { commandId }))
  for (const { status } of await Promise.all([...presses, ...again])) expect(status).toBe(200)
  await stack.settle()
  expect(await climbed()).toEqual([0, 1])
  await second?.expectText('SAFETY ALERT')

  await act(sam.console, alertId, 'all-clear', { outcome: 'false-alarm', naloxone: false })
  stack.phones.allow(/AGAIN/)
  for (const phone of rescuers) await phone.expectText('ALL CLEAR')
})

test('C28: whoever presses just as the ladder’s own step has gone out meant that step, and pushes no other', async () => {
  const { person, rescuers } = await preparePerson(stack, { rescuers: 2 })
  const sam = await onConsole('Sam', false)
  const { alertAt } = await person.start({ countdownSeconds: 60 })
  await stack.advanceTo(alertAt)
  await stack.advance(60_000)
  const alertId = (await person.session()).alert?.id ?? ''
  const done = async () =>
    (
      await stack.db.query(`SELECT FROM app.steps WHERE alert_id = $1 AND kind = 'ladder' AND status = 'done'`, [
        alertId,
      ])
    ).length
  expect(await done()).toBe(2)
  await act(sam.console, alertId, 'escalate')
  await stack.settle()
  expect(await done()).toBe(2)
  await stack.advance(11_000)
  await act(sam.console, alertId, 'escalate')
  await stack.settle()
  expect(await done(), 'a moment later it is a step of its own').toBe(3)
  await act(sam.console, alertId, 'all-clear', { outcome: 'false-alarm', naloxone: false })
  stack.phones.allow(/AGAIN/)
  for (const phone of rescuers) {
    await phone.expectText('SAFETY ALERT')
    await phone.expectText('ALL CLEAR')
  }
})
