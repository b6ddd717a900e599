import { randomUUID } from 'node:crypto'
import { preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack()
afterAll(() => stack.close())

/** An answer without what is new each time. */
const lasting = ({ status, body }: { status: number; body: object }) => {
  const { serverNow: _s, requestId: _r, ...rest } = body as Record<string, unknown>
  return { status, ...rest }
}
const ten = <T>(ask: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: 10 }, ask))

test.for([
  ['check-ins', {}],
  ['extend', { seconds: 60 }],
  ['end', {}],
  ['help', {}],
] as const)('F39: the same %s ten times at once has one effect and ten identical replies', async ([path, fields]) => {
  const { person, rescuer } = await preparePerson(stack)
  const { id } = await person.start({ countdownSeconds: 120 })
  const command = { commandId: randomUUID(), ...fields }

  const answers = (await ten(() => person.request('POST', `/v1/sessions/${id}/${path}`, command))).map(lasting)

  expect(answers[0]).toMatchObject({ status: 200, session: { version: 2 } })
  for (const answer of answers) expect(answer).toEqual(answers[0])
  if (path === 'help') {
    await rescuer.expectText('SAFETY ALERT')
    await rescuer.expectText('What to do now')
    await rescuer.expectNothingMore()
  } else {
    expect((await person.session()).version).toBe(2)
    if (path !== 'end') await person.end()
  }
  // Whatever has become of the session since, the same command has the same answer.
  expect(lasting(await person.request('POST', `/v1/sessions/${id}/${path}`, command))).toEqual(answers[0])
})

test('F1, F39: the same start ten times at once is one session', async () => {
  const { person } = await preparePerson(stack)
  const command = { commandId: randomUUID(), planId: person.planId, countdownSeconds: 120, company: 'timer-only' }

  const answers = (await ten(() => person.request('POST', '/v1/sessions', command))).map(lasting)

  expect(answers[0]).toMatchObject({ status: 201, session: { state: 'counting' } })
  for (const answer of answers) expect(answer).toEqual(answers[0])
  expect(await stack.db.query('SELECT FROM app.sessions WHERE device_id = $1', [person.deviceId])).toHaveLength(1)
})

test('the same id with something else in it is refused; B17: another device may use the same id', async () => {
  const { person } = await preparePerson(stack)
  const other = await preparePerson(stack)
  const { deadlineAt } = await person.start({ countdownSeconds: 120 })
  await other.person.start({ countdownSeconds: 120 })
  const commandId = randomUUID()
  await person.extend(60, { commandId })

  for (const again of [() => person.extend(61, { commandId }), () => person.end({ commandId })])
    await expect(again()).rejects.toMatchObject({ status: 409, code: 'command_mismatch' })
  await expect(person.checkIn({ commandId })).rejects.toMatchObject({ status: 409, code: 'command_mismatch' })

  const { state, deadlineAt: now } = await person.session()
  expect(state).toBe('counting')
  expect(Date.parse(now) - Date.parse(deadlineAt)).toBe(60_000)
  expect((await other.person.extend(90, { commandId })).outcome).toBe('extended')
})

test('a command over the socket and over HTTP is the same command', async () => {
  const { person } = await preparePerson(stack)
  const { id } = await person.start({ countdownSeconds: 120 })
  const live = await person.connectLive()
  const commandId = randomUUID()

  const ack = await live.extend(id, 60, { commandId })
  const answer = await person.extend(60, { commandId })

  expect(answer.outcome).toBe('extended')
  expect(answer.session).toEqual(ack.session)
  await person.end()
  await live.close()
})
