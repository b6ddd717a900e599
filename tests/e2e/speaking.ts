import { sentencesOf, toGsm7 } from '@stillhere/domain'
import cy from '../../services/web/src/shared/words/person.cy.json' with { type: 'json' }
import en from '../../services/web/src/shared/words/person.en.json' with { type: 'json' }

/** The languages of the person's app. */
export const spoken = ['en', 'cy'] as const
export type Spoken = (typeof spoken)[number]
type Word = keyof typeof en

const catalogues: Record<Spoken, Record<Word, string>> = { en, cy }

export interface Speech {
  /** As the browser of somebody who speaks it says. */
  readonly locale: string
  /** A sentence of the catalogue, with its values. @throws Error for a value that is missing */
  say(word: Word, values?: Readonly<Record<string, string | number>>): string
  /** The whole of a sentence, whatever its values are. */
  like(word: Word): RegExp
}

/** What the screens of one language say, for asking by role and label. */
export function speaking(language: Spoken): Speech {
  const words = catalogues[language]
  return {
    locale: `${language}-GB`,
    say: (word, values = {}) =>
      words[word].replace(/\{(\w+)\}/g, (_, name: string) => {
        if (values[name] === undefined) throw new Error(`${word} needs ${name}`)
        return String(values[name])
      }),
    like: (word) => asPattern(words[word]),
  }
}

/** What a text says of one sentence, up to its first value: rescuers are written to in the language of the screens. */
export function texted(language: Spoken, sentence: keyof ReturnType<typeof sentencesOf>): string {
  const [said = ''] = (sentencesOf(language)[sentence] ?? '').replace(/^\{code\} /, '').split('{')
  return toGsm7(said)
}

/** A value, or a choice between sentences, as of a plural. */
const value = /(\{(?:[^{}]|\{[^{}]*\})*\})/
const sentencesIn = (choice: string) => [...choice.matchAll(/ \{([^{}]*)\}/g)].map(([, sentence = '']) => sentence)

const asPattern = (sentence: string): RegExp => new RegExp(`^\\s*${sourceOf(sentence)}\\s*$`)

const sourceOf = (sentence: string): string =>
  sentence
    .split(value)
    .map((part) => {
      if (!value.test(part)) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('#', '\\d+')
      const choices = sentencesIn(part)
      return choices.length === 0 ? '.+' : `(?:${choices.map(sourceOf).join('|')})`
    })
    .join('')

const patternsOf = (language: Spoken) => Object.values(catalogues[language]).map(asPattern)

/** Of these texts, those that say something of the other language's catalogue and nothing of this one's. */
export function foreign(language: Spoken, texts: readonly string[]): string[] {
  const own = patternsOf(language)
  const others = spoken.filter((other) => other !== language).flatMap(patternsOf)
  const fits = (patterns: readonly RegExp[], text: string) => patterns.some((pattern) => pattern.test(text))
  return texts.filter((text) => fits(others, text) && !fits(own, text))
}
