import { iso, type Queryable, type Transaction } from '../database.ts'
import { type AlertColumns, type AlertRow, toAlert } from './alerts.ts'

/** The most of each that a live frame shows: whoever has more than this open has another problem than a list. */
export const feedBounds = { openAlerts: 200, closedAlerts: 20, cards: 200 } as const

/** How an organisation's feed is now, as two words that differ when it does. */
export interface FeedStamp {
  organisationId: string
  /** Alerts, who is on shift, which sessions are there and in what state. */
  urgent: string
  /** Deadlines that moved. */
  calm: string
}

const openAlerts = (organisation: string) => `SELECT * FROM app.alerts
  WHERE organisation_id = ${organisation} AND state <> 'closed' AND NOT synthetic ORDER BY raised_at LIMIT ${feedBounds.openAlerts}`
const closedAlerts = (organisation: string) => `SELECT * FROM app.alerts
  WHERE organisation_id = ${organisation} AND closed_at > app.clock() - interval '24 hours' AND NOT synthetic
  ORDER BY closed_at DESC LIMIT ${feedBounds.closedAlerts}`

/** One query, however many organisations. Sums of hashes do not depend on an order. */
export async function readFeedStamps(db: Queryable, organisationIds: readonly string[]): Promise<FeedStamp[]> {
  return db.query<FeedStamp>(
    `SELECT o.id AS "organisationId",
       concat_ws('.', alerts.stamp, cards.stamp, people.stamp) AS urgent, cards.versions AS calm
     FROM unnest($1::uuid[]) AS o(id)
     CROSS JOIN LATERAL (
       SELECT coalesce(sum(hashtextextended(a.id::text || a.version, s.version)), 0)::text AS stamp
       FROM ((${openAlerts('o.id')}) UNION ALL (${closedAlerts('o.id')})) a JOIN app.sessions s ON s.id = a.session_id) alerts
     CROSS JOIN LATERAL (
       SELECT coalesce(sum(hashtextextended(c.id::text || c.state || c.raised, 0)), 0)::text AS stamp,
         coalesce(sum(hashtextextended(c.id::text, c.version)), 0)::text AS versions
       FROM (SELECT id, state, raised, version FROM app.sessions
         WHERE organisation_id = o.id AND company = 'supporter' AND state <> 'closed'
         ORDER BY alert_at LIMIT ${feedBounds.cards}) c) cards
     CROSS JOIN LATERAL (
       SELECT coalesce(sum(hashtextextended(p.id::text || p.name, 0)), 0)::text AS stamp
       FROM app.supporters p WHERE p.organisation_id = o.id AND p.on_shift AND p.removed_at IS NULL) people`,
    [organisationIds],
  )
}

/** Open alerts, oldest first, then those closed last, within a day. */
export async function findAlertsOfFeed(db: Queryable, organisationId: string): Promise<AlertRow[]> {
  const open = await db.query<AlertColumns>(openAlerts('$1'), [organisationId])
  const closed = await db.query<AlertColumns>(closedAlerts('$1'), [organisationId])
  return [...open, ...closed].map(toAlert)
}

/** These supporters have been shown these alerts; only the first time counts. @returns how many were new */
export async function recordAlertViews(
  tx: Transaction,
  views: readonly { alertId: string; supporterId: string; organisationId: string }[],
  now: number,
): Promise<number> {
  if (views.length === 0) return 0
  const rows = await tx.query(
    `INSERT INTO app.alert_views (alert_id, supporter_id, organisation_id, seen_at)
     SELECT v.alert_id, v.supporter_id, v.organisation_id, $4::timestamptz
     FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS v(alert_id, supporter_id, organisation_id)
     JOIN app.alerts a ON a.id = v.alert_id AND a.organisation_id = v.organisation_id AND a.state <> 'closed'
     ORDER BY 1, 2 ON CONFLICT DO NOTHING RETURNING 1`,
    [
      views.map((view) => view.alertId),
      views.map((view) => view.supporterId),
      views.map((view) => view.organisationId),
      iso(now),
    ],
  )
  return rows.length
}
