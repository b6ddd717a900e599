import { iso, type Queryable, StaleWriteError, type Transaction } from '../database.ts'
import { feedBounds } from './feed.ts'
import type { Check, SealedValue } from './plans.ts'

export type Role = 'supporter' | 'duty-lead' | 'supervisor' | 'operator' | 'auditor'
/** Paid, unpaid, or one who has been there themselves. */
export type Engagement = 'staff' | 'volunteer' | 'peer'

/** Who answers alerts or runs the service. */
export interface SupporterRow {
  id: string
  organisationId: string
  role: Role
  name: string
  language: string
  fit: boolean
  onShift: boolean
  onShiftSince?: number
  debriefOpen: boolean
  numberCheck?: Check
  numberCheckCode?: string
  /** Read only where it is to be checked: nobody else can. */
  sealedNumber?: SealedValue
  briefKey?: { keyId: string; publicKey: string }
}

interface Columns {
  id: string
  organisation_id: string
  role: Role
  name: string
  language: string
  fit: boolean
  on_shift: boolean
  on_shift_since: number | null
  debrief_open: boolean
  number_check: Check | null
  number_check_code: string | null
  sealed_number?: SealedValue | null
  brief_key_id: string | null
  brief_public_key: string | null
}

const toRow = (c: Columns): SupporterRow => ({
  id: c.id,
  organisationId: c.organisation_id,
  role: c.role,
  name: c.name,
  language: c.language,
  fit: c.fit,
  onShift: c.on_shift,
  ...(c.on_shift_since ? { onShiftSince: c.on_shift_since } : {}),
  debriefOpen: c.debrief_open,
  ...(c.number_check ? { numberCheck: c.number_check } : {}),
  ...(c.number_check_code ? { numberCheckCode: c.number_check_code } : {}),
  ...(c.sealed_number ? { sealedNumber: c.sealed_number } : {}),
  ...(c.brief_key_id && c.brief_public_key
    ? { briefKey: { keyId: c.brief_key_id, publicKey: c.brief_public_key } }
    : {}),
})

/** By name, because the api and the gateway may not read what is sealed to the worker. */
const columns = `id, organisation_id, role, name, language, fit, on_shift, on_shift_since, debrief_open, number_check,
  number_check_code, brief_key_id, brief_public_key`

export async function insertSupporter(
  db: Queryable,
  row: Pick<SupporterRow, 'id' | 'organisationId' | 'role' | 'name' | 'language' | 'sealedNumber'> & {
    engagement?: Engagement | undefined
  },
): Promise<void> {
  await db.query(
    `INSERT INTO app.supporters (id, organisation_id, role, name, language, sealed_number, number_check, check_due_at,
       engagement)
     VALUES ($1,$2,$3,$4,$5,$6,$7, CASE WHEN $6::jsonb IS NULL THEN NULL ELSE app.clock() END, $8)`,
    [
      row.id,
      row.organisationId,
      row.role,
      row.name,
      row.language,
      row.sealedNumber ? JSON.stringify(row.sealedNumber) : null,
      row.sealedNumber ? 'pending' : null,
      row.engagement ?? null,
    ],
  )
}

export async function findSupporter(db: Queryable, id: string): Promise<SupporterRow | undefined> {
  const [row] = await db.query<Columns>(`SELECT ${columns} FROM app.supporters WHERE id = $1 AND removed_at IS NULL`, [
    id,
  ])
  return row && toRow(row)
}

export async function loadSupporterForUpdate(tx: Transaction, id: string): Promise<SupporterRow | undefined> {
  const [row] = await tx.query<Columns>(
    `SELECT ${columns} FROM app.supporters WHERE id = $1 AND removed_at IS NULL FOR UPDATE`,
    [id],
  )
  return row && toRow(row)
}

export async function findSupporters(db: Queryable, organisationId: string): Promise<SupporterRow[]> {
  const rows = await db.query<Columns>(
    `SELECT ${columns} FROM app.supporters WHERE organisation_id = $1 AND removed_at IS NULL ORDER BY name, id`,
    [organisationId],
  )
  return rows.map(toRow)
}

export async function storeShift(
  tx: Transaction,
  supporter: Pick<SupporterRow, 'id' | 'fit' | 'onShift' | 'debriefOpen'>,
  now: number,
): Promise<void> {
  await tx.query(
    `UPDATE app.supporters SET fit = $2, on_shift = $3, debrief_open = $4,
       on_shift_since = CASE WHEN $3 THEN coalesce(on_shift_since, $5) END WHERE id = $1`,
    [supporter.id, supporter.fit, supporter.onShift, supporter.debriefOpen, iso(now)],
  )
}

export async function storeBriefKey(
  tx: Transaction,
  supporterId: string,
  key: { keyId: string; publicKey: string },
): Promise<void> {
  await tx.query('UPDATE app.supporters SET brief_key_id = $2, brief_public_key = $3 WHERE id = $1', [
    supporterId,
    key.keyId,
    key.publicKey,
  ])
}

/** Ends the engagement: nothing is sent to them any more and no token of theirs counts. */
export async function removeSupporter(tx: Transaction, supporterId: string, now: number): Promise<void> {
  await tx.query('UPDATE app.supporters SET removed_at = $2, on_shift = false, check_due_at = NULL WHERE id = $1', [
    supporterId,
    iso(now),
  ])
  await tx.query('UPDATE app.credentials SET revoked_at = $2 WHERE supporter_id = $1 AND revoked_at IS NULL', [
    supporterId,
    iso(now),
  ])
}

export async function loadSupportersToCheckForUpdate(
  tx: Transaction,
  limit: number,
  among?: readonly string[],
): Promise<SupporterRow[]> {
  const rows = await tx.query<Columns>(
    `SELECT ${columns}, sealed_number FROM app.supporters WHERE check_due_at <= app.clock()
       ${among ? 'AND id = ANY($2::uuid[])' : ''} ORDER BY check_due_at LIMIT $1 FOR UPDATE SKIP LOCKED`,
    among ? [limit, among] : [limit],
  )
  return rows.map(toRow)
}

/** What a former number answered goes with it; the same number again keeps its answer. */
export async function recordSupporterCheck(
  tx: Transaction,
  supporter: { id: string; check: Check; checkCode?: string; numberHash?: Buffer; destination?: string },
): Promise<void> {
  await tx.query(
    `UPDATE app.supporters s SET number_check = $2, number_check_code = $3, number_hash = $4, destination = $5,
       check_due_at = NULL, number_asked_at = NULL,
       number_answer = CASE WHEN same THEN number_answer END,
       number_answered_by = CASE WHEN same THEN number_answered_by END,
       number_answered_at = CASE WHEN same THEN number_answered_at END,
       number_answer_hash = CASE WHEN same THEN $4::bytea END
     FROM (SELECT number_answer IS NOT NULL AND $4::bytea IS NOT NULL AND coalesce(number_answer_hash = $4, true) AS same
       FROM app.supporters WHERE id = $1) AS was
     WHERE s.id = $1`,
    [
      supporter.id,
      supporter.check,
      supporter.checkCode ?? null,
      supporter.numberHash ?? null,
      supporter.destination ?? null,
    ],
  )
}

// --- signing in

/** Takes a one-time invitation; the second taker finds it used. */
export async function takeInvitation(
  tx: Transaction,
  tokenHash: Buffer,
): Promise<{ organisationId: string; role: Role; supporterId?: string } | undefined> {
  const [row] = await tx.query<{ organisation_id: string; role: Role; supporter_id: string | null }>(
    `UPDATE app.invitations SET used_at = app.clock() WHERE token_hash = $1 AND used_at IS NULL
     RETURNING organisation_id, role, supporter_id`,
    [tokenHash],
  )
  return (
    row && {
      organisationId: row.organisation_id,
      role: row.role,
      ...(row.supporter_id ? { supporterId: row.supporter_id } : {}),
    }
  )
}

export async function insertCredential(
  tx: Transaction,
  credential: {
    id: string
    organisationId: string
    supporterId: string
    tokenHash: Buffer
    /** Absent: an invitation's token. */
    passkeyId?: string
    expiresAt: number
  },
): Promise<void> {
  await tx.query(
    `INSERT INTO app.credentials (id, organisation_id, supporter_id, token_hash, by_passkey, passkey_id, expires_at)
     VALUES ($1,$2,$3,$4,$5,$6,$7)`,
    [
      credential.id,
      credential.organisationId,
      credential.supporterId,
      credential.tokenHash,
      credential.passkeyId !== undefined,
      credential.passkeyId ?? null,
      iso(credential.expiresAt),
    ],
  )
}

export async function findCredential(
  db: Queryable,
  tokenHash: Buffer,
): Promise<{ id: string; supporterId: string; organisationId: string; role: Role; byPasskey: boolean } | undefined> {
  const [row] = await db.query<{
    id: string
    supporterId: string
    organisationId: string
    role: Role
    byPasskey: boolean
  }>(
    `SELECT id, supporter_id AS "supporterId", organisation_id AS "organisationId", role, by_passkey AS "byPasskey"
     FROM app.credential_by_token($1)`,
    [tokenHash],
  )
  return row
}

/** Of these credentials, those that still count (not revoked, not expired, of somebody who is still there), and whose. */
export async function findValidCredentials(
  db: Queryable,
  ids: readonly string[],
): Promise<{ id: string; role: Role }[]> {
  return db.query<{ id: string; role: Role }>('SELECT id, role FROM app.valid_credentials($1)', [ids])
}

// --- passkeys

export interface PasskeyRow {
  id: string
  supporterId: string
  organisationId: string
  publicKey: Buffer
  counter: number
  transports: string[]
}

export async function insertPasskey(tx: Transaction, row: PasskeyRow): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO app.passkeys (id, organisation_id, supporter_id, public_key, counter, transports)
     VALUES ($1,$2,$3,$4,$5,$6) ON CONFLICT DO NOTHING RETURNING 1`,
    [row.id, row.organisationId, row.supporterId, row.publicKey, row.counter, row.transports],
  )
  return rows.length === 1
}

export async function findPasskeys(db: Queryable, by: { supporterId: string } | { id: string }): Promise<PasskeyRow[]> {
  const [column, value] = 'id' in by ? ['id', by.id] : ['supporter_id', by.supporterId]
  return db.query<PasskeyRow>(
    `SELECT id, supporter_id AS "supporterId", organisation_id AS "organisationId", public_key AS "publicKey", counter,
       transports FROM app.passkeys WHERE ${column} = $1 AND revoked_at IS NULL ORDER BY created_at`,
    [value],
  )
}

export async function storePasskeyCounter(tx: Transaction, id: string, counter: number): Promise<void> {
  await tx.query('UPDATE app.passkeys SET counter = $2 WHERE id = $1', [id, counter])
}

/** Ends the passkey and whatever it signed in. */
export async function revokePasskey(tx: Transaction, id: string, now: number): Promise<void> {
  await tx.query('UPDATE app.passkeys SET revoked_at = $2 WHERE id = $1', [id, iso(now)])
  await tx.query('UPDATE app.credentials SET revoked_at = $2 WHERE passkey_id = $1 AND revoked_at IS NULL', [
    id,
    iso(now),
  ])
}

export async function insertChallenge(
  db: Queryable,
  row: {
    id: string
    organisationId: string
    supporterId?: string
    purpose: 'enrol' | 'sign-in'
    challenge: string
    expiresAt: number
  },
): Promise<void> {
  await db.query(
    `INSERT INTO app.passkey_challenges (id, organisation_id, supporter_id, purpose, challenge, expires_at)
     VALUES ($1,$2,$3,$4,$5,$6)`,
    [row.id, row.organisationId, row.supporterId ?? null, row.purpose, row.challenge, iso(row.expiresAt)],
  )
}

/** A challenge is answered once: taking it deletes it. */
export async function takeChallenge(
  tx: Transaction,
  challenge: string,
  purpose: 'enrol' | 'sign-in',
): Promise<{ organisationId: string; supporterId?: string } | undefined> {
  const [row] = await tx.query<{ organisation_id: string; supporter_id: string | null }>(
    `DELETE FROM app.passkey_challenges WHERE challenge = $1 AND purpose = $2 AND expires_at > app.clock()
     RETURNING organisation_id, supporter_id`,
    [challenge, purpose],
  )
  return row && { organisationId: row.organisation_id, ...(row.supporter_id ? { supporterId: row.supporter_id } : {}) }
}

// --- what they see

/** A session that asked for a supporter: minutes and silence, never a place. */
export interface SessionCard {
  id: string
  state: 'counting' | 'prompting' | 'alerting'
  startedAt: number
  lastPressAt: number
  deadlineAt: number
  alertAt: number
  raised: boolean
  kind: 'ordinary' | 'post-rescue'
}

/** Longest silence first; `soonest`: as many as a live frame shows, those whose alert is nearest. */
export async function findSessionCards(
  db: Queryable,
  organisationId: string,
  of: 'all' | 'soonest' = 'all',
): Promise<SessionCard[]> {
  return db.query<SessionCard>(
    `SELECT id, state, started_at AS "startedAt", last_press_at AS "lastPressAt", deadline_at AS "deadlineAt",
       alert_at AS "alertAt", raised, kind FROM app.sessions
     WHERE organisation_id = $1 AND company = 'supporter' AND state <> 'closed'
     ORDER BY ${of === 'all' ? 'last_press_at LIMIT 500' : `alert_at LIMIT ${feedBounds.cards}`}`,
    [organisationId],
  )
}

export interface ProgressRow {
  id: string
  alertId: string
  kind: string
  actorKind: 'rescuer' | 'supporter'
  actorId: string
  at: number
  /** Which entry was a mistake, where this says so. */
  withdraws?: string
}

/** @throws StaleWriteError when there is an entry of this id: the same command is being answered beside us */
export async function insertProgress(
  tx: Transaction,
  row: ProgressRow & { organisationId: string; sealedNote?: SealedValue },
): Promise<void> {
  const inserted = await tx.query(
    `INSERT INTO app.alert_progress (id, organisation_id, alert_id, kind, actor_kind, actor_id, sealed_note, at, withdraws)
     VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9) ON CONFLICT (id) DO NOTHING RETURNING id`,
    [
      row.id,
      row.organisationId,
      row.alertId,
      row.kind,
      row.actorKind,
      row.actorId,
      row.sealedNote ? JSON.stringify(row.sealedNote) : null,
      iso(row.at),
      row.withdraws ?? null,
    ],
  )
  if (inserted.length === 0) throw new StaleWriteError('the same entry was recorded at the same time')
}

/** In the order in which they were recorded, those that were taken back among them. */
export async function findProgress(db: Queryable, alertIds: readonly string[]): Promise<ProgressRow[]> {
  const rows = await db.query<ProgressRow & { withdraws: string | null }>(
    `SELECT id, alert_id AS "alertId", kind, actor_kind AS "actorKind", actor_id AS "actorId", at, withdraws
     FROM app.alert_progress WHERE alert_id = ANY($1::uuid[]) ORDER BY at, id`,
    [alertIds],
  )
  return rows.map(({ withdraws, ...row }) => ({ ...row, ...(withdraws ? { withdraws } : {}) }))
}

/**
 * Alerts of the last day of which this supporter has written no log: those that were theirs when they closed, and those of
 * a rescuer, or nobody's, that they closed.
 */
export async function findAlertsToLog(db: Queryable, supporterId: string): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `SELECT a.id FROM app.alerts a
     WHERE CASE WHEN a.owner_kind = 'supporter' THEN a.owner_id = $1
                ELSE a.closed_by_kind = 'supporter' AND a.closed_by_id = $1 END
       AND a.state = 'closed' AND NOT a.synthetic
       AND a.outcome <> 'abandoned' AND a.closed_at > app.clock() - interval '24 hours'
       AND NOT EXISTS (SELECT FROM app.alert_logs l WHERE l.alert_id = a.id AND l.supporter_id = $1)
     ORDER BY a.closed_at LIMIT 20`,
    [supporterId],
  )
  return rows.map(({ id }) => id)
}

/** When this token ends, epoch ms; undefined once it counts no more. */
export async function findCredentialEnd(db: Queryable, id: string): Promise<number | undefined> {
  const [row] = await db.query<{ at: number }>(
    'SELECT expires_at AS at FROM app.credentials WHERE id = $1 AND revoked_at IS NULL',
    [id],
  )
  return row?.at
}

/** Ends one token: whoever holds it has signed out. */
export async function endCredential(tx: Transaction, id: string): Promise<void> {
  await tx.query('UPDATE app.credentials SET revoked_at = app.clock() WHERE id = $1 AND revoked_at IS NULL', [id])
}

export async function insertAlertLog(
  tx: Transaction,
  row: {
    alertId: string
    supporterId: string
    organisationId: string
    outcome: string
    wanted: 'yes' | 'no' | 'unknown'
    difficulty: number
    energy: number
    followUp: boolean
    at: number
  },
): Promise<void> {
  await tx.query(
    `INSERT INTO app.alert_logs (alert_id, supporter_id, organisation_id, outcome, wanted, difficulty, energy, follow_up, at)
     VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)
     ON CONFLICT (alert_id, supporter_id) DO UPDATE SET outcome = excluded.outcome, wanted = excluded.wanted,
       difficulty = excluded.difficulty, energy = excluded.energy, follow_up = excluded.follow_up`,
    [
      row.alertId,
      row.supporterId,
      row.organisationId,
      row.outcome,
      row.wanted,
      row.difficulty,
      row.energy,
      row.followUp,
      iso(row.at),
    ],
  )
}

/** A supporter who owns an alert, and the key of whose browser has no brief of it yet. */
export interface BriefDue {
  alertId: string
  supporterId: string
  keyId: string
  publicKey: string
  organisationId: string
  sessionId: string
}

/** Alerts whose owner is a supporter with a key and who has no brief yet. */
export async function findBriefsDue(db: Queryable, limit: number): Promise<BriefDue[]> {
  return db.query(
    `SELECT a.id AS "alertId", s.id AS "supporterId", s.brief_key_id AS "keyId", s.brief_public_key AS "publicKey",
       a.organisation_id AS "organisationId", a.session_id AS "sessionId"
     FROM app.alerts a JOIN app.supporters s ON s.id = a.owner_id AND a.owner_kind = 'supporter'
     WHERE a.state = 'owned' AND s.brief_public_key IS NOT NULL
       AND (a.brief_retry_at IS NULL OR a.brief_retry_at <= app.clock())
       AND NOT EXISTS (SELECT FROM app.disclosures d WHERE d.alert_id = a.id AND d.recipient_id = s.id
         AND (d.brief_key_id = s.brief_key_id OR d.shredded_at IS NOT NULL))
     ORDER BY a.owned_at LIMIT $1`,
    [limit],
  )
}

/** A brief that could not be sealed lets the others go first, and is tried again in five seconds. */
export async function putBriefOff(db: Queryable, alertId: string): Promise<void> {
  await db.query(`UPDATE app.alerts SET brief_retry_at = app.clock() + interval '5 seconds' WHERE id = $1`, [alertId])
}

/** The brief sealed to a supporter's browser; a new key replaces it. */
export async function saveSupporterBrief(
  tx: Transaction,
  row: {
    id: string
    organisationId: string
    alertId: string
    supporterId: string
    keyId: string
    sealed: SealedValue
    expiresAt: number
  },
): Promise<void> {
  await tx.query(
    `INSERT INTO app.disclosures (id, organisation_id, alert_id, recipient_kind, recipient_id, brief, brief_key_id, expires_at)
     VALUES ($1,$2,$3,'supporter',$4,$5,$6,$7)
     ON CONFLICT (alert_id, recipient_id) DO UPDATE SET brief = excluded.brief, brief_key_id = excluded.brief_key_id
       WHERE app.disclosures.shredded_at IS NULL`,
    [
      row.id,
      row.organisationId,
      row.alertId,
      row.supporterId,
      Buffer.from(JSON.stringify(row.sealed)),
      row.keyId,
      iso(row.expiresAt),
    ],
  )
}

export async function findSupporterBrief(
  db: Queryable,
  alertId: string,
  supporterId: string,
): Promise<{ id: string; sealed: SealedValue | undefined; opened: boolean } | undefined> {
  const [row] = await db.query<{ id: string; brief: Buffer | null; opened: boolean }>(
    `SELECT id, brief, opened_at IS NOT NULL AS opened FROM app.disclosures WHERE alert_id = $1 AND recipient_id = $2 AND brief_key_id IS NOT NULL`,
    [alertId, supporterId],
  )
  return (
    row && {
      id: row.id,
      opened: row.opened,
      sealed: row.brief ? (JSON.parse(row.brief.toString()) as SealedValue) : undefined,
    }
  )
}
