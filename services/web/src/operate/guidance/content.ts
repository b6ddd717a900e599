import aloneCy from '../../shared/guidance/alone.gb.cy.json'
import aloneEn from '../../shared/guidance/alone.gb.en.json'
import stepsCy from '../../shared/guidance/gb.cy.json'
import stepsEn from '../../shared/guidance/gb.en.json'
import callCy from '../../support/guide/999.cy.json'
import callEn from '../../support/guide/999.en.json'

/** One piece of clinical content as it is shown to people, with what stands behind it. */
export interface Piece {
  key: string
  /** Where it is shown. */
  shown: 'rescue' | 'alone' | 'call'
  language: string
  /** Empty where the whole file is one piece. */
  title: string
  say: string
  sources: readonly { name: string; url: string }[]
  writtenOn: string
  reviewBy: string
}

interface Written {
  title?: string
  say?: unknown
  sources: readonly { name: string; url: string }[]
  writtenOn: string
  reviewBy: string
}

function pieceOf(
  shown: Piece['shown'],
  file: { language: string },
  key: string,
  { title = '', say, sources, writtenOn, reviewBy }: Written,
): Piece {
  const { language } = file
  const said = typeof say === 'string' ? say : ''
  return {
    key: `${shown}.${language}.${key}`,
    shown,
    language,
    title,
    say: said,
    sources,
    writtenOn,
    reviewBy,
  }
}

/** All of it, from the very files that the screens show. */
export const pieces: readonly Piece[] = [
  ...[stepsEn, stepsCy].flatMap((file) =>
    Object.entries(file.entries).map(([name, entry]) => pieceOf('rescue', file, name, entry)),
  ),
  ...[aloneEn, aloneCy].flatMap((file) =>
    file.entries.map((entry, index) => pieceOf('alone', file, String(index), entry)),
  ),
  ...[callEn, callCy].map((file) => pieceOf('call', file, 'whole', file)),
]

/** `signed`: somebody signed its document and it is not due again. `overdue`: its day of review has passed, whoever did. */
export type Standing = 'signed' | 'unsigned' | 'overdue'

export function standingOf({ reviewBy }: Pick<Piece, 'reviewBy'>, isSigned: boolean, today: string): Standing {
  if (reviewBy < today) return 'overdue'
  return isSigned ? 'signed' : 'unsigned'
}
