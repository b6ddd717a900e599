import { Database } from '@stillhere/persistence'
import { preparePerson, startStack, until } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const pagerNumber = '+447700900009'
const stack = await startStack({ workers: 0, pagerNumber })
afterAll(() => stack.close())
stack.phones.allow(/./)
stack.phones.allowCalls()
// Part of the test: everybody says that the database is away.
stack.allowErrors(/./)

test('F17: while Postgres is away a worker stays, pages for the alert it remembers, and fires it as soon as it is back', async () => {
  const first = await stack.startWorker()
  const { person, rescuer } = await preparePerson(stack)
  const { alertAt } = await person.start({ countdownSeconds: 60 })
  await stack.settle()
  await stack.stopWorker(first)
  await stack.passUnseen(Date.parse(alertAt) - (await stack.now()) - 10_000)

  await stack.startWorker()
  const rounds = async () => {
    const [row] = await stack.db.query<{ at: string }>('SELECT max(last_sweep_at)::text AS at FROM app.heartbeats')
    return row?.at
  }
  // Two rounds: in the first one it has read what is ahead.
  const before = await rounds()
  const once = await until('a first round', async () => ((await rounds()) === before ? undefined : rounds()))
  await until('a second round', async () => (await rounds()) !== once)

  const [row] = await stack.db.query<{ name: string }>('SELECT current_database() AS name')
  const server = new Database({ url: process.env.TEST_POSTGRES_URL ?? '', size: 1, applicationName: 'still-here-cut' })
  // Nobody but its superuser is let in, and whoever is in is put out.
  const admit = (most: number) => server.query(`ALTER DATABASE "${row?.name}" CONNECTION LIMIT ${most}`)
  try {
    await admit(0)
    await server.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [row?.name])
    expect((await person.request('GET', `/v1/sessions/${person.sessionId}`)).status).toBe(503)
    const { body } = await stack.phones.phone(pagerNumber).expectText(/^OPERATOR: .*engine/, 20_000)
    expect(stack.canaries.findIn(body)).toEqual([])
    expect(stack.workers).toHaveLength(1)
  } finally {
    await admit(-1)
    await server.close()
  }
  await rescuer.expectText(/^SAFETY ALERT/, 5_000)
  const alerts = await stack.db.query('SELECT FROM app.alerts')
  expect(alerts).toHaveLength(1)
}, 60_000)
