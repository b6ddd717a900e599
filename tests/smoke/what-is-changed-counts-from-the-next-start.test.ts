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

test('who is told first is the person’s to say: the next alert follows it, an open one keeps its own', async () => {
  const { person, rescuers } = await preparePerson(stack, { rescuers: 2, alertOrder: 'rescuers-first' })
  const [first, second] = rescuers
  const inOrder = async () => (await person.plan()).rescuers.map(({ id, position }) => [id, position] as const)
  const [[firstId], [secondId]] = (await inOrder()) as [[string, number], [string, number]]
  const order = (rescuerIds: unknown, commandId = randomUUID()) =>
    person.request('PUT', `/v1/plans/${person.planId}/rescuers/order`, { commandId, rescuerIds })

  const commandId = randomUUID()
  const changed = await order([secondId, firstId], commandId)
  expect(changed.body.plan.rescuers).toMatchObject([
    { id: secondId, position: 1, consent: 'agreed' },
    { id: firstId, position: 2, consent: 'agreed' },
  ])
  expect((await order([secondId, firstId], commandId)).body, 'the same answer').toEqual(changed.body)
  expect((await order([firstId, secondId], commandId)).body.code).toBe('command_mismatch')

  const untilOver = async (told: typeof first) => {
    await person.start({ countdownSeconds: 60 })
    await person.help()
    await told?.expectText('SAFETY ALERT')
    await told?.expectText('/r/')
    expect((await order([firstId, secondId])).status, 'an open alert is no hindrance').toBe(200)
    await person.checkIn()
    await told?.expectText('has said they are OK')
    await told?.reply('5')
    await told?.expectText('ALL CLEAR')
  }
  // The other phone hears nothing: the stack fails on a text that nobody expected.
  await untilOver(second)
  await untilOver(first)

  // A list that is not everybody, once, is refused and changes nothing.
  const stranger = (await preparePerson(stack)).person
  const [theirs] = (await stranger.plan()).rescuers
  for (const [ids, code] of [
    [[firstId], 'conflict'],
    [[firstId, theirs?.id], 'conflict'],
    [[firstId, secondId, theirs?.id], 'conflict'],
    [[firstId, firstId], 'invalid'],
    [[], 'invalid'],
    ['first', 'invalid'],
  ] as const)
    expect((await order(ids)).body.code, JSON.stringify(ids)).toBe(code)
  expect(
    (
      await stranger.request('PUT', `/v1/plans/${person.planId}/rescuers/order`, {
        commandId: randomUUID(),
        rescuerIds: [firstId, secondId],
      })
    ).body.code,
  ).toBe('not_found')
  expect(await inOrder()).toEqual([
    [firstId, 1],
    [secondId, 2],
  ])
})
