import { expect, test } from 'vitest'
import { hasCarelessRole, noteBackup, readClock, readPromises } from '../src/index.ts'
import { addAlert, addMessage, addSession, useHouse } from './house.ts'

const house = useHouse()
const seconds = (count: number) => count * 1_000

test('where nothing is, nothing waits', async () => {
  const { durable, ...counts } = await readPromises(house.db)
  expect(Object.values(counts)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
  expect(typeof durable).toBe('boolean')
})

test('whoever is overdue longest is what an operator is shown', async () => {
  await addSession(house, seconds(300))
  expect(await readPromises(house.db)).toMatchObject({ watched: 1, longestOverdueMs: 0 })
  await addSession(house, seconds(-7))
  await addSession(house, seconds(-2))
  const { watched, longestOverdueMs } = await readPromises(house.db)
  expect(watched).toBe(3)
  expect(longestOverdueMs).toBeGreaterThanOrEqual(seconds(7))
  expect(longestOverdueMs).toBeLessThan(seconds(60))
})

test('an alert of silence before its session’s own instant contradicts it; help does not', async () => {
  const now = await readClock(house.db)
  // The session alerts at about `now`, a minute after a deadline that was a minute ago.
  await addAlert(house, { reason: 'help', raisedAt: now - seconds(40) })
  await addAlert(house, { reason: 'silence', raisedAt: now + seconds(30), state: 'open' })
  expect(await readPromises(house.db)).toMatchObject({ contradicted: 0, openAlerts: 2, silent: 2 })
  await addAlert(house, { reason: 'silence', raisedAt: now - seconds(20) })
  const { contradicted, longestUnownedMs } = await readPromises(house.db)
  expect(contradicted).toBe(1)
  expect(longestUnownedMs).toBeGreaterThanOrEqual(seconds(40))
  expect(longestUnownedMs).toBeLessThan(seconds(90))
})

test('an alert’s message that has not left is seen; one that may wait is not', async () => {
  const now = await readClock(house.db)
  const { id: alertId } = await addAlert(house)
  await addMessage(house, { dueAt: now - seconds(600) })
  await addMessage(house, { alertId, dueAt: now + seconds(60) })
  expect((await readPromises(house.db)).longestUnsentMs).toBe(0)
  await addMessage(house, { alertId, dueAt: now - seconds(9) })
  expect((await readPromises(house.db)).longestUnsentMs).toBeGreaterThanOrEqual(seconds(9))
})

test('how old the last backup is counts from its end, and before the first from the installation', async () => {
  const installed = (hours: number) =>
    house.db.query(
      `INSERT INTO app.deployment (deployment_id, created_at) VALUES (gen_random_uuid(), clock_timestamp() - $1 * interval '1 hour')
       ON CONFLICT (one) DO UPDATE SET created_at = excluded.created_at`,
      [hours],
    )
  await installed(30)
  expect((await readPromises(house.db)).sinceBackupMs).toBeGreaterThanOrEqual(30 * seconds(3_600))
  expect(await noteBackup(house.url)).toBe(true)
  expect((await readPromises(house.db)).sinceBackupMs).toBeLessThan(seconds(60))
})

test('a database that answers before it writes is seen', async () => {
  const careless = house.another({ size: 1 })
  await careless.query('SET synchronous_commit = off')
  expect((await readPromises(careless)).durable).toBe(false)
})

test('a role that made itself careless is seen, though the session that asks is not', async () => {
  const role = `careless_${process.pid}`
  await house.db.query(`CREATE ROLE ${role}`)
  const set = (what: string) =>
    house.db.query(
      `DO $$ BEGIN EXECUTE format('ALTER ROLE ${role} IN DATABASE %I ${what}', current_database()); END $$`,
    )
  try {
    await set('SET synchronous_commit = local')
    expect(await hasCarelessRole(house.db)).toBe(false)
    await set('SET synchronous_commit = off')
    expect(await hasCarelessRole(house.db)).toBe(true)
    expect((await readPromises(house.db)).durable).toBe(false)
    await set('RESET ALL')
    expect(await hasCarelessRole(house.db)).toBe(false)
  } finally {
    await house.db.query(`DROP ROLE ${role}`)
  }
})

test('a second open alert of one session is seen, once nothing forbids it', async () => {
  const index = await house.db.query<{ name: string; definition: string }>(
    `SELECT indexname AS name, indexdef AS definition FROM pg_indexes
     WHERE schemaname = 'app' AND tablename = 'alerts' AND indexdef ~ 'UNIQUE' AND indexdef ~ '\\(session_id\\)'`,
  )
  expect(index.length).toBeGreaterThan(0)
  for (const { name } of index) await house.db.query(`ALTER TABLE app.alerts DROP CONSTRAINT IF EXISTS ${name}`)
  for (const { name } of index) await house.db.query(`DROP INDEX IF EXISTS app.${name}`)
  const { id } = await addAlert(house)
  expect((await readPromises(house.db)).doubled).toBe(0)
  const copied = `to_jsonb(a) || jsonb_build_object('id', gen_random_uuid(), 'code', '9999')`
  await house.db.query(
    `INSERT INTO app.alerts SELECT (jsonb_populate_record(NULL::app.alerts, ${copied})).* FROM app.alerts a WHERE id = $1`,
    [id],
  )
  expect((await readPromises(house.db)).doubled).toBe(1)
})

test('a service that faces the internet and may read a sealed number is seen', async () => {
  expect((await readPromises(house.db)).overreaching).toBe(0)
  await house.db.query('GRANT SELECT ON app.rescuers TO stillhere_gateway')
  expect((await readPromises(house.db)).overreaching).toBe(1)
})
