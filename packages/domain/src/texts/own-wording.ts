/**
 * An organisation's own words for a sentence. A sentence that asks for a digit is said in ours alone: no rule could tell
 * whether its words still mean what the digit does. What carries meaning stays: the values in braces, numbers, the head by which an alert's texts are known (`SAFETY ALERT`, `AGAIN`, `ALL CLEAR`, `TEST`). What may never
 * be sent is not sent in anybody's words. Where ours fits one segment, theirs does.
 */
import { countSegments, mapToGsm7 } from './gsm7.ts'
import { type Language, type SentenceKey, sentencesOf } from './languages.ts'
import { renderForm, renderText } from './render-text.ts'
import { SAMPLE_VALUES } from './sample-values.ts'
import { TEMPLATES, type TextTemplate, type TextValues } from './templates.ts'
import { CARRIER_START_WORDS, CARRIER_STOP_WORDS, NEVER_SENT } from './words-never-sent.ts'

/** Sentences of one language in the organisation's own words. */
export type OwnSentences = Readonly<Partial<Record<SentenceKey, string>>>

export type WordingProblem =
  | 'empty'
  | 'too-long'
  | 'not-gsm7'
  | 'braces'
  | 'values-changed'
  | 'head-changed'
  | 'fixed-words'
  /** The sentence asks for a digit, and stays ours. */
  | 'digits'
  | 'digits-changed'
  | 'forbidden-word'
  | 'carrier-word'
  | 'name'
  | 'link'
  | 'segments'

export type CheckedWording = { kind: 'sound' } | { kind: 'refused'; problem: WordingProblem; message: string }

/** Longest own sentence, in characters. */
const MOST_CHARACTERS = 300
const FIXED_WORDS = ['SAFETY ALERT', 'AGAIN', 'ALL CLEAR', 'TEST', 'OPERATOR'] as const
/** How a sentence begins by which a text is known: kept word for word. */
const HEAD = /^(?:SAFETY ALERT \{codes?\}|\{code\} (?:AGAIN|ALL CLEAR|OPERATOR)|\{codes?\}|TEST|OPERATOR)/
const CARRIER_WORDS: ReadonlySet<string> = new Set([...CARRIER_STOP_WORDS, ...CARRIER_START_WORDS])

/** Sentences that an organisation may say in its own words: those of texts. Calls, units and the mark of a test stay ours. */
export const sentenceKeys = (): SentenceKey[] =>
  (Object.keys(sentencesOf('en')) as SentenceKey[]).filter((key) => !/^(?:call|unit|mark)\./.test(key))

export const isSentenceKey = (key: string): key is SentenceKey => (sentenceKeys() as string[]).includes(key)

/** A digit that stands alone is one somebody is asked for; 999 and a code are not. */
const ASKED_DIGIT = /(?<!\d)\d(?!\d)/

/** Whether a sentence may be said in other words at all: one that asks for a digit may not. */
export const mayBeReworded = (key: SentenceKey, language: Language): boolean =>
  !ASKED_DIGIT.test(sentencesOf(language)[key].replace(VALUE, ' '))

/**
 * Whether an organisation may say it so. Pure; `message` names what is wrong and never repeats the text.
 * @param names the organisation's own name and those of its people: no text says them
 */
export function checkWording(
  key: SentenceKey,
  language: Language,
  text: string,
  others: { own?: OwnSentences; names?: readonly string[] } = {},
): CheckedWording {
  const ours = sentencesOf(language)[key]
  const refuse = (problem: WordingProblem, message: string): CheckedWording => ({ kind: 'refused', problem, message })
  if (text.trim() === '') return refuse('empty', 'The text is empty.')
  if (text !== ours && !mayBeReworded(key, language))
    return refuse('digits', 'This sentence asks for a digit: what the digit means is said in our words alone.')
  if (text.length > MOST_CHARACTERS) return refuse('too-long', `The text has more than ${MOST_CHARACTERS} characters.`)
  if (!isPlain(text))
    return refuse('not-gsm7', 'The text has characters that do not fit one segment of 160, or spaces at its ends.')
  const bare = text.replace(VALUE, ' ')
  if (/[{}[\]~^\\|]/.test(bare)) return refuse('braces', 'The text has braces or signs that take two places.')
  if (!same(valuesIn(text), valuesIn(ours)))
    return refuse('values-changed', `The text must keep ${listed(valuesIn(ours)) || 'no values'}, each once.`)
  const head = HEAD.exec(ours)?.[0]
  if (head !== undefined && !text.startsWith(head)) return refuse('head-changed', `The text must begin with ${head}.`)
  for (const words of FIXED_WORDS)
    if (hasWords(ours, words) !== hasWords(text, words))
      return refuse('fixed-words', `The text must ${hasWords(ours, words) ? 'keep' : 'not hold'} the words ${words}.`)
  if (!same(digitsIn(bare), digitsIn(ours.replace(VALUE, ' '))))
    return refuse('digits-changed', 'The text must keep the digits of the default, and no others.')
  if (NEVER_SENT.some((never) => never.test(bare)))
    return refuse('forbidden-word', 'The text has a word that no text may say, or a promise.')
  if ((bare.toLowerCase().match(/\p{L}+/gu) ?? []).some((word) => CARRIER_WORDS.has(word)))
    return refuse('carrier-word', 'The text has a word that the carrier keeps for itself, such as STOP, END or YES.')
  if ((others.names ?? []).some((name) => name.trim() !== '' && hasWords(bare, name.trim())))
    return refuse('name', "The text has the service's name or a person's.")
  if (/:\/\/|www\.|\.[a-z]{2,}\//i.test(bare)) return refuse('link', 'The text has a link of its own.')
  if (!fits(key, language, { ...others.own, [key]: text }))
    return refuse('segments', 'The text with its values does not fit one segment, where the default does.')
  return { kind: 'sound' }
}

/** What may be used of what was stored: a default that has changed since may have other values or digits, or asks for one. */
export function usableSentences(language: Language, stored: Readonly<Record<string, string>>): OwnSentences {
  const ours = sentencesOf(language)
  return Object.fromEntries(
    Object.entries(stored).filter(
      ([key, text]) =>
        isSentenceKey(key) &&
        mayBeReworded(key, language) &&
        same(valuesIn(text), valuesIn(ours[key])) &&
        same(digitsIn(text.replace(VALUE, ' ')), digitsIn(ours[key].replace(VALUE, ' '))),
    ),
  )
}

export interface TextPreview {
  template: TextTemplate
  text: string
  segments: number
}

/** The texts that hold this sentence, with the longest values it is said with. */
export function previewSentence(key: SentenceKey, language: Language, own: OwnSentences = {}): TextPreview[] {
  return templatesOf(key).map(({ template, values }) => {
    const rendered = values.map((value) => renderText(template, value as never, language, own))
    const text = rendered.reduce((longest, one) => (one.length > longest.length ? one : longest), '')
    return { template, text, segments: countSegments(text) }
  })
}

/** Segments of the longest of these texts. */
export const segmentsOf = (previews: readonly TextPreview[]): number =>
  Math.max(1, ...previews.map(({ segments }) => segments))

/** Every character is carried, as it is or by its plain equivalent (w for the Welsh ŵ); none would be lost. */
function isPlain(text: string): boolean {
  const isCarried = (character: string) => mapToGsm7(`a${character}a`).text.length > 2
  return text === text.trim() && !/\s{2}|[\p{Cc}]/u.test(text) && [...text].every(isCarried)
}

const VALUE = /\{\w+\}/g
const valuesIn = (text: string): string[] => (text.match(VALUE) ?? []).sort()
const digitsIn = (text: string): string[] => (text.match(/\d+/g) ?? []).sort()
const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((one, index) => one === b[index])
const listed = (values: readonly string[]): string => values.join(', ')

function hasWords(text: string, words: string): boolean {
  const escaped = words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'u').test(text)
}

interface Holder {
  template: TextTemplate
  values: TextValues[TextTemplate][]
}

/** Texts in which each sentence may stand, with the values for which one of their forms holds it. Made once. */
let holders: Map<SentenceKey, Holder[]> | undefined

function templatesOf(key: SentenceKey): readonly Holder[] {
  holders ??= findHolders()
  return holders.get(key) ?? []
}

function findHolders(): Map<SentenceKey, Holder[]> {
  const found = new Map<SentenceKey, Holder[]>()
  for (const template of Object.keys(TEMPLATES) as TextTemplate[])
    for (const value of SAMPLE_VALUES[template] as readonly TextValues[TextTemplate][]) {
      const keys = new Set(TEMPLATES[template](value as never).flatMap((form) => form.filter((part) => part !== false)))
      for (const key of keys) {
        const of = found.get(key) ?? []
        const last = of.at(-1)
        if (last?.template === template) last.values.push(value)
        else of.push({ template, values: [value] })
        found.set(key, of)
      }
    }
  return found
}

/** Where our sentence is said, theirs is: within as many segments, and not left out because it is too long. */
function fits(key: SentenceKey, language: Language, own: OwnSentences): boolean {
  return templatesOf(key).every(({ template, values }) =>
    values.every((value) => {
      const ours = renderForm(template, value as never, language)
      const theirs = renderForm(template, value as never, language, own)
      return (
        countSegments(theirs.text) <= countSegments(ours.text) &&
        (!ours.form.includes(key) || theirs.form.includes(key))
      )
    }),
  )
}
