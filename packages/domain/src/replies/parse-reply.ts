import { CARRIER_START_WORDS, CARRIER_STOP_WORDS } from '../texts/words-never-sent.ts'

/*
 * The grammar of an inbound text. What counts is a deliberate digit, with or without the code of its alert; whatever
 * else a message says, it means nothing here and a person reads it. An auto-reply ("I'm driving, back in 1 hour") must
 * never claim an alert or keep a session alive, so any word we do not know makes the whole text unclear.
 *
 *   reply    = digit | digit code | code digit      in any spacing, with quotes, dots or dashes between
 *            | "3" end-code | end-code "3"           three digits: the person ends the session
 *            | refusal [code] | code refusal         "no", "can't": the same as 2
 *            | "help"                                the same as 7: nobody who asks for help is asked to say it better
 *            | carrier word                          "stop" and its kin, "start" and its kin: the carrier's, not ours
 *   digit    = 0 | 1 | 2 | 3 | 4 | 5 | 7 | 9         also "1a", "ack 1": habits of other services
 *   code     = four digits
 *
 * Where five digits run together, `14821` may be 1 of alert 4821 or 1482's 1: both readings are given, and the caller,
 * who knows which codes are open, takes the one that fits (`chooseReading`).
 */

/** Digits that mean something (product, "Words on screens and in texts"). 6 and 8 mean nothing. */
export type ReplyDigit = '0' | '1' | '2' | '3' | '4' | '5' | '7' | '9'

/** One way to read a reply: a digit, and the alert's code when one was given. */
export interface Reading {
  digit: ReplyDigit
  code?: string
}

export type Reply =
  | { kind: 'digit'; digit: ReplyDigit; code?: string; readings: readonly Reading[] }
  /** `3` with three digits. More than one when the end code itself begins or ends with 3; any of them may be right. */
  | { kind: 'end'; endCodes: readonly string[] }
  /** The carrier has acted on it already and answers by itself; we only record it. */
  | { kind: 'stop' }
  | { kind: 'start' }
  | { kind: 'unclear' }

const UNCLEAR: Reply = { kind: 'unclear' }

/** Longest text that can be a reply once its ends are trimmed; what carriers deliver is at most 1,600 characters. */
const LONGEST_REPLY = 32
const LONGEST_BODY = 1600

const DIGIT = /^[01234579]$/
const REFUSALS: readonly string[] = ['no', 'nope', 'cant', 'cannot', 'can not', 'na', 'methu', 'ni allaf']
const CRIES: readonly string[] = ['help', 'help me', 'helpwch']
const ACKNOWLEDGEMENTS: readonly string[] = ['a', 'ack']
const JOINED_TO_END: readonly string[] = ['and', 'a']

const STOPS: readonly string[] = [...CARRIER_STOP_WORDS, 'stop all', 'opt out']
const STARTS: readonly string[] = CARRIER_START_WORDS

// Marks that stand beside a digit without changing it. A question mark is not among them: "1?" is a question.
const BETWEEN = /[\s.,;:!()"“”„«»\-–—/#*_]+/g
const APOSTROPHES = /['’‘‛`´]/g
// Marks of direction and width that some keyboards add.
const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g

/** Reads one inbound text. Pure, never throws, and takes time in proportion to at most 1,600 characters. */
export function parseReply(body: string): Reply {
  if (body.length > LONGEST_BODY) return UNCLEAR
  const exact = body.replace(INVISIBLE, '').trim().toLowerCase()
  if (exact.length === 0 || exact.length > LONGEST_REPLY) return UNCLEAR
  // "yes" is a word the carrier keeps, and no claim. Exactly it: "YES!" is somebody talking.
  if (STARTS.includes(exact)) return { kind: 'start' }
  const plain = readDigits(exact).replace(APOSTROPHES, '').replace(BETWEEN, ' ').trim()
  // Somebody who writes "Stop." wants the texts to end; the carrier may have missed it, we do not.
  if (STOPS.includes(plain)) return { kind: 'stop' }
  if (CRIES.includes(plain)) return oneReading({ digit: '7' })
  const tokens = plain.match(/\d+|[^\d\s]+/g) ?? []
  const numbers = tokens.filter(isNumber)
  const words = tokens.filter((token) => !isNumber(token)).join(' ')
  if (words === '') return readNumbers(numbers)
  if (REFUSALS.includes(words)) return readRefusal(numbers)
  const end = JOINED_TO_END.includes(words) && readNumbers(numbers)
  if (end && end.kind === 'end') return end
  if (ACKNOWLEDGEMENTS.includes(words)) {
    const acknowledged = readNumbers(numbers)
    if (acknowledged.kind === 'digit') return acknowledged
  }
  return UNCLEAR
}

function isNumber(token: string): boolean {
  return /^\d/.test(token)
}

function readNumbers(numbers: readonly string[]): Reply {
  const digits = numbers.join('')
  if (digits.length === 1) return isReplyDigit(digits) ? oneReading({ digit: digits }) : UNCLEAR
  if (digits.length === 4) return readEnd(numbers, digits)
  if (digits.length === 5) return readWithCode(numbers, digits)
  return UNCLEAR
}

/** The digit stands before or after its code. Spacing that shows which leaves one reading. */
function readWithCode(numbers: readonly string[], digits: string): Reply {
  const [first, second] = numbers
  const split = numbers.length === 2
  const readings: Reading[] = []
  const last = digits.slice(4)
  const front = digits.slice(0, 1)
  if (!(split && first?.length === 1) && isReplyDigit(last)) readings.push({ digit: last, code: digits.slice(0, 4) })
  const isOtherReading = split || digits !== front.repeat(5)
  if (isOtherReading && !(split && second?.length === 1) && isReplyDigit(front))
    readings.push({ digit: front, code: digits.slice(1) })
  const [preferred] = readings
  return preferred === undefined ? UNCLEAR : { kind: 'digit', ...preferred, readings }
}

function readEnd(numbers: readonly string[], digits: string): Reply {
  const [first, second] = numbers
  const split = numbers.length === 2
  const endCodes = new Set<string>()
  if (digits.startsWith('3') && !(split && second?.length === 1)) endCodes.add(digits.slice(1))
  if (digits.endsWith('3') && !(split && first?.length === 1)) endCodes.add(digits.slice(0, 3))
  return endCodes.size === 0 ? UNCLEAR : { kind: 'end', endCodes: [...endCodes] }
}

function readRefusal(numbers: readonly string[]): Reply {
  const code = numbers.join('')
  if (code === '') return oneReading({ digit: '2' })
  return code.length === 4 ? oneReading({ digit: '2', code }) : UNCLEAR
}

function oneReading(reading: Reading): Reply {
  return { kind: 'digit', ...reading, readings: [reading] }
}

function isReplyDigit(text: string): text is ReplyDigit {
  return DIGIT.test(text)
}

// Zeros of the digits that phones in this country type: Arabic, Persian and Urdu, Devanagari, Bengali, Gurmukhi,
// Gujarati, Tamil, and full-width. Each is as deliberate as 0 to 9; circled digits and keycap emoji are not digits.
const ZEROS = [0x0660, 0x06f0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0be6, 0xff10]

function readDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => {
    const point = digit.codePointAt(0) ?? 0
    const zero = ZEROS.find((candidate) => point >= candidate && point < candidate + 10)
    return zero === undefined ? digit : String(point - zero)
  })
}

/** Which alert a reply is about, given the codes open for the phone it came from. */
export type ChosenReading =
  | { kind: 'chosen'; digit: ReplyDigit; code: string }
  /** No alert is open on this phone, and the reply named none: the digit's other meaning applies ("I agree"). */
  | { kind: 'no-alert'; digit: ReplyDigit }
  /** The reply names a code that is not open on this phone. */
  | { kind: 'not-open'; digit: ReplyDigit; code: string }
  /** Several are open and the reply does not say which: ask, and list the codes. */
  | { kind: 'which'; digit: ReplyDigit }

/** A code names its alert; a bare digit counts when exactly one alert is open for the number. */
export function chooseReading(reply: Extract<Reply, { kind: 'digit' }>, openCodes: readonly string[]): ChosenReading {
  const fitting = reply.readings.filter(({ code }) => code !== undefined && openCodes.includes(code))
  const [fits] = fitting
  if (fitting.length === 1 && fits?.code !== undefined) return { kind: 'chosen', digit: fits.digit, code: fits.code }
  if (fitting.length > 1) return { kind: 'which', digit: reply.digit }
  if (reply.code !== undefined) return { kind: 'not-open', digit: reply.digit, code: reply.code }
  const [only] = openCodes
  if (only === undefined) return { kind: 'no-alert', digit: reply.digit }
  return openCodes.length === 1
    ? { kind: 'chosen', digit: reply.digit, code: only }
    : { kind: 'which', digit: reply.digit }
}

/** One pressed key of a call: exactly one digit, else `null`. `11`, `*`, an empty press and a machine press nothing. */
export function parseKeyPress(digits: unknown): string | null {
  return typeof digits === 'string' && /^[0-9]$/.test(digits) ? digits : null
}
