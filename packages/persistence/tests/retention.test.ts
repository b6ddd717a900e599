import { beforeAll, describe, expect, test } from 'vitest'
import {
  anonymiseAlerts,
  expirePlans,
  findForsakenAlerts,
  findStalledAlerts,
  loadChainsToLengthenForUpdate,
  newId,
  type Remove,
  removeCommands,
  removeDeletedPlans,
  removeDevices,
  removeEndedSessions,
  removeInbound,
  removeLooseJournal,
  removeLooseMessages,
  removePhones,
  removeRemovedRescuers,
  type Transaction,
} from '../src/index.ts'
import { useHouse } from './house.ts'

/*
 * Retention looks every minute for what is over, on tables that are large and written to all the while. Whatever it asks is
 * answered by an index, and so is whatever Postgres asks on its own when a row goes that others may refer to.
 */

const house = useHouse()
const rows = 8_000
/** One row each, or none in this house. */
const empty = /Seq Scan on (deployment|clock_correction|supporters|alert_logs|alert_progress|disclosures)\b/
const yearMs = 365 * 24 * 3_600_000

/** A busy service: nothing of it is over. */
beforeAll(async () => {
  const { db, organisationId } = house
  const id = (kind: number) => `('00000000-0000-7000-${8_000 + kind}-' || lpad(n::text, 12, '0'))::uuid`
  const org = `'${organisationId}'::uuid`
  const statements = (each: string) => [
    `INSERT INTO app.devices (id, organisation_id, token_hash) SELECT ${id(1)}, ${org}, sha256(n::text::bytea) ${each}`,
    `INSERT INTO app.rescue_plans (id, organisation_id, device_id, plan_version, sealed, alert_order, check_due_at)
     SELECT ${id(2)}, ${org}, ${id(1)}, 1, '{}', 'both', app.clock() ${each}`,
    `INSERT INTO app.rescuers (id, organisation_id, plan_id, position, sealed_number, check_due_at)
     SELECT ${id(3)}, ${org}, ${id(2)}, 1, '{}', app.clock() ${each}`,
    `INSERT INTO app.phones (organisation_id, number_hash) SELECT ${org}, sha256(n::text::bytea) ${each}`,
    `INSERT INTO app.sessions (id, organisation_id, device_id, plan_id, company, state, version, rhythm, prompts, started_at,
       anchor_at, deadline_at, alert_at, last_press_at, end_code, outcome, closed_at)
     SELECT ${id(4)}, ${org}, ${id(1)}, ${id(2)}, 'timer-only', 'closed', 1, '{120}', '{}', app.clock(), app.clock(), app.clock(),
       app.clock() + interval '1 minute', app.clock(), '042', 'ended-safe', app.clock() ${each}`,
    `INSERT INTO app.steps (id, organisation_id, session_id, alert_id, kind, due_at, status, done_at)
     SELECT ${id(5)}, ${org}, ${id(4)}, CASE WHEN n % 2 = 0 THEN ${id(6)} END, CASE WHEN n % 2 = 0 THEN 'ladder' ELSE 'prompt' END,
       app.clock(), CASE WHEN n % 4 < 2 THEN 'done' ELSE 'pending' END, CASE WHEN n % 4 < 2 THEN app.clock() END ${each}`,
    `INSERT INTO app.alerts (id, organisation_id, session_id, plan_id, code, reason, sealed_plan, plan_version, alert_order, ladder,
       due_at, ladder_from_at, raised_at, text_address, state, outcome, closed_at)
     SELECT ${id(6)}, ${org}, ${id(4)}, ${id(2)}, '4821', 'silence', '{}', 1, 'both', '[]', app.clock(), app.clock(), app.clock(),
       false, 'closed', 'safe', app.clock() ${each}`,
    `INSERT INTO app.messages (id, organisation_id, session_id, alert_id, recipient_kind, recipient_id, channel, template, destination,
       priority, dedupe_key, due_at)
     SELECT ${id(7)}, ${org}, CASE WHEN n % 3 > 0 THEN ${id(4)} END, CASE WHEN n % 3 = 1 THEN ${id(6)} END, 'rescuer', ${id(3)}, 'text',
       'alert-first', '{}', 1, n::text, app.clock() ${each}`,
    `INSERT INTO app.attempts (nonce_hash, message_id, fence, started_at) SELECT sha256(n::text::bytea), ${id(7)}, 1, app.clock() ${each}`,
    `INSERT INTO app.inbound (carrier_sid, organisation_id, sealed, done_at) SELECT 'SM' || n, ${org}, '{}', app.clock() ${each}`,
    `INSERT INTO app.commands (caller_id, command_id, payload_hash, status, body)
     SELECT ${id(1)}, ${id(8)}, '', 200, '{}' ${each}`,
    `INSERT INTO app.journal (organisation_id, at, kind, session_id, alert_id, actor_kind, chain_position, chain_hash)
     SELECT ${org}, app.clock(), 'x', CASE WHEN n % 3 > 0 THEN ${id(4)} END, CASE WHEN n % 3 = 1 THEN ${id(6)} END, 'service',
       CASE WHEN n % 3 = 1 THEN 1 END, CASE WHEN n % 3 = 1 THEN sha256('x') END ${each}`,
    `INSERT INTO app.journal_chains (alert_id, organisation_id) SELECT ${id(6)}, ${org} ${each}`,
    `INSERT INTO app.alert_recipients (alert_id, kind, recipient_id, organisation_id, position, number_hash, code)
     SELECT ${id(6)}, 'rescuer', ${id(3)}, ${org}, 1, sha256(n::text::bytea), lpad((n % 10000)::text, 4, '0') ${each}`,
  ]
  for (let from = 1; from <= rows; from += 4_000)
    for (const statement of statements(`FROM generate_series(${from}, ${from + 3_999}) AS n`)) await db.query(statement)
  await db.query('ANALYZE')
}, 120_000)

/** Runs it on a connection that answers every question with a row, and hands on what was asked. */
async function askedBy(work: (tx: Transaction) => Promise<unknown>) {
  const asked: { text: string; values: readonly unknown[] }[] = []
  const id = newId()
  const row = { id, session_id: id, alert_id: id, organisation_id: house.organisationId, plan_id: newId() }
  await work({
    transaction: true,
    query: async <R extends object>(text: string, values: readonly unknown[] = []) => {
      asked.push({ text, values })
      return [row] as unknown as R[]
    },
  })
  return asked
}

const removes: [string, Remove][] = Object.entries({
  anonymiseAlerts,
  expirePlans: async (tx: Transaction, keptMs: number, limit: number) => (await expirePlans(tx, keptMs, limit)).length,
  removeCommands,
  removeDeletedPlans,
  removeDevices,
  removeEndedSessions,
  removeInbound,
  removeLooseJournal,
  removeLooseMessages,
  removePhones,
  removeRemovedRescuers,
})

describe('with thousands of rows of everything none of which is over, nothing reads a table from end to end', () => {
  test.each<[string, (tx: Transaction) => Promise<unknown>]>([
    ...removes.map(([name, remove]): [string, (tx: Transaction) => Promise<unknown>] => [
      name,
      (tx) => remove(tx, yearMs, 100),
    ]),
    ['findStalledAlerts', (tx) => findStalledAlerts(tx, { farMs: 900_000, forsakenAfterMs: 259_200_000 })],
    ['findForsakenAlerts', (tx) => findForsakenAlerts(tx, 259_200_000, 50)],
    ['loadChainsToLengthenForUpdate', (tx) => loadChainsToLengthenForUpdate(tx, 500)],
  ])('%s', async (_name, work) => {
    const asked = await askedBy(work)
    expect(asked.length).toBeGreaterThan(0)
    for (const { text, values } of asked) {
      const plan = await house.db.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values)
      const read = plan
        .map((line) => line['QUERY PLAN'])
        .filter((line) => /Seq Scan on /.test(line) && !empty.test(line))
      expect(read, text).toEqual([])
    }
  })

  test('and takes a few milliseconds', async () => {
    for (const [name, remove] of removes) {
      const from = performance.now()
      await house.db.transaction((tx) => remove(tx, yearMs, 100))
      expect(performance.now() - from, name).toBeLessThan(250)
    }
    expect(await house.db.query('SELECT FROM app.sessions')).toHaveLength(rows)
  })
})

test('what refers to a row that retention deletes is found by a whole index', async () => {
  const without = await house.db.query(
    `SELECT c.conrelid::regclass::text || '.' || a.attname AS refers FROM pg_constraint c
     JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
     WHERE c.contype = 'f' AND c.confrelid IN ('app.sessions'::regclass, 'app.alerts'::regclass, 'app.rescue_plans'::regclass,
         'app.devices'::regclass, 'app.messages'::regclass)
       AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1]
         AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) = '(' || a.attname || ' IS NOT NULL)'))`,
  )
  expect(without).toEqual([])
})
