import { expect, test } from 'vitest'
import { control, newPhone, ourNumber, rest, useCarrier } from './carrier-under-test.ts'

const parts = useCarrier()

const statusCallback = 'https://stillhere.example/v1/carriers/twilio/receipts?attempt=1'
const send = (to: string, more: Record<string, string> = {}) =>
  rest(parts.carrier.origin, 'POST', '/Messages.json', {
    From: ourNumber,
    To: to,
    Body: 'x',
    StatusCallback: statusCallback,
    ...more,
  })

/** A phone told to behave so. */
function phoneThat(behaviour: string): string {
  const phone = newPhone()
  parts.carrier.behave(phone, behaviour)
  return phone
}

const receiptsOf = (phone: string) =>
  parts.service.callbacks.filter(({ fields }) => fields.To === phone).map(({ fields }) => fields.MessageStatus)

/** Waits until another message, sent later, has all its receipts: by then the earlier one had had its own. */
async function aLaterMessageIsDelivered(): Promise<void> {
  const phone = newPhone()
  await send(phone)
  await parts.service.next(({ fields }) => fields.To === phone && fields.MessageStatus === 'delivered')
}

test('429 takes nothing', async () => {
  const phone = phoneThat('429')
  const answer = await send(phone)
  expect(answer.status).toBe(429)
  expect(answer.json()).toMatchObject({ code: 20429, status: 429 })
  expect(parts.carrier.texts(phone)).toEqual([])
})

test('500-before takes nothing', async () => {
  const phone = phoneThat('500-before')
  const answer = await send(phone)
  expect(answer.status).toBe(500)
  expect(answer.json()).toMatchObject({ code: 20500, status: 500 })
  expect(parts.carrier.texts(phone)).toEqual([])
})

test('500-after says it failed and delivers all the same', async () => {
  const phone = phoneThat('500-after')
  const answer = await send(phone)
  expect(answer.status).toBe(500)
  expect(answer.text).not.toContain('SM')
  await parts.service.next(({ fields }) => fields.To === phone && fields.MessageStatus === 'delivered')
  const [listed] = await parts.client.messages.list({ to: phone })
  expect(listed).toMatchObject({ body: 'x', status: 'delivered' })
})

test('hang never answers and takes nothing; the client gives up by itself', async () => {
  const phone = phoneThat('hang')
  await expect(parts.client.messages.create({ from: ourNumber, to: phone, body: 'x' })).rejects.toMatchObject({
    code: 'ECONNABORTED',
  })
  expect(parts.carrier.texts(phone)).toEqual([])
  expect(parts.carrier.requests().some(({ fields }) => fields.To === phone)).toBe(true)
})

test('reset reads the request, resets the connection and takes nothing', async () => {
  const phone = phoneThat('reset')
  const error = await send(phone).catch((thrown: Error) => thrown)
  expect((error as { cause?: unknown }).cause).toMatchObject({ code: 'ECONNRESET' })
  expect(parts.carrier.texts(phone)).toEqual([])
  expect(parts.carrier.requests().some(({ fields }) => fields.To === phone)).toBe(true)
})

test('garbage answers 200 with something that is no JSON, and takes nothing', async () => {
  const phone = phoneThat('garbage')
  const answer = await send(phone)
  expect(answer.status).toBe(200)
  expect(answer.json).toThrow(SyntaxError)
  expect(parts.carrier.texts(phone)).toEqual([])
})

test.each([
  ['refuse-21211', 400, 21211],
  ['refuse-21610', 400, 21610],
  ['refuse-21614', 400, 21614],
  ['refuse-20003', 401, 20003],
  ['refuse-20429', 429, 20429],
  ['refuse-90007', 400, 90007],
  ['refuse-21408', 400, 21408],
])('%s refuses the request', async (behaviour, status, code) => {
  const phone = phoneThat(behaviour)
  const answer = await send(phone)
  expect(answer.status).toBe(status)
  expect(answer.json()).toMatchObject({ code, status, message: expect.any(String) })
  expect(parts.carrier.texts(phone)).toEqual([])
})

test.each([
  ['refuse-30003', 'undelivered', ['sent', 'undelivered']],
  ['refuse-30006', 'undelivered', ['sent', 'undelivered']],
  ['refuse-30002', 'failed', ['failed']],
])('%s takes the message and reports the failure later', async (behaviour, status, receipts) => {
  const phone = phoneThat(behaviour)
  expect((await send(phone)).status).toBe(201)
  const [receipt] = await parts.service.next(({ fields }) => fields.To === phone && fields.MessageStatus === status)
  expect(receipt?.fields.ErrorCode).toBe(behaviour.slice(-5))
  expect(receiptsOf(phone)).toEqual(receipts)
  const [listed] = await parts.client.messages.list({ to: phone })
  expect(listed).toMatchObject({ status, errorCode: Number(behaviour.slice(-5)), errorMessage: expect.any(String) })
})

test('never-deliver takes the message and reports no more than sent', async () => {
  const phone = phoneThat('never-deliver')
  expect((await send(phone)).status).toBe(201)
  await aLaterMessageIsDelivered()
  expect(receiptsOf(phone)).toEqual(['sent'])
  expect(parts.carrier.texts(phone)[0]?.status).toBe('sent')
})

test('late reports delivered long after others do', async () => {
  const phone = phoneThat('late')
  await send(phone)
  await aLaterMessageIsDelivered()
  expect(receiptsOf(phone)).toEqual(['sent'])
  await parts.service.next(({ fields }) => fields.To === phone && fields.MessageStatus === 'delivered')
})

test('doubled reports everything twice', async () => {
  const phone = phoneThat('doubled')
  await send(phone)
  await parts.service.next(({ fields }) => fields.To === phone, 4)
  await aLaterMessageIsDelivered()
  expect(receiptsOf(phone)).toEqual(['sent', 'sent', 'delivered', 'delivered'])
})

test('reversed reports delivered before sent, and the message stays delivered', async () => {
  const phone = phoneThat('reversed')
  await send(phone)
  await parts.service.next(({ fields }) => fields.To === phone, 2)
  expect(receiptsOf(phone)).toEqual(['delivered', 'sent'])
  expect(parts.carrier.texts(phone)[0]?.status).toBe('delivered')
})

test('rate-<n> takes all at once and passes them on at that pace', async () => {
  const phone = phoneThat('rate-20')
  const taken = await Promise.all([send(phone), send(phone), send(phone)])
  expect(taken.map(({ status }) => status)).toEqual([201, 201, 201])
  expect(parts.carrier.texts(phone)).toHaveLength(3)
  const startedAt = performance.now()
  await parts.service.next(({ fields }) => fields.To === phone && fields.MessageStatus === 'delivered', 3)
  // Two waits of 50 ms lie between three messages; timers may fire a millisecond early.
  expect(performance.now() - startedAt).toBeGreaterThan(85)
})

test('a message that waits longer than it is valid fails with 30036', async () => {
  const phone = phoneThat('rate-1')
  for (let count = 0; count < 3; count += 1) await send(phone)
  const { sid } = (await send(phone, { ValidityPeriod: '1' })).json()
  const [receipt] = await parts.service.next(({ fields }) => fields.MessageSid === sid)
  expect(receipt?.fields).toMatchObject({ MessageStatus: 'failed', ErrorCode: '30036' })
})

test("a behaviour of the service's own number holds for all it sends, but for phones that have their own", async () => {
  const phone = phoneThat('accept')
  parts.carrier.behave(ourNumber, '500-before')
  expect((await send(newPhone())).status).toBe(500)
  expect((await send(phone)).status).toBe(201)
  parts.carrier.behave(ourNumber, 'accept')
  expect((await send(newPhone())).status).toBe(201)
})

test('a behaviour holds until it is replaced', async () => {
  const phone = newPhone()
  const tell = (behaviour: string) =>
    control(parts.carrier.origin, 'POST', `/sim/numbers/${encodeURIComponent(phone)}`, { behaviour })
  expect(await tell('500-before')).toMatchObject({ status: 200, body: { number: phone, behaviour: '500-before' } })
  expect((await send(phone)).status).toBe(500)
  expect((await send(phone)).status).toBe(500)
  await tell('accept')
  expect((await send(phone)).status).toBe(201)
})

test.each(['polite', 'refuse-', 'refuse-abc', 'rate-0', 'rate-', 'ACCEPT', ''])(
  'an unknown behaviour (%s) is 400 and changes nothing',
  async (behaviour) => {
    const phone = phoneThat('429')
    const answer = await control(parts.carrier.origin, 'POST', `/sim/numbers/${encodeURIComponent(phone)}`, {
      behaviour,
    })
    expect(answer).toMatchObject({ status: 400, body: { code: 'unknown_behaviour', message: expect.any(String) } })
    expect((await send(phone)).status).toBe(429)
  },
)

test('stops at once with a request hanging', async () => {
  const phone = phoneThat('hang')
  const hanging = send(phone).catch((thrown: Error) => thrown)
  await expect.poll(() => parts.carrier.requests().some(({ fields }) => fields.To === phone)).toBe(true)
  await parts.carrier.stop()
  expect(await hanging).toBeInstanceOf(Error)
})
