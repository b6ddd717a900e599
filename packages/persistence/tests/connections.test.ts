import { describe, expect, test, vi } from 'vitest'
import {
  DatabaseUnavailableError,
  loadSessionsForUpdate,
  readClock,
  StaleWriteError,
  storeSessions,
} from '../src/index.ts'
import { addSession, signal, useHouse } from './house.ts'

const house = useHouse()

describe('law 2: a frozen process must not hide due rows behind its locks', () => {
  test('every connection has the time-outs, the first and the last of the pool', async () => {
    const db = house.another({ size: 4 })
    const together = signal()
    let inside = 0
    const settings = await Promise.all(
      [1, 2, 3, 4].map(() =>
        db.transaction(async (tx) => {
          if (++inside === 4) together.give()
          await together.promise
          const [row] = await tx.query<Record<string, string>>(
            `SELECT pg_backend_pid()::text AS pid, current_setting('idle_in_transaction_session_timeout') AS idle,
               current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
               current_setting('timezone') AS zone`,
          )
          return row
        }),
      ),
    )
    expect(new Set(settings.map((row) => row?.pid)).size).toBe(4)
    for (const row of settings) expect(row).toMatchObject({ idle: '1s', statement: '3s', lock: '1s', zone: 'UTC' })
  })

  test('a transaction that freezes with a session locked is ended, and another takes the session within a second or so', async () => {
    const session = await addSession(house, 60_000)
    const frozen = house.another()
    const locked = signal()
    const thaw = signal()
    let tries = 0
    const freezing = frozen.transaction(async (tx) => {
      tries += 1
      const [row] = await loadSessionsForUpdate(tx, [session.id])
      if (!row || tries > 1) return row?.version
      locked.give()
      await thaw.promise
      await storeSessions(tx, [{ session: { ...row, version: 99 }, expectedVersion: row.version }], row.startedAt)
      return 99
    })
    await locked.promise
    const from = performance.now()
    const taken = await house.db.transaction(async (tx) => {
      const [row] = await loadSessionsForUpdate(tx, [session.id])
      if (!row) throw new Error('the session is gone')
      await storeSessions(tx, [{ session: { ...row, version: 2 }, expectedVersion: 1 }], await readClock(tx))
      return performance.now() - from
    })
    expect(taken).toBeLessThan(2_000)
    // What was frozen wakes up, finds its transaction gone, and decides anew on what is true now.
    thaw.give()
    expect(await freezing).toBe(2)
    expect(tries).toBe(2)
  })

  test('whoever waits for a lock that is held on gives up and decides anew', async () => {
    const session = await addSession(house, 60_000)
    const held = signal()
    const done = signal()
    const holder = house.another()
    const holding = holder.transaction(async (tx) => {
      await loadSessionsForUpdate(tx, [session.id])
      held.give()
      // Awake, and at work on something else: not idle, so that only the waiting side's own bound can end the wait.
      while ((await Promise.race([done.promise.then(() => 'done'), tx.query('SELECT pg_sleep(0.05)')])) !== 'done');
    })
    await held.promise
    const other = house.another()
    await expect(other.transaction((tx) => loadSessionsForUpdate(tx, [session.id]))).rejects.toThrow(StaleWriteError)
    done.give()
    await holding
  })

  test('a statement without end is ended, and the connection serves the next', async () => {
    const db = house.another({ size: 1 })
    await expect(db.query('SELECT pg_sleep(60)')).rejects.toThrow(DatabaseUnavailableError)
    expect(await readClock(db)).toBeGreaterThan(0)
  })
})

describe('a backend that is terminated', () => {
  const terminate = (pid: number | undefined) => house.db.query('SELECT pg_terminate_backend($1)', [pid])
  const pid = async (db: { query: typeof house.db.query }) =>
    (await db.query<{ pid: number }>('SELECT pg_backend_pid() AS pid'))[0]?.pid

  test('while idle is noticed, ends nothing, and the next query works', async () => {
    const onError = vi.fn()
    const db = house.another({ size: 1, onError })
    const former = await pid(db)
    await terminate(former)
    await vi.waitFor(() => expect(onError).toHaveBeenCalled())
    expect(await pid(db)).not.toBe(former)
  })

  test('in the middle of a transaction: it runs again from the start, and once is what is kept', async () => {
    const session = await addSession(house, 60_000)
    const db = house.another({ size: 2 })
    let tries = 0
    await db.transaction(async (tx) => {
      tries += 1
      const [row] = await loadSessionsForUpdate(tx, [session.id])
      if (!row) throw new Error('the session is gone')
      await storeSessions(
        tx,
        [{ session: { ...row, version: row.version + 1 }, expectedVersion: row.version }],
        row.startedAt,
      )
      if (tries === 1) await terminate(await pid(tx))
      await tx.query('SELECT 1')
    })
    expect(tries).toBe(2)
    const [row] = await house.db.query<{ version: number }>('SELECT version FROM app.sessions WHERE id = $1', [
      session.id,
    ])
    expect(row?.version).toBe(2)
  })

  test('and goes on being terminated: the caller hears that Postgres is away', async () => {
    const db = house.another({ size: 2 })
    const hopeless = db.transaction(async (tx) => {
      await terminate(await pid(tx))
      await tx.query('SELECT 1')
    })
    await expect(hopeless).rejects.toThrow(DatabaseUnavailableError)
  })
})

test('a server that is not there is said to be unavailable, and soon', async () => {
  const { Database } = await import('../src/index.ts')
  // Port 1 of this machine: nobody listens.
  const db = new Database({ url: 'postgres://nobody@127.0.0.1:1/none', size: 1, applicationName: 'still-here-test' })
  await expect(db.query('SELECT 1')).rejects.toThrow(DatabaseUnavailableError)
  await expect(db.transaction(async () => 1)).rejects.toThrow(DatabaseUnavailableError)
  await db.close()
})
