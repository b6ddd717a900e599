import { iso, type Queryable } from '../database.ts'

/** What the rows say of one organisation now, and of the engine, which all organisations share. Tests are not counted. */
export interface BoardReading {
  now: number
  live: number
  prompting: number
  open: number
  unowned: number
  longestUnownedSeconds: number
  onShift: number
  floor: number
  workersAlive: number
  /** Since any worker completed a sweep; null: never. */
  sweepAgeSeconds: number | null
  wakeUpsAsked: boolean
  /** In the last five minutes of raw time. */
  foundBySweep: number
  oldestDueSeconds: number
  hostSkewMs: number
  correctionMs: number
  openIncidents: number
}

/** A worker whose heartbeat is older than this is not alive: the bound of P14. */
const aliveWithin = `clock_timestamp() - interval '5 seconds'`
const secondsSince = (instant: string): string =>
  `coalesce(greatest(0, extract(epoch FROM app.clock() - ${instant})), 0)::float8`

/** One statement: every part is found by an index or is a handful of rows. */
export async function readBoard(db: Queryable, organisationId: string): Promise<BoardReading> {
  const [row] = await db.query<BoardReading>(
    `SELECT app.clock() AS now, s.live, s.prompting, a.open, a.unowned, a."longestUnownedSeconds",
       (SELECT count(*) FROM app.supporters p WHERE p.organisation_id = $1 AND p.on_shift AND p.removed_at IS NULL) AS "onShift",
       (SELECT staffing_floor FROM app.organisations WHERE id = $1) AS floor,
       h.alive AS "workersAlive", h.age AS "sweepAgeSeconds", h.asked AS "wakeUpsAsked", h.skew AS "hostSkewMs",
       (SELECT coalesce(sum(found), 0)::integer FROM app.sweep_minutes
         WHERE minute_at > clock_timestamp() - interval '5 minutes') AS "foundBySweep",
       greatest(
         (SELECT ${secondsSince('min(due_at)')} FROM app.sessions WHERE due_at <= app.clock()),
         (SELECT ${secondsSince('min(due_at)')} FROM app.steps WHERE status = 'pending' AND due_at <= app.clock()),
         (SELECT ${secondsSince('min(due_at)')} FROM app.messages WHERE status = 'queued' AND due_at <= app.clock())
       ) AS "oldestDueSeconds",
       (SELECT (extract(epoch FROM correction) * 1000)::float8 FROM app.clock_correction) AS "correctionMs",
       (SELECT count(*) FROM app.incidents WHERE organisation_id = $1 AND closed_at IS NULL) AS "openIncidents"
     FROM
       (SELECT count(*) AS live, count(*) FILTER (WHERE state = 'prompting') AS prompting FROM app.sessions
         WHERE due_at IS NOT NULL AND organisation_id = $1 AND NOT synthetic) s,
       (SELECT count(*) AS open, count(*) FILTER (WHERE state = 'open') AS unowned,
          ${secondsSince(`min(raised_at) FILTER (WHERE state = 'open')`)} AS "longestUnownedSeconds"
         FROM app.alerts WHERE organisation_id = $1 AND state <> 'closed' AND NOT synthetic) a,
       (SELECT count(*) FILTER (WHERE last_sweep_at > ${aliveWithin}) AS alive,
          (extract(epoch FROM clock_timestamp() - max(last_sweep_at)))::float8 AS age,
          coalesce(bool_or(wake_ups) FILTER (WHERE last_sweep_at > ${aliveWithin}), false) AS asked,
          coalesce(max(abs(skew_ms)) FILTER (WHERE last_sweep_at > ${aliveWithin}), 0) AS skew
         FROM app.heartbeats) h`,
    [organisationId],
  )
  if (row === undefined) throw new Error('a query without a condition gave no row')
  return row
}

export interface DeliveryReading {
  channel: 'text' | 'call'
  carrier: string
  attempted: number
  /** The carrier took it; those delivered are among them. */
  accepted: number
  delivered: number
  failed: number
  /** Nobody knows whether the carrier took it; one that is under way is none. */
  unknown: number
}

/** Ranks of `receiptRanks` in domain. */
const outcomes = (delivered: string, undelivered: string) => `
  count(*) FILTER (WHERE t.outcome = 'accepted' OR t.receipt_rank > 0) AS accepted,
  count(*) FILTER (WHERE t.receipt_rank = ${delivered}) AS delivered,
  count(*) FILTER (WHERE t.receipt_rank = ${undelivered} OR (t.receipt_rank = 0 AND t.outcome IN ('refused', 'failed')
    AND t.reason NOT IN ('obsolete', 'bundled'))) AS failed,
  count(*) FILTER (WHERE t.receipt_rank = 0 AND t.outcome = 'unknown') AS unknown`
/** Attempts at real people: a test's reach our own handset, and would hide those that do not reach anybody. */
const counts = `(t.reason IS NULL OR t.reason NOT IN ('obsolete', 'bundled'))
  AND NOT EXISTS (SELECT FROM app.alerts al WHERE al.id = m.alert_id AND al.synthetic)`

/**
 * Ids hold the time of their making (UUIDv7): the smallest of a message made no longer than this before the database's own
 * clock (a stable one: a volatile one loses the index). It spares an index that every attempt would have to pay for; what waited for hours longer is not seen.
 */
const madeSince = (parameter: string): string =>
  `(lpad(to_hex(floor(extract(epoch FROM statement_timestamp() - ${parameter} * interval '1 second' - interval '6 hours') * 1000)::bigint),
     12, '0') || '70008000000000000000')::uuid`

/** Attempts at the carrier since then, by channel and carrier; not at push services, which are the browsers' own. Not those of tests. @param since.seconds how long ago that is */
export async function readDelivery(
  db: Queryable,
  organisationId: string,
  since: { at: number; seconds: number },
  ranks: { delivered: number; undelivered: number },
): Promise<DeliveryReading[]> {
  return db.query<DeliveryReading>(
    `SELECT m.channel, t.carrier, count(*) AS attempted, ${outcomes('$3', '$4')}
     FROM app.attempts t JOIN app.messages m ON m.id = t.message_id
     WHERE m.id >= ${madeSince('$2')} AND t.started_at > $5 AND m.organisation_id = $1
       AND m.channel <> 'push' AND ${counts} GROUP BY 1, 2 ORDER BY 1 DESC, 2`,
    [organisationId, since.seconds, ranks.delivered, ranks.undelivered, iso(since.at)],
  )
}

/** Real alerts of organisation `$1` raised between two instants. What was raised since is open, or was closed since: both have an index. */
const raisedIn = (from: string, until: string): string => {
  const raised = `organisation_id = $1 AND raised_at >= ${from} AND raised_at < ${until} AND NOT synthetic`
  return `SELECT * FROM app.alerts WHERE state <> 'closed' AND ${raised}
    UNION ALL SELECT * FROM app.alerts WHERE state = 'closed' AND closed_at >= ${from} AND ${raised}`
}

/** One stretch of the charts. */
export interface HistoryBucket {
  at: number
  alerts: number
  longestLatenessMs: number | null
  longestFirstTextMs: number | null
  longestUnownedMs: number | null
  attempted: number
  delivered: number
  failed: number
  unknown: number
  proved: number
  missed: number
  foundBySweep: number
}

/**
 * Stretches of `bucketSeconds` from `fromAt` (a multiple of it since 1970) up to `untilAt`. Only counts and extremes of rows that
 * exist for their own sake; nothing is kept for it, and no figure is about a person.
 */
export async function readBoardHistory(
  db: Queryable,
  organisationId: string,
  span: { fromAt: number; untilAt: number; bucketSeconds: number },
  ranks: { delivered: number; undelivered: number },
): Promise<HistoryBucket[]> {
  const bin = (instant: string) => `date_bin($4 * interval '1 second', ${instant}, 'epoch'::timestamptz)`
  return db.query<HistoryBucket>(
    `WITH b AS (SELECT generate_series($2::timestamptz, $3::timestamptz - interval '1 second', $4 * interval '1 second') AS at),
     a AS (
       SELECT ${bin('raised_at')} AS at, count(*) AS alerts,
         max(extract(epoch FROM raised_at - due_at) * 1000)::float8 AS lateness,
         max(extract(epoch FROM told.at - raised_at) * 1000)::float8 AS first_text,
         max(extract(epoch FROM coalesce(owned_at, closed_at, app.clock()) - raised_at) * 1000)::float8 AS unowned
       FROM (${raisedIn('$2', '$3')}) al
       LEFT JOIN LATERAL (SELECT min(told_at) AS at FROM app.alert_recipients WHERE alert_id = al.id) told ON true
       GROUP BY 1),
     d AS (
       SELECT ${bin('t.started_at')} AS at, count(*) AS attempted, ${outcomes('$5', '$6')}
       FROM app.attempts t JOIN app.messages m ON m.id = t.message_id
       WHERE m.id >= ${madeSince('$7')} AND t.started_at >= $2 AND t.started_at < $3 AND m.organisation_id = $1 AND ${counts} GROUP BY 1),
     y AS (
       SELECT ${bin('started_at')} AS at, count(*) FILTER (WHERE outcome = 'proved') AS proved,
         count(*) FILTER (WHERE outcome = 'missed') AS missed
       FROM app.synthetic_runs WHERE organisation_id = $1 AND started_at >= $2 AND started_at < $3 GROUP BY 1),
     w AS (
       SELECT ${bin('minute_at')} AS at, sum(found)::integer AS found FROM app.sweep_minutes
       WHERE minute_at >= $2 AND minute_at < $3 GROUP BY 1)
     SELECT b.at, coalesce(a.alerts, 0) AS alerts, a.lateness AS "longestLatenessMs", a.first_text AS "longestFirstTextMs",
       a.unowned AS "longestUnownedMs", coalesce(d.attempted, 0) AS attempted, coalesce(d.delivered, 0) AS delivered,
       coalesce(d.failed, 0) AS failed, coalesce(d.unknown, 0) AS unknown, coalesce(y.proved, 0) AS proved,
       coalesce(y.missed, 0) AS missed, coalesce(w.found, 0) AS "foundBySweep"
     FROM b LEFT JOIN a USING (at) LEFT JOIN d USING (at) LEFT JOIN y USING (at) LEFT JOIN w USING (at) ORDER BY b.at`,
    [
      organisationId,
      iso(span.fromAt),
      iso(span.untilAt),
      span.bucketSeconds,
      ranks.delivered,
      ranks.undelivered,
      Math.round((span.untilAt - span.fromAt) / 1_000),
    ],
  )
}

/** Adds what this process's sweep found that a wake-up should have, to the minute of raw time. */
export async function addFoundBySweep(db: Queryable, found: number): Promise<void> {
  await db.query(
    `INSERT INTO app.sweep_minutes AS m (minute_at, found) VALUES (date_trunc('minute', clock_timestamp()), $1)
     ON CONFLICT (minute_at) DO UPDATE SET found = m.found + excluded.found`,
    [found],
  )
}

/** What may be published of real alerts in this span: how many there were, and figures that name none. */
export interface PublicReading {
  alerts: number
  /** Alerts of silence: those of help have no deadline to be late for. */
  timed: number
  latenessP99Ms: number | null
  owned: number
  unownedMedianSeconds: number | null
  unownedP95Seconds: number | null
  texts: number
  accepted: number
  delivered: number
}

export async function readPublicFigures(
  db: Queryable,
  organisationId: string,
  span: { fromAt: number; untilAt: number },
): Promise<PublicReading> {
  const [row] = await db.query<PublicReading>(
    `WITH a AS (
       SELECT id, reason, extract(epoch FROM raised_at - due_at) * 1000 AS late,
         extract(epoch FROM owned_at - raised_at) AS unowned
       FROM (${raisedIn('$2', '$3')}) al),
     m AS (
       SELECT count(*) AS texts, count(*) FILTER (WHERE accepted_at IS NOT NULL) AS accepted,
         count(*) FILTER (WHERE status = 'delivered') AS delivered
       FROM app.messages WHERE alert_id IN (SELECT id FROM a) AND channel = 'text' AND first_attempt_at IS NOT NULL)
     SELECT count(*) AS alerts, count(*) FILTER (WHERE reason = 'silence') AS timed,
       (percentile_disc(0.99) WITHIN GROUP (ORDER BY late) FILTER (WHERE reason = 'silence'))::float8 AS "latenessP99Ms",
       count(unowned) AS owned,
       (percentile_disc(0.5) WITHIN GROUP (ORDER BY unowned))::float8 AS "unownedMedianSeconds",
       (percentile_disc(0.95) WITHIN GROUP (ORDER BY unowned))::float8 AS "unownedP95Seconds",
       (SELECT texts FROM m) AS texts, (SELECT accepted FROM m) AS accepted, (SELECT delivered FROM m) AS delivered
     FROM a`,
    [organisationId, iso(span.fromAt), iso(span.untilAt)],
  )
  if (row === undefined) throw new Error('an aggregate without groups gave no row')
  return row
}
