import type english from '../shared/words/person.en.json'
import { type Catalogue, createSpeech } from '../shared/words/speak.ts'

export type Word = keyof typeof english

/** Each catalogue becomes functions when the app is built (`build/catalogues.ts`), which TypeScript cannot know. */
const built = (module: Promise<unknown>) => module as Promise<{ default: Catalogue<Word> }>

export const { speak, say } = createSpeech<Word>({
  en: () => built(import('../shared/words/person.en.json')),
  cy: () => built(import('../shared/words/person.cy.json')),
})
