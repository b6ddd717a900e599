import { computed } from '@preact/signals'
import { knowDocument } from '../../shared/guidance/approval.ts'
import { language } from '../../shared/words/speak.ts'
import type { Region } from '../alert/address.ts'
import cy from './999.cy.json'
import en from './999.en.json'

/*
 * What to say to 999 is content, not code: a file per language, with its sources and the day by which it must be read
 * again, and who signed it off. A region without a note that was checked has none, and the screen says so.
 */

interface Source {
  name: string
  url: string
}

export interface Guide {
  language: string
  writtenOn: string
  reviewBy: string
  sources: Source[]
  say: Record<
    | 'service'
    | 'unknown'
    | 'asked'
    | 'not-breathing'
    | 'breathing'
    | 'address'
    | 'away'
    | 'way'
    | 'pets'
    | 'naloxone'
    | 'nobody'
    | 'told'
    | 'going'
    | 'there'
    | 'cause'
    | 'stay',
    string
  >
  truths: string[]
  /** What holds everywhere, and first of all where no note was checked. */
  general: string[]
  /** `sourceDate`: ISO day or year of what was read; `null` where the page says none. */
  regions: Record<Region, { text: string; sources: Source[]; sourceDate: string | null }[]>
  /** What a caller would want to know there and nobody could check: said as such, so that nobody guesses. */
  unchecked: Record<Region, string[]>
}

const files: Record<'en' | 'cy', Guide> = { en, cy }
for (const [language, file] of Object.entries(files)) void knowDocument(`call.gb.${language}`, file)

/** In both languages from the start: a call to 999 must not wait for a file. */
export const guide = computed(() => files[language.value])
