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
  /** Nobody: it is not approved, and no screen says otherwise. */
  approved: { by: string; on: string } | null
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
  file: { language: string; approved: unknown },
  key: string,
  { title = '', say, sources, writtenOn, reviewBy }: Written,
): Piece {
  const { language } = file
  const approved = file.approved as Piece['approved']
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
    approved,
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

/** `signed`: somebody signed it and it is not due again. `overdue`: its day of review has passed, whoever signed it. */
export type Standing = 'signed' | 'unsigned' | 'overdue'

export function standingOf({ approved, reviewBy }: Pick<Piece, 'approved' | 'reviewBy'>, today: string): Standing {
  if (reviewBy < today) return 'overdue'
  return approved === null ? 'unsigned' : 'signed'
}
