/*
 * GSM 03.38, the alphabet of one-segment texts. A character outside it turns the whole text into UCS-2, where a
 * segment holds 70 characters instead of 160 and a text splits in three.
 */

const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
)
// Each of these is sent as an escape and a character: two septets.
const EXTENSION = new Set('^{}\\[~]|€')

// What has a plain equivalent that normalisation does not find.
const PLAIN: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '‚': "'",
  '‛': "'",
  '′': "'",
  '`': "'",
  '´': "'",
  ʼ: "'",
  ʻ: "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '‟': '"',
  '″': '"',
  '«': '"',
  '»': '"',
  '‹': "'",
  '›': "'",
  '‐': '-',
  '‑': '-',
  '‒': '-',
  '–': '-',
  '—': '-',
  '―': '-',
  '−': '-',
  '•': '-',
  '·': '.',
  '⁄': '/',
  '×': 'x',
  '…': '...',
  '½': ' 1/2',
  '¼': ' 1/4',
  '¾': ' 3/4',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
  ð: 'd',
  Ð: 'D',
  þ: 'th',
  Þ: 'Th',
  œ: 'oe',
  Œ: 'OE',
  ı: 'i',
  ħ: 'h',
  Ħ: 'H',
  ŧ: 't',
  Ŧ: 'T',
  ẞ: 'SS',
  '¢': 'c',
  '©': '(c)',
  '®': '(r)',
}

const ASCII_SPACE = /\s+/gu
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u
// Format characters (bidi controls, zero-width, byte order mark), private use, unassigned and lone surrogates.
const INVISIBLE = /[\p{Cf}\p{Co}\p{Cn}\p{Cs}]/gu
const CONTROL = /\p{Cc}/gu
const MARK = /\p{M}/gu

export interface Gsm7Text {
  text: string
  /** How many letters and digits had no equivalent and are missing. An address that lost one may be a wrong address. */
  lostLetters: number
}

/**
 * The nearest text in GSM-7: smart quotes, dashes and accents outside the alphabet become plain, emoji, control and
 * bidirectional characters go, runs of white space become one space. Never throws; the same text again is unchanged.
 */
export function toGsm7(text: string): string {
  return mapToGsm7(text).text
}

export function mapToGsm7(text: string): Gsm7Text {
  const visible = text.replace(ASCII_SPACE, ' ').replace(CONTROL, ' ').replace(INVISIBLE, '').normalize('NFC')
  let mapped = ''
  let lostLetters = 0
  for (const character of visible) {
    const plain = plainOf(character)
    mapped += plain
    if (plain === '' && LETTER_OR_DIGIT.test(character)) lostLetters += 1
  }
  return { text: mapped.replace(ASCII_SPACE, ' ').trim(), lostLetters }
}

function plainOf(character: string): string {
  if (isGsm7Character(character)) return character
  const known = PLAIN[character]
  if (known !== undefined) return known
  // Accents outside the alphabet (ŵ, â, ő) lose their mark; compatibility forms (full-width, ligatures) are unfolded.
  const unfolded = character.normalize('NFKD').replace(MARK, '')
  let plain = ''
  for (const part of unfolded) plain += isGsm7Character(part) ? part : (PLAIN[part] ?? '')
  return plain
}

function isGsm7Character(character: string): boolean {
  return BASIC.has(character) || EXTENSION.has(character)
}

/** Whether every character is of the GSM-7 alphabet, so that a segment holds 160. */
export function isGsm7(text: string): boolean {
  for (const character of text) if (!isGsm7Character(character)) return false
  return true
}

/** Septets of a GSM-7 text: extension characters count two. */
export function countSeptets(text: string): number {
  let septets = 0
  for (const character of text) septets += EXTENSION.has(character) ? 2 : 1
  return septets
}

/** What one segment holds, and what each holds of a text that needs several (7 septets go to the joining header). */
export const SEPTETS_IN_ONE = 160
export const SEPTETS_IN_EACH = 153

/** Segments of a GSM-7 text. An escape is never parted from its character, so a segment may end one septet early. */
export function countSegments(text: string): number {
  if (countSeptets(text) <= SEPTETS_IN_ONE) return 1
  let segments = 1
  let used = 0
  for (const character of text) {
    const septets = EXTENSION.has(character) ? 2 : 1
    if (used + septets > SEPTETS_IN_EACH) {
      segments += 1
      used = 0
    }
    used += septets
  }
  return segments
}
