import { iso, type Transaction } from '../database.ts'

/** What happened, pseudonymously: ids, words and seconds, never a name, a number or a text. */
export interface JournalEntry {
  organisationId: string
  at: number
  kind: string
  sessionId?: string
  alertId?: string
  actor: { kind: 'person' | 'rescuer' | 'supporter' | 'operator' | 'service' | 'carrier'; id?: string }
  detail?: Record<string, string | number | boolean>
}

export async function recordJournal(tx: Transaction, entries: readonly JournalEntry[]): Promise<void> {
  if (entries.length === 0) return
  await tx.query(
    `INSERT INTO app.journal (organisation_id, at, kind, session_id, alert_id, actor_kind, actor_id, detail)
     SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::uuid[], $5::uuid[], $6::text[], $7::uuid[], $8::jsonb[])`,
    [
      entries.map((e) => e.organisationId),
      entries.map((e) => iso(e.at)),
      entries.map((e) => e.kind),
      entries.map((e) => e.sessionId ?? null),
      entries.map((e) => e.alertId ?? null),
      entries.map((e) => e.actor.kind),
      entries.map((e) => e.actor.id ?? null),
      entries.map((e) => JSON.stringify(e.detail ?? {})),
    ],
  )
}
