import { randomUUID } from 'node:crypto'
import { newId } from '@stillhere/persistence'
import { type Console, preparePerson, startStack, until } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack()
afterAll(() => stack.close())
let operator: Console

// biome-ignore lint/suspicious/noExplicitAny: as the service says it; the test looks at it
const status = async (service = 'demo'): Promise<any> => {
  const answer = await fetch(`${stack.api}/v1/status?service=${service}`)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('cache-control')).toBe('public, max-age=5')
  return answer.json()
}
const untilStatus = (what: string, fits: (seen: Awaited<ReturnType<typeof status>>) => boolean) =>
  until(what, async () => {
    const seen = await status()
    return fits(seen) ? seen : undefined
  })
const post = (path: string, fields: object) =>
  operator.request('POST', `/v1/operate/incidents${path}`, { commandId: randomUUID(), ...fields })

const yesterday = `date_trunc('day', app.clock(), 'UTC') - interval '6 hours'`

/** So many alerts, raised half a second late and owned after so many seconds, each with one text that arrived. */
async function alerts(count: number, ownedAfterSeconds: number, at = yesterday, synthetic = false): Promise<void> {
  const { id: organisationId } = await stack.organisation('demo')
  const { person } = await preparePerson(stack)
  for (let made = 0; made < count; made += 1) {
    const [alertId, sessionId] = [newId(), newId()]
    await stack.db.query(
      `INSERT INTO app.sessions (id, organisation_id, device_id, plan_id, company, state, version, rhythm, prompts, started_at,
         anchor_at, deadline_at, alert_at, last_press_at, end_code, outcome, closed_at, synthetic)
       SELECT $1, $2, p.device_id, p.id, 'timer-only', 'closed', 3, '{60}', '{}', d.at - interval '3 minutes', d.at - interval '3 minutes',
         d.at - interval '1 minute', d.at, d.at - interval '3 minutes', '123', 'all-clear', d.at + interval '1 hour', $4
       FROM app.rescue_plans p, (SELECT ${at} AS at) d WHERE p.id = $3`,
      [sessionId, organisationId, person.planId, synthetic],
    )
    await stack.db.query(
      `INSERT INTO app.alerts (id, organisation_id, session_id, plan_id, state, code, reason, sealed_plan, plan_version, text_address,
         alert_order, ladder, due_at, ladder_from_at, raised_at, owned_at, outcome, closed_at, synthetic)
       SELECT $1, $2, $3, plan_id, 'closed', '4821', 'silence', '{}', 1, false, 'both', '[]', alert_at,
         alert_at, alert_at + interval '500 ms', alert_at + interval '500 ms' + $4 * interval '1 second', 'safe', closed_at, $5
       FROM app.sessions WHERE id = $3`,
      [alertId, organisationId, sessionId, ownedAfterSeconds, synthetic],
    )
    await stack.db.query(
      `INSERT INTO app.messages (id, organisation_id, session_id, alert_id, recipient_kind, recipient_id, channel, template,
         priority, dedupe_key, status, destination, first_attempt_at, accepted_at, delivered_at, created_at)
       SELECT $1, $2, $3, $4, 'rescuer', $1, 'text', 'alert-first', 0, $5, 'delivered', '{}', raised_at, raised_at,
         raised_at, raised_at FROM app.alerts WHERE id = $4`,
      [newId(), organisationId, sessionId, alertId, newId()],
    )
  }
}
/** What the next day says: the figures are read once a day. */
async function nextDay() {
  const { untilDay } = (await status()).figures
  await stack.advance(24 * 3_600_000, { atOnce: true })
  return (await untilStatus('a new day', ({ figures }) => figures.untilDay !== untilDay)).figures
}

test('nobody needs a credential, and a service at rest is ok', async () => {
  expect(await untilStatus('the engine is well', ({ state }) => state === 'ok')).toMatchObject({
    state: 'ok',
    figures: { lateness: null, unowned: null, delivery: null },
    lastSyntheticAlert: null,
    incidents: [],
  })
  expect((await fetch(`${stack.api}/v1/status?service=nobodys`)).status).toBe(404)
})

test('nine alerts are nine people: no figure is published before there are ten, and tests are not counted', async () => {
  await alerts(9, 40)
  await alerts(10, 5, yesterday, true)
  expect(await nextDay()).toMatchObject({ lateness: null, unowned: null, delivery: null })
  await alerts(1, 95)
  const figures = await nextDay()
  expect(figures).toMatchObject({
    lateness: { p99Seconds: 0.5 },
    unowned: { medianSeconds: 40, p95Seconds: 100 },
    delivery: { acceptedPercent: 100, deliveredPercent: 100 },
  })
})

test('an alert of today changes nothing that is published: who asks twice does not learn that somebody is in danger', async () => {
  const { at: _, ...before } = await status()
  // Ten that were owned late would show at once.
  await alerts(10, 900, `app.clock() - interval '1 second'`)
  const asked = performance.now()
  const after = await until('it was read again', async () =>
    performance.now() - asked > 2_100 ? await status() : undefined,
  )
  const { at: __, ...now } = after
  expect(now).toEqual(before)
})

test('an operator tells everybody that something is wrong, and that it is over', async () => {
  operator = await (await stack.organisation('demo')).signIn('operator')
  const opened = await post('', {
    severity: 'down',
    title: 'Texts are late',
    text: 'The carrier is slow.\nWe ring instead.',
  })
  expect(opened.status).toBe(201)
  expect(await untilStatus('it is said', ({ incidents }) => incidents.length === 1)).toMatchObject({
    state: 'down',
    incidents: [{ severity: 'down', title: 'Texts are late', text: 'The carrier is slow.\nWe ring instead.' }],
  })
  expect((await operator.request('GET', '/v1/operate/board')).body.board.openIncidents).toBe(1)
  const { id } = opened.body.incident
  expect((await post(`/${id}/updates`, { severity: 'trouble', text: 'Half of them come again.' })).status).toBe(200)
  expect(await untilStatus('more is said', ({ incidents }) => incidents[0]?.updates.length === 1)).toMatchObject({
    state: 'trouble',
    incidents: [
      {
        severity: 'trouble',
        text: 'The carrier is slow.\nWe ring instead.',
        updates: [{ text: 'Half of them come again.' }],
      },
    ],
  })
  expect((await post(`/${id}/close`, { text: 'They are on time again.' })).status).toBe(200)
  expect((await post(`/${id}/close`, { text: 'Again.' })).status).toBe(409)
  expect((await post(`/${id}/updates`, { text: 'Again.' })).status).toBe(409)
  const over = await untilStatus('it is over', ({ incidents }) => incidents[0]?.closedAt !== undefined)
  expect(over).toMatchObject({ state: 'ok', incidents: [{ closingText: 'They are on time again.' }] })
  expect(await status('demo')).not.toHaveProperty('by')
  const changes = (await operator.request('GET', '/v1/operate/audit')).body.changes
  expect(changes.map(({ action }: { action: string }) => action)).toEqual(
    expect.arrayContaining(['incident-opened', 'incident-updated', 'incident-closed']),
  )
})
