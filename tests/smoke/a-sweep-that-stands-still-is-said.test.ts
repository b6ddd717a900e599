import { ask, giveAllClear, preparePerson, startStack, until } from '@stillhere/testkit'
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack()
afterAll(() => stack.close())
stack.allowErrors(/sweep/)

async function asOwner(): Promise<pg.Client> {
  const [row] = await stack.db.query<{ name: string }>('SELECT current_database() AS name')
  const url = new URL(process.env.TEST_POSTGRES_URL ?? '')
  url.pathname = `/${row?.name}`
  const hand = new pg.Client({ connectionString: url.href })
  await hand.connect()
  return hand
}

const ready = async (port: number) => (await ask('GET', `http://127.0.0.1:${port}/readyz`)).status

test('C18: with no round of the sweep completed, readiness is red and no start is accepted, though HTTP works', async () => {
  const { person } = await preparePerson(stack)
  const [worker] = stack.workers
  if (!worker) throw new Error('there is no worker')
  expect(await ready(stack.apiInternalPort)).toBe(200)
  expect(await ready(worker.internalPort)).toBe(200)
  const hand = await asOwner()

  // Nobody can write a heartbeat, so no round is complete; reading and all else goes on.
  await hand.query('BEGIN; LOCK TABLE app.heartbeats IN SHARE ROW EXCLUSIVE MODE')
  try {
    await until('the api is red', async () => (await ready(stack.apiInternalPort)) === 503, 8_000)
    await until('the worker is red', async () => (await ready(worker.internalPort)) === 503, 2_000)

    const refused = await person.start().catch((error) => error)
    expect(refused).toMatchObject({ status: 503, code: 'cannot_protect' })
    expect(Number(refused.answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await ask('GET', `${stack.api}/v1/service`)).status).toBe(200)
  } finally {
    await hand.query('ROLLBACK')
    await hand.end()
  }

  await until('all is green again', async () => (await ready(stack.apiInternalPort)) === 200, 5_000)
  await until('the worker too', async () => (await ready(worker.internalPort)) === 200, 5_000)
  await person.start()
  await person.end()
})

test('replies that cannot be read make the worker red by name, and people are still watched, alerted and told', async () => {
  const { person, rescuer } = await preparePerson(stack)
  const [worker] = stack.workers
  if (!worker) throw new Error('there is no worker')
  const hand = await asOwner()
  await hand.query('ALTER TABLE app.inbound RENAME TO inbound_away')
  try {
    await until('the worker is red', async () => (await ready(worker.internalPort)) === 503, 8_000)
    const { body } = await ask('GET', `http://127.0.0.1:${worker.internalPort}/readyz`)
    expect(body).toMatchObject({ checks: { database: { ok: true }, sweep: { ok: false, note: 'inbound' } } })
    const metrics = await (await fetch(`http://127.0.0.1:${worker.internalPort}/metrics`)).text()
    const age = (pass: string) =>
      Number(new RegExp(`^stillhere_sweep_age_seconds\\{pass="${pass}"\\} (.+)$`, 'm').exec(metrics)?.[1])
    expect(age('inbound')).toBeGreaterThan(4.9)
    expect(age('outbox')).toBeLessThan(4.9)

    expect(await ready(stack.apiInternalPort)).toBe(200)
    await person.start()
    await person.help()
    await rescuer.expectText('SAFETY ALERT')
    await rescuer.expectText('What to do now')
  } finally {
    await hand.query('ALTER TABLE app.inbound_away RENAME TO inbound')
    await hand.end()
  }
  await until('the worker is green again', async () => (await ready(worker.internalPort)) === 200, 5_000)
  await giveAllClear(person, rescuer)
})
