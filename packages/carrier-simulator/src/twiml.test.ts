import { afterEach, expect, test, vi } from 'vitest'
import { parseTwiml } from './twiml.ts'

const spies = (['log', 'warn', 'error'] as const).map((level) => vi.spyOn(console, level))

// A parser that warns on the console writes what was said to a phone into a log.
afterEach(() => {
  for (const spy of spies) expect(spy).not.toHaveBeenCalled()
})

test('reads the verbs in order', () => {
  const twiml = parseTwiml(`<?xml version="1.0" encoding="UTF-8"?>
    <!-- a comment -->
    <Response>
      <Say voice="alice">Safety &amp; care</Say>
      <Pause length="2"/>
      <Redirect method="GET">/next?a=1&amp;b=2</Redirect>
      <Hangup/>
      <Dial>+447700900001</Dial>
    </Response>`)
  expect(twiml).toEqual({
    kind: 'document',
    verbs: [
      { verb: 'Say', text: 'Safety & care' },
      { verb: 'Pause', seconds: 2 },
      { verb: 'Redirect', url: '/next?a=1&b=2', method: 'GET' },
      { verb: 'Hangup' },
      { verb: 'other', name: 'Dial' },
    ],
  })
})

test('reads a Gather with what it says, and with the defaults Twilio publishes', () => {
  const full = parseTwiml(
    `<Response><Gather input="dtmf" numDigits="1" timeout="10" finishOnKey="*" action="/digits" method="GET"
      actionOnEmptyResult="true"><Say>Press 1</Say><Pause/><Say>or 2</Say></Gather></Response>`,
  )
  expect(full).toMatchObject({
    verbs: [
      {
        verb: 'Gather',
        gather: {
          prompt: ['Press 1', 'or 2'],
          action: '/digits',
          method: 'GET',
          numDigits: 1,
          finishOnKey: '*',
          timeoutSeconds: 10,
          actionOnEmptyResult: true,
          takesDigits: true,
        },
      },
    ],
  })
  expect(parseTwiml('<Response><Gather/></Response>')).toMatchObject({
    verbs: [
      {
        gather: {
          prompt: [],
          action: undefined,
          method: 'POST',
          numDigits: undefined,
          finishOnKey: '#',
          timeoutSeconds: 5,
          actionOnEmptyResult: false,
        },
      },
    ],
  })
  expect(parseTwiml('<Response><Gather input="speech"/></Response>')).toMatchObject({
    verbs: [{ gather: { takesDigits: false } }],
  })
})

test('reads a message, plain or with a Body', () => {
  expect(parseTwiml('<Response><Message>one</Message><Message><Body>two</Body></Message></Response>')).toMatchObject({
    verbs: [
      { verb: 'Message', text: 'one' },
      { verb: 'Message', text: 'two' },
    ],
  })
})

test('an empty Response is a document without verbs', () => {
  expect(parseTwiml('<Response/>')).toEqual({ kind: 'document', verbs: [] })
})

test.each([
  '',
  'ok',
  '{"ok":true}',
  '<Response>',
  '<Response><Say>a</Response>',
  '<html></html>',
  '<Response/><Response/>',
  '<Response a=b/>',
])('obeys nothing of "%s"', (text) => {
  expect(parseTwiml(text)).toEqual({ kind: 'invalid' })
})
