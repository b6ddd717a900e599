import type { Queryable, Transaction } from '../database.ts'
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

/** Words that somebody who may read them has no copy of, or one to a key that is no longer theirs. */
export async function findFeedbackToCopy(
  db: Queryable,
  limit: number,
  /** `feedbackId.supporterId` of copies that are left alone. */
  except: readonly string[],
): Promise<
  { id: string; organisationId: string; sealed: SealedValue; supporterId: string; keyId: string; publicKey: string }[]
> {
  return db.query(
    `SELECT f.id, f.organisation_id AS "organisationId", f.sealed, s.id AS "supporterId", s.brief_key_id AS "keyId",
       s.brief_public_key AS "publicKey"
     FROM app.supporters s JOIN app.feedback f ON f.organisation_id = s.organisation_id
     WHERE s.role IN ('supervisor', 'operator') AND s.removed_at IS NULL AND s.brief_public_key IS NOT NULL
       AND NOT EXISTS (SELECT FROM app.feedback_copies c
         WHERE c.feedback_id = f.id AND c.supporter_id = s.id AND c.key_id = s.brief_key_id)
       AND f.id || '.' || s.id <> ALL($2::text[])
     ORDER BY f.on_day DESC, f.id LIMIT $1`,
    [limit, except],
  )
}

export async function saveFeedbackCopy(
  db: Queryable,
  copy: { feedbackId: string; supporterId: string; organisationId: string; keyId: string; sealed: SealedValue },
): Promise<void> {
  await db.query(
    `INSERT INTO app.feedback_copies (feedback_id, supporter_id, organisation_id, key_id, sealed) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (feedback_id, supporter_id) DO UPDATE SET key_id = excluded.key_id, sealed = excluded.sealed`,
    [copy.feedbackId, copy.supporterId, copy.organisationId, copy.keyId, JSON.stringify(copy.sealed)],
  )
}

/** Newest first, each with the reader's own copy where there is one. */
export async function findFeedback(
  db: Queryable,
  reader: { id: string; organisationId: string },
  limit: number,
): Promise<{ id: string; kind: string; language: string; onDay: number; sealed?: SealedValue }[]> {
  const rows = await db.query<{
    id: string
    kind: string
    language: string
    on_day: number
    sealed: SealedValue | null
  }>(
    `SELECT f.id, f.kind, f.language, f.on_day, c.sealed FROM app.feedback f
     LEFT JOIN app.feedback_copies c ON c.feedback_id = f.id AND c.supporter_id = $2
     WHERE f.organisation_id = $1 ORDER BY f.on_day DESC, f.id LIMIT $3`,
    [reader.organisationId, reader.id, limit],
  )
  return rows.map(({ on_day, sealed, ...row }) => ({ ...row, onDay: on_day, ...(sealed ? { sealed } : {}) }))
}
