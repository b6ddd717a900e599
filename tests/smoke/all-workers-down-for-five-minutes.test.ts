import { seedSessions, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ workers: 2 })
afterAll(() => stack.close())
stack.phones.allow(/./)
stack.phones.allowCalls()

test('C9: fifty deadlines pass while every worker is down; on their return all alerts go out, oldest first, with their lateness', async () => {
  const now = await stack.now()
  const sessions = await seedSessions(
    stack,
    // Not in the order in which they are due.
    Array.from({ length: 50 }, (_, index) => now + 10_000 + ((index * 37) % 50) * 5_000),
    1,
  )
  for (const worker of [...stack.workers]) await stack.stopWorker(worker)
  await stack.passUnseen(300_000)
  expect(await alerts()).toHaveLength(0)
  const back = await stack.now()

  await stack.startWorker()
  await stack.settle(20_000)

  const raised = await alerts()
  expect(raised).toHaveLength(50)
  expect(raised.map(({ session_id }) => session_id)).toEqual(
    [...sessions].sort((a, b) => a.alertAt - b.alertAt).map(({ id }) => id),
  )
  for (const { session_id, due_at, raised_at } of raised) {
    expect(due_at).toBe(sessions.find(({ id }) => id === session_id)?.alertAt)
    // At once, whatever the machine is doing beside.
    expect(raised_at - back).toBeLessThan(5_000)
  }
  const journal = await stack.db.query<{ late: number }>(
    `SELECT (detail->>'latenessMs')::float8 AS late FROM app.journal WHERE kind = 'alert-raised' ORDER BY id`,
  )
  expect(journal.map(({ late }) => Math.round(late))).toEqual(raised.map(({ due_at, raised_at }) => raised_at - due_at))
  // The first message of every alert before the second of any.
  const tried = await stack.db.query<{ template: string }>(
    `SELECT m.template FROM app.attempts t JOIN app.messages m ON m.id = t.message_id ORDER BY t.started_at, m.priority`,
  )
  expect(new Set(tried.slice(0, 50).map(({ template }) => template))).toEqual(new Set(['alert-first']))
  for (const { rescuerNumber } of sessions) {
    const texts = await stack.phones.phone(rescuerNumber).texts()
    expect(texts.filter(({ body }) => body.startsWith('SAFETY ALERT'))).toHaveLength(1)
  }
})

/** In the order in which they left: by the first attempt. */
const alerts = () =>
  stack.db.query<{ session_id: string; due_at: number; raised_at: number }>(
    `SELECT a.session_id, a.due_at, a.raised_at FROM app.alerts a
     LEFT JOIN app.messages m ON m.alert_id = a.id AND m.template = 'alert-first' ORDER BY m.first_attempt_at, a.due_at`,
  )
