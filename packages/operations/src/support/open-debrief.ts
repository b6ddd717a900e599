import { loadSupporterForUpdate, storeShift, type Transaction } from '@stillhere/persistence'
import { journalChange } from '../journal/journal-change.ts'

/** After a hard one: off the queue, until they say themselves that they are ready. What is open already stays so. */
export async function openDebrief(tx: Transaction, supporterId: string, at: number): Promise<void> {
  const supporter = await loadSupporterForUpdate(tx, supporterId)
  if (!supporter || supporter.debriefOpen) return
  await storeShift(tx, { id: supporter.id, fit: supporter.fit, onShift: false, debriefOpen: true }, at)
  await journalChange(tx, {
    organisationId: supporter.organisationId,
    at,
    kind: 'shift-off',
    actor: { kind: 'service' },
    detail: { supporterId: supporter.id, reason: 'debrief' },
  })
}
