import aloneCy from '../../shared/guidance/alone.gb.cy.json'
import aloneEn from '../../shared/guidance/alone.gb.en.json'
import stepsCy from '../../shared/guidance/gb.cy.json'
import stepsEn from '../../shared/guidance/gb.en.json'
import callCy from '../../support/guide/999.cy.json'
import callEn from '../../support/guide/999.en.json'
import type { Piece } from './content.ts'

/** What is signed: one document in one language, whole. */
export interface GuidanceDocument {
  /** As the service names it. */
  key: string
  shown: Piece['shown']
  language: string
  /** The very words that the screens show. */
  content: object
  /** The earliest day on which anything in it must be read again. */
  reviewBy: string
}

const documentOf = (
  shown: Piece['shown'],
  content: { language: string },
  days: readonly string[],
): GuidanceDocument => ({
  key: documentName(shown, content.language),
  shown,
  language: content.language,
  content,
  reviewBy: [...days].sort()[0] ?? '',
})

/** As `guidanceDocument` of the contracts has it. */
export const documentName = (shown: Piece['shown'], language: string): string => `${shown}.gb.${language}`

export const documents: readonly GuidanceDocument[] = [
  ...[stepsEn, stepsCy].map((file) =>
    documentOf(
      'rescue',
      file,
      Object.values(file.entries).map(({ reviewBy }) => reviewBy),
    ),
  ),
  ...[aloneEn, aloneCy].map((file) =>
    documentOf(
      'alone',
      file,
      file.entries.map(({ reviewBy }) => reviewBy),
    ),
  ),
  ...[callEn, callCy].map((file) => documentOf('call', file, [file.reviewBy])),
]
