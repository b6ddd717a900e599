import { chainJournal, type JournalVerdict, verifyJournal } from '@stillhere/operations'
import { Database, loadChainsToLengthenForUpdate, newId, recordJournal, storeChained } from '@stillhere/persistence'
import { createTestDatabase, type TestDatabase } from '@stillhere/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

/*
 * Of every alert the journal is a chain: each line holds the hash of the one before it. Whoever changes, removes or
 * reorders lines behind the service's back is found, with the alert and the place. On a real Postgres: the workers are
 * connections of their own.
 */

let database: TestDatabase
let db: Database
let workers: Database[]
const organisationId = newId()

beforeAll(async () => {
  database = await createTestDatabase()
  const open = (name: string) => new Database({ url: database.url, size: 4, applicationName: name })
  db = open('test')
  workers = [open('worker-1'), open('worker-2'), open('worker-3')]
  await db.query(
    `INSERT INTO app.organisations (id, slug, name, sms_number, page_host, prompts, ladder)
     VALUES ($1, 'house', 'House', '+447700900000', 'localhost', '{}', '[]')`,
    [organisationId],
  )
})
afterAll(async () => {
  await Promise.all([db, ...workers].map((one) => one.close()))
  await database.drop()
})

/** An alert as it stands in its table, with its first line. */
async function raise(): Promise<string> {
  const [alertId, sessionId, deviceId, planId] = [newId(), newId(), newId(), newId()]
  await db.query('INSERT INTO app.devices (id, organisation_id, token_hash) VALUES ($1, $2, sha256($3::text::bytea))', [
    deviceId,
    organisationId,
    deviceId,
  ])
  await db.query(
    `INSERT INTO app.rescue_plans (id, organisation_id, device_id, plan_version, sealed, alert_order, plan_check, good_sealed, good_version)
     VALUES ($1, $2, $3, 1, '{}', 'both', 'ok', '{}', 1)`,
    [planId, organisationId, deviceId],
  )
  await db.query(
    `INSERT INTO app.sessions (id, organisation_id, device_id, plan_id, company, state, version, rhythm, prompts, started_at,
       anchor_at, deadline_at, alert_at, last_press_at, end_code)
     VALUES ($1, $2, $3, $4, 'timer-only', 'alerting', 3, '{120}', '{}', app.clock(), app.clock(), app.clock() + interval '1 minute',
       app.clock() + interval '2 minutes', app.clock(), '123')`,
    [sessionId, organisationId, deviceId, planId],
  )
  await db.query(
    `INSERT INTO app.alerts (id, organisation_id, session_id, plan_id, code, reason, sealed_plan, plan_version, alert_order, ladder,
       due_at, ladder_from_at, raised_at, text_address)
     VALUES ($1, $2, $3, $4, '4821', 'silence', '{}', 1, 'both', '[]', app.clock(), app.clock(), app.clock(), false)`,
    [alertId, organisationId, sessionId, planId],
  )
  await write(alertId, 'alert-raised')
  return alertId
}

const write = (alertId: string, ...kinds: string[]): Promise<void> =>
  db.transaction((tx) =>
    recordJournal(
      tx,
      kinds.map((kind) => ({
        organisationId,
        at: Date.now(),
        kind,
        alertId,
        actor: { kind: 'supporter' as const, id: newId() },
        detail: { said: 'going', latenessMs: 12 },
      })),
    ),
  )

async function chainAll(worker = db): Promise<void> {
  for (;;) if ((await chainJournal({ db: worker }, 50)).found === 0) return
}

const verify = (): Promise<JournalVerdict> => verifyJournal(database.url)

/** As somebody who owns the table and means harm: the triggers do not hold them. */
async function behindItsBack(statement: string, values: readonly unknown[]): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query('ALTER TABLE app.journal DISABLE TRIGGER USER')
    await tx.query(statement, values)
    await tx.query('ALTER TABLE app.journal ENABLE TRIGGER USER')
  })
}

describe('workers that race', () => {
  test('never fork a chain, and lose no line, while lines go on being written', async () => {
    const alerts = await Promise.all(Array.from({ length: 12 }, raise))
    let writing = true
    const chaining = workers.map(async (worker) => {
      let failed = 0
      while (writing) await chainJournal({ db: worker }, 20).catch(() => (failed += 1))
      return failed
    })
    for (let round = 0; round < 15; round += 1)
      await Promise.all(alerts.map((alertId) => write(alertId, `alert-recorded`, `alert-renewed`)))
    writing = false
    // Whatever a worker met, it gave way: nothing failed.
    expect(await Promise.all(chaining)).toEqual([0, 0, 0])
    await chainAll()

    const verdict = await verify()
    expect(verdict).toMatchObject({ ok: true, alerts: 12, lines: 12 * 31, waiting: 0, broken: [] })
    const heads = await db.query<{ length: number }>('SELECT length FROM app.journal_chains')
    expect(heads.map(({ length }) => length)).toEqual(Array.from({ length: 12 }, () => 31))
  })

  test('a chain that one is lengthening is left to that one, and nobody else reads its head meanwhile', async () => {
    const alertId = await raise()
    await chainAll()
    await write(alertId, 'alert-claimed')
    const [first, other] = workers as [Database, Database, Database]
    await first.transaction(async (tx) => {
      const mine = await loadChainsToLengthenForUpdate(tx, 50)
      expect(mine.map((chain) => chain.alertId)).toContain(alertId)
      expect(await chainJournal({ db: other }, 50)).toEqual({ found: 0, more: false })
    })
    expect((await chainJournal({ db: other }, 50)).found).toBe(1)
  })

  test('whoever read the head before another moved it writes nothing', async () => {
    const alertId = await raise()
    await chainAll()
    const [late] = await db.query<{ length: number; head: Buffer }>(
      'SELECT length, head FROM app.journal_chains WHERE alert_id = $1',
      [alertId],
    )
    await write(alertId, 'alert-claimed')
    await chainAll()
    await write(alertId, 'alert-renewed')
    const [line] = await db.query<{ id: number }>(
      'SELECT id FROM app.journal WHERE alert_id = $1 AND chain_position IS NULL',
      [alertId],
    )
    const chain = { alertId, organisationId, length: 2, head: Buffer.alloc(32, 1), expectedLength: late?.length ?? 0 }
    // Beyond the place that is taken, so that the unique index has nothing to say: the length alone refuses it.
    const stale = db.transaction((tx) =>
      storeChained(tx, [{ id: line?.id ?? 0, position: 9, hash: chain.head }], [chain]),
    )
    await expect(stale).rejects.toThrow('lengthened by somebody else')
    await chainAll()
    expect((await verify()).broken).toEqual([])
  })

  test('a worker that was frozen in the middle of it leaves the chain to the others', async () => {
    const alertId = await raise()
    let thaw: () => void = () => undefined
    const held = new Promise<void>((resolve) => {
      thaw = resolve
    })
    const chosen = workers[0] as Database
    const frozen = chosen
      .transaction(async (tx) => {
        await tx.query(`INSERT INTO app.journal_chains (alert_id, organisation_id) VALUES ($1, $2)`, [
          alertId,
          organisationId,
        ])
        await held
      })
      .catch((error: Error) => error.name)
    await chainJournal({ db: workers[1] as Database }, 20)
    thaw()
    // Law 2: its connection was ended for idling in a transaction.
    await frozen
    await chainAll()
    expect((await verify()).broken).toEqual([])
    expect(await db.query('SELECT length FROM app.journal_chains WHERE alert_id = $1', [alertId])).toEqual([
      { length: 1 },
    ])
  })

  test('a line that is written while its alert’s chain is being lengthened waits, and is chained next', async () => {
    const alertId = await raise()
    await write(alertId, 'alert-claimed')
    expect(await verify()).toMatchObject({ ok: true, waiting: 2 })
    await chainAll()
    expect(await verify()).toMatchObject({ ok: true, waiting: 0 })
  })
})

describe('what is done behind its back', () => {
  let alertId: string
  beforeEach(async () => {
    await db.query('DELETE FROM app.journal_chains')
    await behindItsBack('DELETE FROM app.journal WHERE $1', [true])
    await db.query('DELETE FROM app.alerts')
    alertId = await raise()
    await write(alertId, 'alert-claimed', 'alert-renewed', 'alert-closed')
    await db.query(`UPDATE app.alerts SET state = 'closed', outcome = 'safe', closed_at = app.clock() WHERE id = $1`, [
      alertId,
    ])
    await chainAll()
    expect(await verify()).toMatchObject({ ok: true, alerts: 1, lines: 4 })
  })

  const swapped = `UPDATE app.journal SET chain_position = chain_position + 100`
  const back = (first: number, second: number) => `chain_position = CASE chain_position
    WHEN ${100 + first} THEN ${second} WHEN ${100 + second} THEN ${first} ELSE chain_position - 100 END`

  test.each([
    [
      'a word of a line is changed',
      `UPDATE app.journal SET detail = '{"said": "cannot"}' WHERE chain_position = 2`,
      'line-changed',
      2,
    ],
    [
      'the time of a line is changed by a microsecond',
      `UPDATE app.journal SET at = at + interval '1 microsecond' WHERE chain_position = 3`,
      'line-changed',
      3,
    ],
    [
      'who did it is changed',
      `UPDATE app.journal SET actor_kind = 'rescuer' WHERE chain_position = 2`,
      'line-changed',
      2,
    ],
    ['a line in the middle is removed', `DELETE FROM app.journal WHERE chain_position = 2`, 'line-missing', 2],
    ['the first line is removed', `DELETE FROM app.journal WHERE chain_position = 1`, 'line-missing', 1],
    ['the tail is cut off after the close', `DELETE FROM app.journal WHERE chain_position > 2`, 'tail-missing', 3],
    [
      'two lines trade hashes',
      `UPDATE app.journal j SET chain_hash = o.chain_hash FROM app.journal o
       WHERE j.chain_position IN (2, 3) AND o.chain_position = 5 - j.chain_position`,
      'line-changed',
      2,
    ],
    ['every line is removed', `DELETE FROM app.journal`, 'chain-missing', undefined],
  ])('%s: found', async (_what, statement, damage, position) => {
    await behindItsBack(statement, [])
    expect(await verify()).toMatchObject({ ok: false, broken: [{ alertId, damage }] })
    expect((await verify()).broken[0]?.position).toBe(position)
  })

  test('two lines trade places: found', async () => {
    await behindItsBack(swapped, [])
    await behindItsBack(`UPDATE app.journal SET ${back(2, 3)}`, [])
    expect((await verify()).broken).toEqual([{ alertId, damage: 'line-changed', position: 2 }])
  })

  test('a tail is cut off and the head is set back to match: the close that no line speaks of is found', async () => {
    await behindItsBack('DELETE FROM app.journal WHERE chain_position > 2', [])
    await db.query(
      `UPDATE app.journal_chains c SET length = 2, head = j.chain_hash FROM app.journal j WHERE j.chain_position = 2`,
    )
    expect((await verify()).broken).toEqual([{ alertId, damage: 'close-missing' }])
  })

  test('a line is removed before it was chained: found where it closed the alert', async () => {
    const other = await raise()
    await write(other, 'alert-closed')
    await db.query(`UPDATE app.alerts SET state = 'closed', outcome = 'safe', closed_at = app.clock() WHERE id = $1`, [
      other,
    ])
    await behindItsBack(`DELETE FROM app.journal WHERE alert_id = $1 AND kind = 'alert-closed'`, [other])
    expect((await verify()).broken).toEqual([{ alertId: other, damage: 'close-missing' }])
  })

  test('the kept head is set to another: found', async () => {
    await db.query(`UPDATE app.journal_chains SET head = sha256('another')`)
    expect((await verify()).broken).toEqual([{ alertId, damage: 'head-behind', position: 5 }])
  })

  test('an alert that is still there is called removed: found', async () => {
    await db.query(
      `UPDATE app.journal_chains SET removed_at = app.clock(), raised_at = app.clock(), closed_at = app.clock(), outcome = 'safe'`,
    )
    expect((await verify()).broken).toEqual([{ alertId, damage: 'removed-early' }])
  })
})
