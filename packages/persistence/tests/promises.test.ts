import { expect, test } from 'vitest'
import { readClock, readPromises } from '../src/index.ts'
import { addAlert, addMessage, addSession, useHouse } from './house.ts'

const house = useHouse()
const seconds = (count: number) => count * 1_000

test('where nothing is, nothing waits', async () => {
  const { durable, ...counts } = await readPromises(house.db)
  expect(Object.values(counts)).toEqual([0, 0, 0, 0, 0, 0, 0])
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

test('a database that answers before it writes is seen', async () => {
  const careless = house.another({ size: 1 })
  await careless.query('SET synchronous_commit = off')
  expect((await readPromises(careless)).durable).toBe(false)
})

test('a role that made itself careless is seen, though the session that asks is not', async () => {
  const role = `careless_${process.pid}`
  await house.db.query(`CREATE ROLE ${role} LOGIN`)
  try {
    expect((await readPromises(house.db)).durable).toBe(true)
    await house.db.query(`ALTER ROLE ${role} SET synchronous_commit = off`)
    expect((await readPromises(house.db)).durable).toBe(false)
    await house.db.query(`ALTER ROLE ${role} RESET ALL`)
    await house.db.query(
      `DO $$ BEGIN EXECUTE format('ALTER ROLE ${role} IN DATABASE %I SET synchronous_commit = off', current_database()); END $$`,
    )
    expect((await readPromises(house.db)).durable).toBe(false)
  } finally {
    await house.db.query(`DROP ROLE ${role}`)
  }
})
