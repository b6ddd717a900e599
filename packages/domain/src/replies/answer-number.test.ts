import { expect, test } from 'vitest'
import { type AskedNumber, readNumberAnswer } from './answer-number.ts'
import { parseReply } from './parse-reply.ts'

const hourMs = 3_600_000
const asked = (more: Partial<AskedNumber> = {}): AskedNumber => ({ askedAt: 0, ...more })
const by = (answer: 'confirmed' | 'denied', answeredAt: number) => ({
  answer,
  answeredAt,
  answeredBy: 'reply' as const,
})

test.each<[string, AskedNumber, 'confirmed' | 'denied', number | undefined, number, 'record' | 'repeat' | 'none']>([
  ['a first 1 confirms', asked(), 'confirmed', undefined, 5, 'record'],
  ['a first 2 denies', asked(), 'denied', undefined, 5, 'record'],
  ['a month later it is still the answer', asked(), 'confirmed', undefined, 700 * hourMs, 'record'],
  ['what was asked since is what is answered', asked(), 'confirmed', 3, 5, 'none'],
  ['what was asked before is not', asked({ askedAt: 4 }), 'confirmed', 3, 5, 'record'],
  ['the same once more is heard', asked(by('confirmed', 3)), 'confirmed', undefined, 5, 'repeat'],
  ['a 2 within the day corrects a 1', asked(by('confirmed', 3)), 'denied', undefined, 23 * hourMs, 'record'],
  ['a 1 within the day corrects a 2', asked(by('denied', 3)), 'confirmed', undefined, 23 * hourMs, 'record'],
  ['a day later a stray 2 denies nothing', asked(by('confirmed', 3)), 'denied', undefined, 24 * hourMs + 3, 'none'],
  ['nor does a stray 1 confirm', asked(by('denied', 3)), 'confirmed', undefined, 24 * hourMs + 3, 'none'],
  ['asked again, it counts again', asked({ askedAt: 9, ...by('denied', 3) }), 'confirmed', undefined, 99, 'record'],
  [
    'a claim has not answered the question: a 2 denies it still',
    asked({ answer: 'confirmed', answeredBy: 'claim', answeredAt: 3 }),
    'denied',
    undefined,
    700 * hourMs,
    'record',
  ],
])('%s', (_, question, said, elseAt, now, meant) => {
  expect(readNumberAnswer(question, said, elseAt, now)).toBe(meant)
})

test.each([
  ['1', '1'],
  [' 1. ', '1'],
  ['"1"', '1'],
  ['2', '2'],
  ['no', '2'],
  ['na', '2'],
])('%j is %s', (body, digit) => {
  expect(parseReply(body)).toMatchObject({ kind: 'digit', digit })
  expect(parseReply(body)).not.toHaveProperty('code')
})

test.each(['yes', 'ok', '12', 'wrong number', '1?', 'I am number 1'])('%j neither confirms nor denies', (body) => {
  expect(parseReply(body).kind).not.toBe('digit')
})
