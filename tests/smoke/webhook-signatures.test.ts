import { signWebhook } from '@stillhere/carrier-simulator'
import { startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ nextAuthToken: true })
afterAll(() => stack.close())

const path = '/v1/carriers/twilio/messages'

async function post(signature: (url: string, fields: Record<string, string>) => string | undefined) {
  const fields = {
    MessageSid: `SM${crypto.randomUUID().replaceAll('-', '')}`,
    From: '+447700900500',
    To: stack.account.number,
    Body: '1',
  }
  const signed = signature(stack.api + path, fields)
  const response = await fetch(stack.api + path, {
    method: 'POST',
    headers: signed === undefined ? {} : { 'x-twilio-signature': signed },
    body: new URLSearchParams(fields),
  })
  await response.body?.cancel()
  return response.status
}

test('C63: a text without a signature, or with a wrong one, is refused', async () => {
  expect(await post(() => undefined)).toBe(403)
  expect(await post((url, fields) => signWebhook('an-old-token-that-was-replaced', url, fields))).toBe(403)
  expect(await post((url, fields) => signWebhook(stack.account.authToken, `${url}?x=1`, fields))).toBe(403)
  expect(await stack.db.query('SELECT FROM app.inbound')).toHaveLength(0)
})

test('C63: both tokens are good while one replaces the other', async () => {
  for (const token of [stack.account.authToken, stack.account.nextAuthToken ?? '']) {
    expect(await post((url, fields) => signWebhook(token, url, fields))).toBe(200)
  }
  expect(await stack.db.query('SELECT FROM app.inbound')).toHaveLength(2)
})
