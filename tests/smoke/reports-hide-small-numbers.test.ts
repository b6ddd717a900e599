import { randomUUID } from 'node:crypto'
import { createEvents, createMetrics, silentLogger } from '@stillhere/observability'
import { applyRetention } from '@stillhere/operations'
import { newId } from '@stillhere/persistence'
import { preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack()
afterAll(() => stack.close())

const dayMs = 86_400_000
const home = await stack.organisation('demo')
const operator = await home.signIn('operator')
const report = async (path: string) => (await operator.request('GET', `/v1/operate/reports/${path}`)).body
const { person } = await preparePerson(stack)

/** The Monday before last, London's midnight and UTC's being at most an hour apart: written at its noon. */
const now = await stack.now()
const weekday = (new Date(now).getUTCDay() + 6) % 7
const monday = Math.floor(now / dayMs) * dayMs - (weekday + 14) * dayMs
const noon = monday + dayMs / 2

/** A closed alert as the rows have it; nobody is told of anything. */
async function closedAlert(of: {
  at?: number
  outcome?: string
  cause?: string
  siteId?: string
  claimedAfterSeconds?: number
  called999AfterSeconds?: number
  synthetic?: boolean
}): Promise<void> {
  const { at = noon, outcome = 'false-alarm', claimedAfterSeconds = 30 } = of
  const [sessionId, alertId, planId] = [newId(), newId(), newId()]
  const stamp = (ms: number) => new Date(ms).toISOString()
  const [plan] = await stack.db.query<{ device_id: string; sealed: object }>(
    'SELECT device_id, sealed FROM app.rescue_plans WHERE id = $1',
    [person.planId],
  )
  await stack.db.query(
    `INSERT INTO app.rescue_plans (id, organisation_id, device_id, plan_version, sealed, alert_order, plan_check, good_sealed,
       good_version, site_id, site_version) VALUES ($1,$2,$3,1,$4,'both','ok',$4,1,$5,$6)`,
    [planId, home.id, plan?.device_id, JSON.stringify(plan?.sealed), of.siteId ?? null, of.siteId ? 1 : null],
  )
  await stack.db.query(
    `INSERT INTO app.sessions (id, organisation_id, device_id, plan_id, company, state, version, rhythm, prompts, started_at,
       anchor_at, deadline_at, alert_at, last_press_at, end_code, outcome, closed_at, cause)
     VALUES ($1,$2,$3,$4,'timer-only','closed',3,'{60}','{}',$5,$5,$6,$7,$5,'417','all-clear',$8,$9)`,
    [
      sessionId,
      home.id,
      plan?.device_id,
      planId,
      stamp(at - 120_000),
      stamp(at - 60_000),
      stamp(at),
      stamp(at + 600_000),
      of.cause ?? null,
    ],
  )
  await stack.db.query(
    `INSERT INTO app.alerts (id, organisation_id, session_id, plan_id, state, code, reason, sealed_plan, plan_version, text_address,
       alert_order, ladder, due_at, ladder_from_at, raised_at, owned_at, outcome, closed_at, synthetic)
     VALUES ($1,$2,$3,$4,'closed','4821','silence','{}',1,false,'both','[]',$5,$5,$5,$6,$7,$8,$9)`,
    [
      alertId,
      home.id,
      sessionId,
      planId,
      stamp(at),
      stamp(at + claimedAfterSeconds * 1_000),
      outcome,
      stamp(at + 600_000),
      of.synthetic ?? false,
    ],
  )
  if (of.called999AfterSeconds !== undefined)
    await stack.db.query(
      `INSERT INTO app.alert_progress (id, organisation_id, alert_id, kind, actor_kind, actor_id, at)
       VALUES ($1,$2,$3,'called-999','supporter',$4,$5)`,
      [newId(), home.id, alertId, newId(), stamp(at + of.called999AfterSeconds * 1_000)],
    )
}
const some = async (count: number, of: (index: number) => Parameters<typeof closedAlert>[0]) => {
  for (let index = 0; index < count; index += 1) await closedAlert(of(index))
}
const day = (at: number) => new Date(at).toISOString().slice(0, 10)
const theWeek = (rows: { from: string; causes?: Record<string, number | null> }[]) =>
  rows.find(({ from }) => from === day(monday))

test('of a few alerts a week says nothing', async () => {
  await some(6, () => ({ cause: 'asleep' }))
  const { rows, fewest } = await report('false-alarms')
  expect(fewest).toBe(10)
  expect(theWeek(rows)).toMatchObject({ alerts: null, falseAlarms: null, others: null })
  expect(Object.values(theWeek(rows)?.causes ?? { none: 0 })).toEqual([null, null, null, null, null])
})

test('causes are shown where they are many, and none is what the rest gives away', async () => {
  await some(9, () => ({ cause: 'asleep' }))
  await some(25, () => ({ cause: 'silent-phone' }))
  await some(3, () => ({ cause: 'forgot' }))
  await some(12, (index) => ({ outcome: 'rescued', called999AfterSeconds: 60 + index * 10 }))
  await some(30, () => ({ synthetic: true }))
  const row = theWeek((await report('false-alarms')).rows)
  expect(row).toMatchObject({
    alerts: 55,
    falseAlarms: 43,
    others: 12,
    // Three forgot, and nobody had no signal or said nothing: together they are few, so the next goes with them.
    causes: { 'silent-phone': 25, asleep: null, forgot: null, 'no-signal': null, 'not-said': null },
  })
})

test('times are counted from the missed deadline', async () => {
  const row = theWeek((await report('times')).rows)
  expect(row).toMatchObject({
    alerts: 55,
    claim: { count: 55, medianSeconds: 30, p90Seconds: 30 },
    called999: { count: 12, medianSeconds: 115, p90Seconds: 159 },
    there: { count: null, medianSeconds: null, p90Seconds: null },
  })
})

test('a site with few alerts is not the difference of the others to all', async () => {
  const made = async (label: string) =>
    (await operator.request('POST', '/v1/operate/sites', { commandId: randomUUID(), label, address: '1 Quay' })).body
      .site.id
  const [quay, mill, small] = [await made('=Quay'), await made('Mill'), await made('Small')]
  for (const [siteId, count] of [
    [quay, 20],
    [mill, 14],
    [small, 2],
  ] as const) {
    await some(count, () => ({ siteId, at: noon + dayMs }))
    if (count > 10) await some(11, () => ({ siteId, outcome: 'rescued', at: noon + dayMs }))
  }
  // One that is given up keeps its line: its alerts are not suddenly of no site.
  expect((await operator.request('DELETE', `/v1/operate/sites/${small}`, { commandId: randomUUID() })).status).toBe(200)
  const { rows } = await report('false-alarms?by=site')
  const shown = Object.fromEntries(
    rows
      .filter((row: { from: string; to: string }) => row.from <= day(monday) && day(monday) <= row.to)
      .map((row: { site: { label: string } | null; falseAlarms: number | null }) => [
        row.site?.label ?? 'none',
        row.falseAlarms,
      ]),
  )
  expect(shown).toEqual({ '=Quay': 20, Mill: null, Small: null, none: 43 })
})

test('a week of four stays hidden, whatever is asked beside it: every question shows of a week the same figures', async () => {
  // The week before: nothing but four alerts, on both sides of a fortnight of the calendar.
  await some(4, (index) => ({ at: noon - 7 * dayMs, ...(index === 0 ? { outcome: 'rescued' } : {}) }))
  const figures = new Map<string, unknown>()
  for (const back of [0, 7, 13])
    for (const ahead of [6, 13])
      for (const by of ['week', 'site'])
        for (const what of ['false-alarms', 'times']) {
          const span = `from=${day(monday - back * dayMs)}&to=${day(monday + ahead * dayMs)}`
          for (const row of (await report(`${what}?by=${by}&${span}`)).rows) {
            expect(new Date(row.from).getUTCDay(), 'a Monday').toBe(1)
            expect(Date.parse(row.to) - Date.parse(row.from)).toBe(6 * dayMs)
            const cell = JSON.stringify([what, row.from, by === 'site' ? (row.site?.id ?? 'none') : 'all'])
            if (figures.has(cell)) expect(row).toEqual(figures.get(cell))
            figures.set(cell, row)
            if (row.from === day(monday - 7 * dayMs))
              expect([row.alerts, row.falseAlarms ?? null, row.others ?? null, row.firstText?.count ?? null]).toEqual(
                Array(4).fill(null),
              )
          }
        }
  expect([...figures.keys()].filter((cell) => cell.includes(day(monday))).length).toBe(10)
})

test('a week is told of once none of its alerts is open: what is closed later would be the difference of two days', async () => {
  const [one] = await stack.db.query<{ id: string }>(
    `UPDATE app.alerts SET state = 'owned', outcome = NULL, closed_at = NULL, owner_kind = 'supporter', owner_id = $1,
       duty_until_at = now() + interval '1 day' WHERE id = (SELECT id FROM app.alerts WHERE raised_at = $2 LIMIT 1) RETURNING id`,
    [newId(), new Date(noon).toISOString()],
  )
  expect(theWeek((await report('false-alarms')).rows)).toBeUndefined()
  expect(theWeek((await report('times?by=site')).rows)).toBeUndefined()
  await stack.db.query(
    `UPDATE app.alerts SET state = 'closed', outcome = 'false-alarm', closed_at = now(), owner_kind = NULL, owner_id = NULL,
       duty_until_at = NULL WHERE id = $1`,
    [one?.id],
  )
  expect(theWeek((await report('false-alarms')).rows)).toMatchObject({ alerts: 113 })
})

test('as CSV no cell is a formula, whoever named the site', async () => {
  const csv = await fetch(`${stack.api}/v1/operate/reports/false-alarms?by=site`, {
    headers: { authorization: `Bearer ${operator.token}`, accept: 'text/csv' },
  })
  expect(csv.headers.get('content-type')).toContain('text/csv')
  const body = await csv.text()
  expect(body.split('\r\n')[0]).toContain('"from","to","site.id","site.label"')
  expect(body).toContain(`"'=Quay"`)
  expect(body).not.toMatch(/(^|,)"?=/m)
})

test('of rules of which rows wait it is said when the next goes; of none that was not looked for that nothing waits', async () => {
  const { rules } = (await operator.request('GET', '/v1/operate/retention')).body
  const of = (what: string) => rules.find((rule: { what: string }) => rule.what === what)
  const invitation = of('invitations of supporters and operators')
  expect(Date.parse(invitation.nextDueAt)).toBeGreaterThan((await stack.now()) + 29 * dayMs)
  expect(of('texts that belong to no session and no alert').nextDueAt).toEqual(expect.any(String))
  expect(of('swaps of shifts')).toMatchObject({ nextIsKnown: true })
  expect(of('swaps of shifts')).not.toHaveProperty('nextDueAt')
  expect(of('answers to commands')).toMatchObject({ nextIsKnown: false })
  // A rule renamed here and not there would fall silent.
  expect(rules.filter(({ nextIsKnown }: { nextIsKnown: boolean }) => nextIsKnown)).toHaveLength(13)
})

test('what was deleted when is shown, and what goes next', async () => {
  const events = { ...createEvents({ logger: silentLogger(), metrics: createMetrics() }) }
  while ((await applyRetention({ db: stack.db, events })).more);
  await stack.advance(31 * dayMs, { atOnce: true })
  while ((await applyRetention({ db: stack.db, events })).more);
  const later = await home.signIn('supervisor')
  const { rules, lastLookedAt } = (await later.request('GET', '/v1/operate/retention')).body
  expect(lastLookedAt).toEqual(expect.any(String))
  const alerts = rules.find(({ what }: { what: string }) => what.startsWith('alerts,'))
  expect(alerts).toMatchObject({ lastRemovedAt: expect.any(String), keptSeconds: (30 * dayMs) / 1_000 })
  const audit = rules.find(({ what }: { what: string }) => what === 'who changed which setting')
  expect(audit.nextDueAt).toEqual(expect.any(String))
  expect(audit).not.toHaveProperty('lastRemovedAt')
})
