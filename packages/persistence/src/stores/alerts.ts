import type {
  Alert,
  AlertOrder,
  AlertOutcome,
  AlertReason,
  AlertState,
  LadderStep,
  RecipientAnswer,
  RecipientKind,
} from '@stillhere/domain'
import { iso, type Queryable, StaleWriteError, type Transaction } from '../database.ts'
import { isDenied } from './contact-numbers.ts'
import type { SealedValue } from './plans.ts'

/** An alert's row: the machine's alert, the snapshots it was raised with, and whose it is. */
export interface AlertRow extends Alert {
  id: string
  organisationId: string
  sessionId: string
  planId: string
  code: string
  sealedPlan: SealedValue
  planVersion: number
  sealedOwnNumber?: SealedValue
  textAddress: boolean
  alertOrder: AlertOrder
  ladder: LadderStep[]
  /** When it should have been raised; `raisedAt - dueAt` is the lateness. */
  dueAt: number
  ladderFromAt: number
  disclosedAt?: number
  closedAt?: number
  /** When the ladder was last pushed on by hand. */
  escalatedAt?: number
}

/** Somebody this alert may tell. */
export interface RecipientRow {
  alertId: string
  kind: RecipientKind
  id: string
  organisationId: string
  position: number
  /** The number under the worker's own key, bound to the recipient's id. Absent: has no phone, only the console. */
  destination?: string
  numberHash?: Buffer
  language: string
  code: string
  codeHeld: boolean
  lastTextAt?: number
  toldAt?: number
  answer: RecipientAnswer
  answeredAt?: number
  /** Of the phone, now. */
  stopped: boolean
  badCode?: string
}

export interface AlertColumns {
  id: string
  organisation_id: string
  session_id: string
  plan_id: string
  state: AlertState
  version: number
  code: string
  reason: AlertReason
  sealed_plan: SealedValue
  plan_version: number
  sealed_own_number: SealedValue | null
  text_address: boolean
  alert_order: AlertOrder
  ladder: LadderStep[]
  due_at: number
  ladder_from_at: number
  raised_at: number
  disclosed_at: number | null
  owner_kind: RecipientKind | null
  owner_id: string | null
  owned_at: number | null
  duty_until_at: number | null
  requested_at: number | null
  request_lapses_at: number | null
  outcome: AlertOutcome | null
  closed_at: number | null
  escalated_at: number | null
  synthetic: boolean
}

export const toAlert = (c: AlertColumns): AlertRow => ({
  id: c.id,
  organisationId: c.organisation_id,
  sessionId: c.session_id,
  planId: c.plan_id,
  state: c.state,
  version: c.version,
  code: c.code,
  reason: c.reason,
  sealedPlan: c.sealed_plan,
  planVersion: c.plan_version,
  ...(c.sealed_own_number ? { sealedOwnNumber: c.sealed_own_number } : {}),
  textAddress: c.text_address,
  alertOrder: c.alert_order,
  ladder: c.ladder,
  dueAt: c.due_at,
  ladderFromAt: c.ladder_from_at,
  raisedAt: c.raised_at,
  ...(c.disclosed_at ? { disclosedAt: c.disclosed_at } : {}),
  ...(c.owner_kind && c.owner_id ? { owner: { kind: c.owner_kind, id: c.owner_id } } : {}),
  ...(c.owned_at ? { ownedAt: c.owned_at } : {}),
  ...(c.duty_until_at ? { dutyUntilAt: c.duty_until_at } : {}),
  ...(c.requested_at ? { requestedAt: c.requested_at } : {}),
  ...(c.request_lapses_at ? { requestLapsesAt: c.request_lapses_at } : {}),
  ...(c.outcome ? { outcome: c.outcome } : {}),
  ...(c.closed_at ? { closedAt: c.closed_at } : {}),
  ...(c.escalated_at ? { escalatedAt: c.escalated_at } : {}),
  ...(c.synthetic ? { synthetic: true as const } : {}),
})

interface RecipientColumns {
  alert_id: string
  kind: RecipientKind
  recipient_id: string
  organisation_id: string
  position: number
  destination: string | null
  number_hash: Buffer | null
  language: string
  code: string
  code_held: boolean
  last_text_at: number | null
  told_at: number | null
  answer: RecipientAnswer
  answered_at: number | null
  stopped_at: number | null
  bad_code: string | null
}

const toRecipient = (c: RecipientColumns): RecipientRow => ({
  alertId: c.alert_id,
  kind: c.kind,
  id: c.recipient_id,
  organisationId: c.organisation_id,
  position: c.position,
  ...(c.destination ? { destination: c.destination } : {}),
  ...(c.number_hash ? { numberHash: c.number_hash } : {}),
  language: c.language,
  code: c.code,
  codeHeld: c.code_held,
  ...(c.last_text_at ? { lastTextAt: c.last_text_at } : {}),
  ...(c.told_at ? { toldAt: c.told_at } : {}),
  answer: c.answer,
  ...(c.answered_at ? { answeredAt: c.answered_at } : {}),
  stopped: c.stopped_at !== null,
  ...(c.bad_code ? { badCode: c.bad_code } : {}),
})

/** Writes alerts that are raised now. */
export async function insertAlerts(tx: Transaction, alerts: readonly AlertRow[]): Promise<void> {
  if (alerts.length === 0) return
  await tx.query(
    `INSERT INTO app.alerts (id, organisation_id, session_id, plan_id, code, reason, sealed_plan, plan_version,
       sealed_own_number, alert_order, ladder, due_at, ladder_from_at, raised_at, text_address, synthetic)
     SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::jsonb[], $8::integer[],
       $9::jsonb[], $10::text[], $11::jsonb[], $12::timestamptz[], $13::timestamptz[], $14::timestamptz[],
       $15::boolean[], $16::boolean[])`,
    [
      alerts.map((a) => a.id),
      alerts.map((a) => a.organisationId),
      alerts.map((a) => a.sessionId),
      alerts.map((a) => a.planId),
      alerts.map((a) => a.code),
      alerts.map((a) => a.reason),
      alerts.map((a) => JSON.stringify(a.sealedPlan)),
      alerts.map((a) => a.planVersion),
      alerts.map((a) => (a.sealedOwnNumber ? JSON.stringify(a.sealedOwnNumber) : null)),
      alerts.map((a) => a.alertOrder),
      alerts.map((a) => JSON.stringify(a.ladder)),
      alerts.map((a) => iso(a.dueAt)),
      alerts.map((a) => iso(a.ladderFromAt)),
      alerts.map((a) => iso(a.raisedAt)),
      alerts.map((a) => a.textAddress),
      alerts.map((a) => a.synthetic ?? false),
    ],
  )
}

export async function insertRecipients(tx: Transaction, recipients: readonly RecipientRow[]): Promise<void> {
  if (recipients.length === 0) return
  await tx.query(
    `INSERT INTO app.alert_recipients (alert_id, kind, recipient_id, organisation_id, position, destination, number_hash,
       language, code, code_held, last_text_at)
     SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::integer[], $6::text[], $7::bytea[],
       $8::text[], $9::text[], $10::boolean[], $11::timestamptz[])`,
    [
      recipients.map((r) => r.alertId),
      recipients.map((r) => r.kind),
      recipients.map((r) => r.id),
      recipients.map((r) => r.organisationId),
      recipients.map((r) => r.position),
      recipients.map((r) => r.destination ?? null),
      recipients.map((r) => r.numberHash ?? null),
      recipients.map((r) => r.language),
      recipients.map((r) => r.code),
      recipients.map((r) => r.codeHeld),
      recipients.map((r) => iso(r.lastTextAt)),
    ],
  )
}

/** Codes these phones hold, open or within 24 h of the close. Keys are hex of the hash. */
export async function findHeldCodes(
  db: Queryable,
  hashes: readonly Buffer[],
): Promise<{ organisationId: string; phone: string; code: string }[]> {
  const rows = await db.query<{ organisation_id: string; number_hash: Buffer; code: string }>(
    `SELECT r.organisation_id, r.number_hash, r.code FROM app.alert_recipients r
     JOIN (SELECT DISTINCT unnest($1::bytea[]) AS number_hash) h USING (number_hash) WHERE r.code_held`,
    [hashes],
  )
  return rows.map((r) => ({ organisationId: r.organisation_id, phone: r.number_hash.toString('hex'), code: r.code }))
}

/** Codes of alerts closed over 24 h ago may be given out again. */
export async function releaseCodes(db: Queryable): Promise<void> {
  await db.query(
    `UPDATE app.alert_recipients r SET code_held = false FROM app.alerts a
     WHERE r.alert_id = a.id AND r.code_held AND a.closed_at < app.clock() - interval '24 hours'`,
  )
}

/** Locks the alert. Its session must be locked first where the session may change. */
export async function loadAlertForUpdate(tx: Transaction, alertId: string): Promise<AlertRow | undefined> {
  const [row] = await tx.query<AlertColumns>('SELECT * FROM app.alerts WHERE id = $1 FOR UPDATE', [alertId])
  return row && toAlert(row)
}

/** Locks these alerts but for those that somebody else holds: their steps stay due. */
export async function loadFreeAlertsForUpdate(tx: Transaction, ids: readonly string[]): Promise<AlertRow[]> {
  const rows = await tx.query<AlertColumns>(
    'SELECT * FROM app.alerts WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE SKIP LOCKED',
    [ids],
  )
  return rows.map(toAlert)
}

export async function findAlert(
  db: Queryable,
  by: { id: string } | { sessionId: string },
): Promise<AlertRow | undefined> {
  const [column, value] = 'id' in by ? ['id', by.id] : ['session_id', by.sessionId]
  const [row] = await db.query<AlertColumns>(`SELECT * FROM app.alerts WHERE ${column} = $1`, [value])
  return row && toAlert(row)
}

const recipientsWithPhone = `SELECT r.*, p.stopped_at, p.bad_code FROM app.alert_recipients r
  LEFT JOIN app.phones p ON p.organisation_id = r.organisation_id AND p.number_hash = r.number_hash`

/** Everyone the alerts may tell, with what their phones are now. The alerts are locked by the caller. */
export async function findRecipients(db: Queryable, alertIds: readonly string[]): Promise<RecipientRow[]> {
  const rows = await db.query<RecipientColumns>(
    `${recipientsWithPhone} WHERE r.alert_id = ANY($1::uuid[]) ORDER BY r.alert_id, r.position, r.recipient_id`,
    [alertIds],
  )
  return rows.map(toRecipient)
}

/**
 * What one phone holds: alerts that are open, and those closed within 24 h (for late replies). `told`: its owner knows of
 * it, by a text, or because they claimed it on the console or were handed it.
 */
export async function findAlertsOfPhone(
  db: Queryable,
  organisationId: string,
  numberHash: Buffer,
): Promise<
  {
    alertId: string
    sessionId: string
    recipientId: string
    kind: RecipientKind
    destination: string
    language: string
    code: string
    open: boolean
    told: boolean
    synthetic: boolean
    closedAt: number | null
  }[]
> {
  return db.query(
    `SELECT r.alert_id AS "alertId", a.session_id AS "sessionId", r.recipient_id AS "recipientId", r.kind, r.code,
       r.destination, r.language, a.state <> 'closed' AS open, a.synthetic,
       (r.told_at IS NOT NULL OR r.last_text_at IS NOT NULL OR r.answer <> 'none' OR a.owner_id = r.recipient_id) AS told,
       a.closed_at AS "closedAt"
     FROM app.alert_recipients r JOIN app.alerts a ON a.id = r.alert_id
     WHERE r.organisation_id = $1 AND r.number_hash = $2 AND (a.state <> 'closed' OR a.closed_at > app.clock() - interval '24 hours')
     ORDER BY a.raised_at DESC`,
    [organisationId, numberHash],
  )
}

/** How many texts of alerts were queued for each of these phones since then. Keys are `organisationId.hex of the hash`. */
export async function countRecentlyAsked(
  db: Queryable,
  phones: readonly { organisationId: string; numberHash: Buffer }[],
  sinceAt: number,
): Promise<Map<string, number>> {
  const rows = await db.query<{ organisation_id: string; number_hash: Buffer; count: number }>(
    `SELECT r.organisation_id, r.number_hash, count(*) AS count FROM app.alert_recipients r
     JOIN (SELECT DISTINCT * FROM unnest($1::uuid[], $2::bytea[]) AS v(organisation_id, number_hash)) phone
       USING (organisation_id, number_hash)
     WHERE r.code_held AND r.last_text_at > $3 GROUP BY 1, 2`,
    [phones.map((phone) => phone.organisationId), phones.map((phone) => phone.numberHash), iso(sinceAt)],
  )
  return new Map(rows.map((row) => [`${row.organisation_id}.${row.number_hash.toString('hex')}`, Number(row.count)]))
}

/** Alerts that nobody has and that this phone is asked about, oldest first. */
export async function findOpenOnPhone(
  db: Queryable,
  organisationId: string,
  numberHash: Buffer,
): Promise<{ alertId: string; code: string }[]> {
  return db.query(
    `SELECT a.id AS "alertId", r.code FROM app.alert_recipients r JOIN app.alerts a ON a.id = r.alert_id
     WHERE r.organisation_id = $1 AND r.number_hash = $2 AND a.state = 'open' AND r.answer IN ('none', 'safe')
       AND r.last_text_at IS NOT NULL ORDER BY a.raised_at, a.id`,
    [organisationId, numberHash],
  )
}

/** Whether one of these codes belongs to an open alert of the organisation. */
export async function isOpenCode(db: Queryable, organisationId: string, codes: readonly string[]): Promise<boolean> {
  const rows = await db.query(
    `SELECT FROM app.alerts a JOIN app.alert_recipients r ON r.alert_id = a.id
     WHERE a.organisation_id = $1 AND a.state <> 'closed' AND r.code = ANY($2::text[]) LIMIT 1`,
    [organisationId, codes],
  )
  return rows.length > 0
}

export async function findSessionsOfAlerts(db: Queryable, alertIds: readonly string[]): Promise<string[]> {
  const rows = await db.query<{ id: string }>('SELECT session_id AS id FROM app.alerts WHERE id = ANY($1::uuid[])', [
    alertIds,
  ])
  return rows.map((row) => row.id)
}

/** @throws StaleWriteError when the alert had another version */
export async function storeAlert(
  tx: Transaction,
  alert: AlertRow,
  expectedVersion: number,
  now: number,
): Promise<void> {
  const rows = await tx.query(
    `UPDATE app.alerts SET state = $3, version = $4, owner_kind = $5, owner_id = $6, owned_at = $7, duty_until_at = $8,
       requested_at = $9, request_lapses_at = $10, outcome = $11, ladder_from_at = $12,
       closed_at = CASE WHEN $3 = 'closed' THEN coalesce(closed_at, $13::timestamptz) END
     WHERE id = $1 AND version = $2 RETURNING id`,
    [
      alert.id,
      expectedVersion,
      alert.state,
      alert.version,
      alert.owner?.kind ?? null,
      alert.owner?.id ?? null,
      iso(alert.ownedAt),
      iso(alert.dutyUntilAt),
      iso(alert.requestedAt),
      iso(alert.requestLapsesAt),
      alert.outcome ?? null,
      iso(alert.ladderFromAt),
      iso(now),
    ],
  )
  if (rows.length !== 1) throw new StaleWriteError('an alert changed since it was read')
}

export async function recordAnswer(
  tx: Transaction,
  alertId: string,
  recipientId: string,
  answer: RecipientAnswer,
  now: number,
): Promise<void> {
  await tx.query(
    'UPDATE app.alert_recipients SET answer = $3, answered_at = $4 WHERE alert_id = $1 AND recipient_id = $2',
    [alertId, recipientId, answer, iso(now)],
  )
}

export async function recordTextsQueued(
  tx: Transaction,
  recipients: readonly { alertId: string; recipientId: string }[],
  now: number,
): Promise<void> {
  if (recipients.length === 0) return
  await tx.query(
    `UPDATE app.alert_recipients r SET last_text_at = $3::timestamptz
     FROM unnest($1::uuid[], $2::uuid[]) AS v(alert_id, recipient_id)
     WHERE r.alert_id = v.alert_id AND r.recipient_id = v.recipient_id`,
    [recipients.map((r) => r.alertId), recipients.map((r) => r.recipientId), iso(now)],
  )
}

/**
 * The alert goes on after all: what a request for the all-clear held back. Texts that say where are queued again for
 * those who may still go; whoever was never reached counts as not told, so that their next text is a first one.
 */
export async function releaseHeldBack(tx: Transaction, alertId: string): Promise<void> {
  await tx.query(
    `UPDATE app.messages m SET status = 'queued', due_at = app.clock() + interval '3 seconds'
     FROM app.alert_recipients r WHERE m.alert_id = $1 AND m.template = 'alert-where' AND m.status = 'cancelled'
       AND r.alert_id = m.alert_id AND r.recipient_id = m.recipient_id AND r.answer NOT IN ('cannot', 'left')`,
    [alertId],
  )
  await tx.query(
    `UPDATE app.alert_recipients r SET last_text_at = NULL WHERE r.alert_id = $1 AND r.told_at IS NULL
       AND NOT EXISTS (SELECT FROM app.messages m WHERE m.alert_id = r.alert_id AND m.recipient_id = r.recipient_id
         AND m.template <> 'alert-where' AND m.status NOT IN ('cancelled', 'failed'))`,
    [alertId],
  )
}

export async function recordDisclosed(tx: Transaction, alertIds: readonly string[], now: number): Promise<void> {
  await tx.query('UPDATE app.alerts SET disclosed_at = $2 WHERE id = ANY($1::uuid[]) AND disclosed_at IS NULL', [
    alertIds,
    iso(now),
  ])
}

export interface SupporterOnShift {
  id: string
  organisationId: string
  destination: string
  numberHash: Buffer
  language: string
}

/** Supporters on shift now who can be told by phone: a number that waits for its answer too (decision 0019), a denied one not. */
export async function findSupportersOnShift(
  db: Queryable,
  organisationIds: readonly string[],
): Promise<SupporterOnShift[]> {
  return db.query<SupporterOnShift>(
    `SELECT id, organisation_id AS "organisationId", destination, number_hash AS "numberHash", language
     FROM app.supporters s WHERE organisation_id = ANY($1::uuid[]) AND on_shift AND removed_at IS NULL
       AND destination IS NOT NULL AND number_hash IS NOT NULL AND NOT ${isDenied('s')} ORDER BY id`,
    [organisationIds],
  )
}

/** Alerts nobody owns, by organisation: what the operator's pager says. */
export async function findUnowned(
  db: Queryable,
  olderThanMs: number,
  /** Raised longer ago than this nobody is paged about it: a rule closes it. */
  youngerThanMs: number,
): Promise<{ organisationId: string; count: number; oldestAt: number }[]> {
  return db.query(
    `SELECT organisation_id AS "organisationId", count(*) AS count, min(raised_at) AS "oldestAt" FROM app.alerts
     WHERE state = 'open' AND NOT synthetic AND raised_at <= app.clock() - $1 * interval '1 millisecond'
       AND raised_at > app.clock() - $2 * interval '1 millisecond' GROUP BY organisation_id`,
    [olderThanMs, youngerThanMs],
  )
}

/** Open alerts without any step to come: must be none (the ladder never goes silent). */
export async function isSomeAlertSilent(db: Queryable): Promise<boolean> {
  const [row] = await db.query<{ silent: boolean }>('SELECT app.some_alert_is_silent() AS silent')
  return row?.silent ?? true
}

export async function recordEscalated(tx: Transaction, alertId: string, now: number): Promise<void> {
  await tx.query('UPDATE app.alerts SET escalated_at = $2 WHERE id = $1', [alertId, iso(now)])
}

/** Behind every alert's end stands a human (K8). */
export async function recordClosedBy(
  tx: Transaction,
  alertId: string,
  by: { kind: 'person' | 'rescuer' | 'supporter' | 'operator' | 'service'; id?: string },
  /** Unknown where whoever closed it could not say. */
  naloxone?: boolean,
): Promise<void> {
  await tx.query('UPDATE app.alerts SET closed_by_kind = $2, closed_by_id = $3, naloxone = $4 WHERE id = $1', [
    alertId,
    by.kind,
    by.id ?? null,
    naloxone ?? null,
  ])
}
