import { type Catalogue, createSpeech } from '../shared/words/speak.ts'
import type english from '../shared/words/status.en.json'

export type Word = keyof typeof english

/** Each catalogue becomes functions when the page is built (`build/catalogues.ts`), which TypeScript cannot know. */
const built = (module: Promise<unknown>) => module as Promise<{ default: Catalogue<Word> }>

export const { speak, say } = createSpeech<Word>({
  en: () => built(import('../shared/words/status.en.json')),
  cy: () => built(import('../shared/words/status.cy.json')),
})
