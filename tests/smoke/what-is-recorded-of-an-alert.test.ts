import { randomUUID } from 'node:crypto'
import { preparePerson, signInToConsole, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ demoPhones: true })
afterAll(() => stack.close())
stack.phones.allowCalls()
stack.phones.allow(/What to do now/)

const sam = await signInToConsole({ api: stack.api, invitation: stack.invitations.supporter })
const owen = await signInToConsole({ api: stack.api, invitation: stack.invitations.operator })
const onShift = async () =>
  (
    await stack.db.query<{ on_shift: boolean }>('SELECT on_shift FROM app.supporters WHERE id = $1', [sam.recipientId])
  )[0]?.on_shift

async function alert(wanted: { rescuers?: number } = {}) {
  const prepared = await preparePerson(stack, wanted)
  await prepared.person.start()
  await prepared.person.help()
  await prepared.rescuer.expectText('SAFETY ALERT')
  return { ...prepared, alertId: (await prepared.person.session()).alert?.id ?? '' }
}
const progressOf = (alert: { progress: { kind: string; name?: string }[] }) => alert.progress.map(({ kind }) => kind)

test('every kind of progress is on the timeline with who and when; the dose clock starts anew at each dose', async () => {
  const { person, rescuer, alertId } = await alert()
  await sam.command(alertId, 'claim')
  const kinds = [
    'called-999',
    'rescuer-going',
    'rescuer-there',
    'not-breathing',
    'naloxone-given',
    'breathing',
  ] as const
  for (const kind of kinds) await sam.command(alertId, 'progress', { kind })
  const { body } = await sam.request('GET', `/v1/alerts/${alertId}`)
  expect(progressOf(body.alert)).toEqual(kinds)
  for (const line of body.alert.progress) expect(line).toMatchObject({ by: 'supporter', name: 'Sam' })
  const doseAt = (seen: { progress: { kind: string; at: string }[] }) =>
    Date.parse(seen.progress.filter(({ kind }) => kind === 'naloxone-given').at(-1)?.at ?? '')
  expect(Date.parse(body.alert.nextDoseAt) - doseAt(body.alert)).toBe(150_000)

  await stack.advance(100_000)
  const { alert: second } = await sam.command(alertId, 'progress', { kind: 'naloxone-given', note: 'the second dose' })
  expect(Date.parse(second.nextDoseAt) - doseAt(second)).toBe(150_000)
  expect(doseAt(second) - doseAt(body.alert)).toBeGreaterThanOrEqual(100_000)
  expect(JSON.stringify(await stack.db.query('SELECT * FROM app.alert_progress'))).not.toContain('the second dose')
  const { alert: there } = await owen.command(alertId, 'progress', { kind: 'crew-there' })
  expect(progressOf(there).at(-1)).toBe('crew-there')
  const unknown = await sam.request('POST', `/v1/alerts/${alertId}/progress`, {
    commandId: randomUUID(),
    kind: 'went-for-coffee',
  })
  expect(unknown.status).toBe(400)

  await sam.command(alertId, 'all-clear', { outcome: 'handed-to-crew', naloxone: false })
  await rescuer.expectText('ALL CLEAR. Help is with the person.')
  expect((await person.session()).outcome).toBe('all-clear')
  const late = await sam.request('POST', `/v1/alerts/${alertId}/progress`, {
    commandId: randomUUID(),
    kind: 'breathing',
  })
  expect(late.status).toBe(410)
})

test('C44, C80: a claim and a text after the close reopen nothing; the receipt shows who was told, said and opened what', async () => {
  const { person, rescuer, alertId } = await alert()
  await sam.command(alertId, 'claim')
  await stack.settle()
  expect(await sam.brief(alertId)).toBeDefined()
  await owen.request('GET', `/v1/alerts/${alertId}`)
  await rescuer.reply('2')
  await rescuer.expectText('Thank you for telling us')
  await sam.command(alertId, 'all-clear', { outcome: 'false-alarm', naloxone: false })
  await rescuer.expectText('ALL CLEAR')
  await rescuer.reply('1')
  await rescuer.expectText('This alert is over')
  for (const what of ['claim', 'escalate', 'stand-down'])
    expect((await owen.request('POST', `/v1/alerts/${alertId}/${what}`, { commandId: randomUUID() })).status).toBe(410)
  expect((await person.session()).state).toBe('closed')

  const { told } = await person.receipt()
  const supporters = told.filter(({ who }) => who === 'supporter')
  expect(told.find(({ who }) => who === 'rescuer')).toMatchObject({ delivered: true, reply: 'going' })
  expect(supporters).toHaveLength(2)
  const [owner, looker] = [supporters.find((line) => line.reply), supporters.find((line) => !line.reply)]
  expect(owner).toMatchObject({ reply: 'going', openedAt: expect.any(String), at: expect.any(String) })
  expect(looker).toMatchObject({ seenAt: expect.any(String) })
  expect(looker?.openedAt, 'only looked at the alert, which holds no plan').toBeUndefined()
  const journal = await stack.db.query<{ kind: string }>('SELECT kind FROM app.journal WHERE alert_id = $1', [alertId])
  expect(journal.map(({ kind }) => kind)).toContain('brief-opened')
})

test('an operator gives the all-clear to an alert that nobody has, and everyone who was told is told', async () => {
  const { person, rescuer, rescuers, alertId } = await alert({ rescuers: 2 })
  await stack.advance(60_000)
  for (const phone of rescuers) await phone.expectText(/SAFETY ALERT|AGAIN/)
  await owen.command(alertId, 'all-clear', { outcome: 'not-found', naloxone: false })
  for (const phone of rescuers) await phone.expectText('ALL CLEAR')
  expect((await person.session()).outcome).toBe('all-clear')
  expect((await person.receipt()).alert?.outcome).toBe('not-found')
  await stack.advance(300_000)
  await rescuer.expectNothingMore()
})

test('the person’s request, which the owner confirms; a 5 without having it is a report to the owner', async () => {
  const { person, rescuer, alertId } = await alert()
  await sam.setShift(true)
  await sam.command(alertId, 'claim')
  await rescuer.reply('5')
  await rescuer.expectText('We have passed on that they are safe')
  await stack.phones.phone('+447700900011').expectText('Someone who was told says: spoken to, safe')
  expect((await person.session()).alert?.state).toBe('owned')
  expect((await person.checkIn()).outcome).toBe('requestedAllClear')
  await rescuer.expectText('The person has said they are OK')
  const { body } = await sam.request('GET', `/v1/alerts/${alertId}`)
  expect(body.alert.requestedAt).toBeDefined()
  await stack.phones.phone('+447700900011').expectText('The person has said they are OK')
  await sam.command(alertId, 'all-clear', { outcome: 'safe', naloxone: false })
  await rescuer.expectText('ALL CLEAR. The person is safe and has answered.')
  await stack.phones.phone('+447700900011').expectText('ALL CLEAR')
})

test('a difficult one takes the supporter off the queue until they say so; an easy one does not', async () => {
  for (const [difficulty, off] of [
    [3, false],
    [4, true],
    [5, true],
  ] as const) {
    await sam.setShift(true)
    const { rescuer, alertId } = await alert()
    const log = { outcome: 'safe', wanted: 'unknown', difficulty, energy: 3, followUp: false }
    expect((await sam.request('POST', `/v1/alerts/${alertId}/log`, { commandId: randomUUID(), ...log })).status).toBe(
      409,
    )
    await sam.command(alertId, 'all-clear', { outcome: 'safe', naloxone: false })
    await rescuer.expectText('ALL CLEAR')
    expect(await sam.command(alertId, 'log', log)).toEqual({ debrief: off })
    expect(await onShift(), `difficulty ${difficulty}`).toBe(!off)
  }
  await sam.setShift(true)
  expect(await onShift()).toBe(true)
  await sam.setShift(false)
})

test('H24: after naloxone the watch goes on: the rescuer who was there is asked to stay, the person is prompted, silence alerts', async () => {
  const { person, rescuers, alertId } = await alert({ rescuers: 2 })
  const [there, other] = rescuers
  await there?.reply('1')
  await there?.expectText('You are going')
  await there?.reply('4')
  await there?.expectText('You are there')
  const live = await person.connectLive()
  await owen.command(alertId, 'all-clear', { outcome: 'rescued', naloxone: true })
  await there?.expectText('ALL CLEAR')
  await there?.expectText('If you can, stay with them for two hours')
  await other?.expectNothingMore()
  const { session } = await live.next('session', (frame) => frame.session.kind === 'post-rescue')
  expect(Date.parse(session.deadlineAt) - Date.parse(session.startedAt)).toBe(20 * 60_000)
  expect((await owen.request('GET', `/v1/alerts/${alertId}`)).body.alert.postRescueSessionId).toBe(session.id)

  await stack.advanceTo(session.deadlineAt)
  const prompted = await live.next('session', (frame) => frame.session.prompt !== undefined)
  expect(prompted.session.id).toBe(session.id)
  const ack = await live.checkIn(session.id)
  expect(Date.parse(ack.session.deadlineAt) - Date.parse(ack.serverNow)).toBeGreaterThan(19 * 60_000)
  await stack.advanceTo(ack.session.alertAt)
  for (const phone of rescuers.slice(0, 1)) await phone.expectText('SAFETY ALERT')
  const [second] = (await owen.alerts()).filter(({ state }: { state: string }) => state === 'open')
  await owen.command(second.id, 'all-clear', { outcome: 'safe', naloxone: false })
  await there?.expectText('ALL CLEAR')
  await live.close()
})
