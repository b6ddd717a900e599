import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Database, findCommands, insertCommands, isPlanIdTaken, newId, prepareDatabase } from '../src/index.ts'
import { addSession, type House, hash, useHouse } from './house.ts'

/* Row-level security by organisation, through pooled connections, as the roles of the services. */

const house = useHouse()
const other = newId()
let api: Database
let worker: Database
let sessionOfHouse: string
let sessionOfOther: string

beforeAll(async () => {
  const { serviceUrls, roles } = await prepareDatabase({
    databaseUrl: house.url,
    pace: 1,
    demo: { twilioNumber: '+447700900000', host: 'localhost' },
  })
  expect(roles).toBe('role-per-service')
  // One connection for everybody: what one leaves on it, the next would find.
  const open = (url: string) => new Database({ url, size: 1, applicationName: 'still-here-test' })
  api = open(serviceUrls.api)
  worker = open(serviceUrls.worker)
  await house.db.query(
    `INSERT INTO app.organisations SELECT (jsonb_populate_record(o, jsonb_build_object('id', $1::text, 'slug', 'other'))).*
     FROM app.organisations o WHERE slug = 'house'`,
    [other],
  )
  sessionOfHouse = (await addSession(house, 60_000)).id
  sessionOfOther = (await addSession({ ...house, organisationId: other } as House, 60_000)).id
})
afterAll(async () => {
  await Promise.all([api.close(), worker.close()])
})

const seen = async (db: Pick<Database, 'query'>): Promise<string[]> =>
  (await db.query<{ id: string }>('SELECT id FROM app.sessions ORDER BY id')).map(({ id }) => id)

test('two organisations’ requests alternate on one connection and neither sees the other’s rows', async () => {
  const [a, b] = [api.actingFor([house.organisationId]), api.actingFor([other])]
  for (let round = 0; round < 5; round += 1) {
    expect(await seen(a)).toEqual([sessionOfHouse])
    expect(await b.transaction(seen)).toEqual([sessionOfOther])
  }
  const rounds = Array.from({ length: 20 }, (_, round) => (round % 2 === 0 ? a : b))
  const all = await Promise.all(rounds.map((one) => one.transaction(seen)))
  expect(all).toEqual(rounds.map((one) => [one === a ? sessionOfHouse : sessionOfOther]))
})

describe('who has not said for whom, sees nothing', () => {
  const nothing = async () => {
    expect(await seen(api)).toEqual([])
    expect(await api.transaction(seen)).toEqual([])
    expect(await api.query('SELECT id FROM app.organisations')).toEqual([])
  }

  test('at first, and after a commit', async () => {
    await nothing()
    expect(await seen(api.actingFor([other]))).toEqual([sessionOfOther])
    await nothing()
  })

  test('after a transaction that was rolled back', async () => {
    const failing = api.actingFor([other]).transaction(async (tx) => {
      expect(await seen(tx)).toEqual([sessionOfOther])
      throw new Error('changed its mind')
    })
    await expect(failing).rejects.toThrow('changed its mind')
    await nothing()
  })

  test('after a statement that Postgres refused, alone and in a transaction', async () => {
    await expect(api.actingFor([other]).query('SELECT 1 / 0')).rejects.toThrow('division by zero')
    await nothing()
    await expect(api.actingFor([other]).transaction((tx) => tx.query('SELECT 1 / 0'))).rejects.toThrow('division')
    await nothing()
  })

  test('after a statement that took too long', async () => {
    await expect(api.actingFor([other]).query('SELECT pg_sleep(5)')).rejects.toThrow('not available')
    await nothing()
  })
})

test('a transaction for one organisation changes, removes and adds nothing of another’s', async () => {
  const a = api.actingFor([house.organisationId])
  expect(await a.query('UPDATE app.sessions SET raised = true WHERE id = $1 RETURNING 1', [sessionOfOther])).toEqual([])
  const adding = a.query(
    `INSERT INTO app.journal (organisation_id, at, kind, actor_kind) VALUES ($1, app.clock(), 'made-up', 'service')`,
    [other],
  )
  await expect(adding).rejects.toThrow(/row-level security/)
  const moving = a.query('UPDATE app.rescue_plans SET sealed = sealed WHERE organisation_id = $1 RETURNING 1', [other])
  expect(await moving).toEqual([])
})

test('several organisations at once are seen together, and no third', async () => {
  const third = newId()
  const both = api.actingFor([house.organisationId, other])
  expect(await seen(both)).toEqual([sessionOfHouse, sessionOfOther].sort())
  expect(await seen(api.actingFor([third]))).toEqual([])
  expect(await seen(api.actingFor([]))).toEqual([])
})

test('an id that is none never reaches Postgres', () => {
  for (const id of ['', '*', "x'; RESET ROLE; --", `${other},${house.organisationId}`])
    expect(() => api.actingFor([id])).toThrow(TypeError)
})

test('the worker sees every organisation’s', async () => {
  expect(await seen(worker)).toEqual([sessionOfHouse, sessionOfOther].sort())
})

test('an id that is taken in another organisation is taken', async () => {
  const [plan] = await house.db.query<{ id: string }>('SELECT id FROM app.rescue_plans WHERE organisation_id = $1', [
    other,
  ])
  expect(await isPlanIdTaken(api.actingFor([house.organisationId]), plan?.id ?? '')).toBe(true)
  expect(await isPlanIdTaken(api.actingFor([house.organisationId]), newId())).toBe(false)
})

test('a first answer is its organisation’s; one that the release before stored is found by who gave the command', async () => {
  const [a, b] = [api.actingFor([house.organisationId]), api.actingFor([other])]
  const command = { callerId: newId(), commandId: newId(), payloadHash: hash(), status: 200, body: {} }
  await a.transaction((tx) => insertCommands(tx, [command]))
  expect(await findCommands(a, [command])).toHaveLength(1)
  expect(await findCommands(b, [command])).toEqual([])
  const former = { ...command, commandId: newId() }
  await house.db.transaction((tx) => insertCommands(tx, [former]))
  expect(await findCommands(a, [former])).toHaveLength(1)
  expect(await findCommands(api, [former])).toEqual([])
})
