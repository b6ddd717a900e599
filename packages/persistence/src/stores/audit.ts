import type { Queryable, Transaction } from '../database.ts'

/** One change of what operators run: who, what, which fields. Never what is in them. */
export interface AuditRow {
  id: number
  at: number
  actorId: string
  action: string
  thing?: string
  version?: number
  fields: string[]
}

export async function recordAudit(
  tx: Transaction,
  row: { organisationId: string; actorId: string; action: string; thing?: string; version?: number; fields: string[] },
): Promise<void> {
  await tx.query(
    `INSERT INTO app.audit (organisation_id, actor_id, action, thing, version, fields) VALUES ($1,$2,$3,$4,$5,$6)`,
    [row.organisationId, row.actorId, row.action, row.thing ?? null, row.version ?? null, row.fields],
  )
}

/** Newest first. @param before the id of the last row seen */
export async function findAudit(
  db: Queryable,
  organisationId: string,
  page: { before?: number | undefined; limit: number },
): Promise<AuditRow[]> {
  const rows = await db.query<{
    id: number
    at: number
    actor_id: string
    action: string
    thing: string | null
    version: number | null
    fields: string[]
  }>(
    `SELECT id, at, actor_id, action, thing, version, fields FROM app.audit
     WHERE organisation_id = $1 AND ($2::bigint IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
    [organisationId, page.before ?? null, page.limit],
  )
  return rows.map((row) => ({
    id: row.id,
    at: row.at,
    actorId: row.actor_id,
    action: row.action,
    ...(row.thing ? { thing: row.thing } : {}),
    ...(row.version ? { version: row.version } : {}),
    fields: row.fields,
  }))
}

/** An alert as whoever looks back sees it: states and instants, nothing of a person. */
export interface PastAlertRow {
  id: string
  code: string
  state: string
  reason: string
  raisedAt: number
  dueAt: number
  ownedAt: number | null
  ownerKind: string | null
  closedAt: number | null
  outcome: string | null
  /** A test of the alarm path. */
  synthetic: boolean
}

/** Every alert of the organisation, newest first. @param page.before the id of the last one seen */
export async function findPastAlerts(
  db: Queryable,
  organisationId: string,
  page: { before?: string | undefined; limit: number },
): Promise<PastAlertRow[]> {
  return db.query(
    `SELECT id, code, state, reason, raised_at AS "raisedAt", due_at AS "dueAt", owned_at AS "ownedAt",
       owner_kind AS "ownerKind", closed_at AS "closedAt", outcome, coalesce(synthetic, false) AS synthetic
     FROM app.alerts WHERE organisation_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
    [organisationId, page.before ?? null, page.limit],
  )
}

/** What happened to one alert, in order: pseudonymous lines of the journal. */
export async function findTimeline(
  db: Queryable,
  organisationId: string,
  alertId: string,
): Promise<{ at: number; kind: string; actorKind: string; detail: object }[]> {
  return db.query(
    `SELECT at, kind, actor_kind AS "actorKind", detail FROM app.journal
     WHERE organisation_id = $1 AND alert_id = $2 ORDER BY id LIMIT 1000`,
    [organisationId, alertId],
  )
}
