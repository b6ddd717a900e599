import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { boardRunbooks } from '@stillhere/domain'
import { type Console, preparePerson, startStack, until } from '@stillhere/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

const stack = await startStack({ workers: 2, pagerNumber: '+447700900090' })
afterAll(() => stack.close())
let operator: Console

beforeAll(async () => {
  operator = await (await stack.organisation('demo')).signIn('operator')
})

const board = async (of: Console = operator) => (await of.request('GET', '/v1/operate/board')).body.board

test('every runbook that the board names is there', () => {
  for (const name of boardRunbooks)
    expect(existsSync(new URL(`../../infra/runbooks/${name}.md`, import.meta.url)), name).toBe(true)
})

test('a service at rest: two workers, nothing due, nobody in danger, and a path that nobody has proved', async () => {
  const now = await until('both workers have swept', async () => {
    const seen = await board()
    return seen.workers.alive === 2 ? seen : undefined
  })
  expect(now).toMatchObject({
    sessions: { state: 'ok', live: 0, prompting: 0 },
    alerts: { state: 'ok', open: 0, unowned: 0, longestUnownedSeconds: 0 },
    staff: { state: 'look', onShift: 0, floor: 0 },
    sweep: { state: 'ok' },
    workers: { state: 'ok', alive: 2 },
    clock: { state: 'ok' },
    synthetic: { state: 'look', runbook: 'synthetic-alert-missed', everyMinutes: null },
    openIncidents: 0,
  })
})

test('from a start to the all-clear each figure follows, and another organisation sees none of it', async () => {
  const { organisation } = (await operator.request('GET', '/v1/operate/organisation')).body
  const { name, languages, pagerNumber } = organisation
  await operator.request('PUT', '/v1/operate/organisation', {
    commandId: randomUUID(),
    name,
    languages,
    pagerNumber,
    staffingFloor: 1,
  })
  expect((await board()).staff).toEqual({ state: 'act', runbook: 'too-few-on-shift', onShift: 0, floor: 1 })

  const { person, rescuer } = await preparePerson(stack)
  await person.start({ countdownSeconds: 120 })
  expect((await board()).sessions).toMatchObject({ live: 1, prompting: 0 })
  const { deadlineAt, alertAt } = await person.session()
  await stack.advanceTo(deadlineAt)
  expect((await board()).sessions).toMatchObject({ live: 1, prompting: 1 })
  await stack.advanceTo(alertAt)
  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('/r/')
  const raised = await board()
  expect(raised.sessions).toMatchObject({ live: 0, prompting: 0 })
  expect(raised.alerts).toMatchObject({ state: 'look', runbook: 'nobody-owns-an-alert', open: 1, unowned: 1 })
  expect(raised.delivery.channels).toMatchObject([{ channel: 'text', carrier: 'twilio', state: 'ok', failed: 0 }])
  const [texts] = raised.delivery.channels
  expect(texts.attempted).toBeGreaterThanOrEqual(4)
  expect(texts.delivered).toBe(texts.attempted)
  expect(texts.accepted).toBe(texts.attempted)

  await stack.advance(60_000)
  await rescuer.expectText('AGAIN')
  stack.phones.allow(/OPERATOR/)
  // The pager rings too where nobody is on shift.
  stack.phones.allowCalls()
  const late = await board()
  expect(late.state).toBe('act')
  expect(late.alerts).toMatchObject({ state: 'act', unowned: 1 })
  expect(late.alerts.longestUnownedSeconds).toBeGreaterThanOrEqual(60)

  const other = await (await stack.organisation('away')).signIn('operator')
  expect(await board(other)).toMatchObject({
    sessions: { live: 0 },
    alerts: { open: 0 },
    delivery: { channels: [] },
  })

  await rescuer.reply('1')
  await rescuer.expectText(/Thank you|on the way/)
  expect((await board()).alerts).toMatchObject({ state: 'ok', open: 1, unowned: 0, longestUnownedSeconds: 0 })

  const { history } = (await operator.request('GET', '/v1/operate/board/history?span=hour')).body
  expect(history.buckets).toHaveLength(60)
  const sum = (of: (bucket: (typeof history.buckets)[number]) => number) =>
    history.buckets.reduce((all: number, bucket: (typeof history.buckets)[number]) => all + of(bucket), 0)
  expect(sum(({ alerts }) => alerts.raised)).toBe(1)
  expect(sum(({ delivery }) => delivery.delivered)).toBeGreaterThanOrEqual(4)
  expect(sum(({ alerts }) => alerts.longestUnownedMs ?? 0)).toBeGreaterThanOrEqual(60_000)
  for (const [span, buckets] of [
    ['day', 96],
    ['week', 168],
  ] as const) {
    const { body } = await operator.request('GET', `/v1/operate/board/history?span=${span}`)
    expect(body.history.buckets).toHaveLength(buckets)
    expect(
      body.history.buckets.filter(({ alerts }: { alerts: { raised: number } }) => alerts.raised === 1),
    ).toHaveLength(1)
  }
  expect(JSON.stringify(history)).not.toContain(person.sessionId)
})

test('a carrier that refuses is seen, and an end of a worker', async () => {
  const phones = [stack.newPhone(), stack.newPhone(), stack.newPhone()]
  const person = await stack.newPerson()
  await person.savePlan()
  for (const phone of phones) await phone.behave('refuse-30007')
  await stack.db.query('DELETE FROM app.attempts')
  for (const [index, phone] of phones.entries()) await person.addRescuer({ number: phone.number, position: index + 1 })
  await until('the refusals are seen', async () => (await board()).delivery.state === 'act')
  expect((await board()).delivery).toMatchObject({ runbook: 'carrier-in-trouble' })

  const [one] = stack.workers
  if (one) await stack.stopWorker(one)
  const fewer = await until(
    'one is missed',
    async () => {
      const seen = await board()
      return seen.workers.alive === 1 ? seen : undefined
    },
    9_000,
  )
  expect(fewer.workers).toEqual({ state: 'look', runbook: 'process-down', alive: 1 })
  stack.phones.allow(/./)
}, 20_000)
