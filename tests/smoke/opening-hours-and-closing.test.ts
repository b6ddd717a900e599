import { randomUUID } from 'node:crypto'
import { createEvents, createMetrics, silentLogger } from '@stillhere/observability'
import { applyRetention } from '@stillhere/operations'
import { preparePerson, type RefusedByServiceError, startStack, until } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

/* Nobody is promised company that is about to go home, and nobody who was promised a watch loses it. */

const stack = await startStack()
afterAll(() => stack.close())

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const home = await stack.organisation('demo')
const operator = await home.signIn('operator')
const command = (method: string, path: string, body: object = {}) =>
  operator.request(method, `/v1/operate${path}`, { commandId: randomUUID(), ...body })
const service = async () => (await stack.newPerson()).service
const codeOf = async (what: Promise<unknown>) =>
  what.then(
    () => 'not refused',
    (refused: RefusedByServiceError) => refused.answer.body,
  )
/** A rule of retention that fails is said; here it fails the test. */
const events = {
  ...createEvents({ logger: silentLogger(), metrics: createMetrics() }),
  trouble: (_trouble: string, { error }: { error?: unknown } = {}) => {
    throw error
  },
}

// Noon of the organisation's own day, some days from now.
const startAt = Math.ceil((await stack.now()) / hourMs) * hourMs + hourMs
await stack.advanceTo(startAt)
const time = (at: number) => new Date(at).toISOString().slice(11, 16)
/** Open every day from an hour ago until `closesAt`. */
const openUntil = (closesAt: number, drain = 'no-company') =>
  command('PUT', '/staffing', {
    timeZone: 'UTC',
    rotaWarningHours: 12,
    opening: {
      weekly: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: time(startAt - hourMs), to: time(closesAt) })),
      exceptions: [],
      drainMinutes: 30,
      drain,
    },
  })

test('without opening hours it is open, and says so', async () => {
  expect(await service()).toMatchObject({ open: true, mayStart: { alone: true, withSupporter: true } })
})

test('half an hour before it closes no company is promised, who runs is told, and the alert comes all the same', async () => {
  const closesAt = startAt + 2 * hourMs
  expect((await openUntil(closesAt)).status).toBe(200)
  expect(await service()).toMatchObject({ open: true, closesAt: new Date(closesAt).toISOString() })
  const { person, rescuer } = await preparePerson(stack)
  const other = (await preparePerson(stack)).person
  const session = await person.start({ countdownSeconds: 7_200, company: 'supporter' })
  const live = await person.connectLive()

  await stack.advanceTo(closesAt - 31 * minuteMs)
  expect((await service()).mayStart).toEqual({ alone: true, withSupporter: true })
  await stack.advanceTo(closesAt - 29 * minuteMs)
  expect(await service()).toMatchObject({
    open: true,
    mayStart: { alone: true, withSupporter: false },
    opensAt: new Date(startAt + 23 * hourMs).toISOString(),
  })
  const frame = await live.next('supporters-leave')
  expect(frame).toMatchObject({ closesAt: new Date(closesAt).toISOString() })
  expect(await codeOf(other.start({ countdownSeconds: 3_600, company: 'supporter' }))).toMatchObject({
    code: 'service_closed',
    mayStart: { alone: true, withSupporter: false },
    closesAt: new Date(closesAt).toISOString(),
  })
  await other.start({ countdownSeconds: 7_200, company: 'timer-only' })

  // Past the closing: the session goes on, and its silence raises the alert.
  await stack.advanceTo(closesAt + minuteMs)
  expect(await service()).toMatchObject({ open: false, mayStart: { alone: true, withSupporter: false } })
  await stack.advanceTo(Math.max(Date.parse(session.alertAt), await stack.now()))
  await rescuer.expectText('SAFETY ALERT')
  stack.phones.allow(/./)
  stack.phones.allowCalls()
  await person.checkIn()
})

test('where nothing begins out of hours, nothing does, alone or not', async () => {
  const now = await stack.now()
  const { person } = await preparePerson(stack)
  expect((await openUntil(startAt + hourMs, 'no-starts')).status).toBe(200)
  expect(await service()).toMatchObject({ open: false, mayStart: { alone: false, withSupporter: false } })
  expect(await codeOf(person.start({ countdownSeconds: 600, company: 'timer-only' }))).toMatchObject({
    code: 'service_closed',
    opensAt: expect.any(String),
  })
  expect(await stack.now()).toBeGreaterThanOrEqual(now)
})

test('hours that never open, and a zone that nobody knows, are refused', async () => {
  const fields = { rotaWarningHours: 12 }
  const never = { weekly: [], exceptions: [], drainMinutes: 0, drain: 'no-company' }
  expect((await command('PUT', '/staffing', { ...fields, timeZone: 'UTC', opening: never })).body.code).toBe('invalid')
  const zone = await command('PUT', '/staffing', { ...fields, timeZone: 'Europe/Cardiff', opening: null })
  expect(zone.body.code).toBe('invalid')
  expect((await command('PUT', '/staffing', { ...fields, timeZone: 'Europe/London', opening: null })).status).toBe(200)
})

test('closing for good takes two people where there are two; then nothing begins, what runs ends properly, and plans go', async () => {
  const { person, rescuer } = await preparePerson(stack)
  await person.start({ countdownSeconds: 3_600 })
  const bryn = await home.signIn('operator', 'Bryn')
  expect((await command('POST', '/closing/confirm', { slug: 'demo' })).body.code, 'step one first').toBe('conflict')
  expect((await command('POST', '/closing')).body.closing).toHaveProperty('confirmBefore')
  const wrong = await bryn.request('POST', '/v1/operate/closing/confirm', { commandId: randomUUID(), slug: 'other' })
  expect(wrong.body.code).toBe('invalid')
  await command('DELETE', '/closing')
  expect((await command('POST', '/closing/confirm', { slug: 'demo' })).body.code, 'it was taken back').toBe('conflict')
  await command('POST', '/closing')
  await stack.advance(16 * minuteMs)
  expect((await command('POST', '/closing/confirm', { slug: 'demo' })).body.code, 'too late').toBe('conflict')
  expect((await stack.newPerson()).service.open, 'nothing has closed yet').toBe(true)

  const publicStatus = async () =>
    (await (await fetch(`${stack.api}/v1/status?service=demo`)).json()) as { state: string }
  expect(await publicStatus()).toMatchObject({ state: 'ok' })
  const idle = await preparePerson(stack)
  const bare = await stack.newPerson()
  expect((await command('POST', '/closing')).body.closing).toHaveProperty('needsAnother', true)
  expect((await command('POST', '/closing/confirm', { slug: 'demo' })).body.code, 'who asked').toBe('conflict')
  const confirmed = await bryn.request('POST', '/v1/operate/closing/confirm', { commandId: randomUUID(), slug: 'demo' })
  expect(confirmed.body.closing).toHaveProperty('closedAt')
  const { closing } = confirmed.body
  // The engine runs on, and yet nobody may read that the service works.
  expect(
    await until('everybody is told', async () => {
      const status = await publicStatus()
      return status.state === 'ok' ? undefined : status
    }),
  ).toMatchObject({ state: 'closed', closedAt: closing.closedAt, service: expect.stringMatching(/\w/) })
  await expect(stack.newPerson(), 'no new devices').rejects.toThrow()
  expect(await codeOf(bare.savePlan())).toMatchObject({ code: 'service_closed' })
  expect(await codeOf(idle.person.start({ countdownSeconds: 600 }))).toMatchObject({ code: 'service_closed' })
  expect((await command('POST', '/closing')).body.code).toBe('service_closed')

  await person.help()
  await rescuer.expectText('SAFETY ALERT')
  const { changes } = (await operator.request('GET', '/v1/operate/audit?limit=6')).body
  expect(changes.map(({ action }: { action: string }) => action)).toEqual([
    'closed-for-good',
    'closing-asked',
    'closing-asked',
    'closing-taken-back',
    'closing-asked',
    'staffing-changed',
  ])

  const left = async (planId: string) =>
    (await stack.db.query('SELECT 1 FROM app.rescue_plans WHERE id = $1 AND deleted_at IS NULL', [planId])).length
  await stack.advance(25 * hourMs, { atOnce: true })
  while ((await applyRetention({ db: stack.db, events })).more);
  expect(await left(idle.person.planId), 'a plan that nobody can start with').toBe(0)
  expect(await left(person.planId), 'the alert is open: its plan stays').toBe(1)
})
