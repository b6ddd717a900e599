import { expect, test } from 'vitest'
import {
  emptyTwiml,
  gatherTwiml,
  parseCallEvent,
  parseDigits,
  parseInboundText,
  parseReceipt,
  readForm,
  sayAndHangUp,
  signTwilioRequest,
  verifyTwilioSignature,
} from './index.ts'

const sid = `SM${'0a'.repeat(16)}`
const callSid = `CA${'0a'.repeat(16)}`

const request = {
  publicUrl: 'https://api.example',
  pathAndQuery: "/v1/carriers/twilio/receipts?a=1&n=it's%20odd",
  rawParams: readForm('MessageSid=SM1&Body=+1+%0A&MessageStatus=sent&From=%2B447700900123'),
}
const signature = signTwilioRequest({ ...request, token: 'current' })
const verify = (changed: object = {}) =>
  verifyTwilioSignature({ ...request, signature, tokens: ['current'], ...changed })

test("Twilio's own published example verifies", () => {
  // https://www.twilio.com/docs/usage/security#validating-requests
  const example = {
    publicUrl: 'https://example.com',
    pathAndQuery: '/myapp.php?foo=1&bar=2',
    rawParams: readForm(
      'CallSid=CA1234567890ABCDE&Caller=%2B14158675310&Digits=1234&From=%2B14158675310&To=%2B18005551212',
    ),
  }
  expect(verifyTwilioSignature({ ...example, signature: 'L/OH5YylLD5NRKLltdqwSvS0BnU=', tokens: ['12345'] })).toBe(true)
})

test('C63: the current and the next token are accepted in a rotation, an old one is not', () => {
  expect(verify()).toBe(true)
  expect(verify({ tokens: ['current', 'next'] })).toBe(true)
  expect(verify({ tokens: ['next', 'current'] })).toBe(true)
  expect(verify({ tokens: ['next'] })).toBe(false)
  expect(verify({ tokens: [] })).toBe(false)
  // A setting left empty must not become a token everybody knows.
  const known = signTwilioRequest({ ...request, token: '' })
  expect(verify({ tokens: [''], signature: known })).toBe(false)
})

test.each([undefined, '', 'x', 'x'.repeat(1000), `${'A'.repeat(27)}=`, '\u0000'])(
  'B61: a signature that is %j is refused',
  (given) => expect(verify({ signature: given })).toBe(false),
)

test('C64: the signature covers the configured public URL, path, query and every byte of every field', () => {
  expect(verify({ publicUrl: 'https://api.example/' })).toBe(true)
  expect(verify({ publicUrl: 'http://api.example' })).toBe(false)
  expect(verify({ publicUrl: 'https://evil.example' })).toBe(false)
  expect(verify({ pathAndQuery: '/v1/carriers/twilio/receipts?a=2&n=2' })).toBe(false)
  expect(verify({ rawParams: { ...request.rawParams, Body: '1' } })).toBe(false)
  expect(verify({ rawParams: { ...request.rawParams, Extra: '' } })).toBe(false)
  expect(verify({ publicUrl: 'not a url' })).toBe(false)
})

test('a flood of fields is refused before it is hashed', () => {
  const rawParams = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`f${i}`, '']))
  expect(verifyTwilioSignature({ ...request, rawParams, signature, tokens: ['current'] })).toBe(false)
})

test('a form is read exactly: nothing trimmed, repeats kept, no prototype', () => {
  expect({ ...readForm('Body=+1%0A+&a=1&a=2&empty=') }).toEqual({ Body: ' 1\n ', a: ['1', '2'], empty: '' })
  const odd = readForm('__proto__=x&constructor=y')
  expect(Object.keys(odd)).toEqual(['__proto__', 'constructor'])
  expect(parseInboundText(odd)).toBeUndefined()
})

test('an inbound text is who, whereto and what, as it came', () => {
  const fields = { MessageSid: sid, From: '+447700900123', To: '+447700900001', Body: ' 1 \n' }
  expect(parseInboundText(fields)).toEqual({ sid, from: '+447700900123', to: '+447700900001', body: ' 1 \n' })
  expect(parseInboundText({ ...fields, OptOutType: 'STOP' })).toMatchObject({ optOut: 'STOP' })
  expect(parseInboundText({ ...fields, From: '60777' })).toMatchObject({ from: '60777' })
  expect(parseInboundText({ ...fields, From: 'O2-UK' })).toMatchObject({ from: 'O2-UK' })
  expect(parseInboundText({ ...fields, Body: '😀'.repeat(2000) })?.body).toHaveLength(1600)
  const { Body: _, ...noBody } = fields
  expect(parseInboundText(noBody)).toMatchObject({ body: '' })
})

test.each([
  { MessageSid: `${sid}a` },
  { MessageSid: sid.slice(0, -1) },
  { MessageSid: undefined },
  { MessageSid: [sid, sid] },
  { From: '' },
  { From: 'x'.repeat(50) },
  { To: undefined },
])('B63: an inbound text with %j is nothing', (wrong) => {
  expect(
    parseInboundText({ MessageSid: sid, From: '+447700900123', To: '+447700900001', Body: '1', ...wrong } as never),
  ).toBeUndefined()
})

test.each(['accepted', 'queued', 'sending', 'sent', 'delivered'])('a receipt says %s', (status) => {
  expect(parseReceipt({ MessageSid: sid, MessageStatus: status })).toEqual({ sid, status })
})

test('F32: a receipt of failure says why', () => {
  const failed = (status: string, code?: string) =>
    parseReceipt({ MessageSid: sid, MessageStatus: status, ...(code ? { ErrorCode: code } : {}) })
  expect(failed('undelivered', '30003')).toMatchObject({ code: '30003', class: 'recipient-for-now' })
  expect(failed('failed', '30006')).toMatchObject({ code: '30006', class: 'recipient-for-good' })
  expect(failed('undelivered', '30007')).toMatchObject({ class: 'content' })
  expect(failed('undelivered')).toEqual({ sid, status: 'undelivered', class: 'recipient-for-now' })
  expect(failed('undelivered', '<script>')).toEqual({ sid, status: 'undelivered', class: 'recipient-for-now' })
})

test.each(['DELIVERED', 'foo', '', 'read', 'toString', '__proto__', undefined])(
  'B63: a receipt that says %s is nothing',
  (status) => expect(parseReceipt({ MessageSid: sid, MessageStatus: status } as never)).toBeUndefined(),
)

test('B63: a receipt without a SID, or with 33 characters of one, is nothing', () => {
  expect(parseReceipt({ MessageStatus: 'sent' })).toBeUndefined()
  expect(parseReceipt({ MessageSid: sid.slice(0, 33), MessageStatus: 'sent' })).toBeUndefined()
})

test('B67: a call that a machine answered says so, and digits are exactly what was pressed', () => {
  expect(parseCallEvent({ CallSid: callSid, CallStatus: 'in-progress', AnsweredBy: 'machine_end_beep' })).toEqual({
    sid: callSid,
    status: 'in-progress',
    answeredBy: 'machine',
  })
  expect(parseCallEvent({ CallSid: callSid, CallStatus: 'answered' })).toBeUndefined()
  for (const digits of ['1', '11', '*', ''])
    expect(parseDigits({ CallSid: callSid, Digits: digits })).toEqual({ sid: callSid, digits })
  expect(parseDigits({ CallSid: callSid })).toEqual({ sid: callSid, digits: '' })
  expect(parseDigits({ CallSid: callSid, Digits: '1 ' })).toBeUndefined()
  expect(parseDigits({ CallSid: sid, Digits: '1' })).toBeUndefined()
})

test('a call says its menu twice, takes one key at any time, and hangs up', () => {
  const twiml = gatherTwiml({
    say: ['Press 1 & <help>', 'Press 1'],
    actionUrl: 'https://api.example/digits?a=1&n=2',
    timeoutSeconds: 10,
    language: 'en-GB',
    otherwise: 'Goodbye',
  })
  expect(twiml).toContain('action="https://api.example/digits?a=1&amp;n=2"')
  expect(twiml).toContain('numDigits="1"')
  expect(twiml).toContain('Press 1 &amp; &lt;help&gt;</Say><Pause length="1"/><Say')
  expect(twiml).toMatch(/<\/Gather><Say[^>]*>Goodbye<\/Say><Hangup\/><\/Response>$/)
})

test('a call can say one thing and end, and a webhook can be answered with nothing', () => {
  expect(sayAndHangUp('Diolch', 'cy-GB')).toMatch(/<Say language="cy-GB" voice="Polly.Gwyneth">Diolch<\/Say><Hangup\/>/)
  expect(emptyTwiml()).toMatch(/<Response><\/Response>$/)
})
