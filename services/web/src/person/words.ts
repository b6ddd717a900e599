import type english from '../shared/words/person.en.json'
import { type Catalogue, createSpeech, type Language } from '../shared/words/speak.ts'

type Word = keyof typeof english

/** Each catalogue becomes functions when the app is built (`build/catalogues.ts`), which TypeScript cannot know. */
const built = (module: Promise<unknown>) => module as Promise<{ default: Catalogue<Word> }>

const speech = createSpeech<Word>({
  en: () => built(import('../shared/words/person.en.json')),
  cy: () => built(import('../shared/words/person.cy.json')),
})

export const { say } = speech

/** The page's name stands in tabs and histories: neutral, and in the language of the screens. */
export async function speak(which: Language): Promise<void> {
  await speech.speak(which)
  document.title = say('app.title')
}
