import { createEvents, createMetrics } from '@stillhere/observability'
import { climbLadders, openStore, reachDeadlines, sweepDeadlines, sweepPrompts } from '@stillhere/operations'
import { seedSessions, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ workers: 2 })
afterAll(() => stack.close())
stack.phones.allow(/./)
stack.phones.allowCalls()

test('C14: two workers, wake-ups and sweeps all reach for the same deadlines, and each alert is raised once', async () => {
  const [row] = await stack.db.query<{ name: string }>('SELECT current_database() AS name')
  const url = new URL(process.env.TEST_POSTGRES_URL ?? '')
  url.pathname = `/${row?.name}`
  const events = createEvents({ logger: stack.logs.logger('racer'), metrics: createMetrics() })
  const store = openStore({ url: url.href, size: 12, applicationName: 'still-here-racer', events })
  const wake = { sessions: () => undefined, changed: () => undefined, prod: () => undefined }
  const ctx = await store.context(wake)
  const at = (await stack.now()) + 60_000
  const sessions = await seedSessions(
    stack,
    Array.from({ length: 40 }, () => at),
    2,
  )
  const ids = sessions.map(({ id }) => id)

  await stack.passUnseen(60_000 - 200)
  // From before the instant until after it, everybody at once and without a pause.
  const until = performance.now() + 800
  const race = async (reach: () => Promise<unknown>) => {
    while (performance.now() < until) await reach()
  }
  await Promise.all([
    ...[1, 2, 3].map(() => race(() => reachDeadlines(ctx, ids))),
    ...[1, 2, 3].map(() => race(() => sweepDeadlines(ctx, 7))),
    ...[1, 2].map(() => race(() => sweepPrompts(ctx, 50))),
    ...[1, 2].map(() => race(() => climbLadders(ctx, 50))),
  ])
  await stack.settle(20_000)
  await store.close()

  const alerts = await stack.db.query<{ session_id: string; early: boolean }>(
    'SELECT session_id, raised_at < due_at AS early FROM app.alerts',
  )
  expect(new Set(alerts.map(({ session_id }) => session_id))).toEqual(new Set(ids))
  expect(alerts).toHaveLength(40)
  expect(alerts.filter(({ early }) => early)).toEqual([])
  const raised = await stack.db.query(`SELECT FROM app.journal WHERE kind = 'alert-raised'`)
  expect(raised).toHaveLength(40)
  const numbers = [...new Set(sessions.map(({ rescuerNumber }) => rescuerNumber))]
  const texts = (await Promise.all(numbers.map((number) => stack.phones.phone(number).texts()))).flat()
  expect(texts.filter(({ body }) => body.startsWith('SAFETY ALERT'))).toHaveLength(40)
  // Who came second left quietly.
  expect(stack.logs.lines.filter((line) => /"level":"(?:warn|error)"/.test(line))).toEqual([])
})
