import type { LadderStep, PromptKind } from '@stillhere/domain'
import { iso, type Queryable, type Transaction } from '../database.ts'
import { newId } from '../ids.ts'

export type StepKind = 'prompt' | 'ladder' | 'repeat' | 'duty' | 'request'

/** Something that must happen at an absolute instant. `spec` is the ladder step or the prompt's kind. */
export interface StepRow {
  id: string
  organisationId: string
  sessionId: string
  alertId?: string
  kind: StepKind
  position: number
  spec?: (LadderStep & { forced?: boolean }) | { prompt: PromptKind }
  dueAt: number
}

interface Columns {
  id: string
  organisation_id: string
  session_id: string
  alert_id: string | null
  kind: StepKind
  position: number
  spec: StepRow['spec'] | null
  due_at: number
}

const toRow = (c: Columns): StepRow => ({
  id: c.id,
  organisationId: c.organisation_id,
  sessionId: c.session_id,
  ...(c.alert_id ? { alertId: c.alert_id } : {}),
  kind: c.kind,
  position: c.position,
  ...(c.spec ? { spec: c.spec } : {}),
  dueAt: c.due_at,
})

export const newStep = (step: Omit<StepRow, 'id'>): StepRow => ({ id: newId(), ...step })

/** `done` ones are written with what became of them: a step that ran in the transaction that made it. */
export async function insertSteps(
  tx: Transaction,
  steps: readonly (StepRow & { done?: { outcome: string; at: number } })[],
): Promise<void> {
  if (steps.length === 0) return
  await tx.query(
    `INSERT INTO app.steps (id, organisation_id, session_id, alert_id, kind, position, spec, due_at, status, outcome, done_at)
     SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::integer[], $7::jsonb[],
       $8::timestamptz[], $9::text[], $10::text[], $11::timestamptz[])`,
    [
      steps.map((s) => s.id),
      steps.map((s) => s.organisationId),
      steps.map((s) => s.sessionId),
      steps.map((s) => s.alertId ?? null),
      steps.map((s) => s.kind),
      steps.map((s) => s.position),
      steps.map((s) => (s.spec ? JSON.stringify(s.spec) : null)),
      steps.map((s) => iso(s.dueAt)),
      steps.map((s) => (s.done ? 'done' : 'pending')),
      steps.map((s) => s.done?.outcome ?? null),
      steps.map((s) => iso(s.done?.at)),
    ],
  )
}

/** What is due now, without locking: ids for a pass that then locks in the order of the house (session, alert, step). */
export async function findDueSteps(tx: Transaction, kinds: readonly StepKind[], limit: number): Promise<StepRow[]> {
  const rows = await tx.query<Columns>(
    `SELECT * FROM app.steps WHERE status = 'pending' AND due_at <= app.clock() AND due_at >= app.due_since() AND kind = ANY($1::text[])
     ORDER BY due_at LIMIT $2`,
    [kinds, limit],
  )
  return rows.map(toRow)
}

/** Locks the due prompts of these sessions. The sessions are locked first, so what another worker has fired is gone. */
export async function loadDuePromptsForUpdate(tx: Transaction, sessionIds: readonly string[]): Promise<StepRow[]> {
  const rows = await tx.query<Columns>(
    `SELECT * FROM app.steps WHERE session_id = ANY($1::uuid[]) AND status = 'pending' AND kind = 'prompt'
       AND due_at <= app.clock() ORDER BY id FOR UPDATE`,
    [sessionIds],
  )
  return rows.map(toRow)
}

/** Locks the pending steps of these alerts. The alerts are locked first. */
export async function loadPendingStepsForUpdate(tx: Transaction, alertIds: readonly string[]): Promise<StepRow[]> {
  const rows = await tx.query<Columns>(
    `SELECT * FROM app.steps WHERE alert_id = ANY($1::uuid[]) AND status = 'pending' ORDER BY id FOR UPDATE`,
    [alertIds],
  )
  return rows.map(toRow)
}

export async function finishSteps(
  tx: Transaction,
  steps: readonly { id: string; outcome: string }[],
  now: number,
): Promise<void> {
  if (steps.length === 0) return
  await tx.query(
    `UPDATE app.steps s SET status = 'done', outcome = v.outcome, done_at = $3::timestamptz
     FROM unnest($1::uuid[], $2::text[]) AS v(id, outcome) WHERE s.id = v.id AND s.status = 'pending'`,
    [steps.map((s) => s.id), steps.map((s) => s.outcome), iso(now)],
  )
}

export async function moveSteps(tx: Transaction, ids: readonly string[], dueAt: number): Promise<void> {
  if (ids.length === 0) return
  await tx.query(`UPDATE app.steps SET due_at = $2 WHERE id = ANY($1::uuid[]) AND status = 'pending'`, [
    ids,
    iso(dueAt),
  ])
}

/** A step that cannot be worked off stays due and backs off by seconds; it is never dropped. */
export async function backOffSteps(tx: Transaction, ids: readonly string[]): Promise<void> {
  await tx.query(
    `UPDATE app.steps SET failures = failures + 1, due_at = app.clock() + least(5, 1 + failures) * interval '1 second'
     WHERE id = ANY($1::uuid[]) AND status = 'pending'`,
    [ids],
  )
}

export async function cancelSteps(
  tx: Transaction,
  of: { sessionIds: readonly string[] } | { alertIds: readonly string[] },
  kinds: readonly StepKind[],
  now: number,
): Promise<void> {
  const ids = 'sessionIds' in of ? of.sessionIds : of.alertIds
  if (ids.length === 0) return
  await tx.query(
    `UPDATE app.steps SET status = 'cancelled', done_at = $3 WHERE status = 'pending' AND kind = ANY($2::text[])
       AND ${'sessionIds' in of ? 'session_id' : 'alert_id'} = ANY($1::uuid[])`,
    [ids, kinds, iso(now)],
  )
}

/** When the ladder last went a step on, by itself or by hand, since the alert was raised. */
export async function findLastWidening(db: Queryable, alertId: string): Promise<number | undefined> {
  const [row] = await db.query<{ at: number | null }>(
    `SELECT max(s.done_at) AS at FROM app.steps s JOIN app.alerts a ON a.id = s.alert_id
     WHERE s.alert_id = $1 AND s.kind = 'ladder' AND s.status = 'done' AND s.outcome IN ('climbed', 'nobody')
       AND s.done_at > a.raised_at`,
    [alertId],
  )
  return row?.at ?? undefined
}
