import { Database } from '@stillhere/persistence'
import { seedSessions, startStack, until } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ workers: 2 })
afterAll(() => stack.close())
stack.phones.allow(/./)
stack.phones.allowCalls()
// Part of the test: every pool says that it was cut off.
stack.allowErrors(/./)

test('C13, F18: Postgres ends every connection in mid-sweep, again and again: no alert is lost and none is doubled', async () => {
  const at = (await stack.now()) + 60_000
  const sessions = await seedSessions(
    stack,
    Array.from({ length: 60 }, (_, index) => at + index * 10),
    2,
  )
  const [row] = await stack.db.query<{ name: string }>('SELECT current_database() AS name')
  const server = new Database({ url: process.env.TEST_POSTGRES_URL ?? '', size: 1, applicationName: 'still-here-cut' })
  let cuts = 0
  const cutAll = async () => {
    const ended = await server.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [
      row?.name,
    ])
    cuts += ended.length
  }

  await stack.passUnseen(60_000 - 100)
  for (let round = 0; round < 15; round += 1) {
    await cutAll()
    await server.query('SELECT pg_sleep(0.04)')
  }
  // The outage is over: what was due meanwhile goes out in batches again, not one by one.
  await until('all are raised', async () => (await raisedSessions()).length >= sessions.length, 5_000)
  await server.close()
  await stack.settle(30_000)

  expect(cuts).toBeGreaterThan(15)
  expect([...(await raisedSessions())].sort()).toEqual(sessions.map(({ id }) => id).sort())
  // Sent at least once each; a second copy only after an outcome that nobody could write down (P7).
  const firsts = await stack.db.query<{ attempts: number }>(
    `SELECT m.attempts FROM app.messages m WHERE m.template = 'alert-first'`,
  )
  expect(firsts).toHaveLength(sessions.length)
  for (const { attempts } of firsts) {
    expect(attempts).toBeGreaterThanOrEqual(1)
    expect(attempts).toBeLessThanOrEqual(2)
  }
  const numbers = [...new Set(sessions.map(({ rescuerNumber }) => rescuerNumber))]
  const texts = (await Promise.all(numbers.map((number) => stack.phones.phone(number).texts()))).flat()
  const codes = new Map<string, number>()
  for (const { body, to } of texts) {
    const code = /^SAFETY ALERT (\d{4})/.exec(body)?.[1]
    if (code) codes.set(`${to} ${code}`, (codes.get(`${to} ${code}`) ?? 0) + 1)
  }
  expect(codes.size).toBe(sessions.length)
  for (const copies of codes.values()) expect(copies).toBeLessThanOrEqual(2)
})

const raisedSessions = async () =>
  (await stack.db.query<{ session_id: string }>('SELECT session_id FROM app.alerts').catch(() => [])).map(
    ({ session_id }) => session_id,
  )
