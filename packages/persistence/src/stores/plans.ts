import type { AlertOrder } from '@stillhere/domain'
import { iso, type Queryable, type Transaction } from '../database.ts'

/** What HPKE gave: `{keyId, enc, ciphertext}`, base64url. Opened only by the worker's disclosure folder. */
export interface SealedValue {
  keyId: string
  enc: string
  ciphertext: string
}

export type Check = 'pending' | 'ok' | 'refused'
export type Consent = 'waiting' | 'agreed' | 'declined' | 'stopped' | 'left'

export interface PlanRow {
  id: string
  organisationId: string
  deviceId: string
  planVersion: number
  sealed: SealedValue
  /** The last version that could be opened. */
  good?: { sealed: SealedValue; planVersion: number }
  sealedOwnNumber?: SealedValue
  ownNumberHash?: Buffer
  /** The own number under the worker's key, once checked. */
  ownDestination?: string
  textAddress: boolean
  alertOrder: AlertOrder
  /** In which the own phone is written to outside a session. */
  language: string
  check: Check
  checkCode?: string
  ownCheck?: Check
  ownCheckCode?: string
  missing: string[]
  /** The site whose template it adopted, and in which version. */
  site?: { id: string; version: number }
  /** Its rescuer is a test handset. */
  synthetic?: true
}

export interface RescuerRow {
  id: string
  organisationId: string
  planId: string
  position: number
  /** Read only where it is to be checked: nobody else can. */
  sealedNumber?: SealedValue
  /** The number under the worker's key, once checked. */
  destination?: string
  numberHash?: Buffer
  /** In which they are written to and rung. */
  language: string
  /** As shown: `stopped` while the phone is stopped. */
  consent: Consent
  check: Check
  checkCode?: string
  /** Carrier code that says the phone is dead for texts. */
  badCode?: string
  /** A test handset. */
  synthetic?: true
}

interface PlanColumns {
  id: string
  organisation_id: string
  device_id: string
  plan_version: number
  sealed: SealedValue
  good_sealed: SealedValue | null
  good_version: number | null
  sealed_own_number: SealedValue | null
  own_number_hash: Buffer | null
  own_destination: string | null
  text_address: boolean
  alert_order: AlertOrder
  language: string
  plan_check: Check
  plan_check_code: string | null
  own_check: Check | null
  own_check_code: string | null
  missing: string[]
  site_id: string | null
  site_version: number | null
  synthetic: boolean
}

const toPlan = (c: PlanColumns): PlanRow => ({
  id: c.id,
  organisationId: c.organisation_id,
  deviceId: c.device_id,
  planVersion: c.plan_version,
  sealed: c.sealed,
  ...(c.good_sealed && c.good_version ? { good: { sealed: c.good_sealed, planVersion: c.good_version } } : {}),
  ...(c.sealed_own_number ? { sealedOwnNumber: c.sealed_own_number } : {}),
  ...(c.own_number_hash ? { ownNumberHash: c.own_number_hash } : {}),
  ...(c.own_destination ? { ownDestination: c.own_destination } : {}),
  textAddress: c.text_address,
  alertOrder: c.alert_order,
  language: c.language,
  check: c.plan_check,
  ...(c.plan_check_code ? { checkCode: c.plan_check_code } : {}),
  ...(c.own_check ? { ownCheck: c.own_check } : {}),
  ...(c.own_check_code ? { ownCheckCode: c.own_check_code } : {}),
  missing: c.missing,
  ...(c.site_id && c.site_version ? { site: { id: c.site_id, version: c.site_version } } : {}),
  ...(c.synthetic ? { synthetic: true as const } : {}),
})

/** Saves a new plan or a new version of it; its checks start anew. */
export async function savePlan(
  tx: Transaction,
  plan: Pick<
    PlanRow,
    'id' | 'organisationId' | 'deviceId' | 'planVersion' | 'sealed' | 'sealedOwnNumber' | 'alertOrder' | 'site'
  > & { language?: string },
): Promise<void> {
  await tx.query(
    `INSERT INTO app.rescue_plans (id, organisation_id, device_id, plan_version, sealed, sealed_own_number, own_check,
       alert_order, site_id, site_version, language, check_due_at)
     VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11, app.clock())
     ON CONFLICT (id) DO UPDATE SET plan_version = excluded.plan_version, sealed = excluded.sealed,
       sealed_own_number = excluded.sealed_own_number, own_number_hash = NULL,
       own_destination = NULL, own_check = excluded.own_check,
       own_check_code = NULL, alert_order = excluded.alert_order, plan_check = 'pending', plan_check_code = NULL,
       site_id = excluded.site_id, site_version = excluded.site_version, language = excluded.language,
       check_due_at = excluded.check_due_at, used_at = app.clock()`,
    [
      plan.id,
      plan.organisationId,
      plan.deviceId,
      plan.planVersion,
      JSON.stringify(plan.sealed),
      plan.sealedOwnNumber ? JSON.stringify(plan.sealedOwnNumber) : null,
      plan.sealedOwnNumber ? 'pending' : null,
      plan.alertOrder,
      plan.site?.id ?? null,
      plan.site?.version ?? null,
      plan.language ?? 'en',
    ],
  )
}

/** Whether the id is taken at all, by anyone, deleted ones too. */
export async function isPlanIdTaken(db: Queryable, planId: string): Promise<boolean> {
  const [row] = await db.query<{ taken: boolean }>('SELECT app.plan_id_taken($1) AS taken', [planId])
  return row?.taken ?? true
}

export async function loadPlanForUpdate(
  tx: Transaction,
  deviceId: string,
  planId: string,
): Promise<PlanRow | undefined> {
  const [row] = await tx.query<PlanColumns>(
    'SELECT * FROM app.rescue_plans WHERE id = $1 AND device_id = $2 AND deleted_at IS NULL FOR UPDATE',
    [planId, deviceId],
  )
  return row && toPlan(row)
}

export async function findPlansOfDevice(db: Queryable, deviceId: string, planId?: string): Promise<PlanRow[]> {
  const rows = await db.query<PlanColumns>(
    `SELECT * FROM app.rescue_plans WHERE device_id = $1 AND deleted_at IS NULL ${planId ? 'AND id = $2' : ''} ORDER BY id`,
    planId ? [deviceId, planId] : [deviceId],
  )
  return rows.map(toPlan)
}

export async function findPlans(db: Queryable, ids: readonly string[]): Promise<PlanRow[]> {
  return (await db.query<PlanColumns>('SELECT * FROM app.rescue_plans WHERE id = ANY($1::uuid[])', [ids])).map(toPlan)
}

/** The row stays as a tombstone without its sealed content. */
export async function deletePlan(tx: Transaction, planId: string, now: number): Promise<void> {
  await tx.query(
    `UPDATE app.rescue_plans SET deleted_at = $2, used_at = $2, sealed = '{}', good_sealed = NULL, good_version = NULL, sealed_own_number = NULL, own_check = NULL,
       own_number_hash = NULL, own_destination = NULL, check_due_at = NULL, site_id = NULL, site_version = NULL WHERE id = $1`,
    [planId, iso(now)],
  )
  await tx.query(
    `UPDATE app.rescuers SET removed_at = $2, check_due_at = NULL, invite_due_at = NULL
     WHERE plan_id = $1 AND removed_at IS NULL`,
    [planId, iso(now)],
  )
}

/**
 * Of these plans, those that a session speaks of that is not over, be it one under duress: its device must not be shown.
 * They go when it is over (`removeForgottenPlans`).
 */
export async function forgetPlansLater(tx: Transaction, planIds: readonly string[], now: number): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }>(
    `UPDATE app.rescue_plans p SET forgotten_at = $2 WHERE p.id = ANY($1::uuid[])
       AND EXISTS (SELECT FROM app.sessions s WHERE s.plan_id = p.id AND s.state <> 'closed') RETURNING p.id`,
    [planIds, iso(now)],
  )
  return new Set(rows.map(({ id }) => id))
}

interface RescuerColumns {
  id: string
  organisation_id: string
  plan_id: string
  position: number
  sealed_number?: SealedValue
  destination: string | null
  number_hash: Buffer | null
  language: string
  consent: Exclude<Consent, 'stopped'>
  number_check: Check
  number_check_code: string | null
  stopped_at: number | null
  bad_code: string | null
  synthetic: boolean
}

const toRescuer = (c: RescuerColumns): RescuerRow => ({
  id: c.id,
  organisationId: c.organisation_id,
  planId: c.plan_id,
  position: c.position,
  ...(c.sealed_number ? { sealedNumber: c.sealed_number } : {}),
  ...(c.destination ? { destination: c.destination } : {}),
  ...(c.number_hash ? { numberHash: c.number_hash } : {}),
  language: c.language,
  consent: c.stopped_at ? 'stopped' : c.consent,
  check: c.number_check,
  ...(c.number_check_code ? { checkCode: c.number_check_code } : {}),
  ...(c.bad_code ? { badCode: c.bad_code } : {}),
  ...(c.synthetic ? { synthetic: true as const } : {}),
})

/** By name, because the api and the gateway may not read what is sealed to the worker. */
const rescuerColumns = `r.id, r.organisation_id, r.plan_id, r.position, r.destination, r.number_hash, r.language, r.consent,
  r.number_check, r.number_check_code, r.invited_at, r.synthetic, p.stopped_at, p.bad_code`

const withPhone = `FROM app.rescuers r
  LEFT JOIN app.phones p ON p.organisation_id = r.organisation_id AND p.number_hash = r.number_hash`
const rescuersWithPhone = `SELECT ${rescuerColumns} ${withPhone}`

export async function findRescuers(db: Queryable, planIds: readonly string[]): Promise<RescuerRow[]> {
  const rows = await db.query<RescuerColumns>(
    `${rescuersWithPhone} WHERE r.plan_id = ANY($1::uuid[]) AND r.removed_at IS NULL ORDER BY r.plan_id, r.position, r.id`,
    [planIds],
  )
  return rows.map(toRescuer)
}

/** Everyone who has this phone, over all plans of the organisation. */
export async function loadRescuersByPhoneForUpdate(
  tx: Transaction,
  organisationId: string,
  numberHash: Buffer,
): Promise<(RescuerRow & { invitedAt?: number })[]> {
  const rows = await tx.query<RescuerColumns & { invited_at: number | null }>(
    `${rescuersWithPhone} WHERE r.organisation_id = $1 AND r.number_hash = $2 AND r.removed_at IS NULL
     ORDER BY r.id FOR UPDATE OF r`,
    [organisationId, numberHash],
  )
  return rows.map((c) => ({ ...toRescuer(c), ...(c.invited_at ? { invitedAt: c.invited_at } : {}) }))
}

export async function insertRescuer(
  tx: Transaction,
  rescuer: Pick<RescuerRow, 'id' | 'organisationId' | 'planId' | 'position'> & {
    sealedNumber: SealedValue
    sealedWord?: SealedValue
    /** Default: English. */
    language?: string
  },
): Promise<void> {
  await tx.query(
    `INSERT INTO app.rescuers (id, organisation_id, plan_id, position, sealed_number, sealed_word, language, check_due_at)
     VALUES ($1,$2,$3,$4,$5,$6,$7, app.clock())`,
    [
      rescuer.id,
      rescuer.organisationId,
      rescuer.planId,
      rescuer.position,
      JSON.stringify(rescuer.sealedNumber),
      rescuer.sealedWord ? JSON.stringify(rescuer.sealedWord) : null,
      rescuer.language ?? 'en',
    ],
  )
}

export async function isRescuerIdTaken(db: Queryable, rescuerId: string): Promise<boolean> {
  const [row] = await db.query<{ taken: boolean }>('SELECT app.rescuer_id_taken($1) AS taken', [rescuerId])
  return row?.taken ?? true
}

export async function removeRescuer(tx: Transaction, rescuerId: string, now: number): Promise<void> {
  await tx.query(`UPDATE app.rescuers SET removed_at = $2, check_due_at = NULL, invite_due_at = NULL WHERE id = $1`, [
    rescuerId,
    iso(now),
  ])
}

/** The order in which they are told: the first of `rescuerIds` is 1. The caller has locked the plan and names all of them. */
export async function orderRescuers(tx: Transaction, planId: string, rescuerIds: readonly string[]): Promise<void> {
  await tx.query(
    `UPDATE app.rescuers r SET position = o.position
     FROM unnest($2::uuid[]) WITH ORDINALITY AS o(id, position) WHERE r.id = o.id AND r.plan_id = $1`,
    [planId, rescuerIds],
  )
}

export async function setConsent(
  tx: Transaction,
  rescuerIds: readonly string[],
  consent: 'agreed' | 'declined' | 'left',
  now: number,
): Promise<void> {
  await tx.query(
    'UPDATE app.rescuers SET consent = $2, answered_at = $3, invite_due_at = NULL WHERE id = ANY($1::uuid[])',
    [rescuerIds, consent, iso(now)],
  )
}

// --- what the disclosure folder has to check

/** SQL: only these of what is due. They are the statement's second value, where there is one. */
const onlyAmong = (id: string, among: readonly string[] | undefined): string =>
  among ? `AND ${id} = ANY($2::uuid[])` : ''
const values = (limit: number, among: readonly string[] | undefined) => (among ? [limit, among] : [limit])

export async function loadPlansToCheckForUpdate(
  tx: Transaction,
  limit: number,
  among?: readonly string[],
): Promise<PlanRow[]> {
  const rows = await tx.query<PlanColumns>(
    `SELECT * FROM app.rescue_plans WHERE check_due_at <= app.clock() ${onlyAmong('id', among)}
     ORDER BY check_due_at LIMIT $1 FOR UPDATE SKIP LOCKED`,
    values(limit, among),
  )
  return rows.map(toPlan)
}

export async function recordPlanCheck(
  tx: Transaction,
  plan: Pick<
    PlanRow,
    | 'id'
    | 'check'
    | 'checkCode'
    | 'ownCheck'
    | 'ownCheckCode'
    | 'ownNumberHash'
    | 'ownDestination'
    | 'textAddress'
    | 'missing'
  >,
): Promise<void> {
  await tx.query(
    `UPDATE app.rescue_plans SET plan_check = $2, plan_check_code = $3, own_check = $4, own_check_code = $5,
       own_number_hash = $6, missing = $7, own_destination = $8,
       text_address = CASE WHEN $2 = 'ok' THEN $9 ELSE text_address END, check_due_at = NULL,
       good_sealed = CASE WHEN $2 = 'ok' THEN sealed ELSE good_sealed END,
       good_version = CASE WHEN $2 = 'ok' THEN plan_version ELSE good_version END WHERE id = $1`,
    [
      plan.id,
      plan.check,
      plan.checkCode ?? null,
      plan.ownCheck ?? null,
      plan.ownCheckCode ?? null,
      plan.ownNumberHash ?? null,
      plan.missing,
      plan.ownDestination ?? null,
      plan.textAddress,
    ],
  )
}

/**
 * Rescuers whose plan has been checked, each with a lock on the plan: the person's own number and a rescuer's are held
 * against each other, and two checks at one moment would each miss the other (H31).
 */
export async function loadRescuersToCheckForUpdate(
  tx: Transaction,
  limit: number,
  among?: readonly string[],
): Promise<RescuerRow[]> {
  const rows = await tx.query<RescuerColumns>(
    `SELECT ${rescuerColumns}, r.sealed_number ${withPhone}
     JOIN app.rescue_plans AS plan ON plan.id = r.plan_id AND plan.check_due_at IS NULL
     WHERE r.check_due_at <= app.clock() ${onlyAmong('r.id', among)} ORDER BY r.check_due_at LIMIT $1
     FOR UPDATE OF r SKIP LOCKED FOR NO KEY UPDATE OF plan SKIP LOCKED`,
    values(limit, among),
  )
  return rows.map(toRescuer)
}

export async function recordRescuerCheck(
  tx: Transaction,
  rescuer: Pick<RescuerRow, 'id' | 'check' | 'checkCode' | 'numberHash' | 'destination'>,
): Promise<void> {
  await tx.query(
    `UPDATE app.rescuers SET number_check = $2, number_check_code = $3, number_hash = $4, destination = $5,
       check_due_at = NULL, invite_due_at = CASE WHEN $2 = 'ok' THEN app.clock() END WHERE id = $1`,
    [rescuer.id, rescuer.check, rescuer.checkCode ?? null, rescuer.numberHash ?? null, rescuer.destination ?? null],
  )
}

export async function loadRescuersToInviteForUpdate(
  tx: Transaction,
  limit: number,
  among?: readonly string[],
): Promise<RescuerRow[]> {
  const rows = await tx.query<RescuerColumns>(
    `${rescuersWithPhone} WHERE r.invite_due_at <= app.clock() ${onlyAmong('r.id', among)}
     ORDER BY r.invite_due_at LIMIT $1 FOR UPDATE OF r SKIP LOCKED`,
    values(limit, among),
  )
  return rows.map(toRescuer)
}

export async function recordInvitation(
  tx: Transaction,
  rescuerId: string,
  at: { invitedAt?: number; inviteDueAt?: number },
): Promise<void> {
  await tx.query('UPDATE app.rescuers SET invited_at = coalesce($2, invited_at), invite_due_at = $3 WHERE id = $1', [
    rescuerId,
    iso(at.invitedAt),
    iso(at.inviteDueAt),
  ])
}

/** Invitations held back because this phone had one unanswered: due again now that it answered. */
export async function releaseInvitations(tx: Transaction, organisationId: string, numberHash: Buffer): Promise<void> {
  await tx.query(
    `UPDATE app.rescuers SET invite_due_at = app.clock() WHERE organisation_id = $1 AND number_hash = $2
       AND invite_due_at IS NOT NULL AND removed_at IS NULL`,
    [organisationId, numberHash],
  )
}

/** Invitations that were never sent because the phone was stopped: due now that it is not. */
export async function renewInvitations(tx: Transaction, organisationId: string, numberHash: Buffer): Promise<void> {
  await tx.query(
    `UPDATE app.rescuers SET invite_due_at = app.clock() WHERE organisation_id = $1 AND number_hash = $2
       AND consent = 'waiting' AND number_check = 'ok' AND invited_at IS NULL AND removed_at IS NULL`,
    [organisationId, numberHash],
  )
}

/** The sessions that run now on plans whose own phone this is. */
export async function findSessionsByOwnPhone(
  db: Queryable,
  organisationId: string,
  numberHash: Buffer,
): Promise<{ sessionId: string; planId: string; language: string }[]> {
  return db.query(
    `SELECT s.id AS "sessionId", p.id AS "planId", s.language FROM app.rescue_plans p
     JOIN app.sessions s ON s.plan_id = p.id AND s.state <> 'closed' AND NOT s.quiet
     WHERE p.organisation_id = $1 AND p.own_number_hash = $2 ORDER BY s.started_at DESC`,
    [organisationId, numberHash],
  )
}

/** The session that counts on this plan now, alerting ones included; one under duress looks ended and is not found. */
export async function findSessionOfPlan(db: Queryable, planId: string): Promise<string | undefined> {
  const [row] = await db.query<{ id: string }>(
    `SELECT id FROM app.sessions WHERE plan_id = $1 AND state <> 'closed' AND NOT quiet LIMIT 1`,
    [planId],
  )
  return row?.id
}

/** The sealed words of invitations, by rescuer. */
export async function findSealedWords(
  db: Queryable,
  rescuerIds: readonly string[],
): Promise<Map<string, { planId: string; sealed: SealedValue }>> {
  if (rescuerIds.length === 0) return new Map()
  const rows = await db.query<{ id: string; planId: string; sealed: SealedValue }>(
    `SELECT id, plan_id AS "planId", sealed_word AS sealed FROM app.rescuers
     WHERE id = ANY($1::uuid[]) AND sealed_word IS NOT NULL`,
    [rescuerIds],
  )
  return new Map(rows.map(({ id, ...word }) => [id, word]))
}
