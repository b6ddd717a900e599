import { expect, test } from 'vitest'
import { accountSid, control, isSigned, newPhone, ourNumber, useCarrier } from './carrier-under-test.ts'

const parts = useCarrier()

const text = (from: string, body?: string, more: Record<string, string> = {}) =>
  control(parts.carrier.origin, 'POST', '/sim/texts', { from, ...(body !== undefined && { body }), ...more })
const heardFrom = (from: string) => parts.service.callbacks.filter(({ fields }) => fields.From === from)

test("delivers a phone's text to the service, signed, and answers when the service has", async () => {
  const from = newPhone()
  const answer = await text(from, ' 1 & ünïcode+ ')
  expect(answer.status).toBe(201)
  const sid = answer.body.sid
  const [webhook, ...others] = heardFrom(from)
  if (webhook === undefined) throw new Error('no webhook')
  expect(others).toEqual([])
  expect(webhook.path).toBe('/v1/carriers/twilio/messages')
  expect(isSigned(webhook)).toBe(true)
  expect(webhook.fields).toMatchObject({
    MessageSid: sid,
    SmsSid: sid,
    SmsMessageSid: sid,
    AccountSid: accountSid,
    From: from,
    To: ourNumber,
    Body: ' 1 & ünïcode+ ',
    NumMedia: '0',
    NumSegments: '1',
    FromCountry: 'GB',
    SmsStatus: 'received',
    ApiVersion: '2010-04-01',
  })
  expect(webhook.fields).not.toHaveProperty('OptOutType')
  expect(parts.carrier.texts(from)).toMatchObject([
    { sid, direction: 'inbound', body: ' 1 & ünïcode+ ', status: 'received' },
  ])
  expect(await parts.client.messages(String(sid)).fetch()).toMatchObject({ direction: 'inbound', from, to: ourNumber })
})

test('the same sid is the same text delivered once more', async () => {
  const from = newPhone()
  const sid = `SM${'a1'.repeat(16)}`
  await text(from, '1', { sid })
  await text(from, '1', { sid })
  const webhooks = heardFrom(from)
  expect(webhooks).toHaveLength(2)
  expect(webhooks[1]?.fields).toEqual(webhooks[0]?.fields)
  expect(parts.carrier.texts(from)).toHaveLength(1)
})

test("`to` may be the service's number and no other", async () => {
  expect((await text(newPhone(), '1', { to: ourNumber })).status).toBe(201)
  expect(await text(newPhone(), '1', { to: newPhone() })).toMatchObject({
    status: 400,
    body: { code: 'not_our_number' },
  })
})

test.each([
  [{ body: 'no sender' }],
  [{ from: 'nobody', body: 'x' }],
  [{ from: ourNumber, body: 'x' }],
  [{ from: newPhone(), body: 'x', colour: 'red' }],
  [{ from: newPhone(), body: 7 }],
])('a text that makes no sense is 400 with a code (%#)', async (body) => {
  const answer = await control(parts.carrier.origin, 'POST', '/sim/texts', body)
  expect(answer).toMatchObject({ status: 400, body: { code: 'invalid', message: expect.any(String) } })
})

test('a webhook that fails leaves the text with the carrier and shows in the failures', async () => {
  const from = newPhone()
  parts.service.answerWith(() => ({ status: 500 }))
  const answer = await text(from, '1')
  parts.service.answerWith(() => ({}))
  expect(answer).toMatchObject({ status: 201, body: { webhookStatus: 500 } })
  expect(parts.carrier.texts(from)).toHaveLength(1)
  expect(parts.carrier.failures().at(-1)).toMatchObject({
    url: 'https://stillhere.example/v1/carriers/twilio/messages',
    status: 500,
  })
})

test('a service that does not answer in time is given up on', async () => {
  const release = Promise.withResolvers<void>()
  parts.service.answerWith(async () => {
    await release.promise
    return {}
  })
  const answer = await text(newPhone(), '1')
  release.resolve()
  parts.service.answerWith(() => ({}))
  expect(answer).toMatchObject({ status: 201, body: { webhookStatus: null } })
})

test('TwiML in the answer is sent to the phone', async () => {
  const from = newPhone()
  parts.service.answerWith(() => ({ body: '<Response><Message>Thank &amp; you</Message></Response>' }))
  await text(from, 'hello')
  parts.service.answerWith(() => ({}))
  expect(parts.carrier.texts(from)).toMatchObject([
    { direction: 'inbound' },
    { direction: 'outbound-api', from: ourNumber, to: from, body: 'Thank & you' },
  ])
})

test('plain text in the answer is sent to the phone too, as Twilio would', async () => {
  const from = newPhone()
  parts.service.answerWith(() => ({ contentType: 'text/plain; charset=utf-8', body: 'ok' }))
  await text(from, 'hello')
  parts.service.answerWith(() => ({}))
  expect(parts.carrier.texts(from).map(({ body }) => body)).toEqual(['hello', 'ok'])
})

test.each([
  ['application/json', '{"ok":true}', 12300],
  ['text/xml', '<Response><Message>', 12100],
])('an answer of %s that is no TwiML sends nothing and is a failure', async (contentType, body, code) => {
  const from = newPhone()
  parts.service.answerWith(() => ({ contentType, body }))
  await text(from, 'hello')
  parts.service.answerWith(() => ({}))
  expect(parts.carrier.texts(from)).toHaveLength(1)
  expect(parts.carrier.failures().at(-1)).toMatchObject({ status: 200, code })
})
