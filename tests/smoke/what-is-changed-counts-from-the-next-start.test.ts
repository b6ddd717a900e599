import { randomUUID } from 'node:crypto'
import { preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ deterministic: true })
afterAll(() => stack.close())

const operator = await (await stack.organisation('demo')).signIn('operator')
const operate = (method: string, path: string, body: object = {}) =>
  operator.request(method, `/v1/operate${path}`, method === 'GET' ? undefined : { commandId: randomUUID(), ...body })
const service = async () => (await stack.newPerson()).service

test('a rhythm is made, changed and retired; a session that runs keeps its own', async () => {
  const made = await operate('POST', '/rhythms', { name: 'quick', intervalsSeconds: [90] })
  expect(made.status).toBe(201)
  const { rhythm } = made.body
  expect((await service()).rhythms.at(-1)).toEqual({ id: rhythm.id, name: 'quick', intervalsSeconds: [90] })
  const { person } = await preparePerson(stack)
  const started = await person.start({ rhythmId: rhythm.id })
  const changed = await operate('PUT', `/rhythms/${rhythm.id}`, { name: 'slow', intervalsSeconds: [600], version: 1 })
  expect(changed.body.rhythm).toMatchObject({ version: 2, intervalsSeconds: [600] })
  await stack.advance(30_000)
  const { session } = await person.checkIn()
  expect(Date.parse(session.deadlineAt) - Date.parse(started.deadlineAt), 'its own 90 s').toBe(30_000)
  await person.end()

  for (const wrong of [[59], [120, 1_801], [7_200]])
    expect((await operate('POST', '/rhythms', { name: 'no', intervalsSeconds: wrong })).body.code).toBe('limit')
  const stale = { name: 'x', intervalsSeconds: [60], version: 1 }
  expect((await operate('PUT', `/rhythms/${rhythm.id}`, stale)).body.code).toBe('stale_version')
  expect((await operate('DELETE', `/rhythms/${rhythm.id}`)).status).toBe(200)
  const left = (await service()).rhythms
  expect(left.some(({ id }) => id === rhythm.id)).toBe(false)
  for (const { id } of left.slice(1)) expect((await operate('DELETE', `/rhythms/${id}`)).status).toBe(200)
  expect((await operate('DELETE', `/rhythms/${left[0]?.id}`)).body.code, 'one stays').toBe('conflict')
})

test('prompts take 30 to 120 s in all, from the next start on', async () => {
  const { person } = await preparePerson(stack)
  const before = await person.start({ countdownSeconds: 60 })
  const lasts = ({ alertAt, deadlineAt }: { alertAt: string; deadlineAt: string }) =>
    Date.parse(alertAt) - Date.parse(deadlineAt)
  const steps = [
    { kind: 'sound', afterSeconds: 0 },
    { kind: 'opening', afterSeconds: 35 },
  ]
  const changed = await operate('PUT', '/prompts', { steps, alertAfterSeconds: 45 })
  expect(changed.body.prompts).toEqual({ version: 2, steps, alertAfterSeconds: 45 })
  expect((await service()).prompts).toEqual(steps)
  expect(lasts(before)).toBe(60_000)
  expect(lasts((await person.checkIn()).session), 'a running session keeps its own').toBe(60_000)
  await person.end()
  expect(lasts(await person.start({ countdownSeconds: 60 }))).toBe(45_000)
  await person.end()
  for (const alertAfterSeconds of [29, 121])
    expect((await operate('PUT', '/prompts', { steps, alertAfterSeconds })).body.code).toBe('limit')
  expect((await operate('PUT', '/prompts', { steps: [], alertAfterSeconds: 60 })).body.message).toMatch(/first prompt/)
})
