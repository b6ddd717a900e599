import type english from '../shared/words/person.en.json'
import { type Catalogue, createSpeech, type Language, languages } from '../shared/words/speak.ts'

type Word = keyof typeof english

/** Each catalogue becomes functions when the app is built (`build/catalogues.ts`), which TypeScript cannot know. */
const built = (module: Promise<unknown>) => module as Promise<{ default: Catalogue<Word> }>

const speech = createSpeech<Word>({
  en: () => built(import('../shared/words/person.en.json')),
  cy: () => built(import('../shared/words/person.cy.json')),
})

export const { say } = speech

/**
 * Speaks this language from now on. The page's name stands in tabs and histories: neutral, and in the language of the
 * screens. @returns whether its words are here; if not, all stays as it was
 */
export async function canSpeak(which: Language): Promise<boolean> {
  try {
    await speech.speak(which)
  } catch {
    return false
  }
  document.title = say('app.title')
  return true
}

/** The words of this language, or those of another sooner than none. @returns whether there are any */
export async function speakWhatIsHere(wanted: Language): Promise<boolean> {
  for (const which of new Set([wanted, ...(Object.keys(languages) as Language[])]))
    if (await canSpeak(which)) return true
  return false
}
