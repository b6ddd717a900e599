import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chooseReading, parseKeyPress, parseReply, type Reply } from './parse-reply.ts'

const bare = (digit: string) => ({ kind: 'digit', digit, readings: [{ digit }] })
const coded = (digit: string, code: string) => ({ kind: 'digit', digit, code, readings: [{ digit, code }] })
const unclear = { kind: 'unclear' }

describe('a bare digit', () => {
  test.each(['0', '1', '2', '3', '4', '5', '7', '9'])('%s means itself', (digit) => {
    expect(parseReply(digit)).toEqual(bare(digit))
  })

  test.each(['6', '8', '10', '11', '1 1', '1 2', '12', '999', '', ' ', '\n'])('%j means nothing', (body) => {
    expect(parseReply(body)).toEqual(unclear)
  })
})

test.each([
  '1a',
  '1 A',
  "'1a'",
  'ack 1',
  'ACK 1',
  'Ack1',
  '1 ',
  '1\n',
  ' 1\r\n',
  '"1"',
  '‘1’',
  '1.',
  '1!',
  '(1)',
  '1 -',
])('%j claims: the forms people send (C38)', (body) => {
  expect(parseReply(body)).toEqual(bare('1'))
})

test.each(['１', '١', '۱', '१', '১', '\u200f1', '1\u200b', '\ufeff1'])('%j is a 1 from another keyboard', (body) => {
  expect(parseReply(body)).toEqual(bare('1'))
})

describe('the alert’s four digits, in any order and spacing', () => {
  test.each([
    '4821 1',
    '4821  1',
    '4821-1',
    '4821.1',
    '4821: 1',
    '4821\n1',
    ' 4821 1 ',
    '"4821 1"',
    '4821 1a',
    'ack 4821 1',
  ])('%j is 1 of 4821', (body) => {
    expect(parseReply(body)).toEqual(coded('1', '4821'))
  })

  test.each(['1 4821', '1-4821', '1, 4821', '1a 4821'])('%j is 1 of 4821, the digit first', (body) => {
    expect(parseReply(body)).toEqual(coded('1', '4821'))
  })

  test.each(['48211', '48 21 1', '4 8 2 1 1'])('%j has two readings, and the open code decides', (body) => {
    const reply = parseReply(body)
    expect(reply).toEqual({
      ...coded('1', '4821'),
      readings: [
        { digit: '1', code: '4821' },
        { digit: '4', code: '8211' },
      ],
    })
    expect(choose(reply, ['4821'])).toEqual({ kind: 'chosen', digit: '1', code: '4821' })
    expect(choose(reply, ['8211', '5555'])).toEqual({ kind: 'chosen', digit: '4', code: '8211' })
    expect(choose(reply, ['8211', '4821'])).toEqual({ kind: 'which', digit: '1' })
    expect(choose(reply, ['1111'])).toEqual({ kind: 'not-open', digit: '1', code: '4821' })
  })

  test('14821 is the 1 of 4821 where that is open', () => {
    expect(choose(parseReply('14821'), ['4821'])).toEqual({ kind: 'chosen', digit: '1', code: '4821' })
    expect(choose(parseReply('48216'), ['4821'])).toEqual({ kind: 'not-open', digit: '4', code: '8216' })
  })

  test.each(['4821', '4821 6', '4821 12', '482 1', '4821 4821', '4821 1 1', '07700 900123'])(
    '%j means nothing',
    (body) => {
      expect(parseReply(body).kind).not.toBe('digit')
    },
  )
})

function choose(reply: Reply, open: string[]) {
  if (reply.kind !== 'digit') throw new Error(`not a digit: ${reply.kind}`)
  return chooseReading(reply, open)
}

test('a bare digit counts when exactly one alert is open, and we ask when there are two', () => {
  expect(choose(parseReply('1'), [])).toEqual({ kind: 'no-alert', digit: '1' })
  expect(choose(parseReply('1'), ['4821'])).toEqual({ kind: 'chosen', digit: '1', code: '4821' })
  expect(choose(parseReply('1'), ['4821', '3377'])).toEqual({ kind: 'which', digit: '1' })
  expect(choose(parseReply('3377 2'), ['4821', '3377'])).toEqual({ kind: 'chosen', digit: '2', code: '3377' })
  expect(choose(parseReply('9999 1'), [])).toEqual({ kind: 'not-open', digit: '1', code: '9999' })
})

describe('the person ends with the code of the start text', () => {
  test.each(['3 417', '417 3', '3417', '4173', '3 and 417', '3 AND 417.', '3, 417', '3-417', '3 a 417', '3 4 1 7'])(
    '%j ends with 417',
    (body) => {
      expect(parseReply(body)).toMatchObject({ kind: 'end' })
      expect((parseReply(body) as { endCodes: string[] }).endCodes).toContain('417')
    },
  )

  test('a code that begins or ends with 3 has two readings', () => {
    expect(parseReply('3413')).toEqual({ kind: 'end', endCodes: ['413', '341'] })
    expect(parseReply('3 413')).toEqual({ kind: 'end', endCodes: ['413'] })
    expect(parseReply('341 3')).toEqual({ kind: 'end', endCodes: ['341'] })
  })

  test('a 3 alone ends nothing by itself: the caller asks for the code', () => {
    expect(parseReply('3')).toEqual(bare('3'))
  })

  test.each(['1417', '0 417', '417', '3 41', '3 41 7 9 9', 'please 3 417'])('%j does not end', (body) => {
    expect(parseReply(body).kind).not.toBe('end')
  })
})

test.each(['NO', 'no', 'No.', "can't", 'CAN’T', 'cant', 'Cannot', 'can not', 'na', 'methu'])(
  '%j is the same as 2 (C47)',
  (body) => {
    expect(parseReply(body)).toEqual(bare('2'))
  },
)

test('a refusal may name its alert', () => {
  expect(parseReply('4821 no')).toEqual(coded('2', '4821'))
  expect(parseReply("can't 4821")).toEqual(coded('2', '4821'))
  expect(parseReply('no 1')).toEqual(unclear)
})

test.each(['help', 'HELP', 'Help!', 'help me'])('%j is the same as 7', (body) => {
  expect(parseReply(body)).toEqual(bare('7'))
})

test.each([
  'STOP',
  'stop',
  ' Stop\n',
  'STOPALL',
  'stop all',
  'UNSUBSCRIBE',
  'Cancel',
  'END',
  'quit',
  'REVOKE',
  'OPTOUT',
  'Stop.',
])('%j is the carrier’s word to end', (body) => {
  expect(parseReply(body)).toEqual({ kind: 'stop' })
})

test.each(['START', 'start', ' UNSTOP ', 'yes', 'YES'])(
  '%j is the carrier’s word to begin, and claims nothing',
  (body) => {
    expect(parseReply(body)).toEqual({ kind: 'start' })
  },
)

test.each([
  'YES!',
  'yes please',
  'ok',
  'OK 1',
  'on my way',
  'I take 1',
  '1 = I am going',
  '1?',
  '👍',
  '1️⃣',
  '①',
  '½',
  '➊',
  "I'm driving. I'll text you back in 1 hour",
  'Sorry, in a meeting. Back at 1',
  'Auto-reply: 1',
  'stop 1',
  'end 1',
  'STOP TEXTING ME',
  '1 Sent from my iPhone',
  'Liked “4821 AGAIN”',
  '+1',
  '=1',
  '1%',
  '£1',
  '1st',
  '1am',
  'a',
  'ack',
  'one',
  'un',
  '\u0000',
  '1\u00001',
  '1'.repeat(1600),
  '🙂'.repeat(800),
  ' '.repeat(1600),
  `${' '.repeat(1599)}x1`,
  `1${'.'.repeat(100)}`,
  'é',
  '\ud800',
  '__proto__',
  'constructor',
  '0x1',
  '1e0',
  '-1-1',
  '1/2',
  '10:15',
])('%j neither claims nor is a sign of life (B59)', (body) => {
  expect(parseReply(body)).toEqual(unclear)
})

test('a 1 after 1,599 spaces is a 1, and one character more is not read', () => {
  expect(parseReply(`${' '.repeat(1599)}1`)).toEqual(bare('1'))
  expect(parseReply(`${' '.repeat(1600)}1`)).toEqual(unclear)
})

test('never throws, and what it reads is well formed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 1600 }), (body) => {
      const reply = parseReply(body)
      if (reply.kind === 'digit') {
        for (const { digit, code } of reply.readings) {
          expect(digit).toMatch(/^[01234579]$/)
          if (code !== undefined) expect(code).toMatch(/^\d{4}$/)
        }
      }
      if (reply.kind === 'end') for (const code of reply.endCodes) expect(code).toMatch(/^\d{3}$/)
    }),
    { numRuns: 5000 },
  )
})

const anyWord = fc.stringMatching(/^[b-zB-Z]{2,12}$/)

test('a text with any other word never claims, ends, or is a sign of life', () => {
  const known = new Set(
    'and ack no nope cant cannot can not na methu ni allaf help me helpwch stop stopall unsubscribe cancel end quit revoke optout opt out all start yes unstop'.split(
      ' ',
    ),
  )
  const texts = fc.tuple(
    anyWord.filter((word) => !known.has(word.toLowerCase())),
    fc.constantFrom('1', '0', '5', '7', '4821 1', '1 4821', '3 417', ''),
    fc.constantFrom(' ', '. ', '\n', ''),
    fc.boolean(),
  )
  fc.assert(
    fc.property(texts, ([word, digits, between, before]) => {
      const body = before ? `${word}${between}${digits}` : `${digits}${between}${word}`
      expect(parseReply(body)).toEqual(unclear)
    }),
    { numRuns: 5000 },
  )
})

test.each(['1', '2', '0'])('five times %s is that digit and its code, and there is nothing to ask', (digit) => {
  const code = digit.repeat(4)
  const reply = parseReply(digit.repeat(5))
  expect(reply).toEqual(coded(digit, code))
  expect(choose(reply, [code])).toEqual({ kind: 'chosen', digit, code })
})

test('every digit with every code reads the same in every order and spacing', () => {
  const digits = fc.constantFrom('0', '1', '2', '4', '5', '7', '9')
  const codes = fc.stringMatching(/^\d{4}$/)
  fc.assert(
    fc.property(
      digits,
      codes,
      fc.constantFrom('', ' ', '  ', '\n', '-', '. '),
      fc.boolean(),
      (digit, code, between, first) => {
        const reply = parseReply(first ? `${digit}${between}${code}` : `${code}${between}${digit}`)
        expect(choose(reply, [code])).toMatchObject({ kind: 'chosen', code })
        if (between !== '') expect(reply).toMatchObject({ digit, code })
      },
    ),
    { numRuns: 2000 },
  )
})

test('the worst 1,600 characters take no longer than the machine takes to notice', () => {
  const worst = [' ', '-', "'", '1 ', '1-', '\u200b', 'a1', '٣'].map((unit) => unit.repeat(1600).slice(0, 1600))
  const startedAt = performance.now()
  for (let round = 0; round < 100; round += 1) for (const body of worst) parseReply(body)
  // 800 texts; a grammar that backtracked would need seconds for the first.
  expect(performance.now() - startedAt).toBeLessThan(2000)
})

test('on a call only exactly one key counts (B67)', () => {
  expect(parseKeyPress('1')).toBe('1')
  for (const pressed of ['', '*', '#', '11', '1 ', ' 1', '１', null, undefined, 1])
    expect(parseKeyPress(pressed)).toBeNull()
})
