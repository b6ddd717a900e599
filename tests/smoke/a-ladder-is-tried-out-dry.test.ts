import { randomUUID } from 'node:crypto'
import { startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack()
afterAll(() => stack.close())

const home = await stack.organisation('demo')
const operator = await home.signIn('operator')
const phone = stack.newPhone()
const sam = await stack.seedSupporter({ phone, name: 'Sam', onShift: false })
const steps = [
  { afterSeconds: 0, to: 'supporters', channel: 'text' },
  { afterSeconds: 60, to: 'everyone', channel: 'text' },
  { afterSeconds: 120, to: 'supporters', channel: 'console' },
]
const dryRun = (body: object) => operator.request('POST', '/v1/operate/ladders/dry-run', { steps, ...body })

/** The next Sunday of winter, so that the clocks in London are UTC. */
const sunday = '2027-01-10'

test('at 3 a.m. on Sunday the rota has nobody: the step is found empty and the rescuers are told at once', async () => {
  const pattern = { supporterId: sam.id, role: 'supporter', weekday: 7, starts: '09:00', ends: '17:00' }
  await operator.request('POST', '/v1/operate/rota/patterns', { commandId: randomUUID(), ...pattern })
  const { status, body } = await dryRun({ at: `${sunday}T03:00:00Z` })
  expect(status).toBe(200)
  expect(body).toMatchObject({ onClocks: '10/01 03:00', assumed: { expected: 0, rescuers: 1 }, firstToldSeconds: 0 })
  expect(body.lines[0]).toMatchObject({ step: 1, nobody: true, who: [] })
  expect(body.lines[1]).toMatchObject({ step: 2, early: true, who: [{ role: 'rescuer', count: 1 }] })
  expect(body.findings).toContainEqual({
    kind: 'nobody-in-step',
    step: 1,
    atSeconds: 0,
    at: `${sunday}T03:00:00.000Z`,
  })
  // Nothing was raised, and nobody was told of anything.
  await phone.expectNothingMore()
})

test('at noon there is somebody, and the same ladder finds them', async () => {
  const { body } = await dryRun({ at: `${sunday}T12:00:00Z` })
  expect(body.findings).toEqual([])
  expect(body.lines[0]).toMatchObject({ who: [{ role: 'supporter', count: 1 }], nobody: false })
  expect(JSON.stringify(body)).not.toContain(sam.id)
})

test('with nobody in the rota and no rescuer it says that only the pager would ring', async () => {
  const { body } = await dryRun({ at: `${sunday}T03:00:00Z`, rescuers: 0 })
  expect(body.findings.map(({ kind }: { kind: string }) => kind)).toContain('nobody-at-all')
  expect(body).not.toHaveProperty('firstToldSeconds')
})

test('a ladder that could fall silent is refused as it would be when it is saved', async () => {
  const silent = { at: `${sunday}T03:00:00Z`, steps: [{ afterSeconds: 0, to: 'supporters', channel: 'text' }] }
  for (const at of ['0001-01-01T00:00:00Z', '1970-01-01T00:00:00Z', '9999-12-31T23:59:59Z'])
    expect(await dryRun({ at }), at).toMatchObject({ status: 400, body: { code: 'invalid' } })
  expect(await dryRun(silent)).toMatchObject({
    status: 400,
    body: { code: 'ladder_could_fall_silent', problem: 'rescuers-not-told' },
  })
})

test('a ladder whose step finds nobody at night is saved all the same: people come on shift whom no rota named', async () => {
  const made = await operator.request('POST', '/v1/operate/ladders', { commandId: randomUUID(), name: 'night', steps })
  expect(made.status).toBe(201)
})
