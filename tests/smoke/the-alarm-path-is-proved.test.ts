import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { verifyJournal } from '@stillhere/operations'
import { type Console, preparePerson, startStack, until } from '@stillhere/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

const pagerNumber = '+447700900090'
const stack = await startStack({ workers: 2, pagerNumber })
afterAll(() => stack.close())
const pager = stack.phones.phone(pagerNumber)
const handset = stack.newPhone()
const path = '/v1/operate/synthetic-alerts'
let operator: Console

beforeAll(async () => {
  operator = await (await stack.organisation('demo')).signIn('operator')
})

const put = (fields: object) => operator.request('PUT', path, { commandId: randomUUID(), boundSeconds: 60, ...fields })
const drill = (by: Console = operator) => by.request('POST', path, { commandId: randomUUID() })
const view = async () => (await operator.request('GET', path)).body.syntheticAlerts
/** The newest, once it is over. */
const result = () =>
  until('the test is over', async () => {
    const [last] = (await view()).results
    return last?.outcome === 'running' ? undefined : last
  })
const metric = async (name: string) =>
  (
    await Promise.all(
      stack.workers.map(async ({ internalPort }) => (await fetch(`http://127.0.0.1:${internalPort}/metrics`)).text()),
    )
  )
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.startsWith(`stillhere_${name} `))
    .reduce((sum, line) => sum + Number(line.split(' ')[1]), 0)

test('a test handset agrees like any rescuer before it is texted again, and hears no answer to its answer', async () => {
  expect((await put({ everyMinutes: null, number: handset.number })).status).toBe(200)
  await handset.expectText(/Reply 1 = (?:I )?agree/)
  expect((await drill()).status).toBe(409)
  await handset.reply('1')
  await until('the handset is ready', async () => (await view()).handset.ready)
  await handset.reply('1')
  await handset.expectNothingMore()
})

test('a drill goes through the whole path to the handset and back by its reply, measured at each hop', async () => {
  const supporter = stack.newPhone()
  const onShift = await stack.seedSupporter({ phone: supporter })
  const raisedBefore = await metric('alerts_raised_total')
  const delivery = async () => {
    const { board } = (await operator.request('GET', '/v1/operate/board')).body
    const { history } = (await operator.request('GET', '/v1/operate/board/history?span=hour')).body
    const sum = (of: string) =>
      history.buckets.reduce(
        (all: number, bucket: { delivery: Record<string, number> }) => all + (bucket.delivery[of] ?? 0),
        0,
      )
    return { now: board.delivery.channels, attempted: sum('attempted'), delivered: sum('delivered') }
  }
  const deliveryBefore = await delivery()
  const started = await drill()
  expect(started.status).toBe(202)
  expect(started.body.result).toMatchObject({ outcome: 'running', drill: true, hops: {} })
  expect((await drill()).status).toBe(409)

  await stack.advanceTo(started.body.result.dueAt)
  const first = await handset.expectText(/^TEST\. No one needs help\. SAFETY ALERT \d{4}/)
  expect(first.body).toMatch(/1/)
  await handset.expectText(/^TEST\. No one needs help\. .*\/r\//)
  // It answers whatever it gets: twice.
  await handset.reply('1')
  await handset.reply('1')
  const over = await result()
  await stack.settle()

  expect(over).toMatchObject({ outcome: 'proved', drill: true })
  // A receipt that came after the reply is noted by a pass of its own, which nothing else waits for.
  const hops = await until(
    'the receipt is noted',
    async () => {
      const [{ hops: noted }] = (await view()).results
      return 'deliveredMs' in noted && noted
    },
    10_000,
  )
  expect(Object.keys(hops)).toEqual(['raisedMs', 'acceptedMs', 'deliveredMs', 'repliedMs', 'claimedMs'])
  const { raisedMs, acceptedMs, deliveredMs, repliedMs, claimedMs } = hops
  expect([raisedMs, acceptedMs, deliveredMs].toSorted((a, b) => a - b)).toEqual([raisedMs, acceptedMs, deliveredMs])
  expect(claimedMs).toBeGreaterThanOrEqual(repliedMs)
  await handset.expectNothingMore()

  // Nobody else was told, nothing is open, and no figure counts it.
  await supporter.expectNothingMore()
  await pager.expectNothingMore()
  expect(await operator.alerts()).toEqual([])
  expect(await metric('alerts_raised_total')).toBe(raisedBefore)
  expect(await delivery()).toEqual(deliveryBefore)
  const [left] = await stack.db.query<{ open: number }>(
    `SELECT (SELECT count(*) FROM app.alerts WHERE state <> 'closed') + (SELECT count(*) FROM app.sessions WHERE state <> 'closed') AS open`,
  )
  expect(left?.open).toBe(0)
  await onShift.setShift(false)
})

test('a late answer of the handset is answered by nobody, and its alert is not there for supporters', async () => {
  const [row] = await stack.db.query<{ id: string }>('SELECT id FROM app.alerts WHERE synthetic')
  expect((await operator.request('GET', `/v1/alerts/${row?.id}`)).status).toBe(404)
  expect((await operator.request('POST', `/v1/alerts/${row?.id}/claim`, { commandId: randomUUID() })).status).toBe(404)
  expect((await operator.request('GET', `/v1/operate/alerts/${row?.id}/timeline`)).status).toBe(200)
  await handset.reply('1')
  await handset.expectNothingMore()
})

test('what does not come back in its time is a miss: it closes, and pages by a text and a call', async () => {
  // Long enough for the ladder to repeat, and to widen to everyone on shift, if it could.
  expect((await put({ everyMinutes: null, boundSeconds: 90 })).status).toBe(200)
  const supporter = stack.newPhone()
  const onShift = await stack.seedSupporter({ phone: supporter })
  const { dueAt } = (await drill()).body.result
  await stack.advanceTo(dueAt)
  await handset.expectText(/^TEST\. .*SAFETY ALERT/)
  await handset.expectText(/\/r\//)
  await stack.advanceTo(Date.parse(dueAt) + 90_000)
  await handset.expectText(/^TEST\. .*AGAIN/)
  await supporter.expectNothingMore()
  await onShift.setShift(false)
  // What the ladder repeats is marked too.
  for (const { body, direction } of await handset.texts())
    if (direction !== 'inbound' && !/agree/.test(body)) expect(body).toMatch(/^TEST\. No one needs help\. /)
  expect(await result()).toMatchObject({ outcome: 'missed', reason: 'no-reply' })
  await pager.expectText('OPERATOR: a test of the alarm path did not come back')
  const call = await pager.answerCall('human')
  await until('the call says it', async () => (await call.said()).join(' ').includes('Somebody must act now'))
  const [left] = await stack.db.query<{ open: number }>(
    `SELECT count(*) AS open FROM app.alerts WHERE state <> 'closed'`,
  )
  expect(left?.open).toBe(0)

  // An answer after the miss proves nothing any more; the next miss within the hour pages nobody again.
  await handset.reply('1')
  const again = (await drill()).body.result
  await stack.advanceTo(Date.parse(again.dueAt) + 90_000)
  await handset.expectText(/^TEST\. .*AGAIN/)
  expect(await result()).toMatchObject({ outcome: 'missed', notPaged: 'told-before' })
  await handset.expectText(/^TEST\. .*SAFETY ALERT/)
  await handset.expectText(/\/r\//)
  await pager.expectNothingMore()
  await handset.expectNothingMore()
})

/** As an operator runs it at the host. */
const commandLine = () =>
  new Promise<{ code: number; broken: unknown[] }>((resolve) => {
    const env = { PATH: process.env.PATH, DATABASE_URL: stack.databaseUrl }
    const child = execFile(process.execPath, ['infra/local/journal.ts', 'verify', '--json'], { env }, (_error, out) =>
      resolve({ code: child.exitCode ?? -1, broken: JSON.parse(out).broken }),
    )
  })

test('a test that passed and one that was missed leave a journal that is whole, until a line of it is changed', async () => {
  await until('every line has its place', async () => (await verifyJournal(stack.databaseUrl)).waiting === 0)
  const outcomes = new Map<string, string>(
    (await view()).results.map((one: { alertId: string; outcome: string }) => [one.outcome, one.alertId]),
  )
  expect([...outcomes.keys()].toSorted()).toEqual(['missed', 'proved'])
  const chainOf = async (id: string | undefined) =>
    (await operator.request('GET', `/v1/operate/alerts/${id}/export`)).body.chain
  for (const id of outcomes.values()) {
    const chain = await chainOf(id)
    expect(chain).toMatchObject({ sound: true, waiting: 0 })
    expect(chain).not.toHaveProperty('damage')
  }
  expect(await commandLine()).toEqual({ code: 0, broken: [] })

  const proved = outcomes.get('proved')
  const rename = async (from: string, to: string) => {
    await stack.db.query('ALTER TABLE app.journal DISABLE TRIGGER USER')
    await stack.db.query('UPDATE app.journal SET kind = $3 WHERE alert_id = $1 AND kind = $2', [proved, from, to])
    await stack.db.query('ALTER TABLE app.journal ENABLE TRIGGER USER')
  }
  await rename('alert-testEnded', 'alert-claimedToo')
  expect(await chainOf(proved)).toMatchObject({ sound: false, damage: 'line-changed' })
  expect(await chainOf(outcomes.get('missed'))).toMatchObject({ sound: true })
  expect(await commandLine()).toMatchObject({ code: 1, broken: [{ alertId: proved, damage: 'line-changed' }] })
  await rename('alert-claimedToo', 'alert-testEnded')
})

test('on a schedule it runs by itself, also after every worker was away, and none is made up for', async () => {
  const { body } = await put({ everyMinutes: 5 })
  // A miss would page nobody: the pager stays while the schedule does. Another number is as good.
  const { organisation } = (await operator.request('GET', '/v1/operate/organisation')).body
  const { name, languages, staffingFloor } = organisation
  const changePager = (to: string | null) =>
    operator.request('PUT', '/v1/operate/organisation', {
      ...{ commandId: randomUUID(), name, languages, staffingFloor, pagerNumber: to },
    })
  const refused = await changePager(null)
  expect(refused.status).toBe(409)
  expect(refused.body.message).toMatch(/schedule/)
  expect((await view()).hasPager).toBe(true)
  expect((await changePager('+447700900099')).status).toBe(200)
  expect((await changePager(pagerNumber)).status).toBe(200)
  const { nextAt } = body.syntheticAlerts
  await stack.advanceTo(nextAt)
  await stack.advance(4_000)
  await handset.expectText(/^TEST\. .*SAFETY ALERT/)
  await handset.reply('1')
  expect(await result()).toMatchObject({ outcome: 'proved', drill: false })
  const before = (await view()).results.length
  await stack.advance(17 * 60_000, { atOnce: true })
  stack.phones.allow(/^TEST\./)
  await until('the next one runs', async () => (await view()).results.length === before + 1)
  expect((await put({ everyMinutes: null })).status).toBe(200)
  await stack.advance(120_000)
  expect((await view()).results).toHaveLength(before + 1)
  stack.phones.allow(/OPERATOR: a test of the alarm path/)
  stack.phones.allowCalls()
})

test('a handset that has said STOP is a miss of its own, and nothing is started', async () => {
  stack.phones.allow(/^TEST\./)
  await handset.reply('STOP')
  await until('it has stopped', async () => (await view()).handset.consent === 'stopped')
  const sessions = () => stack.db.query<{ id: string }>('SELECT id FROM app.sessions')
  const before = (await sessions()).length
  const { nextAt } = (await put({ everyMinutes: 60 })).body.syntheticAlerts
  await stack.advanceTo(nextAt)
  const last = await until('it is a miss', async () => {
    const [newest] = (await view()).results
    return newest.reason === 'handset-not-ready' ? newest : undefined
  })
  expect(last).toMatchObject({ outcome: 'missed', drill: false, hops: {} })
  expect(last.pagedAt).toBeDefined()
  expect(await sessions()).toHaveLength(before)
  expect((await put({ everyMinutes: null })).status).toBe(200)
  await handset.reply('START')
  await until('it is back', async () => (await view()).handset.ready)
})

test('a handset that answers by itself is nobody’s rescuer, and somebody’s phone is no handset', async () => {
  const person = await stack.newPerson()
  await person.savePlan()
  await person.addRescuer({ number: handset.number, position: 1 })
  const plan = await person.planUntil('is refused', ({ rescuers }) => rescuers[0]?.check === 'refused')
  expect(plan.rescuers[0]).toMatchObject({ checkCode: 'own_number' })

  const { rescuer } = await preparePerson(stack)
  expect((await put({ everyMinutes: null, number: rescuer.number })).status).toBe(200)
  await until('it is looked at', async () => (await view()).handset.check !== 'pending')
  await stack.settle()
  // Not asked, and not to be told from one that does not answer: nobody learns whose phone a number is.
  await rescuer.expectNothingMore()
  expect((await view()).handset).toEqual({ check: 'ok', consent: 'waiting', ready: false })
  expect((await drill()).status).toBe(409)
})

test('a miss must page somebody: without a pager there is no schedule', async () => {
  const { organisation } = (await operator.request('GET', '/v1/operate/organisation')).body
  const { name, languages, staffingFloor } = organisation
  const change = { commandId: randomUUID(), name, languages, staffingFloor, pagerNumber: null }
  expect((await operator.request('PUT', '/v1/operate/organisation', change)).status).toBe(200)
  expect((await put({ everyMinutes: 5, number: stack.newPhone().number })).status).toBe(409)
  expect((await put({ everyMinutes: 5, number: null })).status).toBe(400)

  // A drill is made all the same, and nobody is said to have been paged who was not. An hour on: a page would be due.
  await stack.advance(61 * 60_000, { atOnce: true })
  const other = stack.newPhone()
  expect((await put({ everyMinutes: null, number: other.number })).status).toBe(200)
  await other.expectText(/Reply 1 = (?:I )?agree/)
  await other.reply('1')
  await until('the handset is ready', async () => (await view()).handset.ready)
  const { dueAt } = (await drill()).body.result
  await stack.advanceTo(Date.parse(dueAt) + 60_000)
  const missed = await result()
  expect(missed).toMatchObject({ outcome: 'missed', reason: 'no-reply' })
  expect(missed.pagedAt).toBeUndefined()
  expect(missed.notPaged).toBe('no-pager')
  expect((await view()).hasPager).toBe(false)
  await pager.expectNothingMore()
})
