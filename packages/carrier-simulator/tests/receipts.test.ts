import { expect, test } from 'vitest'
import { accountSid, authToken, control, isSigned, newPhone, ourNumber, useCarrier } from './carrier-under-test.ts'

const parts = useCarrier({ nextAuthToken: 'the-next-token' })

const path = '/v1/carriers/twilio/receipts?nonce=a%2Fb%20c&x='
const send = (to: string) =>
  parts.client.messages.create({ from: ourNumber, to, body: 'x', statusCallback: `https://stillhere.example${path}` })

test('posts sent, then delivered, with the fields Twilio posts', async () => {
  const to = newPhone()
  const { sid } = await send(to)
  const receipts = await parts.service.next(({ fields }) => fields.To === to, 2)
  expect(receipts.map(({ fields }) => fields.MessageStatus)).toEqual(['sent', 'delivered'])
  for (const { fields, method } of receipts) {
    expect(method).toBe('POST')
    expect(fields).toMatchObject({
      MessageSid: sid,
      SmsSid: sid,
      SmsStatus: fields.MessageStatus,
      To: to,
      From: ourNumber,
      AccountSid: accountSid,
      ApiVersion: '2010-04-01',
    })
    expect(fields).not.toHaveProperty('ErrorCode')
  }
})

test("signs over the public address with its query, so that Twilio's own library accepts it", async () => {
  const to = newPhone()
  await send(to)
  const receipts = await parts.service.next(({ fields }) => fields.To === to, 2)
  for (const receipt of receipts) {
    expect(receipt.path).toBe(path)
    expect(isSigned(receipt)).toBe(true)
    expect(isSigned({ ...receipt, fields: { ...receipt.fields, To: `${to}0` } })).toBe(false)
    expect(isSigned({ ...receipt, path: `${path}0` })).toBe(false)
    expect(isSigned(receipt, 'another-token')).toBe(false)
  }
})

test('a message without StatusCallback has no receipts, and its status still moves', async () => {
  const to = newPhone()
  const { sid } = await parts.client.messages.create({ from: ourNumber, to, body: 'x' })
  await expect.poll(async () => (await parts.client.messages(sid).fetch()).status).toBe('delivered')
  expect(parts.service.callbacks.filter(({ fields }) => fields.To === to)).toEqual([])
})

test('with receipts switched off nothing is posted and texts count as delivered; switched on, receipts come again', async () => {
  const [quiet, loud] = [newPhone(), newPhone()]
  expect(await control(parts.carrier.origin, 'POST', '/sim/receipts', { on: false })).toMatchObject({
    body: { on: false },
  })
  await send(quiet)
  expect(parts.carrier.texts(quiet)[0]?.status).toBe('delivered')
  await control(parts.carrier.origin, 'POST', '/sim/receipts', { on: true })
  await send(loud)
  await parts.service.next(({ fields }) => fields.To === loud, 2)
  expect(parts.service.callbacks.filter(({ fields }) => fields.To === quiet)).toEqual([])
})

test('a receipt the service does not take is a failure, seen without its nonce', async () => {
  const to = newPhone()
  parts.service.answerWith(() => ({ status: 503 }))
  await send(to)
  await expect.poll(() => parts.carrier.failures().length).toBe(2)
  parts.service.answerWith(() => ({}))
  const { body } = await control(parts.carrier.origin, 'GET', '/sim/failures')
  const { failures } = body as unknown as { failures: unknown[] }
  expect(failures[0]).toEqual({
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    url: 'https://stillhere.example/v1/carriers/twilio/receipts',
    status: 503,
    code: 11200,
  })
})

test('signs with the next token once it was promoted', async () => {
  const [before, after] = [newPhone(), newPhone()]
  await send(before)
  const [old] = await parts.service.next(({ fields }) => fields.To === before, 2)
  parts.carrier.promoteNextAuthToken()
  await parts.carrier.sendText({ from: after, body: 'hello' })
  const [fresh] = await parts.service.next(({ fields }) => fields.From === after)
  if (old === undefined || fresh === undefined) throw new Error('callbacks are missing')
  expect(isSigned(old, authToken)).toBe(true)
  expect(isSigned(fresh, authToken)).toBe(false)
  expect(isSigned(fresh, 'the-next-token')).toBe(true)
})
