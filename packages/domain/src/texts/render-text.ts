import { cleanFreeText, cutFreeText } from './free-text.ts'
import { countSeptets, mapToGsm7, SEPTETS_IN_EACH, SEPTETS_IN_ONE, toGsm7 } from './gsm7.ts'
import { fill, type Language, type SentenceKey, type Sentences, sentencesOf } from './languages.ts'
import { TEMPLATES, type TextTemplate, type TextValues } from './templates.ts'
import { cleanInvitationWord } from './words-never-sent.ts'

/*
 * From a template, its values and a language to the text that is sent.
 *
 * 1. Free text (address, way in, the invitation's word) is cleaned; what cannot be said in GSM-7 is left out.
 * 2. The template names its forms, the fullest first; the first that fits one segment is taken, else the last.
 * 3. Only the text with an address may take more than one segment, and only its free text is ever cut: never the code,
 *    the instruction or the link.
 */

/** Segments a text with an address may take. Beyond this handsets and carriers become unsure. */
const MOST_SEGMENTS = 3
// Two septets a segment are spared, since an escape and its character are never parted.
const MOST_SEPTETS = MOST_SEGMENTS * (SEPTETS_IN_EACH - 2)
/** Codes one text lists: twenty and the words around them are one segment. */
const MOST_CODES = 20

/**
 * Renders one text. Never throws, whatever the free text holds; always GSM-7.
 * @param own sentences in the organisation's own words, checked by `checkWording`
 */
export function renderText<T extends TextTemplate>(
  template: T,
  values: TextValues[T],
  language: Language,
  own: Partial<Sentences> = {},
): string {
  return renderForm(template, values, language, own).text
}

/** The same text, marked as a test before its first word. It may take a segment more. */
export const markAsTest = (text: string, language: Language): string =>
  `${toGsm7(sentencesOf(language)['mark.test'])} ${text}`

/** The text, and the sentences it is made of. */
export function renderForm<T extends TextTemplate>(
  template: T,
  values: TextValues[T],
  language: Language,
  own: Partial<Sentences> = {},
): { text: string; form: readonly SentenceKey[] } {
  const sentences = { ...sentencesOf(language), ...own }
  const cleaned = cleanValues(values) as TextValues[T]
  const spoken = spellValues(cleaned, sentences)
  const forms = TEMPLATES[template](cleaned).map((form) => form.filter((part) => part !== false))
  let rendered: { text: string; form: readonly SentenceKey[] } = { text: '', form: [] }
  for (const form of forms) {
    const say = (withValues: Spoken) => toGsm7(form.map((key) => fill(sentences[key], withValues)).join(' '))
    rendered = { text: say(spoken), form }
    if (countSeptets(rendered.text) <= SEPTETS_IN_ONE) return rendered
    if (spoken.address !== undefined) return { text: say(withFreeTextCut(spoken, say)), form }
  }
  return rendered
}

type Spoken = Readonly<Record<string, string>>

/** The same values, with free text as a text message may carry it, or without it. */
function cleanValues(values: object): object {
  const cleaned: Record<string, unknown> = { ...values }
  replaceOrDrop(cleaned, 'address', cleanFreeText)
  replaceOrDrop(cleaned, 'entry', cleanFreeText)
  replaceOrDrop(cleaned, 'word', (word) => {
    const letters = cleanInvitationWord(word)
    return letters === null || mapToGsm7(letters).lostLetters > 0 ? null : letters
  })
  return cleaned
}

function replaceOrDrop(values: Record<string, unknown>, name: string, clean: (text: string) => string | null): void {
  const text = values[name]
  const kept = typeof text === 'string' ? clean(text) : null
  if (kept === null) delete values[name]
  else values[name] = kept
}

/** Every value as it is said: numbers bounded so that no text but an alert's holds four digits in a row. */
function spellValues(values: object, sentences: Sentences): Spoken {
  const spoken: Record<string, string> = {}
  for (const [name, value] of Object.entries(values)) {
    if (name === 'host') spoken.host = spellHost(String(value))
    else if (name === 'codes') {
      const codes = value as readonly string[]
      spoken.codes = codes.slice(0, MOST_CODES).join(' ')
      spoken.first = codes[0] ?? ''
      spoken.count = spellCount(codes.length)
    } else if (name.endsWith('Seconds')) spoken.duration = spellSeconds(Number(value), sentences)
    else if (typeof value === 'number') spoken[name] = spellCount(value)
    else if (typeof value === 'string') spoken[name] = value
  }
  return spoken
}

function spellCount(count: number): string {
  return count > 999 ? '999+' : String(Math.max(0, Math.trunc(count)))
}

/** "45 s", "10 min". Two minutes and more are said in minutes, rounded down: what is said is never later than it is. */
function spellSeconds(seconds: number, sentences: Sentences): string {
  const whole = Math.max(0, Math.trunc(seconds))
  return whole < 120
    ? fill(sentences['unit.seconds'], { n: String(whole) })
    : fill(sentences['unit.minutes'], { n: spellCount(Math.trunc(whole / 60)) })
}

/** The host a person can type: no scheme, no path, and no port, whose four digits would look like an alert's code. */
function spellHost(host: string): string {
  const bare = host.replace(/^[a-z]+:\/\//i, '').replace(/[/:?#].*$/s, '')
  return bare.toLowerCase().replace(/[^a-z0-9.-]/g, '')
}

/** Cuts the way in before the address, and both only as far as the text needs. */
function withFreeTextCut(spoken: Spoken, say: (values: Spoken) => string): Spoken {
  const { address = '', entry = '' } = spoken
  const room = MOST_SEPTETS - countSeptets(say({ ...spoken, address: '', entry: '' }))
  const entryKept = entry === '' ? '' : cutFreeText(entry, Math.max(24, room - countSeptets(address)))
  const addressKept = cutFreeText(address, Math.max(24, room - countSeptets(entryKept)))
  return { ...spoken, address: addressKept, entry: entryKept }
}
