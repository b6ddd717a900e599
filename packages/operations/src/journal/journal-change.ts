import { type JournalEntry, readClock, recordJournal, type Transaction } from '@stillhere/persistence'
import type { Caller } from '../context.ts'

/** Who a caller is in the journal. A device is a person of whom nothing else is known: no id of it is written. */
export const actorOf = (caller: Caller): JournalEntry['actor'] =>
  caller.kind === 'device' ? { kind: 'person' } : { kind: 'supporter', id: caller.id }

/** One line, in the transaction of what it says (C80): who, what, when, why. */
export async function journalChange(tx: Transaction, entry: Omit<JournalEntry, 'at'> & { at?: number }): Promise<void> {
  await recordJournal(tx, [{ ...entry, at: entry.at ?? (await readClock(tx)) }])
}
