import { welsh } from './languages/cy.ts'
import { english } from './languages/en.ts'

/** A language the service speaks. To add one: a file in `languages/`, and its line here. */
export type Language = 'en' | 'cy'

/** The key of one sentence, and a whole language: every sentence, none missing. */
export type SentenceKey = keyof typeof english
export type Sentences = Readonly<Record<SentenceKey, string>>

export const LANGUAGES: Readonly<Record<Language, Sentences>> = { en: english, cy: welsh }

/** Whether this is a language we speak. */
export function isLanguage(text: string): text is Language {
  return Object.hasOwn(LANGUAGES, text)
}

/** The sentences of a language; English for one we do not speak, because a text in English is better than none. */
export function sentencesOf(language: Language): Sentences {
  return isLanguage(language) ? LANGUAGES[language] : english
}

/** Replaces each `{name}` once, in one pass: a value that itself holds braces is not read again. */
export function fill(sentence: string, values: Readonly<Record<string, string>>): string {
  return sentence.replace(/\{(\w+)\}/g, (_whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? '') : '',
  )
}
