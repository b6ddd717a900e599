/** Supporters as those who run the service see and change them. */
import { iso, type Queryable, type Transaction } from '../database.ts'
import { type NumberAnsweredBy, type NumberState, numberStanding } from './contact-numbers.ts'
import { canBeReached } from './phones.ts'
import type { Check, SealedValue } from './plans.ts'
import type { Engagement, Role } from './supporters.ts'

export interface StaffRow {
  id: string
  name: string
  role: Role
  language: string
  /** Null: nobody has said it. */
  engagement: Engagement | null
  version: number
  onShift: boolean
  onShiftSince: number | null
  fit: boolean
  debriefOpen: boolean
  numberCheck: Check | null
  numberCheckCode: string | null
  passkeys: number
  /** Whether their phone can be told of an alert now. */
  reachable: boolean
  /** Why not, though the number was found good: `stopped`, or the carrier's code. */
  phoneTrouble: string | null
  /** Null: no number that was found good. */
  numberState: NumberState | null
  /** Since when it is so; of `waiting`, when it was asked last. */
  numberStateAt: number | null
  numberAnsweredBy: NumberAnsweredBy | null
  numberAskedAt: number | null
}

const columns = `s.id, s.name, s.role, s.language, s.engagement, s.version, s.on_shift AS "onShift", s.on_shift_since AS "onShiftSince",
  s.fit, s.debrief_open AS "debriefOpen", s.number_check AS "numberCheck", s.number_check_code AS "numberCheckCode",
  (SELECT count(*) FROM app.passkeys p WHERE p.supporter_id = s.id AND p.revoked_at IS NULL) AS passkeys,
  ${canBeReached('s')} AS reachable, ${numberStanding('s')},
  (SELECT CASE WHEN ph.stopped_at IS NOT NULL THEN 'stopped' ELSE ph.bad_code END FROM app.phones ph
   WHERE ph.organisation_id = s.organisation_id AND ph.number_hash = s.number_hash) AS "phoneTrouble"`

export async function findStaff(db: Queryable, organisationId: string, id?: string): Promise<StaffRow[]> {
  return db.query(
    `SELECT ${columns} FROM app.supporters s
     WHERE s.organisation_id = $1 AND s.removed_at IS NULL AND ($2::uuid IS NULL OR s.id = $2)
     ORDER BY s.name, s.id LIMIT 1000`,
    [organisationId, id ?? null],
  )
}

/**
 * Locks one of the staff, and every operator beside them: two operators who remove each other at once must not both
 * succeed.
 */
export async function loadStaffForUpdate(
  tx: Transaction,
  organisationId: string,
  id: string,
): Promise<{ staff: StaffRow; otherOperators: number } | undefined> {
  const locked = await tx.query<{ id: string; role: Role }>(
    `SELECT id, role FROM app.supporters WHERE organisation_id = $1 AND removed_at IS NULL
       AND (id = $2 OR role = 'operator') ORDER BY id FOR UPDATE`,
    [organisationId, id],
  )
  if (!locked.some((row) => row.id === id)) return undefined
  const [staff] = await findStaff(tx, organisationId, id)
  const otherOperators = locked.filter((row) => row.role === 'operator' && row.id !== id).length
  return staff && { staff, otherOperators }
}

export async function storeStaff(
  tx: Transaction,
  row: Pick<StaffRow, 'id' | 'name' | 'role' | 'language' | 'engagement' | 'version'>,
): Promise<void> {
  await tx.query(
    'UPDATE app.supporters SET name = $2, role = $3, language = $4, engagement = $5, version = $6 WHERE id = $1',
    [row.id, row.name, row.role, row.language, row.engagement, row.version],
  )
}

/**
 * A new number is checked like a new one's; null: none. What was known of the old one goes; what it answered stays until the
 * check says whether the new one is the same.
 */
export async function storeStaffNumber(tx: Transaction, id: string, sealed: SealedValue | null): Promise<void> {
  await tx.query(
    `UPDATE app.supporters s SET sealed_number = $2, number_check = $3, number_check_code = NULL, number_hash = NULL,
       destination = NULL, check_due_at = CASE WHEN $2::jsonb IS NULL THEN NULL ELSE app.clock() END,
       number_asked_at = NULL, number_answer = CASE WHEN kept THEN number_answer END,
       number_answered_by = CASE WHEN kept THEN number_answered_by END,
       number_answered_at = CASE WHEN kept THEN number_answered_at END,
       number_answer_hash = CASE WHEN kept THEN number_answer_hash END
     FROM (SELECT $2::jsonb IS NOT NULL AND number_answer_hash IS NOT NULL AS kept FROM app.supporters WHERE id = $1) AS was
     WHERE s.id = $1`,
    [id, sealed ? JSON.stringify(sealed) : null, sealed ? 'pending' : null],
  )
}

/** Ends every way in: passkeys, tokens, and invitations that nobody has taken. */
export async function endSignIns(tx: Transaction, supporterId: string, now: number): Promise<void> {
  const at = iso(now)
  await tx.query('UPDATE app.passkeys SET revoked_at = $2 WHERE supporter_id = $1 AND revoked_at IS NULL', [
    supporterId,
    at,
  ])
  await tx.query('UPDATE app.credentials SET revoked_at = $2 WHERE supporter_id = $1 AND revoked_at IS NULL', [
    supporterId,
    at,
  ])
  await endInvitations(tx, supporterId, now)
}

export async function endInvitations(tx: Transaction, supporterId: string, now: number): Promise<void> {
  await tx.query('UPDATE app.invitations SET used_at = $2 WHERE supporter_id = $1 AND used_at IS NULL', [
    supporterId,
    iso(now),
  ])
}

/** Whoever is removed: their number is not needed any more, their browser's key opens nothing new. The name stays with what they did. */
export async function forgetStaff(tx: Transaction, supporterId: string): Promise<void> {
  await tx.query(
    `UPDATE app.supporters SET sealed_number = NULL, number_check = NULL, number_check_code = NULL,
       number_hash = NULL, destination = NULL, check_due_at = NULL, brief_key_id = NULL, brief_public_key = NULL,
       number_asked_at = NULL, number_answer = NULL, number_answered_by = NULL, number_answered_at = NULL,
       number_answer_hash = NULL
     WHERE id = $1`,
    [supporterId],
  )
}

/** Open alerts that this supporter was told of or owns, in the order in which they are locked. */
export async function findOpenAlertsOf(
  db: Queryable,
  supporterId: string,
): Promise<{ alertId: string; sessionId: string }[]> {
  return db.query(
    `SELECT a.id AS "alertId", a.session_id AS "sessionId" FROM app.alerts a
     JOIN app.alert_recipients r ON r.alert_id = a.id
     WHERE r.recipient_id = $1 AND r.kind = 'supporter' AND a.state <> 'closed' ORDER BY a.session_id`,
    [supporterId],
  )
}

/** Their phone is out of every open alert: nothing more goes to it, and no reply of it counts. */
export async function takeOutOfAlerts(tx: Transaction, supporterId: string): Promise<void> {
  await tx.query(
    `UPDATE app.alert_recipients r SET destination = NULL, number_hash = NULL, code_held = false FROM app.alerts a
     WHERE a.id = r.alert_id AND a.state <> 'closed' AND r.recipient_id = $1 AND r.kind = 'supporter'`,
    [supporterId],
  )
  await tx.query(
    `UPDATE app.messages SET status = 'cancelled', due_at = NULL
     WHERE recipient_id = $1 AND recipient_kind = 'supporter' AND status = 'queued'`,
    [supporterId],
  )
}

/** What supporters wrote of alerts afterwards, newest first. */
export async function findAlertLogs(
  db: Queryable,
  organisationId: string,
  limit: number,
): Promise<
  {
    alertId: string
    supporterId: string
    name: string
    outcome: string
    wanted: 'yes' | 'no' | 'unknown'
    difficulty: number
    energy: number
    followUp: boolean
    debriefOpen: boolean
    at: number
  }[]
> {
  return db.query(
    `SELECT l.alert_id AS "alertId", l.supporter_id AS "supporterId", s.name, l.outcome, l.wanted, l.difficulty, l.energy,
       l.follow_up AS "followUp", s.debrief_open AS "debriefOpen", l.at
     FROM app.alert_logs l JOIN app.supporters s ON s.id = l.supporter_id
     WHERE l.organisation_id = $1 ORDER BY l.at DESC LIMIT $2`,
    [organisationId, limit],
  )
}
