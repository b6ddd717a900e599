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

/** `alert-viewed`, for each of these alerts that this supporter has not looked at within `onceMs`. */
export async function recordViews(
  tx: Transaction,
  alertIds: readonly string[],
  supporterId: string,
  onceMs: number,
): Promise<void> {
  if (alertIds.length === 0) return
  await tx.query(
    `INSERT INTO app.journal (organisation_id, at, kind, session_id, alert_id, actor_kind, actor_id)
     SELECT a.organisation_id, app.clock(), 'alert-viewed', a.session_id, a.id, 'supporter', $2 FROM app.alerts a
     WHERE a.id = ANY($1::uuid[]) AND NOT EXISTS (
       SELECT FROM app.journal j WHERE j.alert_id = a.id AND j.kind = 'alert-viewed' AND j.actor_id = $2
         AND j.at > app.clock() - $3 * interval '1 millisecond')
     ORDER BY a.id`,
    [alertIds, supporterId, onceMs],
  )
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
