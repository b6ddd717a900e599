import { randomUUID } from 'node:crypto'
import { startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

/*
 * The rota on a real Postgres and a whole stack. It never puts anybody on shift; what it does is to say, early and once,
 * that somebody will be missing or is.
 */

const stack = await startStack()
afterAll(() => stack.close())

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const home = await stack.organisation('demo')
const operator = await home.signIn('operator')
const rotaOf = async (query = '') => (await operator.request('GET', `/v1/operate/rota${query}`)).body
const must = async (method: string, path: string, body: object = {}) => {
  const answer = await operator.request(method, `/v1/operate${path}`, { commandId: randomUUID(), ...body })
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  return answer.body
}
const setFloor = (staffingFloor: number) =>
  must('PUT', '/organisation', { name: 'Riverside', languages: ['en'], pagerNumber: '+447700900098', staffingFloor })
/** A shift on the organisation's own clocks. */
const onClocks = (at: number) => {
  const parts = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone: 'Europe/London' })
  const [onDay = '', time = ''] = parts.format(at).split(' ')
  return { onDay, time }
}
const extra = async (supporterId: string, fromAt: number, untilAt: number, role = 'supporter') =>
  (
    await must('POST', '/rota/exceptions', {
      kind: 'extra',
      supporterId,
      role,
      onDay: onClocks(fromAt).onDay,
      starts: onClocks(fromAt).time,
      ends: onClocks(untilAt).time,
    })
  ).exceptionId as string

// At a whole hour in the future, and standing still: what happens at an instant does not depend on the machine's load.
const startAt = Math.ceil((await stack.now()) / hourMs) * hourMs + hourMs
await stack.advanceTo(startAt)

const leadPhone = stack.newPhone()
const lead = await stack.seedSupporter({ phone: leadPhone, name: 'Lea', onShift: true })
await stack.db.query(`UPDATE app.supporters SET role = 'duty-lead' WHERE id = $1`, [lead.id])
const samPhone = stack.newPhone()
const sam = await stack.seedSupporter({ phone: samPhone, name: 'Sam', onShift: false })

test('a hole in the rota is told to the duty lead hours before it comes, once', async () => {
  await setFloor(1)
  await extra(lead.id, startAt - hourMs, startAt + 13 * hourMs, 'duty-lead')
  await stack.settle()
  await leadPhone.expectNothingMore()
  // Twelve hours before the lead's shift ends, nobody follows.
  await stack.advanceTo(startAt + hourMs + minuteMs)
  const text = await leadPhone.expectText(/^ROTA: from \d\d\/\d\d \d\d:\d\d only 0 of 1 people/)
  expect(text.body).toContain(onClocks(startAt + 13 * hourMs).time)
  await stack.advanceTo(startAt + 4 * hourMs)
  await leadPhone.expectNothingMore()
  const { gaps, flags } = await rotaOf()
  expect(gaps[0]).toMatchObject({ startsAt: new Date(startAt + 13 * hourMs).toISOString(), people: 0 })
  expect(flags).toMatchObject([{ kind: 'coming', people: 0, floor: 1 }])
})

test('a hole that is filled is over', async () => {
  await extra(sam.id, startAt + 13 * hourMs, startAt + 23 * hourMs)
  await extra(lead.id, startAt + 23 * hourMs, startAt + 36 * hourMs, 'duty-lead')
  await stack.settle()
  expect((await rotaOf()).flags).toEqual([])
  await leadPhone.expectNothingMore()
})

test('being in the rota puts nobody on shift, and who has not come after ten minutes is flagged', async () => {
  const begins = startAt + 13 * hourMs
  await stack.advanceTo(begins + 9 * minuteMs)
  const mine = async () =>
    (await rotaOf()).shifts.find(({ supporter }: { supporter: { id: string } }) => supporter.id === sam.id)
  expect(await mine()).toMatchObject({ state: 'late' })
  const [row] = await stack.db.query<{ on_shift: boolean }>('SELECT on_shift FROM app.supporters WHERE id = $1', [
    sam.id,
  ])
  expect(row?.on_shift).toBe(false)
  expect((await rotaOf()).flags).toEqual([])
  await stack.advanceTo(begins + 10 * minuteMs)
  await stack.settle()
  expect(await mine()).toMatchObject({ state: 'not-come' })
  expect((await rotaOf()).flags).toMatchObject([{ kind: 'not-come', supporter: { id: sam.id, name: 'Sam' } }])
  await sam.setShift(true)
  await stack.settle()
  expect(await mine()).toMatchObject({ state: 'here' })
  expect((await rotaOf()).flags).toEqual([])
})

test('a floor that is missed is told once for as long as it lasts, and a handover of a minute is not told at all', async () => {
  await sam.setShift(false)
  await lead.setShift(false)
  await stack.settle()
  await stack.advance(minuteMs)
  await leadPhone.expectNothingMore()
  await lead.setShift(true)
  await stack.advance(5 * minuteMs)
  await leadPhone.expectNothingMore()

  await lead.setShift(false)
  await stack.advance(3 * minuteMs)
  // Nobody is on shift: every duty lead is told.
  await leadPhone.expectText('ROTA: only 0 of 1 people are on shift now.')
  await stack.advance(hourMs)
  await leadPhone.expectNothingMore()
  await sam.setShift(true)
  await stack.advance(minuteMs)
  expect((await rotaOf()).flags.filter(({ kind }: { kind: string }) => kind === 'now')).toEqual([])
  await sam.setShift(false)
  await stack.advance(3 * minuteMs)
  await leadPhone.expectText('ROTA: only 0 of 1 people are on shift now.')
})

test('with no duty lead to be reached the pager is told', async () => {
  await lead.setShift(true)
  await stack.settle()
  await stack.db.query(`UPDATE app.supporters SET role = 'supporter' WHERE id = $1`, [lead.id])
  await lead.setShift(false)
  await stack.advance(3 * minuteMs)
  await stack.phones.phone('+447700900098').expectText('ROTA: only 0 of 1 people')
  await stack.db.query(`UPDATE app.supporters SET role = 'duty-lead' WHERE id = $1`, [lead.id])
  await lead.setShift(true)
  await stack.settle()
})

test('a shift is offered, taken by another and seen by who keeps the rota; until then it stays whose it was', async () => {
  const { body: service } = await operator.request('GET', '/v1/operate/rota')
  expect(service.timeZone).toBe('Europe/London')
  const [offering, taking, third] = [
    await home.signIn('duty-lead', 'Olive'),
    await home.signIn('supporter', 'Tariq'),
    await home.signIn('supporter', 'Uma'),
  ]
  const command = (who: typeof offering, method: string, path: string, body: object = {}) =>
    who.request(method, `/v1/rota${path}`, { commandId: randomUUID(), ...body })
  const begins = startAt + 30 * dayMs
  const shiftId = await extra(offering.recipientId, begins, begins + 2 * hourMs)
  const leads = await extra(offering.recipientId, begins + 5 * hourMs, begins + 6 * hourMs, 'duty-lead')
  await extra(third.recipientId, begins + hourMs, begins + 3 * hourMs)
  const whose = async () =>
    (await rotaOf(`?from=${onClocks(begins).onDay}&days=1`)).shifts.find(({ id }: { id: string }) => id === shiftId)

  const days = { from: onClocks(begins).onDay }
  expect((await command(taking, 'POST', '/swaps', { shiftId })).status, 'it is not theirs').toBe(404)
  const offered = (await command(offering, 'POST', '/swaps', { shiftId })).body.swap
  expect(await whose()).toMatchObject({ supporter: { name: 'Olive' }, offered: offered.id })
  expect((await command(offering, 'POST', '/swaps', { shiftId })).body.code).toBe('conflict')
  expect((await command(offering, 'POST', `/swaps/${offered.id}/take`)).body.code, 'one’s own').toBe('conflict')
  expect((await command(third, 'POST', `/swaps/${offered.id}/take`)).body.code, 'two places at once').toBe('conflict')
  expect((await command(taking, 'POST', `/swaps/${offered.id}/take`)).body.swap.state).toBe('taken')
  expect(await whose()).toMatchObject({ supporter: { name: 'Tariq' }, takenFrom: { name: 'Olive' } })
  expect((await command(offering, 'DELETE', `/swaps/${offered.id}`)).body.code, 'too late').toBe('conflict')

  const swaps = async () => (await rotaOf(`?from=${days.from}`)).swaps
  expect(await swaps()).toMatchObject([{ id: offered.id, state: 'taken', seen: false }])
  await must('POST', `/rota/swaps/${offered.id}/seen`)
  expect(await swaps()).toMatchObject([{ id: offered.id, seen: true }])

  const led = (await command(offering, 'POST', '/swaps', { shiftId: leads })).body.swap
  expect((await command(taking, 'POST', `/swaps/${led.id}/take`)).body.code, 'they may not lead').toBe('conflict')
  const { swaps: open } = (await taking.request('GET', '/v1/rota')).body
  expect(open.map(({ id }: { id: string }) => id)).not.toContain(led.id)
  expect((await command(offering, 'DELETE', `/swaps/${led.id}`)).body.swap.state).toBe('withdrawn')
})

test('a weekly shift over midnight repeats, a single date of it may be off, and ending it ends them all', async () => {
  const body = { supporterId: sam.id, role: 'supporter', weekday: 6, starts: '22:00', ends: '06:00' }
  const { patternId } = await must('POST', '/rota/patterns', body)
  const nights = async () =>
    (await rotaOf('?days=28')).shifts.filter((shift: { patternId?: string }) => shift.patternId === patternId)
  const [first, second] = await nights()
  expect(await nights()).toHaveLength(4)
  expect(Date.parse(second.startsAt) - Date.parse(first.startsAt)).toBeGreaterThanOrEqual(7 * dayMs - hourMs)
  const onDay = second.id.slice(-10)
  await must('POST', '/rota/exceptions', { kind: 'off', patternId, onDay })
  expect((await nights()).map(({ id }: { id: string }) => id)).not.toContain(second.id)
  const again = await operator.request('POST', '/v1/operate/rota/exceptions', {
    commandId: randomUUID(),
    kind: 'off',
    patternId,
    onDay,
  })
  expect(again.body.code).toBe('conflict')
  await must('DELETE', `/rota/patterns/${patternId}`)
  expect(await nights()).toEqual([])
  const { changes } = (await operator.request('GET', '/v1/operate/audit?limit=5')).body
  expect(changes[0]).toMatchObject({ action: 'rota-pattern-ended', thing: patternId })
})

test('whoever is removed leaves a hole, not a shift', async () => {
  const leaving = await home.signIn('supporter', 'Gone')
  const begins = startAt + 40 * dayMs
  await extra(leaving.recipientId, begins, begins + hourMs)
  const shifts = async () => (await rotaOf(`?from=${onClocks(begins).onDay}&days=2`)).shifts
  expect(await shifts()).toHaveLength(1)
  await must('DELETE', `/supporters/${leaving.recipientId}`)
  expect(await shifts()).toEqual([])
})

test('nobody is in the rota twice at once, nor leads in it who may not lead', async () => {
  const nia = await stack.seedSupporter({ phone: stack.newPhone(), name: 'Nia', onShift: false })
  const post = async (path: string, body: object) =>
    (await operator.request('POST', `/v1/operate/rota/${path}`, { commandId: randomUUID(), ...body })) as {
      status: number
      body: { message: string }
    }
  const weekly = (weekday: number, starts: string, ends: string, more: object = {}) =>
    post('patterns', { supporterId: nia.id, role: 'supporter', weekday, starts, ends, ...more })
  const dayAhead = (days: number) => onClocks(startAt + days * dayMs).onDay
  const weekdayAhead = (days: number) => new Date(dayAhead(days)).getUTCDay() || 7

  expect((await weekly(7, '20:00', '08:00')).status).toBe(201)
  // The night of Sunday to Monday: it meets the Monday, and a later beginning changes nothing.
  const again = await weekly(1, '07:00', '12:00', { fromDay: dayAhead(40) })
  expect(again).toMatchObject({ status: 409, body: { message: expect.stringContaining('two places at once') } })
  expect((await weekly(1, '08:00', '12:00')).status, 'what touches does not meet').toBe(201)
  expect((await weekly(7, '19:00', '21:00', { untilDay: dayAhead(-1) })).status, 'it was over before').toBe(201)
  const single = (days: number, starts: string, ends: string) =>
    post('exceptions', { kind: 'extra', supporterId: nia.id, role: 'supporter', onDay: dayAhead(days), starts, ends })
  const wednesday = [16, 17, 18, 19, 20, 21, 22].find((days) => weekdayAhead(days) === 3) ?? 0
  expect((await single(wednesday, '10:00', '14:00')).status).toBe(201)
  expect((await single(wednesday, '13:00', '15:00')).status).toBe(409)
  expect((await weekly(3, '09:00', '11:00')).status, 'a weekly shift that meets a single date').toBe(409)
  expect((await weekly(3, '14:00', '16:00')).status).toBe(201)

  const leads = await weekly(5, '10:00', '12:00', { role: 'duty-lead' })
  expect(leads).toMatchObject({ status: 400, body: { message: expect.stringContaining('may lead') } })
  await stack.db.query(`UPDATE app.supporters SET role = 'duty-lead' WHERE id = $1`, [nia.id])
  expect((await weekly(5, '10:00', '12:00', { role: 'duty-lead' })).status).toBe(201)
})
