import { createEvents, createMetrics, silentLogger } from '@stillhere/observability'
import { applyRetention } from '@stillhere/operations'
import { giveAllClear, preparePerson, raiseAlert, startStack, until } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

/* Retention is for what is over. However old a plan, a session or an alert is: while it is open, all of it stays. */

const stack = await startStack({ deterministic: true })
afterAll(() => stack.close())
stack.phones.allowCalls()
/** A rule that fails is said; here it fails the test. */
const events = {
  ...createEvents({ logger: silentLogger(), metrics: createMetrics() }),
  trouble: (_trouble: string, { error }: { error?: unknown } = {}) => {
    throw error
  },
}
const clearAway = async () => {
  while ((await applyRetention({ db: stack.db, events })).more);
}

/** Every row that hangs on a session, an alert or a plan, counted by table. */
const countAll = () =>
  stack.db.query(
    [
      'sessions',
      'alerts',
      'alert_recipients',
      'steps',
      'messages',
      'attempts',
      'disclosures',
      'rescue_plans',
      'rescuers',
      'devices',
      'phones',
      'journal',
    ]
      .map((table) => `SELECT '${table}' AS name, count(*) AS count FROM app.${table}`)
      .join(' UNION ALL '),
  )

test('a plan that was saved long ago and is in use now stays, with its rescuers', async () => {
  const { person, rescuer } = await preparePerson(stack)
  await stack.advance(364 * 24 * 3_600_000, { atOnce: true })
  await clearAway()
  await person.start({ countdownSeconds: 7_200 })
  // As if it had been unused for two years: the running session alone keeps it.
  await stack.db.query(`UPDATE app.rescue_plans SET used_at = used_at - interval '2 years'`)
  await stack.db.query(`UPDATE app.devices SET look_again_at = app.clock() - interval '1 day'`)
  await stack.db.query(`UPDATE app.phones SET look_again_at = app.clock() - interval '1 day'`)
  const before = await countAll()
  await clearAway()
  expect(await countAll()).toEqual(before)
  expect((await person.plan()).rescuers).toMatchObject([{ consent: 'agreed' }])

  const { alertAt } = await person.session()
  await stack.advanceTo(alertAt)
  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('What to do now')
  await giveAllClear(person, rescuer)
})

test('nothing of an open alert goes, whatever its age; a rescuer who was removed meanwhile is still told', async () => {
  const { person, rescuer, code } = await raiseAlert(stack)
  const { rescuers } = await person.plan()
  const removed = await person.request('DELETE', `/v1/plans/${person.planId}/rescuers/${rescuers[0]?.id}`, {
    commandId: crypto.randomUUID(),
  })
  expect(removed.status).toBe(200)
  // Older than every rule, without the clock that would close it by rule.
  for (const statement of [
    `UPDATE app.rescuers SET removed_at = removed_at - interval '2 years' WHERE removed_at IS NOT NULL`,
    `UPDATE app.rescue_plans SET used_at = used_at - interval '2 years'`,
    `UPDATE app.messages SET created_at = created_at - interval '2 years' WHERE session_id IS NOT NULL`,
    `UPDATE app.phones SET look_again_at = app.clock() - interval '1 day'`,
  ])
    await stack.db.query(statement)
  const before = await countAll()
  await clearAway()
  expect(await countAll()).toEqual(before)
  await stack.advance(60_000)
  await rescuer.expectText(`${code} AGAIN`)
  await giveAllClear(person, rescuer)
})

test('a stopped phone stays stopped when everything that named it is gone, and is not texted for a new plan', async () => {
  const { person, rescuer } = await preparePerson(stack)
  await rescuer.reply('STOP')
  await person.planUntil('is stopped', ({ rescuers }) => rescuers[0]?.consent === 'stopped')
  await person.request('DELETE', `/v1/plans/${person.planId}`, { commandId: crypto.randomUUID() })
  for (let week = 0; week < 8; week += 1) {
    await stack.advance(7 * 24 * 3_600_000, { atOnce: true })
    await clearAway()
  }
  expect(await stack.db.query('SELECT FROM app.rescue_plans WHERE id = $1', [person.planId])).toEqual([])

  const asked = () => stack.carrier.requests().filter(({ fields }) => fields.To === rescuer.number).length
  const before = asked()
  const another = await stack.newPerson()
  await another.savePlan()
  await another.addRescuer({ number: rescuer.number })
  await another.planUntil('is stopped', ({ rescuers }) => rescuers[0]?.consent === 'stopped')
  await stack.settle()
  await rescuer.expectNothingMore()
  // We know it ourselves; the carrier, which knows it too, is not even asked.
  expect(asked()).toBe(before)
})

test('the carrier keeps its copies of an alert’s texts while it is open; once it is closed they are deleted there', async () => {
  const { person, rescuer, code } = await raiseAlert(stack)
  const deleted = () =>
    stack.carrier
      .requests()
      .flatMap(({ method, path }) => (method === 'DELETE' ? [/(SM\w+)\.json$/.exec(path)?.[1] ?? ''] : []))
  const sent = () =>
    stack.carrier
      .texts(rescuer.number)
      .flatMap(({ body, direction, sid }) => (direction === 'outbound-api' && body.includes(code) ? [sid] : []))
  const whileOpen = sent()
  await stack.advance(60_000)
  await rescuer.expectText(`${code} AGAIN`)
  expect(deleted().filter((sid) => whileOpen.includes(sid))).toEqual([])
  await giveAllClear(person, rescuer)
  await stack.advance(61_000)
  expect(sent().length).toBeGreaterThan(whileOpen.length)
  await until('they are deleted', async () => sent().every((sid) => deleted().includes(sid)), 15_000)
})
