import { beforeAll, describe, expect, test } from 'vitest'
import {
  claimDueChecks,
  claimMessages,
  correctClock,
  findDueSessionIds,
  findDueSteps,
  findWaiting,
  loadDueInboundForUpdate,
  loadDueSessionsForUpdate,
  loadPlansToCheckForUpdate,
  loadRescuersToCheckForUpdate,
  loadRescuersToInviteForUpdate,
  peekNextDue,
  readClock,
  readRawClock,
  type Transaction,
} from '../src/index.ts'
import { useHouse } from './house.ts'

const house = useHouse()

test('the clock is STABLE: one statement has one instant, and an index can be asked for it', async () => {
  const [row] = await house.db.query<{ kind: string }>(
    `SELECT provolatile AS kind FROM pg_proc WHERE oid = 'app.clock()'::regprocedure`,
  )
  expect(row?.kind).toBe('s')
})

describe('a correction', () => {
  test('moves the clock that decides and leaves the raw one', async () => {
    const before = await readRawClock(house.db)
    expect(await correctClock(house.db, 3_600_000, before.version)).toBe(true)
    const after = await readRawClock(house.db)
    expect(after).toMatchObject({ correctionMs: before.correctionMs + 3_600_000, version: before.version + 1 })
    expect(Math.abs(after.rawAt - before.rawAt)).toBeLessThan(60_000)
    expect((await readClock(house.db)) - after.rawAt).toBeGreaterThanOrEqual(after.correctionMs)
    expect(await correctClock(house.db, -3_600_000, after.version)).toBe(true)
  })

  test('of a step that ten workers saw is made once', async () => {
    const { version, correctionMs } = await readRawClock(house.db)
    const made = await Promise.all(Array.from({ length: 10 }, () => correctClock(house.db, 5_000, version)))
    expect(made.filter(Boolean)).toHaveLength(1)
    const after = await readRawClock(house.db)
    expect(after).toMatchObject({ correctionMs: correctionMs + 5_000, version: version + 1 })
  })

  test('from an older reading changes nothing', async () => {
    const { version, correctionMs } = await readRawClock(house.db)
    expect(await correctClock(house.db, 60_000, version - 1)).toBe(false)
    expect((await readRawClock(house.db)).correctionMs).toBe(correctionMs)
  })
})

/** Every query that asks what is due, as its store words it, and the table whose rows must not be read one by one. */
const dueQueries: [string, string, (tx: Transaction) => Promise<unknown>][] = [
  ['sessions the sweep locks', 'sessions', (tx) => loadDueSessionsForUpdate(tx, 500)],
  ['sessions the sweep names', 'sessions', (tx) => findDueSessionIds(tx, 500)],
  ['ladder steps', 'steps', (tx) => findDueSteps(tx, ['ladder', 'repeat'], 500)],
  ['prompts', 'steps', (tx) => findDueSteps(tx, ['prompt'], 500)],
  [
    'messages to send',
    'messages',
    (tx) => claimMessages(tx, { urgent: 100, following: 100, ordinary: 100, push: 100 }, () => Buffer.alloc(32)),
  ],
  ['messages to look after', 'messages', (tx) => claimDueChecks(tx, 100)],
  ['texts that came in', 'inbound', (tx) => loadDueInboundForUpdate(tx)],
  ['plans to check', 'rescue_plans', (tx) => loadPlansToCheckForUpdate(tx, 100)],
  ['rescuers to check', 'rescuers', (tx) => loadRescuersToCheckForUpdate(tx, 100)],
  ['rescuers to invite', 'rescuers', (tx) => loadRescuersToInviteForUpdate(tx, 100)],
  ['rescuers to check, by their ids', 'rescuers', (tx) => findWaiting(tx, 'rescuers', 100)],
  ['invitations, by their ids', 'rescuers', (tx) => findWaiting(tx, 'invitations', 100)],
  ['the next instant: sessions', 'sessions', (tx) => peekNextDue(tx, 250)],
  ['the next instant: steps', 'steps', (tx) => peekNextDue(tx, 250)],
  ['the next instant: messages', 'messages', (tx) => peekNextDue(tx, 250)],
]

describe('with 20,000 rows none of which is due, an index answers what is due', () => {
  beforeAll(fill)

  test.each(dueQueries)('%s', async (_what, table, ask) => {
    const asked: { text: string; values: readonly unknown[] }[] = []
    const recorder: Transaction = {
      transaction: true,
      query: async (text, values = []) => {
        asked.push({ text, values })
        return []
      },
    }
    await ask(recorder)
    expect(asked).toHaveLength(1)
    const [{ text, values } = { text: '', values: [] }] = asked
    const [plan] = await house.db.query<{ 'QUERY PLAN': PlanNode[] }>(`EXPLAIN (FORMAT JSON) ${text}`, values)
    const nodes = plan?.['QUERY PLAN'].flatMap(({ Plan }) => nodesOf(Plan)) ?? []
    const onTable = nodes.filter((node) => node['Relation Name'] === table).map((node) => node['Node Type'])
    const byIndex = nodes.filter((node) => /^(Bitmap )?Index (Only )?Scan$/.test(node['Node Type']))
    expect(onTable).not.toContain('Seq Scan')
    expect(byIndex.map((node) => node['Index Name'])).toContainEqual(expect.stringMatching(/_(due|to_\w+)$/))
    // The instant is a bound of the index, not a filter over its rows.
    expect(byIndex.map((node) => node['Index Cond'] ?? '').join()).toMatch(_what.startsWith('the next') ? /^/ : /clock/)
  })
})

interface PlanNode {
  Plan: PlanTree
}
interface PlanTree {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  'Index Cond'?: string
  Plans?: PlanTree[]
}

const nodesOf = (node: PlanTree): PlanTree[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)]

/** A night's worth of rows, all for later. */
async function fill(): Promise<void> {
  const { db, organisationId } = house
  const base = new Date((await readClock(db)) + 3_600_000).toISOString()
  const id = (kind: number) => `('00000000-0000-7000-${8_000 + kind}-' || lpad(n::text, 12, '0'))::uuid`
  const later = `('${base}'::timestamptz + n * interval '1 millisecond')`
  const org = `'${organisationId}'::uuid`
  const statements = (each: string) => [
    `INSERT INTO app.devices (id, organisation_id, token_hash)
     SELECT ${id(1)}, ${org}, sha256(n::text::bytea) ${each}`,
    `INSERT INTO app.rescue_plans (id, organisation_id, device_id, plan_version, sealed, alert_order, check_due_at)
     SELECT ${id(2)}, ${org}, ${id(1)}, 1, '{}', 'both', ${later} ${each}`,
    `INSERT INTO app.rescuers (id, organisation_id, plan_id, position, sealed_number, check_due_at, invite_due_at)
     SELECT ${id(3)}, ${org}, ${id(2)}, 1, '{}', ${later}, ${later} ${each}`,
    `INSERT INTO app.sessions (id, organisation_id, device_id, plan_id, company, state, version, rhythm, prompts,
       started_at, anchor_at, deadline_at, alert_at, due_at, last_press_at, end_code)
     SELECT ${id(4)}, ${org}, ${id(1)}, ${id(2)}, 'timer-only', 'counting', 1, '{120}', '{}', app.clock(), app.clock(),
       at, at + interval '1 minute', at, app.clock(), '042' FROM (SELECT n, ${later} AS at ${each}) AS s`,
    `INSERT INTO app.steps (id, organisation_id, session_id, alert_id, kind, due_at)
     SELECT ${id(5)}, ${org}, ${id(4)}, CASE WHEN n % 2 = 0 THEN ${id(6)} END,
       CASE WHEN n % 2 = 0 THEN 'ladder' ELSE 'prompt' END, ${later} ${each}`,
    `INSERT INTO app.messages (id, organisation_id, recipient_kind, recipient_id, channel, template, destination,
       priority, dedupe_key, status, due_at)
     SELECT ${id(7)}, ${org}, 'rescuer', ${id(3)}, 'text', 'alert-first', '{}', n % 10, n::text,
       CASE WHEN n % 2 = 0 THEN 'queued' ELSE 'accepted' END, ${later} ${each}`,
    `INSERT INTO app.inbound (carrier_sid, organisation_id, sealed, due_at) SELECT 'SM' || n, ${org}, '{}', ${later} ${each}`,
  ]
  // In parts: on a busy machine one statement must not take its whole three seconds.
  for (let from = 1; from <= 20_000; from += 4_000)
    for (const statement of statements(`FROM generate_series(${from}, ${from + 3_999}) AS n`)) await db.query(statement)
  await db.query('ANALYZE')
}
