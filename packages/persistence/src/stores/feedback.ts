import type { Transaction } from '../database.ts'
import type { SealedValue } from './plans.ts'

/** Nobody's words: no device and no session stands beside them. */
export async function insertFeedback(
  tx: Transaction,
  feedback: { id: string; organisationId: string; kind: string; language: string; sealed: SealedValue },
): Promise<void> {
  await tx.query('INSERT INTO app.feedback (id, organisation_id, kind, language, sealed) VALUES ($1, $2, $3, $4, $5)', [
    feedback.id,
    feedback.organisationId,
    feedback.kind,
    feedback.language,
    JSON.stringify(feedback.sealed),
  ])
}
