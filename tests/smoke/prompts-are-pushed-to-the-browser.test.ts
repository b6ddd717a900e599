import { randomUUID } from 'node:crypto'
import { makeSubscription, makeVapidKeys, preparePerson, startPushService, startStack } from '@stillhere/testkit'
import { afterAll, beforeEach, expect, test } from 'vitest'

/*
 * A prompt as a notification (product.md, "A session", 3): pushed at +0 and +15 beside sound, text and call. Where the browser
 * is, is sealed to the worker, kept for one session, and asked of no host but a push service's.
 */

const services = await startPushService()
const vapid = makeVapidKeys()
const stack = await startStack({ deterministic: true, webPush: { ...vapid, origin: services.origin } })
afterAll(async () => {
  await stack.close()
  await services.stop()
})
beforeEach(() => {
  services.behave(201)
  services.pushed.length = 0
})
const kept = () => stack.db.query('SELECT session_id FROM app.push_subscriptions')
const settled = (status: string) =>
  stack.db.query<{ status: string }>(
    `SELECT m.status FROM app.messages m JOIN app.attempts a ON a.message_id = m.id
     WHERE m.channel = 'push' AND a.carrier = 'web-push' AND m.status = $1`,
    [status],
  )

test('a browser that said where it is is reminded twice, in neutral words, urgently and not for long', async () => {
  const { person } = await preparePerson(stack)
  expect(person.service.webPush).toEqual({ publicKey: vapid.publicKey })
  const browser = makeSubscription()
  const { deadlineAt, alertAt } = await person.start({ countdownSeconds: 60 })
  await person.keepPush(browser, 'cy')
  await stack.advanceTo(deadlineAt)
  expect(services.pushed).toHaveLength(1)
  const [first] = services.pushed
  expect(first?.path).toBe(new URL(browser.endpoint).pathname)
  expect(first?.headers).toMatchObject({ urgency: 'high', ttl: '60', 'content-encoding': 'aes128gcm' })
  expect(first?.headers.authorization).toContain(`k=${vapid.publicKey}`)
  expect(JSON.parse(browser.read(first?.body ?? Buffer.alloc(0)))).toEqual({
    title: 'Timer',
    body: 'Mae nodyn atgoffa yn aros',
  })
  await stack.advance(15_000)
  expect(services.pushed.map(({ headers }) => headers.ttl)).toEqual(['60', '45'])
  expect(await settled('accepted')).toHaveLength(2)
  await stack.advanceTo(Date.parse(alertAt) - 1_000)
  expect(services.pushed, 'later the phone is rung').toHaveLength(2)
  await person.checkIn()
  expect(await kept()).toHaveLength(1)
  await person.end()
  expect(await kept(), 'gone with its session').toEqual([])
})

test('a browser that is gone is forgotten and not tried again; the text and the call come all the same', async () => {
  const { person, ownPhone } = await preparePerson(stack, { ownPhone: true })
  await person.start({ countdownSeconds: 60 })
  await ownPhone.expectText(/3/)
  await person.keepPush(makeSubscription())
  services.behave(410)
  await stack.advanceTo((await person.session()).deadlineAt)
  expect(services.pushed).toHaveLength(1)
  expect(await kept()).toEqual([])
  await stack.advance(25_000)
  expect(services.pushed).toHaveLength(1)
  await ownPhone.expectText(/0/)
  await ownPhone.answerCall('human')
  await person.end()
})

test('a push service that is down delays nothing, and a push that is too late is not sent', async () => {
  const { person, ownPhone, rescuer } = await preparePerson(stack, { ownPhone: true })
  await person.start({ countdownSeconds: 60 })
  await ownPhone.expectText(/3/)
  await person.keepPush(makeSubscription())
  services.behave(503)
  const { deadlineAt, alertAt } = await person.session()
  await stack.advanceTo(deadlineAt)
  await stack.advance(25_000)
  await ownPhone.expectText(/0/)
  stack.phones.allowCalls()
  await stack.advanceTo(alertAt)
  await rescuer.expectText('SAFETY ALERT')
  const tried = services.pushed.length
  services.behave(201)
  await stack.advance(5_000)
  expect(services.pushed).toHaveLength(tried)
  await person.checkIn()
  await ownPhone.expectText(/./)
  await rescuer.expectText('/r/')
  await rescuer.expectText('has said they are OK')
  await rescuer.reply('5')
  await rescuer.expectText('ALL CLEAR')
})

test('no host is asked that is no push service, whatever a device names', async () => {
  const { person } = await preparePerson(stack)
  await person.start({ countdownSeconds: 60 })
  for (const host of [
    '127.0.0.1',
    'internal.example.org',
    'fcm.googleapis.com.example.org',
    'fcm.googleapis.com:8443',
  ]) {
    await person.keepPush(makeSubscription(host))
    await stack.advanceTo((await person.session()).deadlineAt)
    await person.checkIn()
  }
  // What is no subscription at all is no emergency either: the pager, which the stack would hear, stays silent.
  await person.keepPush({ endpoint: 'nowhere', p256dh: 'no point', auth: '' })
  await stack.advanceTo((await person.session()).deadlineAt)
  await person.checkIn()
  expect(services.pushed).toEqual([])
  await person.keepPush(null)
  expect(await kept()).toEqual([])
  await person.end()
})

test('it is one’s own session or none, and one that is over has no browser', async () => {
  const { person } = await preparePerson(stack)
  const stranger = await stack.newPerson()
  await person.start({ countdownSeconds: 60 })
  const put = (by: typeof person, body: object) =>
    by.request('PUT', `/v1/sessions/${person.sessionId}/push`, { commandId: randomUUID(), ...body })
  expect((await put(stranger, { sealed: null })).body.code).toBe('not_found')
  expect((await put(person, {})).body.code).toBe('invalid')
  await person.keepPush(makeSubscription())
  await person.help({ quiet: true })
  expect((await put(person, { sealed: null })).body.code, 'it looks ended').toBe('session_closed')
  stack.phones.allow(/./)
  stack.phones.allowCalls()
})
