/* What is asked of messages before something new is said: who was told, what has gone to a phone, how an alert stands. */
import type { RecipientKind } from '@stillhere/domain'
import { iso, type Queryable } from '../database.ts'
import type { SealedValue } from './plans.ts'

/** SQL: the message itself, or the bundle that says it instead, is in one of these states. */
export const inStateOrBundled = (message: string, state: (of: string) => string): string =>
  `(${state(message)} OR EXISTS (SELECT FROM app.messages bundle
     WHERE bundle.id = (${message}.detail->>'bundledIn')::uuid AND ${state('bundle')}))`
const wentOut = (of: string): string =>
  `(${of}.status IN ('sending', 'unknown', 'accepted', 'delivered') OR ${of}.accepted_at IS NOT NULL)`

/** What the alert machine must know: was anything sent or perhaps sent, and was a supporter told. */
export async function readAlertFacts(
  db: Queryable,
  alertId: string,
): Promise<{ anythingSent: boolean; supporterTold: boolean }> {
  const [row] = await db.query<{ sent: boolean; supporter: boolean }>(
    `SELECT
       EXISTS (SELECT FROM app.messages m WHERE alert_id = $1 AND ${inStateOrBundled('m', wentOut)}) AS sent,
       EXISTS (SELECT FROM app.alert_recipients WHERE alert_id = $1 AND kind = 'supporter' AND last_text_at IS NOT NULL) AS supporter`,
    [alertId],
  )
  return { anythingSent: row?.sent ?? true, supporterTold: row?.supporter ?? false }
}

/** Whether a text of this template went to this phone since then (epoch ms). */
export async function wasTexted(
  db: Queryable,
  numberHash: Buffer,
  template: string,
  sinceAt: number,
): Promise<boolean> {
  const rows = await db.query(
    `SELECT FROM app.messages WHERE number_hash = $1 AND template = $2 AND accepted_at IS NOT NULL
       AND created_at > $3 LIMIT 1`,
    [numberHash, template, iso(sinceAt)],
  )
  return rows.length > 0
}

/** How many texts of this template were queued for this phone since then (epoch ms), whatever became of them. */
export async function countTexts(
  db: Queryable,
  numberHash: Buffer,
  template: string,
  sinceAt: number,
): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `SELECT count(*) AS count FROM app.messages WHERE number_hash = $1 AND template = $2 AND created_at > $3`,
    [numberHash, template, iso(sinceAt)],
  )
  return Number(row?.count ?? 0)
}

/** Ids of the recipients of an alert to whom something went out, or may have. */
export async function findHeard(db: Queryable, alertId: string): Promise<Set<string>> {
  const rows = await db.query<{ recipient_id: string }>(
    `SELECT DISTINCT recipient_id FROM app.messages m WHERE alert_id = $1 AND ${inStateOrBundled('m', wentOut)}`,
    [alertId],
  )
  return new Set(rows.map((row) => row.recipient_id))
}

/** Of these alerts, those that have reached somebody by phone, or may yet: a message is on its way. */
export async function findReachedAlerts(db: Queryable, alertIds: readonly string[]): Promise<Set<string>> {
  const rows = await db.query<{ alert_id: string }>(
    `SELECT DISTINCT alert_id FROM app.messages m WHERE alert_id = ANY($1::uuid[])
       AND recipient_kind IN ('rescuer', 'supporter')
       AND ${inStateOrBundled('m', (of) => `${of}.status NOT IN ('failed', 'cancelled')`)}`,
    [alertIds],
  )
  return new Set(rows.map((row) => row.alert_id))
}

/** What the wording of an alert's texts must know at the moment of sending. */
export interface AlertFactsForTexts {
  /** The request that raised it, where one did: help, or an end under duress. */
  requestId?: string
  alertId: string
  planId: string
  planVersion: number
  sealedPlan: SealedValue
  sealedOwnNumber?: SealedValue
  textAddress: boolean
  code: string
  reason: 'silence' | 'help' | 'duress' | 'raised'
  state: 'open' | 'owned' | 'closed'
  ownerKind?: RecipientKind
  ownerId?: string
  ownedAt?: number
  outcome?: string
  requested: boolean
  raisedAt: number
  dutyUntilAt?: number
  /** Rescuers who said that they are going or there. A supporter's `1` says that they coordinate: it sends nobody. */
  going: string[]
  /** A test: its texts say so, and nothing but the ladder's are sent. */
  synthetic: boolean
}

export async function findAlertFacts(
  db: Queryable,
  alertIds: readonly string[],
): Promise<Map<string, AlertFactsForTexts>> {
  if (alertIds.length === 0) return new Map()
  const rows = await db.query<{
    id: string
    plan_id: string
    plan_version: number
    sealed_plan: SealedValue
    sealed_own_number: SealedValue | null
    text_address: boolean
    code: string
    reason: AlertFactsForTexts['reason']
    state: AlertFactsForTexts['state']
    owner_kind: RecipientKind | null
    owner_id: string | null
    owned_at: number | null
    outcome: string | null
    requested: boolean
    raised_at: number
    duty_until_at: number | null
    going: string[] | null
    synthetic: boolean
    request_id: string | null
  }>(
    `SELECT a.id, a.plan_id, a.plan_version, a.sealed_plan, a.sealed_own_number, a.text_address, a.code, a.reason, a.state, a.owner_kind,
       a.owner_id, a.owned_at, a.outcome, a.requested_at IS NOT NULL AS requested, a.raised_at,
       a.duty_until_at, a.synthetic, a.request_id,
       (SELECT array_agg(r.recipient_id) FROM app.alert_recipients r
        WHERE r.alert_id = a.id AND r.kind = 'rescuer' AND r.answer IN ('going', 'there')) AS going
     FROM app.alerts a WHERE a.id = ANY($1::uuid[])`,
    [alertIds],
  )
  return new Map(
    rows.map((r) => [
      r.id,
      {
        alertId: r.id,
        ...(r.request_id ? { requestId: r.request_id } : {}),
        planId: r.plan_id,
        planVersion: r.plan_version,
        sealedPlan: r.sealed_plan,
        ...(r.sealed_own_number ? { sealedOwnNumber: r.sealed_own_number } : {}),
        textAddress: r.text_address,
        code: r.code,
        reason: r.reason,
        state: r.state,
        ...(r.owner_kind && r.owner_id ? { ownerKind: r.owner_kind, ownerId: r.owner_id } : {}),
        ...(r.owned_at ? { ownedAt: r.owned_at } : {}),
        ...(r.outcome ? { outcome: r.outcome } : {}),
        requested: r.requested,
        raisedAt: r.raised_at,
        ...(r.duty_until_at ? { dutyUntilAt: r.duty_until_at } : {}),
        going: r.going ?? [],
        synthetic: r.synthetic,
      },
    ]),
  )
}
