import { randomUUID } from 'node:crypto'
import { giveAllClear, preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ deterministic: true })
afterAll(() => stack.close())

const operator = await (await stack.organisation('demo')).signIn('operator')
const put = (id: string, steps: object[], version?: number) =>
  operator.request('PUT', `/v1/operate/ladders/${id}`, {
    commandId: randomUUID(),
    steps,
    ...(version === undefined ? {} : { version }),
  })
const defaultLadder = async () => (await operator.request('GET', '/v1/operate/ladders')).body.ladders[0]

test('a ladder that could fall silent is refused, and it is said why', async () => {
  const before = await defaultLadder()
  expect(before).toMatchObject({ isDefault: true, version: 1, name: 'default' })
  for (const [steps, problem] of [
    [[], 'no-steps'],
    [[{ afterSeconds: 0, to: 'everyone', channel: 'call' }], 'no-text'],
    [[{ afterSeconds: 0, to: 'supporters', channel: 'text' }], 'rescuers-not-told'],
    [[{ afterSeconds: 120, to: 'everyone', channel: 'text' }], 'first-text-late'],
  ] as const) {
    const { status, body } = await put(before.id, [...steps])
    expect({ status, code: body.code, problem: body.problem }).toEqual({
      status: 400,
      code: 'ladder_could_fall_silent',
      problem,
    })
    expect(body.message).toMatch(/step|text|ladder/i)
  }
  expect((await put(before.id, [{ afterSeconds: 0, to: 'neighbours', channel: 'text' }])).body).toMatchObject({
    code: 'invalid',
  })
  expect(await defaultLadder()).toEqual(before)
})

test('C35: an open alert keeps the ladder it was raised with; the next one climbs the new one, in seconds', async () => {
  const before = await defaultLadder()
  const one = await preparePerson(stack)
  const other = await preparePerson(stack)
  await one.person.start({ countdownSeconds: 60 })
  await one.person.help()
  const first = await one.rescuer.expectText(/SAFETY ALERT (\d{4})/)
  await one.rescuer.expectText('What to do now')

  const steps = [
    { afterSeconds: 0, to: 'everyone', channel: 'text' },
    { afterSeconds: 37, to: 'everyone', channel: 'text' },
  ]
  const changed = await put(before.id, steps, before.version)
  expect(changed.body.ladder).toMatchObject({ version: 2, steps })
  expect((await put(before.id, steps, before.version)).body.code).toBe('stale_version')
  await other.person.start({ countdownSeconds: 60 })
  await other.person.help()
  const second = await other.rescuer.expectText(/SAFETY ALERT (\d{4})/)
  await other.rescuer.expectText('What to do now')

  await stack.advance(37_000)
  await other.rescuer.expectText(`${second.match[1]} AGAIN`)
  await stack.advance(23_000)
  await one.rescuer.expectText(`${first.match[1]} AGAIN`)
  await other.rescuer.expectText(`${second.match[1]} AGAIN`)

  const { body } = await operator.request('GET', `/v1/operate/ladders/${before.id}/versions`)
  expect(body.versions.map(({ version }: { version: number }) => version)).toEqual([2, 1])
  expect(body.versions[0]).toMatchObject({ by: operator.recipientId, content: { steps } })
  expect(body.versions[1].content.steps).toEqual(before.steps)
  for (const { person, rescuer } of [one, other]) await giveAllClear(person, rescuer)
})
