import { describe, expect, test } from 'vitest'
import {
  findAlert,
  insertCommands,
  insertSession,
  loadAlertForUpdate,
  loadSessionsForUpdate,
  newId,
  readClock,
  recordPrompt,
  type SessionRow,
  StaleWriteError,
  storeAlert,
  storeSessions,
} from '../src/index.ts'
import { addAlert, addSession, signal, useHouse } from './house.ts'

const house = useHouse()
const versionOf = async (id: string) =>
  (await house.db.query<{ version: number }>('SELECT version FROM app.sessions WHERE id = $1', [id]))[0]?.version
const later = (session: SessionRow): SessionRow => ({ ...session, version: session.version + 1 })

/** Stores once, without being run again where another was first. */
const storeOnce = (changes: Parameters<typeof storeSessions>[1]) =>
  storeSessions({ transaction: true, query: (text, values) => house.db.query(text, values) }, changes, Date.now())

describe('a session is stored only over the version that was read', () => {
  test('the second of two decisions on one version is refused', async () => {
    const session = await addSession(house, 60_000)
    await storeOnce([{ session: later(session), expectedVersion: 1 }])
    await expect(storeOnce([{ session: later(session), expectedVersion: 1 }])).rejects.toThrow(StaleWriteError)
    expect(await versionOf(session.id)).toBe(2)
  })

  test('one stale session in a batch undoes the whole batch', async () => {
    const [fresh, stale] = [await addSession(house, 60_000), await addSession(house, 60_000)]
    let tries = 0
    const batch = house.db.transaction((tx) => {
      tries += 1
      return storeSessions(
        tx,
        [
          { session: later(fresh), expectedVersion: 1 },
          { session: later(stale), expectedVersion: 7 },
        ],
        Date.now(),
      )
    })
    await expect(batch).rejects.toThrow(StaleWriteError)
    // It was tried again, because a real decision would have read anew, and gave up in the end.
    expect(tries).toBe(3)
    expect([await versionOf(fresh.id), await versionOf(stale.id)]).toEqual([1, 1])
  })

  test('a session that is gone is a stale one', async () => {
    const session = await addSession(house, 60_000)
    const gone = { ...later(session), id: newId() }
    await expect(storeOnce([{ session: gone, expectedVersion: 1 }])).rejects.toThrow(StaleWriteError)
  })

  test('20 changes at the same instant are all made, one after the other (C5)', async () => {
    const session = await addSession(house, 60_000)
    await Promise.all(
      Array.from({ length: 20 }, () =>
        house.db.transaction(async (tx) => {
          const [row] = await loadSessionsForUpdate(tx, [session.id])
          if (!row) throw new Error('the session is gone')
          const deadlineAt = row.deadlineAt + 1_000
          const moved = { ...later(row), deadlineAt, alertAt: deadlineAt + 60_000 }
          await storeSessions(tx, [{ session: moved, expectedVersion: row.version }], await readClock(tx))
        }),
      ),
    )
    const [row] = await house.db.transaction((tx) => loadSessionsForUpdate(tx, [session.id]))
    expect(row).toMatchObject({ version: 21, deadlineAt: session.deadlineAt + 20_000 })
  })
})

test('what is stored is what is loaded', async () => {
  const session = await addSession(house, 60_000)
  const { closedAt: _, ...changed }: SessionRow = {
    ...later(session),
    state: 'prompting',
    rhythm: [60, 180],
    anchorAt: session.startedAt + 1_001,
    deadlineAt: session.deadlineAt + 1_234,
    alertAt: session.alertAt + 2_345,
    lastPressAt: session.startedAt + 5_000,
    raised: true,
  }
  await storeOnce([{ session: changed, expectedVersion: 1 }])
  const [row] = await house.db.transaction((tx) => loadSessionsForUpdate(tx, [session.id]))
  expect(row).toEqual(changed)
})

test('locks are taken in the order of ids, whatever order was asked for: no two batches wait for each other', async () => {
  const sessions = await Promise.all(Array.from({ length: 8 }, () => addSession(house, 60_000)))
  const ids = sessions.map(({ id }) => id).sort()
  const touch = (order: readonly string[]) =>
    house.db.transaction(async (tx) => {
      const rows = await loadSessionsForUpdate(tx, order)
      expect(rows.map(({ id }) => id)).toEqual(ids)
      await storeSessions(
        tx,
        rows.map((row) => ({ session: later(row), expectedVersion: row.version })),
        Date.now(),
      )
    })
  await Promise.all(Array.from({ length: 10 }, (_, n) => touch(n % 2 === 0 ? ids : [...ids].reverse())))
  expect(await versionOf(ids[0] ?? '')).toBe(11)
})

test('two workers claim one alert: one is first, the other hears that it was not (C41)', async () => {
  const alert = await addAlert(house)
  const bothRead = signal()
  let readers = 0
  const claim = (kind: 'rescuer' | 'supporter') =>
    house.another().transaction(async (tx) => {
      // Read without a lock on purpose: only the version stands between them.
      const read = await findAlert(tx, { id: alert.id })
      if (++readers === 2) bothRead.give()
      await bothRead.promise
      if (read?.state !== 'open') return 'was late'
      const now = await readClock(tx)
      const owned = { ...read, state: 'owned' as const, owner: { kind, id: newId() }, ownedAt: now, dutyUntilAt: now }
      await storeAlert(tx, { ...owned, version: read.version + 1 }, read.version, now)
      return 'owns it'
    })
  expect((await Promise.all([claim('rescuer'), claim('supporter')])).sort()).toEqual(['owns it', 'was late'])
  const stored = await house.db.transaction((tx) => loadAlertForUpdate(tx, alert.id))
  expect(stored).toMatchObject({ state: 'owned', version: 2 })
})

test('a closed alert keeps the instant of its first close', async () => {
  const alert = await addAlert(house)
  const close = (version: number, now: number) =>
    house.db.transaction((tx) =>
      storeAlert(tx, { ...alert, state: 'closed', outcome: 'safe', version: version + 1 }, version, now),
    )
  await close(1, alert.raisedAt + 5_000)
  await close(2, alert.raisedAt + 9_000)
  expect(await findAlert(house.db, { id: alert.id })).toMatchObject({ closedAt: alert.raisedAt + 5_000 })
})

test('a prompt of a session that has answered meanwhile is refused', async () => {
  const session = await addSession(house, 60_000)
  await expect(house.db.transaction((tx) => recordPrompt(tx, session.id, 'sound', Date.now()))).rejects.toThrow(
    StaleWriteError,
  )
})

test('the same command beside itself is counted once', async () => {
  const command = { callerId: newId(), commandId: newId(), payloadHash: Buffer.from('p'), status: 200, body: {} }
  const counts = await Promise.all(
    Array.from({ length: 5 }, () => house.db.transaction((tx) => insertCommands(tx, [command]))),
  )
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1)
})

test('two starts of one device at the same instant: one session runs', async () => {
  const first = await addSession(house, 60_000)
  const second = { ...first, id: newId() }
  await expect(house.db.transaction((tx) => insertSession(tx, second))).rejects.toMatchObject({
    code: '23505',
    constraint: 'sessions_running',
  })
})
