import twilio from 'twilio'
import { expect, test } from 'vitest'
import { signWebhook } from './signature.ts'

const token = 'a-token'

test.each([
  ['a plain request', 'https://stillhere.example/v1/carriers/twilio/messages', { From: '+447700900001', Body: '1' }],
  ['a query', 'https://stillhere.example/r?attempt=1&nonce=a%2Fb%20c', { MessageSid: 'SM1', MessageStatus: 'sent' }],
  ['a port', 'http://localhost:8080/r', { a: 'b' }],
  [
    'empty and unusual values',
    'https://stillhere.example/r',
    { Body: ' ünïcode 👋\n & = + ', FromCity: '', a: '0', B: '1' },
  ],
  ['no fields', 'https://stillhere.example/r?To=%2B44', {}],
])("signs %s as Twilio's own library does", (_case, url, fields) => {
  const signature = signWebhook(token, url, fields as Record<string, string>)
  expect(signature).toBe(twilio.getExpectedTwilioSignature(token, url, fields))
  expect(twilio.validateRequest(token, signature, url, fields)).toBe(true)
})

test('another token, address or value gives another signature', () => {
  const signatures = [
    signWebhook(token, 'https://stillhere.example/r', { Body: '1' }),
    signWebhook('another-token', 'https://stillhere.example/r', { Body: '1' }),
    signWebhook(token, 'https://stillhere.example/r/', { Body: '1' }),
    signWebhook(token, 'https://stillhere.example/r', { Body: '1 ' }),
  ]
  expect(new Set(signatures).size).toBe(4)
})
