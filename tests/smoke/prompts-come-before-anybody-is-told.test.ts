import { type Person, preparePerson, startStack, until } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ deterministic: true })
afterAll(() => stack.close())

test('the socket hears sound, louder, ring and opening in order, each at its instant from the deadline', async () => {
  const { person, rescuer, ownPhone } = await preparePerson(stack, { ownPhone: true })
  const { deadlineAt, alertAt } = await person.start({ countdownSeconds: 60 })
  await ownPhone.expectText("Reply 0 = I'm OK")
  const live = await person.connectLive()

  const heard: { kind: string; afterMs: number }[] = []
  for (const kind of ['sound', 'louder', 'ring', 'opening'] as const) {
    await stack.advanceTo(Date.parse(deadlineAt) + { sound: 0, louder: 15_000, ring: 25_000, opening: 50_000 }[kind])
    const { session } = await live.next('session', ({ session }) => session.prompt?.kind === kind)
    expect(session.state).toBe('prompting')
    heard.push({ kind, afterMs: Date.parse(session.prompt?.at ?? '') - Date.parse(deadlineAt) })
    if (kind !== 'ring') continue
    // The own phone is texted and rung at `ring`, not before and not again.
    await ownPhone.expectText(/Are you OK\? Reply 0 = I'm OK, 7 = help now.*in 35 s/)
    const call = await ownPhone.answerCall('human')
    await until('the call says what to press', async () => /If you are OK, press 0/.test((await call.said()).join(' ')))
    await stack.settle()
  }

  expect(heard).toEqual([
    { kind: 'sound', afterMs: 0 },
    { kind: 'louder', afterMs: 15_000 },
    { kind: 'ring', afterMs: 25_000 },
    { kind: 'opening', afterMs: 50_000 },
  ])
  const versions = live.frames.flatMap((frame) => (frame.type === 'session' ? [frame.session.version] : []))
  expect(versions).toEqual([...versions].sort((a, b) => a - b))
  await stack.advanceTo(Date.parse(alertAt) - 1)
  await rescuer.expectNothingMore()
  await ownPhone.expectNothingMore()
  await expectNotDisclosed(person)
  await person.end()
  await live.close()
})

test('a press in the last ten seconds stops the opening, and nothing is disclosed', async () => {
  const { person, rescuer } = await preparePerson(stack)
  const { alertAt } = await person.start({ countdownSeconds: 60 })
  const live = await person.connectLive()
  await stack.advanceTo(Date.parse(alertAt) - 3_000)
  await live.next('session', ({ session }) => session.prompt?.kind === 'opening')

  const ack = await live.checkIn(person.sessionId)

  expect(ack.outcome).toBe('stoppedOpening')
  expect(ack.session.state).toBe('counting')
  expect(ack.session.prompt).toBeUndefined()
  await stack.advanceTo(Date.parse(alertAt) + 10_000)
  await rescuer.expectNothingMore()
  await expectNotDisclosed(person)
  await person.end()
  await live.close()
})

test('the prompts of a deadline that was answered never come, and those of the next one all do', async () => {
  const { person, rescuer, ownPhone } = await preparePerson(stack, { ownPhone: true })
  const { deadlineAt } = await person.start({ countdownSeconds: 60 })
  await ownPhone.expectText("Reply 0 = I'm OK")
  await stack.advanceTo(Date.parse(deadlineAt) + 20_000)
  const { session } = await person.checkIn()
  await stack.advanceTo(Date.parse(session.deadlineAt) - 1)
  await ownPhone.expectNothingMore()

  await stack.advanceTo(Date.parse(session.deadlineAt) + 25_000)

  await ownPhone.expectText('Are you OK?')
  await ownPhone.answerCall('nobody')
  await ownPhone.expectNothingMore()
  await rescuer.expectNothingMore()
  await person.end()
})

async function expectNotDisclosed(person: Person): Promise<void> {
  const of = [person.sessionId]
  expect(await stack.db.query('SELECT FROM app.alerts WHERE session_id = $1', of)).toHaveLength(0)
  expect(
    await stack.db.query('SELECT FROM app.disclosures JOIN app.alerts a ON a.id = alert_id WHERE session_id = $1', of),
  ).toHaveLength(0)
}
