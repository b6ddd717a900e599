import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createEvents, createMetrics, silentLogger } from '@stillhere/observability'
import { auditAlerts, isAnyAlertStalled, type OperationContext } from '@stillhere/operations'
import { giveAllClear, preparePerson, raiseAlert, startStack, until } from '@stillhere/testkit'
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'

/* C19: the auditor looks at ladders with eyes of its own. Each test breaks the ladder by hand in Postgres. */

const pager = '+447700900090'
let pings = 0
const outside = createServer((_request, response) => {
  pings += 1
  response.writeHead(200, { connection: 'close' }).end()
})
outside.listen(0, '127.0.0.1')
await once(outside, 'listening')
const stack = await startStack({
  deterministic: true,
  pagerNumber: pager,
  deadManUrl: `http://127.0.0.1:${(outside.address() as AddressInfo).port}/`,
})
afterAll(async () => {
  await stack.close()
  outside.close()
})
stack.phones.allowCalls()
// Once a minute of the clock while nobody has it, by a pass that looks once a second of this machine's: also between two of ours.
stack.phones.allow(/OPERATOR: \d+ alerts? open/)
stack.allowErrors(/ladderStalled|sweepLate/)
const operator = stack.phones.phone(pager)
const quiet: OperationContext = {
  db: stack.db,
  pace: 1,
  events: createEvents({ logger: silentLogger(), metrics: createMetrics() }),
  wake: { sessions: () => undefined, prod: () => undefined, changed: () => undefined },
}

/** Holds the rows as something that hangs would; the ladder of every worker skips them. */
async function hold(statement: string, values: readonly unknown[]): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: stack.databaseUrl })
  await client.connect()
  await client.query('BEGIN')
  await client.query(statement, [...values])
  return async () => {
    await client.query('ROLLBACK')
    await client.end()
  }
}

const stalls = (alertId: string) =>
  stack.db.query<{ stall: string }>(
    `SELECT detail->>'stall' AS stall FROM app.journal WHERE alert_id = $1 AND kind = 'alert-stalled'`,
    [alertId],
  )
const alertOf = async (sessionId: string): Promise<string> =>
  (await stack.db.query<{ id: string }>('SELECT id FROM app.alerts WHERE session_id = $1', [sessionId]))[0]?.id ?? ''

test('C19: an open alert whose steps are gone climbs again at once, and the operator is paged', async () => {
  const { person, rescuer, code } = await raiseAlert(stack)
  const alertId = await alertOf(person.sessionId)
  await stack.db.query('DELETE FROM app.steps WHERE alert_id = $1', [alertId])

  await operator.expectText(`${code} OPERATOR: an alert did not climb in time`)
  expect(await stalls(alertId)).toEqual([{ stall: 'no-step' }])
  // The ladder runs on from here as from a new alert.
  await stack.advance(60_000)
  await rescuer.expectText(`${code} AGAIN`)
  await operator.expectText('1 alert open')
  await stack.advance(60_000)
  await rescuer.expectText(`${code} AGAIN`)
  await giveAllClear(person, rescuer)
  expect(await isAnyAlertStalled(quiet)).toBe(false)
})

test('C19: an owned alert without its duty clock is given it back', async () => {
  const { person, rescuer, code } = await raiseAlert(stack)
  await rescuer.reply('1')
  await rescuer.expectText('You are going')
  const alertId = await alertOf(person.sessionId)
  await stack.db.query('DELETE FROM app.steps WHERE alert_id = $1', [alertId])
  await operator.expectText(`${code} OPERATOR: an alert did not climb in time`)
  // At its own instant: the auditor does not take the alert from somebody who has it.
  await stack.advance(299_000)
  expect((await person.session()).alert?.state).toBe('owned')
  await stack.advance(2_000)
  await rescuer.expectText(`${code} AGAIN`)
  expect((await person.session()).alert?.state).toBe('open')
  await giveAllClear(person, rescuer)
})

test('C19: while the ladder is held and a step is overdue by more than ten seconds, nobody outside hears that all is well', async () => {
  const { person, rescuer } = await preparePerson(stack)
  const { alertAt } = await person.start({ countdownSeconds: 60 })
  await stack.advanceTo(alertAt)
  const { match } = await rescuer.expectText(/^SAFETY ALERT (\d{4})/)
  await rescuer.expectText('What to do now')
  const alertId = await alertOf(person.sessionId)
  await until('the outside switch hears from us', () => pings > 0, 12_000)
  const release = await hold('SELECT FROM app.alerts WHERE id = $1 FOR UPDATE', [alertId])
  await stack.passUnseen(60_000 + 9_000)
  expect(await isAnyAlertStalled(quiet)).toBe(false)
  await stack.passUnseen(2_000)
  expect(await isAnyAlertStalled(quiet)).toBe(true)
  await until('the auditor said so', async () => (await stalls(alertId)).length > 0)
  expect(await stalls(alertId)).toEqual([{ stall: 'overdue' }])
  await operator.expectText(`${match[1]} OPERATOR: an alert did not climb in time`)
  const before = pings
  // Longer than two of its intervals.
  const fromMs = performance.now()
  await until('two intervals of the heartbeat have passed', () => performance.now() - fromMs > 10_500, 12_000)
  expect(pings, 'the heartbeat is withheld').toBe(before)
  expect(await stalls(alertId), 'one step of the auditor at a time').toHaveLength(1)

  await release()
  await rescuer.expectText(`${match[1]} AGAIN`)
  await operator.expectText('1 alert open')
  await until('the heartbeat is back', () => pings > before, 12_000)
  await giveAllClear(person, rescuer)
})

test('a step that fails again and again is no step, though it backs off and never looks overdue', async () => {
  const { person, rescuer } = await raiseAlert(stack)
  const alertId = await alertOf(person.sessionId)
  await stack.db.query(`UPDATE app.steps SET failures = 3 WHERE alert_id = $1 AND status = 'pending'`, [alertId])
  expect(await isAnyAlertStalled(quiet)).toBe(false)
  const release = await hold('SELECT FROM app.alerts WHERE id = $1 FOR UPDATE', [alertId])
  await stack.db.query(`UPDATE app.steps SET failures = 4 WHERE alert_id = $1 AND status = 'pending'`, [alertId])
  expect(await isAnyAlertStalled(quiet)).toBe(true)
  await auditAlerts(quiet)
  await until('the auditor said so', async () => (await stalls(alertId)).length > 0)
  await operator.expectText('OPERATOR: an alert did not climb in time')
  await stack.db.query(`UPDATE app.steps SET failures = 0 WHERE alert_id = $1`, [alertId])
  await release()
  await stack.advance(60_000)
  await rescuer.expectText('AGAIN')
  await operator.expectText('1 alert open')
  await giveAllClear(person, rescuer)
})
