/** The journal's chain of each alert: lines that have no place in it yet, their places, heads and tombstones. */
import { type Queryable, StaleWriteError, type Transaction } from '../database.ts'

/** A line as the chain covers it: everything that says what happened. `at` is UTC to the microsecond, as it is stored. */
export interface ChainLine {
  id: number
  organisationId: string
  alertId: string
  at: string
  kind: string
  sessionId: string | null
  actorKind: string
  actorId: string | null
  detail: Record<string, unknown>
  position: number | null
  hash: Buffer | null
}

/** How long an alert's chain is and where it ends. */
export interface Chain {
  alertId: string
  organisationId: string
  length: number
  head: Buffer
}

const lineColumns = `j.id, j.organisation_id AS "organisationId", j.alert_id AS "alertId",
  to_char(j.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, j.kind, j.session_id AS "sessionId",
  j.actor_kind AS "actorKind", j.actor_id AS "actorId", j.detail, j.chain_position AS position, j.chain_hash AS hash`

/** Of which alerts: only these, or all but these. */
export interface WhichAlerts {
  among?: readonly string[]
  except?: readonly string[]
}

/** The alerts of the oldest committed lines that have no place yet, up to `limit` lines. */
export function findAlertsToChain(
  db: Queryable,
  limit: number,
  { among, except = [] }: WhichAlerts,
): Promise<{ alert_id: string; organisation_id: string }[]> {
  return db.query(
    `SELECT DISTINCT ON (alert_id) alert_id, organisation_id FROM (
       SELECT alert_id, organisation_id FROM app.journal WHERE alert_id IS NOT NULL AND chain_position IS NULL
         AND alert_id <> ALL($2::uuid[]) ${among ? 'AND alert_id = ANY($3::uuid[])' : ''}
       ORDER BY id LIMIT $1) AS waiting ORDER BY alert_id`,
    among ? [limit, except, among] : [limit, except],
  )
}

/** Those alerts' chains, locked. Chains that somebody else is lengthening are left to them. */
export async function loadChainsToLengthenForUpdate(
  tx: Transaction,
  limit: number,
  which: WhichAlerts = {},
): Promise<Chain[]> {
  const alerts = await findAlertsToChain(tx, limit, which)
  if (alerts.length === 0) return []
  const ids = alerts.map((alert) => alert.alert_id)
  await tx.query(
    `INSERT INTO app.journal_chains (alert_id, organisation_id) SELECT * FROM unnest($1::uuid[], $2::uuid[])
     ON CONFLICT DO NOTHING`,
    [ids, alerts.map((alert) => alert.organisation_id)],
  )
  return tx.query<Chain>(
    `SELECT alert_id AS "alertId", organisation_id AS "organisationId", length, head FROM app.journal_chains
     WHERE alert_id = ANY($1::uuid[]) AND removed_at IS NULL ORDER BY alert_id FOR UPDATE SKIP LOCKED`,
    [ids],
  )
}

/** Lines of these alerts without a place, oldest first. The chains are locked by the caller. */
export const findUnchainedLines = (tx: Transaction, alertIds: readonly string[]): Promise<ChainLine[]> =>
  tx.query(
    `SELECT ${lineColumns} FROM app.journal j
     WHERE j.alert_id = ANY($1::uuid[]) AND j.chain_position IS NULL ORDER BY j.id`,
    [alertIds],
  )

/**
 * Gives lines their places and moves the heads.
 * @throws StaleWriteError when a line has a place already or a chain has another length than was read
 */
export async function storeChained(
  tx: Transaction,
  lines: readonly { id: number; position: number; hash: Buffer }[],
  chains: readonly (Chain & { expectedLength: number })[],
): Promise<void> {
  const placed = await tx.query(
    `UPDATE app.journal j SET chain_position = v.position, chain_hash = v.hash
     FROM unnest($1::bigint[], $2::integer[], $3::bytea[]) AS v(id, position, hash)
     WHERE j.id = v.id AND j.chain_position IS NULL RETURNING 1`,
    [lines.map((l) => l.id), lines.map((l) => l.position), lines.map((l) => l.hash)],
  )
  const moved = await tx.query(
    `UPDATE app.journal_chains c SET length = v.length, head = v.head
     FROM unnest($1::uuid[], $2::integer[], $3::bytea[], $4::integer[]) AS v(alert_id, length, head, expected)
     WHERE c.alert_id = v.alert_id AND c.length = v.expected RETURNING 1`,
    [
      chains.map((c) => c.alertId),
      chains.map((c) => c.length),
      chains.map((c) => c.head),
      chains.map((c) => c.expectedLength),
    ],
  )
  if (placed.length !== lines.length || moved.length !== chains.length)
    throw new StaleWriteError('a chain was lengthened by somebody else')
}

/** What there is of one alert, for a verifier: as of one instant. */
export interface AlertJournal {
  alertId: string
  /** Absent: the alert's row is gone, as after retention. */
  alertState: 'open' | 'owned' | 'closed' | null
  chain: { length: number; head: Buffer; removed: boolean } | null
  lines: ChainLine[]
}

/** One alert's lines in the order of its chain, those that wait for their place last; and the chain. */
export async function readAlertJournal(
  tx: Transaction,
  alertId: string,
  alertState: AlertJournal['alertState'],
): Promise<AlertJournal> {
  const [chain] = await tx.query<{ length: number; head: Buffer; removed: boolean }>(
    'SELECT length, head, removed_at IS NOT NULL AS removed FROM app.journal_chains WHERE alert_id = $1',
    [alertId],
  )
  const lines = await tx.query<ChainLine>(
    `SELECT ${lineColumns} FROM app.journal j WHERE j.alert_id = $1 ORDER BY j.chain_position NULLS LAST, j.id`,
    [alertId],
  )
  return { alertId, alertState, chain: chain ?? null, lines }
}

/** The next alerts by id that the journal, a chain or the alerts themselves know. Read-only, one snapshot a page. */
export async function readJournalPage(
  db: { transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> },
  afterAlertId: string | undefined,
  limit: number,
): Promise<AlertJournal[]> {
  return db.transaction(async (tx) => {
    await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY')
    const after = afterAlertId ?? '00000000-0000-0000-0000-000000000000'
    const alerts = await tx.query<{
      id: string
      state: AlertJournal['alertState']
      length: number | null
      head: Buffer | null
      removed: boolean
    }>(
      `SELECT known.id, a.state, c.length, c.head, c.removed_at IS NOT NULL AS removed FROM (
         (SELECT id FROM app.alerts WHERE id > $1 ORDER BY id LIMIT $2)
         UNION (SELECT alert_id FROM app.journal_chains WHERE alert_id > $1 ORDER BY alert_id LIMIT $2)
         UNION (SELECT DISTINCT alert_id FROM app.journal WHERE alert_id > $1 ORDER BY alert_id LIMIT $2)
         ORDER BY 1 LIMIT $2) AS known
       LEFT JOIN app.alerts a ON a.id = known.id LEFT JOIN app.journal_chains c ON c.alert_id = known.id ORDER BY known.id`,
      [after, limit],
    )
    const lines = await tx.query<ChainLine>(
      `SELECT ${lineColumns} FROM app.journal j WHERE j.alert_id = ANY($1::uuid[])
       ORDER BY j.alert_id, j.chain_position NULLS LAST, j.id`,
      [alerts.map((alert) => alert.id)],
    )
    const byAlert = Map.groupBy(lines, (line) => line.alertId)
    return alerts.map(({ id, state, length, head, removed }) => ({
      alertId: id,
      alertState: state,
      chain: length !== null && head ? { length, head, removed } : null,
      lines: byAlert.get(id) ?? [],
    }))
  })
}
