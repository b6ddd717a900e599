import { expect, test } from 'vitest'
import { accountSid, authToken, control, newPhone, ourNumber, rest, sdkFor, useCarrier } from './carrier-under-test.ts'

const parts = useCarrier({ nextAuthToken: 'the-next-token' })

test.each([
  ['no credentials', ''],
  ['a wrong token', `${accountSid}:wrong`],
  ['another account', `AC${'0'.repeat(32)}:${authToken}`],
])('refuses a request with %s as Twilio does', async (_case, credentials) => {
  const { origin } = parts.carrier
  const answer = await rest(
    origin,
    'POST',
    '/Messages.json',
    { From: ourNumber, To: newPhone(), Body: 'x' },
    credentials,
  )
  expect(answer.status).toBe(401)
  expect(answer.json()).toEqual({
    code: 20003,
    message: 'Authenticate',
    more_info: 'https://www.twilio.com/docs/errors/20003',
    status: 401,
  })
})

test("another account's messages are not found", async () => {
  const other = `${parts.carrier.origin}/2010-04-01/Accounts/AC${'1'.repeat(32)}/Messages.json`
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`
  const response = await fetch(other, { headers: { authorization } })
  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({ code: 20404, status: 404 })
})

test('a resource that does not exist is 20404', async () => {
  const answer = await rest(parts.carrier.origin, 'GET', '/Faxes.json')
  expect(answer.status).toBe(404)
  expect(answer.json()).toMatchObject({ code: 20404, status: 404 })
})

test('tells a program its account, on the control routes', async () => {
  const answer = await control(parts.carrier.origin, 'GET', '/sim/account')
  expect(answer).toMatchObject({
    status: 200,
    body: { accountSid, authToken, webhookBase: 'https://stillhere.example' },
  })
})

test('both tokens are good for requests until the next one is promoted, then only that one', async () => {
  const ask = (token: string) => sdkFor(parts.carrier.origin, token).messages.list({ limit: 1 })
  await expect(ask(authToken)).resolves.toEqual([])
  await expect(ask('the-next-token')).resolves.toEqual([])
  parts.carrier.promoteNextAuthToken()
  await expect(ask('the-next-token')).resolves.toEqual([])
  await expect(ask(authToken)).rejects.toMatchObject({ status: 401, code: 20003 })
})
