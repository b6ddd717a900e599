import { fill, type Language, sentencesOf } from './languages.ts'

/*
 * The words of a call. A call may be picked up by anyone, or by a machine: the opening says nothing private, and only a
 * pressed digit counts. The menu is a part of its own, because it is said again after a wrong digit or silence.
 */

/** What each call must be told. `digit` is the one to press on the person's own phone, announced and changing. */
export interface CallValues {
  'alert-rescuer': { code: string }
  'alert-supporter': { code: string }
  'prompt-own': { digit: string }
  'rehearsal-own': { digit: string }
  /** To the operator's pager; no key answers it. */
  pager: Readonly<Record<string, never>>
}

export type CallKind = keyof CallValues

export interface SpokenCall {
  /** BCP 47, for the carrier's voice. */
  language: 'en-GB' | 'cy-GB'
  opening: string
  /** Say it at least twice, and again after a wrong digit. */
  menu: string
  /** Said when no digit came. */
  noDigit: string
}

/** The answer to a pressed digit. */
export type CallAnswer =
  | 'going-noted'
  | 'taken-noted'
  | 'already-taken'
  | 'cannot-noted'
  | 'over-noted'
  | 'ok-noted'
  | 'help-noted'
  | 'test-noted'

/** The words of one call. */
export function renderCall<K extends CallKind>(kind: K, values: CallValues[K], language: Language): SpokenCall {
  const sentences = sentencesOf(language)
  const spoken: Record<string, string> = {}
  for (const [name, value] of Object.entries(values)) spoken[name] = spellDigits(String(value))
  return {
    language: language === 'cy' ? 'cy-GB' : 'en-GB',
    opening: fill(sentences[`call.${kind}`], spoken),
    menu: fill(sentences[`call.${kind}.menu`], spoken),
    noDigit: sentences['call.no-digit'],
  }
}

/** The words that answer a pressed digit. @param time of `already-taken`: since when, as the clock shows it */
export function renderCallAnswer(answer: CallAnswer, language: Language, time = ''): string {
  return fill(sentencesOf(language)[`call.${answer}`], { time })
}

/** "4, 8, 2, 1": one digit at a time, never "four thousand". */
function spellDigits(digits: string): string {
  return digits.replace(/\D/g, '').split('').join(', ')
}
