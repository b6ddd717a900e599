import { signTwilioRequest } from '@stillhere/carriers/inbound'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { buildApi } from './build-api.ts'
import { type FakeParts, fakeParts } from './fake-parts.ts'

let parts: FakeParts
let app: FastifyInstance
beforeAll(async () => {
  parts = fakeParts()
  app = await buildApi(parts)
})
afterAll(() => app.close())
beforeEach(() => {
  parts.calls.length = 0
  parts.seen.length = 0
})

const sid = `SM${'0'.repeat(32)}`
const callSid = `CA${'0'.repeat(32)}`
const post = (path: string, fields: Record<string, string>, signature?: string) => {
  const pathAndQuery = `/v1/carriers/twilio/${path}`
  const right = signTwilioRequest({
    publicUrl: 'https://api.example',
    pathAndQuery,
    rawParams: fields,
    token: 'token-token-token',
  })
  return app.inject({
    method: 'POST',
    url: pathAndQuery,
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': signature ?? right },
    payload: new URLSearchParams(fields).toString(),
  })
}
const text = { MessageSid: sid, From: '+447700900123', To: '+447700900000', Body: ' 1 ' }

test.each([['bad'], ['']])('B61: a callback signed %o is 403 and changes nothing', async (signature) => {
  for (const path of ['messages', 'receipts', 'calls', 'digits']) {
    expect((await post(path, text, signature)).statusCode).toBe(403)
  }
  expect(parts.calls).toEqual([])
  expect(parts.seen.filter(({ event }) => event === 'callbackIgnored')).toHaveLength(4)
})

test('the signature covers the configured public address and every byte of the fields, whatever Host says', async () => {
  const fields = { MessageSid: sid, MessageStatus: 'sent', Body: ' 1 ', Empty: '' }
  expect((await post('receipts?n=a%20b&x=1', fields)).statusCode).toBe(204)
  const trimmed = signTwilioRequest({
    publicUrl: 'https://api.example',
    pathAndQuery: '/v1/carriers/twilio/receipts?n=a',
    rawParams: { ...fields, Body: '1' },
    token: 'token-token-token',
  })
  expect((await post('receipts?n=a', fields, trimmed)).statusCode).toBe(403)
})

test('a text is sealed before it is stored, and the carrier is told to do nothing', async () => {
  const response = await post('messages', text)
  expect([response.statusCode, response.headers['content-type']]).toEqual([200, 'text/xml; charset=utf-8'])
  expect(response.body).toMatch(/<Response><\/Response>$/)
  const stored = parts.calls.find(({ name }) => name === 'storeInboundText')
  expect(stored?.args[0]).toMatchObject({ sid, sealed: { keyId: 'k' } })
  expect(JSON.stringify(stored)).not.toContain('7700900123')
})

test('a text of 1,600 characters of any script is taken', async () => {
  expect((await post('messages', { ...text, Body: '\u4f60'.repeat(1_600) })).statusCode).toBe(200)
})

test.each([
  ['an odd status', { MessageSid: sid, MessageStatus: 'foo' }],
  ['a status in capitals', { MessageSid: sid, MessageStatus: 'DELIVERED' }],
  ['no SID', { MessageStatus: 'delivered' }],
  ['a SID of 33 characters', { MessageSid: sid.slice(1), MessageStatus: 'delivered' }],
  ['nothing', {}],
])('B63: a receipt with %s is 204, counted, and changes nothing', async (_, fields) => {
  expect((await post('receipts', fields as Record<string, string>)).statusCode).toBe(204)
  expect(parts.calls).toEqual([])
  expect(parts.seen).toEqual([{ event: 'callbackIgnored', fields: { what: 'receipt', reason: 'malformed' } }])
})

test('a receipt brings the nonce of its attempt', async () => {
  expect((await post('receipts?n=abc', { MessageSid: sid, MessageStatus: 'delivered' })).statusCode).toBe(204)
  expect(parts.calls).toEqual([{ name: 'recordReceipt', args: [{ nonce: 'abc', sid, status: 'delivered' }] }])
})

test('a call that is answered hears its menu twice and may press one key', async () => {
  const { body } = await post('calls?n=a%26b', { CallSid: callSid, CallStatus: 'in-progress', AnsweredBy: 'human' })
  expect(body).toContain('4, 8, 2, 1')
  expect(body).toContain('numDigits="1"')
  expect(body).toContain('action="https://api.example/v1/carriers/twilio/digits?n=a%26b"')
})

test('a voicemail box is told nothing at all', async () => {
  const { body } = await post('calls?n=abc', {
    CallSid: callSid,
    CallStatus: 'in-progress',
    AnsweredBy: 'machine_start',
  })
  expect(body).toMatch(/<Response><\/Response>$/)
  expect(body).not.toContain('<Say')
})

test.each([
  ['1', '1', 'Hangup'],
  ['', null, 'Gather'],
  ['11', null, 'Gather'],
  ['*', null, 'Gather'],
])('B67: of keys only an exact digit counts: %o', async (digits, digit, verb) => {
  const { body } = await post('digits?n=abc', { CallSid: callSid, Digits: digits })
  expect(parts.calls.find(({ name }) => name === 'recordDigits')?.args[0]).toEqual({ nonce: 'abc', digit })
  expect(body).toContain(`<${verb}`)
})

test.each([
  ['completed', 'human', { status: 'delivered' }],
  ['completed', 'machine_start', { status: 'undelivered', errorClass: 'recipient-for-now' }],
  ['no-answer', undefined, { status: 'undelivered', errorClass: 'recipient-for-now' }],
  ['failed', undefined, { status: 'failed', errorClass: 'recipient-for-now' }],
  ['in-progress', undefined, { status: 'sent' }],
])('C50: a call that is %s, answered by %s, is a receipt of its message', async (CallStatus, by, expected) => {
  const fields = { CallSid: callSid, CallStatus, SequenceNumber: '3', ...(by && { AnsweredBy: by }) }
  expect((await post('calls?n=abc', fields)).statusCode).toBe(204)
  expect(parts.calls).toEqual([{ name: 'recordReceipt', args: [{ nonce: 'abc', sid: callSid, ...expected }] }])
})

test('JSON is not what a carrier sends', async () => {
  const response = await app.inject({ method: 'POST', url: '/v1/carriers/twilio/messages', payload: text })
  expect(response.statusCode).toBe(415)
})
