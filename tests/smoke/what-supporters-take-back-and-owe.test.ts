import { randomUUID } from 'node:crypto'
import { preparePerson, signInToConsole, startStack } from '@stillhere/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

/* Issue 5: a stamp that was a mistake, a supporter who cannot, what a rescue does to whoever had it, and signing out. */

const stack = await startStack({ demoPhones: true })
afterAll(() => stack.close())
stack.phones.allowCalls()
stack.phones.allow(/./)

let sam: Awaited<ReturnType<typeof signInToConsole>>
let dilys: typeof sam
beforeAll(async () => {
  sam = await signInToConsole({ api: stack.api, invitation: stack.invitations.supporter })
  dilys = await signInToConsole({ api: stack.api, invitation: stack.invitations.dutyLead })
  await sam.setShift(true)
  await dilys.setShift(true)
})

async function alert() {
  const prepared = await preparePerson(stack)
  await prepared.person.start({ company: 'supporter' })
  await prepared.person.help()
  await prepared.rescuer.expectText('SAFETY ALERT')
  return { ...prepared, alertId: (await prepared.person.session()).alert?.id ?? '' }
}
type Line = { id: string; kind: string; of?: string; withdrawn?: true }
const withdraw = (who: typeof sam, alertId: string, of: string) =>
  who.request('POST', `/v1/alerts/${alertId}/progress`, { commandId: randomUUID(), kind: 'withdrawn', of })
const myShift = async (who: typeof sam) => (await who.request('GET', '/v1/shift')).body

test('a stamp that was a mistake is withdrawn once, by who made it or who has it; both lines stay, and no dose runs', async () => {
  const { alertId } = await alert()
  await sam.command(alertId, 'claim')
  const { alert: dosed } = await dilys.command(alertId, 'progress', { kind: 'naloxone-given' })
  const [dose] = dosed.progress as Line[]
  expect(dosed.nextDoseAt).toBeDefined()
  const { alert: called } = await sam.command(alertId, 'progress', { kind: 'called-999' })
  const call = (called.progress as Line[]).at(-1)
  expect((await withdraw(dilys, alertId, call?.id ?? '')).status, 'not hers to take back').toBe(409)

  // The owner may take back what a colleague recorded.
  const { status, body } = await withdraw(sam, alertId, dose?.id ?? '')
  expect(status).toBe(200)
  expect(body.alert.nextDoseAt, 'no dose clock for a dose that nobody gave').toBeUndefined()
  expect(body.alert.progress.map(({ kind, of, withdrawn }: Line) => ({ kind, of, withdrawn }))).toEqual([
    { kind: 'naloxone-given', of: undefined, withdrawn: true },
    { kind: 'called-999', of: undefined, withdrawn: undefined },
    { kind: 'withdrawn', of: dose?.id, withdrawn: undefined },
  ])
  const line = (body.alert.progress as Line[]).at(-1)
  for (const again of [dose?.id ?? '', line?.id ?? '']) expect((await withdraw(sam, alertId, again)).status).toBe(409)
  expect((await withdraw(sam, alertId, randomUUID())).status).toBe(404)
  for (const wrong of [{ kind: 'withdrawn' }, { kind: 'breathing', of: call?.id }])
    expect(
      (await sam.request('POST', `/v1/alerts/${alertId}/progress`, { commandId: randomUUID(), ...wrong })).status,
    ).toBe(400)
  const journal = await stack.db.query<{ detail: { kind?: string; of?: string } }>(
    `SELECT detail FROM app.journal WHERE alert_id = $1 AND detail ->> 'kind' IS NOT NULL ORDER BY id`,
    [alertId],
  )
  expect(journal.map(({ detail }) => detail)).toEqual([
    { kind: 'naloxone-given' },
    { kind: 'called-999' },
    { kind: 'withdrawn', of: dose?.id },
  ])
  await sam.command(alertId, 'all-clear', { outcome: 'safe', naloxone: false })
})

test('a colleague sees who cannot; the ladder does not wait for them; the owner hands over instead', async () => {
  const { alertId, rescuer } = await alert()
  const { alert: declined } = await sam.command(alertId, 'progress', { kind: 'declined' })
  expect(declined).toMatchObject({ state: 'open', progress: [{ kind: 'declined', byId: sam.recipientId }] })
  await stack.advance(60_000)
  await rescuer.expectText('AGAIN')
  await dilys.command(alertId, 'claim')
  const own = await dilys.request('POST', `/v1/alerts/${alertId}/progress`, {
    commandId: randomUUID(),
    kind: 'declined',
  })
  expect(own.status).toBe(409)
  const { alert: numbered } = await dilys.command(alertId, 'progress', { kind: 'number-given' })
  expect(numbered.progress.at(-1)).toMatchObject({ kind: 'number-given' })
  await dilys.command(alertId, 'all-clear', { outcome: 'safe', naloxone: false })
})

test('a rescue takes whoever had it off the queue at the all-clear, log or no log, until they say so', async () => {
  await sam.setShift(true)
  const { alertId } = await alert()
  await sam.command(alertId, 'claim')
  // Closed over their head by who answers for the service, with their page shut.
  await dilys.command(alertId, 'all-clear', { outcome: 'rescued', naloxone: true })
  expect(await myShift(sam)).toMatchObject({ shift: { onShift: false }, debriefOpen: true })
  expect((await myShift(sam)).toLog, 'the log is still asked for').toContain(alertId)
  expect(await myShift(dilys)).toMatchObject({ shift: { onShift: true }, debriefOpen: false })

  await sam.setShift(true)
  expect(await myShift(sam)).toMatchObject({ shift: { onShift: true }, debriefOpen: false })
  const log = { outcome: 'rescued', wanted: 'yes', difficulty: 2, energy: 3, followUp: false }
  expect(await sam.command(alertId, 'log', log), 'a late log takes nobody off who is ready again').toEqual({
    debrief: false,
  })
  expect(await sam.command(alertId, 'log', { ...log, difficulty: 5 })).toEqual({ debrief: true })
  const { shift, debriefOpen, toLog } = await myShift(sam)
  expect({ onShift: shift.onShift, debriefOpen }).toEqual({ onShift: false, debriefOpen: true })
  expect(toLog).not.toContain(alertId)

  // The watch that follows is the same person's: the nickname stays, and nobody has answered yet.
  const { alerts } = (await dilys.request('GET', '/v1/alerts')).body
  const closed = alerts.find(({ id }: { id: string }) => id === alertId)
  const { sessions } = (await dilys.request('GET', '/v1/session-cards')).body
  const watch = sessions.find(({ id }: { id: string }) => id === closed.postRescueSessionId)
  expect(watch).toMatchObject({ kind: 'post-rescue', nickname: closed.nickname, answered: false })
})

test('a rescue that a rescuer had is as hard on who closes it at a desk: they rest, and owe the log', async () => {
  await sam.setShift(true)
  const { alertId, rescuer } = await alert()
  // Nobody at a desk has it: the one who goes has.
  await rescuer.reply('1')
  await stack.settle()
  expect((await sam.request('GET', `/v1/alerts/${alertId}`)).body.alert.owner).toMatchObject({ kind: 'rescuer' })
  await sam.command(alertId, 'all-clear', { outcome: 'rescued', naloxone: false })
  await rescuer.expectText('ALL CLEAR')
  const { toLog, ...resting } = await myShift(sam)
  expect(resting).toMatchObject({ shift: { onShift: false }, debriefOpen: true })
  expect(toLog).toContain(alertId)
  const looking = await myShift(dilys)
  expect(looking.debriefOpen, 'it was nothing to who only looked on').toBe(false)
  expect(looking.toLog).not.toContain(alertId)

  await sam.setShift(true)
  const log = { outcome: 'rescued', wanted: 'yes', difficulty: 1, energy: 3, followUp: false }
  expect(await sam.command(alertId, 'log', log), 'the log takes nobody off who is ready again').toEqual({
    debrief: false,
  })
  expect((await myShift(sam)).toLog).not.toContain(alertId)
})

test('alerts over HTTPS say who is on shift, for a console whose socket is dead', async () => {
  const onShift = async () => (await dilys.request('GET', '/v1/alerts')).body.onShift
  await sam.setShift(true)
  expect(await onShift()).toContainEqual({ id: sam.recipientId, name: 'Sam', role: 'supporter' })
  await sam.setShift(false)
  expect((await onShift()).map(({ id }: { id: string }) => id)).not.toContain(sam.recipientId)
})

test('who is signed in knows until when; who signs out leaves a token that opens nothing', async () => {
  const until = Date.parse((await myShift(sam)).signedInUntil)
  expect(until - (await stack.now())).toBeGreaterThan(3_600_000)
  expect((await sam.request('POST', '/v1/sign-out', { commandId: randomUUID() })).status).toBe(200)
  expect((await sam.request('GET', '/v1/alerts')).status).toBe(401)
  expect((await dilys.request('GET', '/v1/alerts')).status, 'and nobody else’s').toBe(200)
})
