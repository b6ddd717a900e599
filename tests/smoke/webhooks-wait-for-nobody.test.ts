import { signWebhook } from '@stillhere/carrier-simulator'
import { preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack()
afterAll(() => stack.close())

test('C65: a text is taken in 200 ms while the carrier hangs on everything we send', async () => {
  const prepared = []
  for (let count = 0; count < 3; count += 1) prepared.push(await preparePerson(stack))
  stack.allowErrors(/circuitOpen/)
  stack.phones.allow(/./)
  stack.phones.allowCalls()
  stack.carrier.behave(stack.account.number, 'hang')
  // Every reply below is answered by a text, and every text hangs.
  const tookMs: number[] = []
  for (let count = 0; count < 12; count += 1) {
    const from = prepared[count % prepared.length]?.rescuer.number ?? ''
    const url = `${stack.api}/v1/carriers/twilio/messages`
    const fields = {
      MessageSid: `SM${String(count).padStart(32, '0')}`,
      From: from,
      To: stack.account.number,
      Body: '1',
    }
    const headers = { 'x-twilio-signature': signWebhook(stack.account.authToken, url, fields) }
    const before = performance.now()
    const response = await fetch(url, { method: 'POST', headers, body: new URLSearchParams(fields) })
    tookMs.push(performance.now() - before)
    expect([response.status, await response.text()]).toEqual([
      200,
      expect.stringMatching(/<Response\s*(?:\/>|><\/Response>)/),
    ])
  }
  const hanging = stack.carrier
    .requests()
    .filter(({ method, fields }) => method === 'POST' && /You are on the list/.test(String(fields.Body)))
  expect(hanging.length).toBeGreaterThan(prepared.length)
  // Half of them, so that a machine busy with something else does not decide; one that waited would wait for seconds.
  expect(tookMs.sort((a, b) => a - b)[6]).toBeLessThan(200)
  expect(tookMs.at(-1)).toBeLessThan(2_000)
  stack.carrier.behave(stack.account.number, 'accept')
  await stack.settle(20_000)
}, 40_000)
