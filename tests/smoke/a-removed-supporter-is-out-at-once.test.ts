import { randomUUID } from 'node:crypto'
import { giveAllClear, preparePerson, signInToConsole, startStack, until } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ deterministic: true })
afterAll(() => stack.close())
// To a code from a phone that is nobody's any more.
stack.phones.allow(/We do not know this phone/)

const home = await stack.organisation('demo')
const operator = await signInToConsole({ api: stack.api, invitation: stack.invitations.operator })
const operate = (method: string, path: string, body: object = {}) =>
  operator.request(method, `/v1/operate${path}`, method === 'GET' ? undefined : { commandId: randomUUID(), ...body })

test('somebody is added with a phone, checked like a rescuer’s, told of an alert, and out at once when removed', async () => {
  const phone = stack.newPhone()
  const body = { commandId: randomUUID(), name: 'Robin', role: 'supporter', number: phone.number }
  const added = await operator.request('POST', '/v1/operate/supporters', body)
  expect(added).toMatchObject({ status: 201, body: { supporter: { name: 'Robin', numberCheck: 'pending' } } })
  const again = await operator.request('POST', '/v1/operate/supporters', body)
  expect(again.body.supporter.id).toBe(added.body.supporter.id)
  expect(again.body, 'an invitation is shown once').not.toHaveProperty('invitation')
  const { id } = added.body.supporter
  const robins = async () =>
    (await operate('GET', '/supporters')).body.supporters.find((one: { id: string }) => one.id === id)
  await until('the number is checked', async () => (await robins()).numberCheck === 'ok')

  const robin = await signInToConsole({ api: stack.api, invitation: added.body.invitation })
  await robin.setShift(true)
  expect((await operate('GET', '/shifts')).body.shifts).toMatchObject([{ supporterId: id, reachable: true }])
  const { person, rescuer } = await preparePerson(stack, { alertOrder: 'supporters-first' })
  await person.start({ countdownSeconds: 60 })
  await person.help()
  const { match } = await phone.expectText(/SAFETY ALERT (\d{4})/)
  const [alert] = await robin.alerts()
  await robin.command(alert.id, 'claim')
  expect((await person.session()).alert?.state).toBe('owned')

  expect((await operate('DELETE', `/supporters/${id}`)).status).toBe(200)
  expect((await robin.request('GET', '/v1/alerts')).status).toBe(401)
  expect((await operate('GET', '/shifts')).body.shifts).toEqual([])
  expect((await person.session()).alert?.state, 'nobody has it any more').toBe('open')
  await stack.settle()
  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('What to do now')
  // Their phone is nobody's here: what it says claims nothing, and nothing more is sent to it.
  await phone.reply(`${match[1]} 1`)
  await stack.settle()
  expect((await person.session()).alert?.state).toBe('open')
  await giveAllClear(person, rescuer)
  expect((await operate('GET', `/alerts/${alert.id}/timeline`)).body.timeline).toEqual(
    expect.arrayContaining([expect.objectContaining({ kind: 'alert-raised' })]),
  )
})

test('a new invitation ends the one before; revoked passkeys end every way in', async () => {
  const { body } = await operate('POST', '/supporters', { name: 'Kit', role: 'supervisor' })
  const { id } = body.supporter
  const second = await operate('POST', `/supporters/${id}/invitation`)
  expect(second.status).toBe(201)
  const signIn = (invitation: string) => signInToConsole({ api: stack.api, invitation })
  await expect(signIn(body.invitation)).rejects.toMatchObject({ status: 401 })
  const kit = await signIn(second.body.invitation)
  expect((await kit.request('GET', '/v1/operate/logs')).status).toBe(200)
  const third = await operate('POST', `/supporters/${id}/invitation`)
  expect((await operate('POST', `/supporters/${id}/revoke-passkeys`)).body.supporter.passkeys).toBe(0)
  expect((await kit.request('GET', '/v1/operate/logs')).status).toBe(401)
  await expect(signIn(third.body.invitation)).rejects.toMatchObject({ status: 401 })
})

test('a new role counts at once, and an auditor is on nobody’s shift', async () => {
  const kit = await home.signIn('supporter', 'Kit')
  await kit.setShift(true)
  const role = (to: string) =>
    operate('PUT', `/supporters/${kit.recipientId}`, { name: 'Kit', role: to, language: 'cy' })
  expect((await role('auditor')).body.supporter).toMatchObject({ role: 'auditor', onShift: false, version: 2 })
  expect((await kit.request('GET', '/v1/alerts')).status).toBe(401)
  expect((await kit.request('GET', '/v1/operate/audit')).status).toBe(200)
  const stale = { name: 'Kit', role: 'supporter', language: 'cy', version: 1 }
  expect((await operate('PUT', `/supporters/${kit.recipientId}`, stale)).body.code).toBe('stale_version')
})

test('how somebody is with the service is said, kept by a change that does not name it, and taken back', async () => {
  const { supporter } = (await operate('POST', '/supporters', { name: 'Pat', role: 'supporter', engagement: 'peer' }))
    .body
  expect(supporter.engagement).toBe('peer')
  const change = async (more: object) =>
    (await operate('PUT', `/supporters/${supporter.id}`, { name: 'Pat', role: 'supporter', language: 'en', ...more }))
      .body
  expect((await change({})).supporter.engagement).toBe('peer')
  expect((await change({ engagement: 'volunteer' })).supporter.engagement).toBe('volunteer')
  expect((await change({ engagement: 'friend' })).code).toBe('invalid')
  expect((await change({ engagement: null })).supporter).not.toHaveProperty('engagement')
})

test('a duty lead takes somebody off shift; a supporter does not', async () => {
  const [lead, one] = [await home.signIn('duty-lead'), await home.signIn('supporter')]
  await one.setShift(true)
  const end = (who: typeof lead) =>
    who.request('POST', `/v1/operate/shifts/${one.recipientId}/end`, { commandId: randomUUID() })
  expect((await end(one)).status).toBe(401)
  expect((await end(lead)).status).toBe(200)
  expect((await lead.request('GET', '/v1/operate/shifts')).body.shifts).toEqual([])
})

test('the last operator can be neither removed nor given another role', async () => {
  const me = operator.recipientId
  const second = await home.signIn('operator')
  expect((await operate('DELETE', `/supporters/${second.recipientId}`)).status).toBe(200)
  expect((await operate('DELETE', `/supporters/${me}`)).body.code).toBe('conflict')
  const role = { name: 'Owen', role: 'supervisor', language: 'en' }
  expect((await operate('PUT', `/supporters/${me}`, role)).body.code).toBe('conflict')
})

test('two operators who remove each other at once: one stays', async () => {
  const second = await home.signIn('operator')
  const [a, b] = await Promise.all([
    operate('DELETE', `/supporters/${second.recipientId}`),
    second.request('DELETE', `/v1/operate/supporters/${operator.recipientId}`, { commandId: randomUUID() }),
  ])
  const statuses = [a.status, b.status].sort()
  expect(statuses[0]).toBe(200)
  expect([401, 404, 409]).toContain(statuses[1])
  const [{ count } = { count: 0 }] = await stack.db.query<{ count: number }>(
    `SELECT count(*) FROM app.supporters WHERE organisation_id = $1 AND role = 'operator' AND removed_at IS NULL`,
    [home.id],
  )
  expect(count).toBe(1)
})
