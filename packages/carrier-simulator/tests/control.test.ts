import { expect, test } from 'vitest'
import { accountSid, control, newPhone, ourNumber, rest, useCarrier } from './carrier-under-test.ts'

const parts = useCarrier({ textLimit: 50 })

const send = (to: string, body: string) => parts.client.messages.create({ from: ourNumber, to, body })

test("shows a phone's texts oldest first, from both sides", async () => {
  const phone = newPhone()
  const { sid } = await send(phone, 'one')
  await parts.carrier.sendText({ from: phone, body: 'two' })
  await send(newPhone(), 'to another')
  const { body } = await control(parts.carrier.origin, 'GET', `/sim/texts?number=${encodeURIComponent(phone)}`)
  const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  expect(body).toEqual({
    texts: [
      { sid, from: ourNumber, to: phone, body: 'one', direction: 'outbound-api', status: expect.any(String), at },
      {
        sid: expect.any(String),
        from: phone,
        to: ourNumber,
        body: 'two',
        direction: 'inbound',
        status: 'received',
        at,
      },
    ],
  })
})

test('a + that was not escaped in the query is still a +', async () => {
  const phone = newPhone()
  await send(phone, 'one')
  const { body } = await control(parts.carrier.origin, 'GET', `/sim/texts?number=${phone}`)
  expect(body).toMatchObject({ texts: [{ to: phone }] })
})

test('without a number, or with the service’s own, shows everyone’s', async () => {
  const [one, other] = [newPhone(), newPhone()]
  await send(one, 'one')
  await send(other, 'two')
  for (const query of ['', `?number=${encodeURIComponent(ourNumber)}`]) {
    const { body } = await control(parts.carrier.origin, 'GET', `/sim/texts${query}`)
    const { texts } = body as unknown as { texts: Array<{ to: string }> }
    expect(texts.slice(-2).map(({ to }) => to)).toEqual([one, other])
  }
})

test('shows each REST request as it came, refused ones too, and no credentials', async () => {
  const phone = newPhone()
  await send(phone, 'hello')
  await rest(parts.carrier.origin, 'POST', '/Messages.json', { To: phone }, 'wrong:credentials')
  await parts.client.messages.list({ to: phone })
  const { body } = await control(parts.carrier.origin, 'GET', '/sim/requests')
  const { requests } = body as unknown as { requests: Array<{ fields: Record<string, string> }> }
  const path = `/2010-04-01/Accounts/${accountSid}/Messages.json`
  const at = expect.stringMatching(/Z$/)
  expect(requests.filter(({ fields }) => fields.To === phone)).toEqual([
    { method: 'POST', path, fields: { From: ourNumber, To: phone, Body: 'hello' }, at },
    { method: 'POST', path, fields: { To: phone }, at },
    { method: 'GET', path, fields: expect.objectContaining({ To: phone }), at },
  ])
})

test('keeps the newest texts when it is full', async () => {
  const phone = newPhone()
  for (let count = 0; count < 60; count += 1) await send(phone, `text ${count}`)
  const kept = parts.carrier.texts(phone)
  expect(kept).toHaveLength(50)
  expect(kept[0]?.body).toBe('text 10')
  expect(parts.carrier.texts()).toHaveLength(50)
  expect(await parts.client.messages.list({ to: phone })).toHaveLength(50)
})

test('a test can await the next text to a phone, one that came already or one that comes', async () => {
  const phone = newPhone()
  const first = await send(phone, 'SAFETY ALERT 4821')
  const found = await parts.carrier.nextText(phone, {}, 1_000)
  expect(found.sid).toBe(first.sid)
  const next = parts.carrier.nextText(phone, { after: found.sid, matching: /CLEAR/g }, 1_000)
  await parts.carrier.sendText({ from: phone, body: 'CLEAR' })
  await send(phone, 'not this')
  await send(phone, 'ALL CLEAR')
  expect((await next).body).toBe('ALL CLEAR')
})

test('waiting for a text that does not come ends, with an error that names nobody', async () => {
  const phone = newPhone()
  const error = await parts.carrier.nextText(phone, {}, 20).catch((thrown: Error) => thrown)
  expect((error as Error).message).toBe('no such text in 20 ms')
})

test('tells a listener of every text from both sides until it stops listening', async () => {
  const phone = newPhone()
  const heard: string[] = []
  const stop = parts.carrier.onText(({ body }) => heard.push(body))
  await send(phone, 'out')
  await parts.carrier.sendText({ from: phone, body: 'in' })
  stop()
  await send(phone, 'unheard')
  expect(heard).toEqual(['out', 'in'])
})

test('an unknown route or a body that is no JSON is an error with a code', async () => {
  const { origin } = parts.carrier
  expect(await control(origin, 'GET', '/sim/nothing')).toMatchObject({ status: 404, body: { code: 'not_found' } })
  const response = await fetch(`${origin}/sim/texts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{',
  })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ code: 'invalid' })
})

test('a page of another site cannot control it: only JSON is taken, and no other origin is let in', async () => {
  const response = await fetch(`${parts.carrier.origin}/sim/receipts`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain', origin: 'https://elsewhere.example' },
    body: '{"on":false}',
  })
  expect(response.status).toBe(415)
  expect(response.headers.get('access-control-allow-origin')).toBeNull()
})
