import { createServer } from 'node:net'
import { createEvents, createMetrics, silentLogger } from '@stillhere/observability'
import { Database } from '@stillhere/persistence'
import { createConnection, endConnection } from '@stillhere/signals'
import { expect, onTestFinished, test } from 'vitest'
import { preparePerson, type Stack, startStack } from '../src/index.ts'

/** What closing complains about, a line each. */
async function complaintsOf(stack: Stack): Promise<string[]> {
  const error = await stack.close().then(
    () => undefined,
    (thrown: Error) => thrown,
  )
  return error?.message.split('\n- ').slice(1) ?? []
}

test('a stack in which all was expected closes without a word', async () => {
  const stack = await startStack()
  const { person } = await preparePerson(stack, { ownPhone: true })
  expect(stack.canaries.size).toBeGreaterThan(8)
  expect(await person.planUntil('is there', () => true)).toMatchObject({ check: 'ok' })
  expect(await complaintsOf(stack)).toEqual([])
})

test('a text that nobody expected fails the close, and so does an error that nobody allowed', async () => {
  const stack = await startStack({ noRedis: true })
  const { person, rescuer } = await preparePerson(stack)
  await person.start()
  await person.help()
  await rescuer.expectText('SAFETY ALERT')
  await stack.settle()
  stack.logs.logger('test').error('something broke')
  stack.logs.logger('test').error('something else broke')
  stack.allowErrors(/something else/)

  const complaints = await complaintsOf(stack)

  expect(complaints).toHaveLength(2)
  expect(complaints[0]).toMatch(/^nobody expected: text to \+447700900\d+: \d{4} What to do now/)
  expect(complaints[1]).toMatch(/^nobody allowed this error: .*something broke/)
})

test('what was seeded is found in a log, in Redis, in every kind of column and in an address', async () => {
  const stack = await startStack()
  const { person, rescuer } = await preparePerson(stack)
  const bare = rescuer.number.slice(3)
  stack.logs.lines.push(`{"level":"info","event":"told","to":"0${bare}"}`)
  const [organisation] = await stack.db.query<{ id: string }>('SELECT id FROM app.organisations')
  await stack.db.query('UPDATE app.organisations SET name = $1', [`Token ${person.token}`])
  await stack.db.query(
    `INSERT INTO app.journal (organisation_id, at, kind, actor_kind, detail) VALUES ($1, now(), 'x', 'service', $2)`,
    [organisation?.id, JSON.stringify({ told: rescuer.number })],
  )
  await stack.db.query('INSERT INTO app.phones (organisation_id, number_hash, bad_code) VALUES ($1, $2, null)', [
    organisation?.id,
    Buffer.from(rescuer.number.padEnd(32, ' ')),
  ])
  await stack.db.query('UPDATE app.organisations SET languages = $1', [
    [Buffer.from(`plan ${bare}!`).toString('base64')],
  ])
  const requests = stack.carrier.requests()
  requests.push({ method: 'POST', path: '/x', fields: { StatusCallback: `http://x/?to=${bare}` }, at: 0 })
  stack.carrier.requests = () => requests
  const redis = openRedis(stack.redisUrl ?? '')
  await redis.hset('bull:x', 'data', JSON.stringify({ number: rescuer.number }))

  const complaints = await complaintsOf(stack)

  expect(complaints.filter((line) => line !== 'a number stands in Redis: bull:x').sort()).toEqual([
    `a number stands in a log: {"level":"info","event":"told","to":"0${bare}"}`,
    'a number stands in an address that the carrier was given',
    'a number stands in the database: app.journal.detail',
    'a number stands in the database: app.organisations.languages',
    'a number stands in the database: app.phones.number_hash',
    'a token stands in the database: app.organisations.name',
  ])
  if (stack.redisUrl) expect(complaints).toContain('a number stands in Redis: bull:x')
})

test('a server or a pool that was left open fails the close', async () => {
  const stack = await startStack({ noRedis: true })
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const [row] = await stack.db.query<{ name: string }>('SELECT current_database() AS name')
  const url = new URL(process.env.TEST_POSTGRES_URL ?? '')
  url.pathname = `/${row?.name}`
  const leaked = new Database({ url: url.href, size: 1, applicationName: 'a-leak' })
  await leaked.query('SELECT 1')
  onTestFinished(() => leaked.close())

  const complaints = await complaintsOf(stack)

  expect(complaints.join('\n')).toMatch(/connections were left open by: a-leak/)
  expect(complaints.join('\n')).toMatch(/1 × TCPServerWrap left open/)
})

function openRedis(redisUrl: string) {
  if (!redisUrl) return { hset: async () => 0 }
  const events = createEvents({ logger: silentLogger(), metrics: createMetrics() })
  const redis = createConnection({ redisUrl, role: 'worker', events })
  onTestFinished(async () => {
    endConnection(redis)
  })
  return {
    hset: async (key: string, field: string, value: string) => {
      await redis.hset(key, field, value)
      endConnection(redis)
    },
  }
}
