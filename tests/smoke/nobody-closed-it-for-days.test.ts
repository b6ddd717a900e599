import { verifyJournal } from '@stillhere/operations'
import { raiseAlert, startStack, until } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

/* C86: an alert nobody closed for days is closed by rule with a record, and never pages again months later. */

const pager = '+447700900091'
const stack = await startStack({ deterministic: true, pagerNumber: pager })
afterAll(() => stack.close())
stack.phones.allowCalls()
const operator = stack.phones.phone(pager)
const hourMs = 3_600_000

const lines = (sessionId: string) =>
  stack.db.query(
    `SELECT j.actor_kind, j.kind FROM app.journal j JOIN app.alerts a ON a.id = j.alert_id
     WHERE a.session_id = $1 AND j.kind IN ('alert-abandoned', 'alert-closed')`,
    [sessionId],
  )
const closedBy = async (sessionId: string) =>
  (
    await stack.db.query<{ state: string }>(
      'SELECT state, outcome, closed_by_kind FROM app.alerts WHERE session_id = $1',
      [sessionId],
    )
  )[0]
const byRule = { state: 'closed', outcome: 'abandoned', closed_by_kind: 'service' }

test('for three days the ladder goes on; an hour before the end the operator is paged; then a rule closes it and says so', async () => {
  stack.phones.allow(/OPERATOR: \d+ alerts? open/)
  const { person, rescuer, code } = await raiseAlert(stack)
  await stack.advance(70 * hourMs, { atOnce: true })
  await rescuer.expectText(`${code} AGAIN`)
  await stack.advance(hourMs - 60_000, { atOnce: true })
  await rescuer.expectText(`${code} AGAIN`)
  await rescuer.expectNothingMore()
  await stack.advance(6 * 60_000)
  await rescuer.expectText(`${code} AGAIN`)
  await operator.expectText(`${code} OPERATOR: no one has closed this alert for days`)
  await stack.advance(54 * 60_000, { atOnce: true })
  await rescuer.expectText(`${code} AGAIN`)
  expect((await person.session()).state).toBe('alerting')

  await stack.advance(60_000)
  await person.sessionUntil('is closed by rule', ({ state }) => state === 'closed')
  expect(await person.session()).toMatchObject({ outcome: 'abandoned', alert: { state: 'closed' } })
  expect((await person.receipt()).alert).toMatchObject({ outcome: 'abandoned' })
  expect(await closedBy(person.sessionId)).toEqual(byRule)
  expect(await lines(person.sessionId)).toEqual([{ actor_kind: 'service', kind: 'alert-abandoned' }])
  await stack.advance(2 * hourMs)
  await rescuer.expectNothingMore()
  await operator.expectNothingMore()
})

test('somebody who has it keeps it past the third day; when they fall silent nobody is told again', async () => {
  const { person, rescuer, code } = await raiseAlert(stack)
  await stack.advance(72 * hourMs - 120_000, { atOnce: true })
  await rescuer.expectText(`${code} AGAIN`)
  await rescuer.reply('1')
  await rescuer.expectText('You are going')
  await operator.expectText('no one has closed this alert for days')
  await stack.advance(240_000)
  expect((await person.session()).alert?.state).toBe('owned')
  await rescuer.reply('4')
  await rescuer.expectText('You are there')
  await stack.advance(299_000)
  expect((await person.session()).alert?.state).toBe('owned')
  await stack.advance(2_000)
  await person.sessionUntil('is closed by rule', ({ state }) => state === 'closed')
  await rescuer.expectNothingMore()
})

test('every worker was away for two months and one comes back: nobody is texted or paged, and the journal says it', async () => {
  const { person, rescuer } = await raiseAlert(stack)
  const { person: owned, rescuer: owner } = await raiseAlert(stack)
  await owner.reply('1')
  await owner.expectText('You are going')
  // The first one's ladder climbed while the second fell silent.
  for (const _ of [60, 120]) await rescuer.expectText('AGAIN')
  const [worker] = stack.workers
  if (!worker) throw new Error('there is no worker to stop')
  await stack.stopWorker(worker)
  // What such an end leaves behind: steps that fell due, texts that had not left, one whose sender is gone, a page.
  const left = await stack.db.query(
    `INSERT INTO app.messages (id, organisation_id, session_id, alert_id, recipient_kind, recipient_id, channel, template, detail,
       destination, number_hash, priority, dedupe_key, status, due_at)
     SELECT gen_random_uuid(), m.organisation_id, m.session_id, m.alert_id, m.recipient_kind, m.recipient_id, 'text', 'alert-repeat',
       m.detail, m.destination, m.number_hash, 1, 'left.' || m.id || v.status, v.status, app.clock()
     FROM app.messages m JOIN app.alerts a ON a.id = m.alert_id AND a.state <> 'closed',
       (VALUES ('queued'), ('sending'), ('unknown')) AS v(status) WHERE m.template = 'alert-first' RETURNING 1`,
  )
  expect(left.length).toBe(6)
  await stack.db.query(
    `INSERT INTO app.messages (id, organisation_id, recipient_kind, recipient_id, channel, template, detail, priority, dedupe_key, due_at)
     SELECT gen_random_uuid(), id, 'pager', id, 'text', 'pager-unowned', '{"count": 1, "longestSeconds": 60}', 1, 'left.pager', app.clock()
     FROM app.organisations`,
  )
  await stack.passUnseen(60 * 24 * hourMs)
  const before = stack.carrier.texts().length

  await stack.startWorker()
  for (const one of [person, owned])
    await until('closed by rule', async () => (await closedBy(one.sessionId))?.state === 'closed')
  await stack.settle()
  await stack.advance(600_000)
  expect(stack.carrier.texts().slice(before)).toEqual([])
  for (const phone of [rescuer, owner, operator]) await phone.expectNothingMore()
  for (const one of [person, owned]) {
    expect(await closedBy(one.sessionId)).toEqual(byRule)
    expect(await lines(one.sessionId)).toEqual([{ actor_kind: 'service', kind: 'alert-abandoned' }])
  }
  await until('the chain is complete', async () => (await verifyJournal(stack.databaseUrl)).waiting === 0)
  expect((await verifyJournal(stack.databaseUrl)).ok).toBe(true)
})
