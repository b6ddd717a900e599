import { createEvents, createMetrics, silentLogger } from '@stillhere/observability'
import { applyRetention, verifyJournal } from '@stillhere/operations'
import { giveAllClear, preparePerson, raiseAlert, signInToConsole, startStack, until } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

/* C79: closed sessions and plans are purged on schedule; what stays keeps times and outcomes without identity. */

const stack = await startStack({ deterministic: true, demoPhones: true })
afterAll(() => stack.close())
stack.phones.allowCalls()

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** A rule that fails is said; here it fails the test. */
const events = {
  ...createEvents({ logger: silentLogger(), metrics: createMetrics() }),
  trouble: (_trouble: string, { error }: { error?: unknown } = {}) => {
    throw error
  },
}

/** Clears away all that is due now, as the worker does once a minute. */
async function clearAway(): Promise<void> {
  while ((await applyRetention({ db: stack.db, events })).more);
}

const unchained = 'alert_id IS NOT NULL AND chain_position IS NULL'
const countOf = async (table: string, where = 'true'): Promise<number> =>
  (await stack.db.query<{ count: number }>(`SELECT count(*) AS count FROM app.${table} WHERE ${where}`))[0]?.count ?? -1

/** Every row of every table, as a dump of the database would hold it. */
async function dump(): Promise<string> {
  const tables = await stack.db.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'app'`,
  )
  const rows = await Promise.all(
    tables.map(({ name }) => stack.db.query<{ row: string }>(`SELECT row_to_json(t)::text AS row FROM app.${name} t`)),
  )
  return rows.flatMap((some, index) => some.map(({ row }) => `${tables[index]?.name} ${row}`)).join('\n')
}

const counts = () =>
  stack.db.query<{ what: string; count: number }>('SELECT what, count FROM app.daily_counts ORDER BY what')

test('a session without an alert is gone 24 hours after its end, by the worker itself, and a count stays', async () => {
  const { person } = await preparePerson(stack)
  await person.start({ countdownSeconds: 120 })
  await person.end()
  await stack.advance(dayMs - 60_000)
  expect((await person.session()).outcome).toBe('ended-safe')
  await clearAway()
  expect(await countOf('sessions')).toBe(1)

  await stack.advance(2 * 60_000)
  await until('the session is gone', async () => (await countOf('sessions')) === 0, 20_000)
  expect((await person.request('GET', `/v1/sessions/${person.sessionId}`)).status).toBe(404)
  expect(await countOf('journal', 'session_id IS NOT NULL')).toBe(0)
  expect(await counts()).toEqual([{ what: 'session.ordinary.ended-safe', count: 1 }])
  // The plan is as good as before.
  await person.start({ countdownSeconds: 120 })
  await person.end()
  await stack.advance(dayMs + 60_000)
  await until('the second is counted', async () => (await countOf('sessions')) === 0, 20_000)
})

test('after thirteen months a dump of the database holds nothing of the person, and the tombstone of their alert', async () => {
  const supporter = await signInToConsole({ api: stack.api, invitation: stack.invitations.supporter })
  const { person, rescuers, rescuer, ownPhone } = await raiseAlert(stack, { rescuers: 2, ownPhone: true })
  for (const own of ['Keep this text', 'Are you OK?', 'We are telling']) await ownPhone.expectText(own)
  const [, second] = rescuers as [(typeof rescuers)[0], (typeof rescuers)[0]]
  await rescuer.reply('1')
  await rescuer.expectText('You are going')
  await second.reply('STOP')
  await ownPhone.expectText('no longer there')
  const [alert] = await supporter.alerts()
  await supporter.command(alert.id, 'progress', { kind: 'rescuer-going', note: 'they have the key' })
  const rows = await stack.db.query<{ id: string }>(`SELECT id FROM app.rescuers WHERE plan_id = $1`, [person.planId])
  await giveAllClear(person, rescuer)
  await supporter.command(alert.id, 'log', {
    outcome: 'safe',
    wanted: 'yes',
    difficulty: 2,
    energy: 3,
    followUp: false,
  })
  const hashes = [rescuer, second, ownPhone].map(({ number }) => stack.keys.hashNumber(number).toString('hex'))
  const [ofRescuer, ofStopped, ofOwn] = hashes as [string, string, string]
  const before = await dump()
  for (const known of [person.deviceId, person.planId, person.sessionId, alert.id, ofRescuer, ofOwn])
    expect(before).toContain(known)

  await until('every line is chained', async () => (await countOf('journal', unchained)) === 0)
  // One clears away at a time: a round of the worker's own would leave ours nothing to do, and not be over with it.
  for (const worker of [...stack.workers]) await stack.stopWorker(worker)
  // 29 days: all of it is still there. 31: what is left of the alert is its tombstone.
  await stack.advance(29 * dayMs, { atOnce: true })
  await clearAway()
  expect(await countOf('alerts')).toBe(1)
  await stack.advance(2 * dayMs, { atOnce: true })
  await clearAway()
  for (const table of [
    'alerts',
    'alert_recipients',
    'alert_progress',
    'alert_logs',
    'disclosures',
    'messages',
    'attempts',
    'steps',
  ])
    expect([table, await countOf(table)]).toEqual([table, 0])
  expect(await countOf('journal', 'alert_id IS NOT NULL OR session_id IS NOT NULL')).toBe(0)
  const [tombstone] = await stack.db.query(`SELECT * FROM app.journal_chains WHERE alert_id = $1`, [alert.id])
  expect(tombstone).toMatchObject({ outcome: 'safe', reason: 'silence', closed_by_kind: 'rescuer' })
  expect(Object.keys(tombstone ?? {}).filter((column) => /_id$/.test(column))).toEqual(['alert_id', 'organisation_id'])
  expect(await verifyJournal(stack.databaseUrl)).toMatchObject({ ok: true, tombstones: 1, lines: 0, broken: [] })
  expect((await person.request('GET', `/v1/plans/${person.planId}`)).status).toBe(200)

  for (let month = 0; month < 12; month += 1) {
    await stack.advance(30.5 * dayMs, { atOnce: true })
    await clearAway()
  }
  const after = await dump()
  for (const known of [person.deviceId, person.planId, person.sessionId, ofRescuer, ofOwn, ...rows.map(({ id }) => id)])
    expect(after).not.toContain(known)
  for (const table of ['devices', 'rescue_plans', 'rescuers', 'sessions', 'commands', 'inbound', 'journal'])
    expect([table, await countOf(table, table === 'journal' ? `kind <> 'plans-expired'` : 'true')]).toEqual([table, 0])
  // A number that said STOP stays stopped for ever: its keyed hash, and nothing that says whose it was.
  expect(
    after
      .split('\n')
      .filter((line) => line.includes(ofStopped))
      .map((line) => line.split(' ')[0]),
  ).toEqual(['phones'])
  expect(await stack.db.query('SELECT FROM app.phones WHERE stopped_at IS NOT NULL')).toHaveLength(1)
  expect(await counts()).toEqual([
    { what: 'alert.silence.safe', count: 1 },
    { what: 'log.difficulty.2', count: 1 },
    { what: 'log.wanted.yes', count: 1 },
    { what: 'session.ordinary.all-clear', count: 1 },
    { what: 'session.ordinary.ended-safe', count: 1 },
    { what: 'session.ordinary.ended-safe', count: 1 },
  ])
})
