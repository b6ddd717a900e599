import { randomUUID } from 'node:crypto'
import { openLive, preparePerson, signInToConsole, startStack, until } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

/** Whoever cannot be told, or was put out, protects nobody and must not be counted as if they did. */
const stack = await startStack({ demoPhones: true })
afterAll(() => stack.close())
stack.phones.allow(/^SAFETY ALERT/, /AGAIN/, /ALL CLEAR/, /What to do now/, /^\d{4} /, /We do not know this phone/)
stack.phones.allowCalls()

const home = await stack.organisation('demo')
const operator = await signInToConsole({ api: stack.api, invitation: stack.invitations.operator })
const operate = (method: string, path: string, body: object = {}) =>
  operator.request(method, `/v1/operate${path}`, method === 'GET' ? undefined : { commandId: randomUUID(), ...body })
const someoneHere = async () => (await stack.newPerson()).service.someoneHere

/** Somebody new, on shift, with a phone that was found good. */
async function addSupporter(name: string) {
  const phone = stack.newPhone()
  const { body } = await operate('POST', '/supporters', { name, role: 'supporter', number: phone.number })
  const { id } = body.supporter
  const view = async () =>
    (await operate('GET', '/supporters')).body.supporters.find((one: { id: string }) => one.id === id)
  await until('the number is checked', async () => (await view()).numberCheck === 'ok')
  const console = await signInToConsole({ api: stack.api, invitation: body.invitation })
  await console.setShift(true)
  return { id, phone, view, console }
}

test('the demo’s people have the simulator’s phones: nobody is asked whose they are', async () => {
  const demo = async () => (await operate('GET', '/supporters')).body.supporters
  await until('they are checked', async () =>
    (await demo()).every(({ numberCheck }: { numberCheck: string }) => numberCheck === 'ok'),
  )
  await stack.settle()
  expect((await demo()).map(({ numberState }: { numberState: string }) => numberState)).toEqual(
    Array(3).fill('confirmed'),
  )
  const asked = await stack.db.query(`SELECT 1 FROM app.messages WHERE template = 'contact-ask'`)
  expect(asked).toEqual([])
})

test('a supporter whose phone said STOP is nobody to rely on: not here, not reachable, and no start counts on them', async () => {
  const robin = await addSupporter('Robin')
  expect(await someoneHere()).toBe(true)
  await robin.phone.reply('STOP')
  await until('the STOP is heard', async () => !(await someoneHere()))
  expect((await operate('GET', '/shifts')).body.shifts).toMatchObject([{ supporterId: robin.id, reachable: false }])
  expect(await robin.view()).toMatchObject({ reachable: false, phoneTrouble: 'stopped' })
  const person = await stack.newPerson()
  await person.savePlan({ alertOrder: 'supporters-first' })
  await person.planUntil('is checked', ({ check }) => check === 'ok')
  await expect(person.start({ company: 'supporter' })).rejects.toMatchObject({ status: 409, code: 'no_one_to_alert' })
  await robin.phone.reply('START')
  await until('they are back', someoneHere)
  await robin.console.setShift(false)
})

test('a phone that the carrier called dead is shown as such, and giving the number anew asks again', async () => {
  const alex = await addSupporter('Alex')
  await alex.phone.behave('refuse-21211')
  const { person, rescuer } = await preparePerson(stack, { alertOrder: 'both' })
  await person.start({})
  await person.help()
  await until('the refusal is known', async () => !(await alex.view()).reachable)
  expect(await alex.view()).toMatchObject({ phoneTrouble: '21211' })
  expect(await someoneHere()).toBe(false)
  await person.checkIn()
  await rescuer.reply('5')
  await alex.phone.behave('accept')
  const { name, role, language } = await alex.view()
  await operate('PUT', `/supporters/${alex.id}`, { name, role, language, number: alex.phone.number })
  await until('it is asked again', async () => (await alex.view()).reachable)
  expect(await someoneHere()).toBe(true)
  await alex.console.setShift(false)
})

test('whoever is signed out by an operator is off shift, owns nothing, and their phone answers for nobody', async () => {
  const kit = await addSupporter('Kit')
  const { person, rescuer } = await preparePerson(stack, { alertOrder: 'supporters-first' })
  await person.start({})
  await person.help()
  const { match } = await kit.phone.expectText(/^SAFETY ALERT (\d{4})/)
  await kit.phone.reply('1')
  await person.sessionUntil('is owned', ({ alert }) => alert?.state === 'owned')
  expect((await operate('POST', `/supporters/${kit.id}/revoke-passkeys`)).status).toBe(200)
  expect((await person.session()).alert?.state).toBe('open')
  expect(await kit.view()).toMatchObject({ onShift: false, passkeys: 0 })
  expect(await someoneHere()).toBe(false)
  await kit.phone.reply(`${match[1]} 5`)
  await kit.phone.reply(`${match[1]} 1`)
  await stack.settle()
  expect((await person.session()).alert?.state).toBe('open')
  await person.checkIn()
  await rescuer.reply('5')
})

test('the last operator can neither be removed nor signed out by themselves', async () => {
  const { body } = await operate('GET', '/supporters')
  const owen = body.supporters.find((one: { role: string }) => one.role === 'operator')
  for (const [method, path] of [
    ['POST', `/supporters/${owen.id}/revoke-passkeys`],
    ['DELETE', `/supporters/${owen.id}`],
  ] as const)
    expect(await operate(method, path)).toMatchObject({ status: 409, body: { code: 'conflict' } })
  expect((await operate('GET', '/supporters')).status).toBe(200)
})

test('an auditor is shown no alert over the live socket, and whoever becomes one is sent away', async () => {
  const auditor = await home.signIn('auditor')
  const socket = await openLive({ url: stack.liveUrl })
  socket.send({ type: 'hello', token: auditor.token })
  expect(await socket.closed).toBe(4401)
  expect(socket.frames.map(({ type }) => type)).not.toContain('alerts')

  const jo = await addSupporter('Jo')
  const live = await openLive({ url: stack.liveUrl, token: jo.console.token })
  await live.next('alerts')
  const { name, language } = await jo.view()
  expect((await operate('PUT', `/supporters/${jo.id}`, { name, language, role: 'auditor' })).status).toBe(200)
  expect(await live.closed).toBe(4401)
})

test('"using again" counts on a rhythm that was retired meanwhile', async () => {
  const { body } = await operate('POST', '/rhythms', { name: 'short', intervalsSeconds: [90] })
  const rhythmId = body.rhythm.id
  const { person } = await preparePerson(stack)
  await person.start({ rhythmId })
  expect((await operate('DELETE', `/rhythms/${rhythmId}`)).status).toBe(200)
  await stack.advance(30_000)
  expect((await person.checkIn({ rhythmId })).outcome).toBe('moved')
  await person.end()
  await expect(person.start({ rhythmId })).rejects.toMatchObject({ status: 400 })
})
