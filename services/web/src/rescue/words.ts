import type english from '../shared/words/rescue.en.json'
import { type Catalogue, createSpeech } from '../shared/words/speak.ts'
import { catalogues } from './catalogues.ts'

export type Word = keyof typeof english

/** Each catalogue becomes functions when the page is built (`build/catalogues.ts`), which TypeScript cannot know. */
const built = (module: Promise<unknown>) => module as Promise<{ default: Catalogue<Word> }>

export const { speak, say } = createSpeech<Word>({
  en: () => built(catalogues.en()),
  cy: () => built(catalogues.cy()),
})
