import { endingWords, lineOfDecision } from '@stillhere/domain'
import { type AlertJournal, Database, readJournalPage } from '@stillhere/persistence'
import { chainStart, hashLine } from './chain.ts'

/** What is wrong with an alert's journal. */
export type JournalDamage =
  /** The line is not what was chained: it, its hash or its place was changed. */
  | 'line-changed'
  /** A line that was chained is gone. */
  | 'line-missing'
  /** The chain ends before the head that was kept. */
  | 'tail-missing'
  /** There are chained lines beyond the head that was kept. */
  | 'head-behind'
  /** Lines have places and no chain is kept, or the alert has no line at all. */
  | 'chain-missing'
  /** The alert is closed and no line says so. */
  | 'close-missing'
  /** Lines were removed and no alert is: only retention removes, and it leaves a tombstone and nothing else. */
  | 'removed-early'

export interface JournalBreak {
  alertId: string
  /** Where in the chain, from 1, where there is a place to name. */
  position?: number
  damage: JournalDamage
}

/** What a verification found. */
export interface JournalVerdict {
  ok: boolean
  alerts: number
  lines: number
  /** Alerts of which only the tombstone is left. */
  tombstones: number
  /** Lines that are written and not chained yet: seconds old where a worker runs. */
  waiting: number
  /** Each alert at the first place where it breaks. */
  broken: JournalBreak[]
}

/** Lines that say that an alert is closed: those of the decisions that close one. */
const closes: ReadonlySet<string> = new Set(endingWords.map(lineOfDecision))

/** One alert's journal, held against its chain. Pure. @returns the first break, if there is one */
export function verifyAlertJournal(journal: AlertJournal): JournalBreak | undefined {
  const { alertId, alertState, chain, lines } = journal
  const broken = (damage: JournalDamage, position?: number): JournalBreak => ({
    alertId,
    damage,
    ...(position === undefined ? {} : { position }),
  })
  if (chain?.removed) return alertState === null && lines.length === 0 ? undefined : broken('removed-early')
  if (alertState === null) return broken('removed-early')
  const chained = lines.filter((line) => line.position !== null || line.hash !== null)
  if (lines.length === 0) return broken('chain-missing')
  if (!chain && chained.length > 0) return broken('chain-missing', 1)
  let head = chainStart
  let position = 0
  for (const line of chained) {
    position += 1
    if (line.position !== position) return broken('line-missing', position)
    head = hashLine(head, position, line)
    if (!line.hash?.equals(head)) return broken('line-changed', position)
  }
  if (chain && chain.length > position) return broken('tail-missing', position + 1)
  if (chain && (chain.length < position || !chain.head.equals(head))) return broken('head-behind', chain.length + 1)
  if (alertState === 'closed' && !lines.some((line) => closes.has(line.kind))) return broken('close-missing')
  return undefined
}

const pageOf = 100

/**
 * Verifies the journal of every alert, a page at a time and read-only, on a connection of its own.
 * @throws DatabaseUnavailableError when Postgres does not answer
 */
export async function verifyJournal(databaseUrl: string): Promise<JournalVerdict> {
  const db = new Database({ url: databaseUrl, size: 1, applicationName: 'still-here-verify' })
  try {
    const verdict: JournalVerdict = { ok: true, alerts: 0, lines: 0, tombstones: 0, waiting: 0, broken: [] }
    for (let after: string | undefined, page: AlertJournal[] = []; ; after = page.at(-1)?.alertId) {
      page = await readJournalPage(db, after, pageOf)
      for (const journal of page) {
        verdict.alerts += 1
        verdict.lines += journal.lines.length
        if (journal.chain?.removed) verdict.tombstones += 1
        verdict.waiting += journal.lines.filter((line) => line.position === null).length
        const found = verifyAlertJournal(journal)
        if (found) verdict.broken.push(found)
      }
      if (page.length < pageOf) break
    }
    return { ...verdict, ok: verdict.broken.length === 0 }
  } finally {
    await db.close()
  }
}
