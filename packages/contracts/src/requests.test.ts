import { expect, test } from 'vitest'
import { clientFrame } from './live.ts'
import { addRescuerBody, createPlanBody } from './plans.ts'
import { readRequest } from './read-request.ts'
import { checkInBody, endBody, extendBody, helpBody, startSessionBody } from './sessions.ts'

const id = '0b8f9c9e-5f0a-4f6e-9d55-1d1f6a1f6c01'
const start = { commandId: id, planId: id, countdownSeconds: 120, company: 'timer-only' }
const enc = `BA${'A'.repeat(85)}`
const sealed = { keyId: 'k-1', enc, ciphertext: 'A'.repeat(40) }
const plan = { commandId: id, planId: id, planVersion: 1, sealed, alertOrder: 'both' }

const json = (text: string): unknown => JSON.parse(text)
const codeOf = (read: ReturnType<typeof readRequest>) => (read.kind === 'accepted' ? 'accepted' : read.code)

test('accepts a start with one countdown, and one with a rhythm', () => {
  expect(codeOf(readRequest(startSessionBody, start))).toBe('accepted')
  const { countdownSeconds: _, ...rest } = start
  expect(codeOf(readRequest(startSessionBody, { ...rest, rhythmId: id }))).toBe('accepted')
})

test.each([
  ['B7', { ...start, isAdmin: true }, 'unknown_field'],
  ['B6', json(`{"commandId":"${id}","planId":"${id}","countdownSeconds":120,"__proto__":{"a":1}}`), 'unknown_field'],
  ['B6', { ...start, constructor: { prototype: {} } }, 'unknown_field'],
  ['B9', { ...start, countdownSeconds: '5' }, 'invalid'],
  ['B10', { ...start, countdownSeconds: 5.5 }, 'invalid'],
  ['B10', { ...start, countdownSeconds: -5 }, 'invalid'],
  ['B10', { ...start, countdownSeconds: 0 }, 'invalid'],
  ['B10', { ...start, countdownSeconds: 1 }, 'invalid'],
  ['B11', { ...start, countdownSeconds: 1e9 }, 'limit'],
  ['B11', { ...start, countdownSeconds: 2147484 }, 'limit'],
  ['B11', { ...start, countdownSeconds: json('9007199254740993') }, 'limit'],
  ['B11', { ...start, countdownSeconds: json('1e999') }, 'invalid'],
  ['B13', { ...start, countdownSeconds: null }, 'invalid'],
  ['B13', { ...start, countdownSeconds: undefined }, 'invalid'],
  ['B13', { ...start, rhythmId: id }, 'invalid'],
  ['B14', { ...start, deadline: '2030-01-01T00:00:00Z' }, 'unknown_field'],
  ['B14', { ...start, now: 1 }, 'unknown_field'],
  ['B15', { ...start, commandId: undefined }, 'invalid'],
  ['B15', { ...start, commandId: '' }, 'invalid'],
  ['B15', { ...start, commandId: 'x'.repeat(1_000_000) }, 'invalid'],
  ['B15', { ...start, commandId: id.toUpperCase() }, 'invalid'],
  ['top level', [start], 'invalid'],
  ['top level', 'text', 'invalid'],
  ['top level', null, 'invalid'],
])('%s: refuses a start that is not exactly one (%#)', (_, body, code) => {
  expect(codeOf(readRequest(startSessionBody, body))).toBe(code)
})

test('never says back what was sent', () => {
  const sent = 'CANARY-1-Acacia-Road'
  for (const body of [{ ...start, [sent]: 1 }, { ...start, company: sent }, { ...start, planId: sent }, sent]) {
    expect(JSON.stringify(readRequest(startSessionBody, body))).not.toContain('CANARY')
  }
})

test('B18: an extend may leave its version out, a negative one is refused', () => {
  expect(codeOf(readRequest(extendBody, { commandId: id, seconds: 60 }))).toBe('accepted')
  expect(codeOf(readRequest(extendBody, { commandId: id, seconds: 60, version: -1 }))).toBe('invalid')
  expect(codeOf(readRequest(extendBody, { commandId: id, seconds: 43_201 }))).toBe('limit')
})

test('B18: an old client that names a version in a sign of life is still heard', () => {
  for (const body of [checkInBody, endBody, helpBody]) {
    expect(codeOf(readRequest(body, { commandId: id, version: 3 }))).toBe('accepted')
  }
})

test('a press may be up to twelve hours old', () => {
  expect(codeOf(readRequest(checkInBody, { commandId: id, pressedSecondsAgo: 43_200 }))).toBe('accepted')
  expect(codeOf(readRequest(checkInBody, { commandId: id, pressedSecondsAgo: 43_201 }))).toBe('limit')
  expect(codeOf(readRequest(checkInBody, { commandId: id, pressedSecondsAgo: -1 }))).toBe('invalid')
})

test.each([
  ['no bytes', { ...sealed, ciphertext: '' }],
  ['a truncated tag', { ...sealed, ciphertext: 'A'.repeat(20) }],
  ['a key id with a dot', { ...sealed, keyId: 'k.1' }],
  ['a key id of 41 characters', { ...sealed, keyId: 'k'.repeat(41) }],
  ['padding', { ...sealed, ciphertext: `${'A'.repeat(39)}=` }],
  ['plain base64', { ...sealed, ciphertext: `${'A'.repeat(39)}+` }],
  ['a length no bytes have', { ...sealed, ciphertext: 'A'.repeat(41) }],
  ['bits past the last byte', { ...sealed, ciphertext: `${'A'.repeat(41)}B` }],
  ['a point of 64 bytes', { ...sealed, enc: 'A'.repeat(86) }],
  ['a point of 66 bytes', { ...sealed, enc: 'A'.repeat(88) }],
  ['more than fits a body', { ...sealed, ciphertext: 'A'.repeat(15_020) }],
])('B53: refuses something sealed with %s', (_, wrong) => {
  expect(codeOf(readRequest(createPlanBody, { ...plan, sealed: wrong }))).toBe('invalid')
})

test('accepts the largest sealed plan, and with an own number it fits the body limit', () => {
  const whole = {
    ...plan,
    sealed: { ...sealed, ciphertext: 'A'.repeat(15_019).slice(0, 15_016) },
    sealedOwnNumber: { ...sealed, ciphertext: 'A'.repeat(192) },
  }
  expect(codeOf(readRequest(createPlanBody, whole))).toBe('accepted')
  expect(JSON.stringify(whole).length).toBeLessThan(16 * 1024)
})

test('B50: a sixth rescuer is above the limit', () => {
  const rescuer = { commandId: id, rescuerId: id, position: 5, sealedNumber: sealed }
  expect(codeOf(readRequest(addRescuerBody, rescuer))).toBe('accepted')
  expect(codeOf(readRequest(addRescuerBody, { ...rescuer, position: 6 }))).toBe('limit')
  expect(codeOf(readRequest(addRescuerBody, { ...rescuer, position: 0 }))).toBe('invalid')
})

test('an invitation word cannot bring a link, a code of four digits or control characters into a text', () => {
  const withWord = (word: string) =>
    codeOf(readRequest(addRescuerBody, { commandId: id, rescuerId: id, position: 1, sealedNumber: sealed, word }))
  for (const word of ['bluebird', 'Siân', 'blue bird 7', "O'Neill"]) expect(withWord(word)).toBe('accepted')
  for (const word of ['', ' ', 'stop', 'a.example', '1234', 'a12345', '\u202eabc', '😀', 'x'.repeat(25)]) {
    expect(withWord(word)).toBe('invalid')
  }
})

test('a live frame has exactly its own fields', () => {
  expect(codeOf(readRequest(clientFrame, { type: 'check-in', sessionId: id, commandId: id }))).toBe('accepted')
  expect(codeOf(readRequest(clientFrame, { type: 'ping', t: 12.5 }))).toBe('accepted')
  expect(codeOf(readRequest(clientFrame, { type: 'shout' }))).toBe('invalid')
  expect(codeOf(readRequest(clientFrame, { type: 'ping', t: 1, x: 1 }))).toBe('unknown_field')
  expect(codeOf(readRequest(clientFrame, { type: 'check-in', sessionId: id }))).toBe('invalid')
})
