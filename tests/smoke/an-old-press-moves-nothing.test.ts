import { preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ deterministic: true })
afterAll(() => stack.close())

test('F40: a press counts from when it was pressed, not from when it arrived', async () => {
  const { person } = await preparePerson(stack)
  const { startedAt } = await person.start({ countdownSeconds: 120 })
  await stack.advance(100_000)

  const { outcome, session } = await person.checkIn({ pressedSecondsAgo: 40 })

  expect(outcome).toBe('moved')
  expect(Date.parse(session.deadlineAt) - Date.parse(startedAt)).toBe(60_000 + 120_000)
  await person.end()
})

test('F40: an old press that arrives after a newer one changes nothing', async () => {
  const { person } = await preparePerson(stack)
  await person.start({ countdownSeconds: 120 })
  await stack.advance(100_000)
  const { session: newer } = await person.checkIn()

  const { outcome, session } = await person.checkIn({ pressedSecondsAgo: 30 })

  expect(outcome).toBe('unchanged')
  expect(session).toEqual(newer)
  await person.end()
})

test('F40: an old "using again" that arrives after a newer press does not bring the deadline back', async () => {
  const { person } = await preparePerson(stack)
  const close = person.service.rhythms.find(({ intervalsSeconds }) => intervalsSeconds.join() === '120')
  await person.start({ countdownSeconds: 120 })
  await stack.advance(100_000)
  const { session: newer } = await person.checkIn()

  const { outcome, session } = await person.checkIn({ rhythmId: String(close?.id), pressedSecondsAgo: 30 })

  expect(outcome).toBe('unchanged')
  expect(session).toEqual(newer)
  await person.end()
})

test('F40: a press from before the silence does not stop the prompts; one from within them does', async () => {
  const { person, rescuer } = await preparePerson(stack)
  const { deadlineAt } = await person.start({ countdownSeconds: 120 })
  await stack.advanceTo(Date.parse(deadlineAt) + 40_000)

  expect((await person.checkIn({ pressedSecondsAgo: 160 })).outcome).toBe('unchanged')
  expect((await person.session()).state).toBe('prompting')
  expect((await person.checkIn({ pressedSecondsAgo: 20 })).outcome).toBe('stoppedOpening')

  const { state, deadlineAt: next } = await person.session()
  expect(state).toBe('counting')
  expect(Date.parse(next)).toBe(Date.parse(deadlineAt) + 20_000 + 120_000)
  await rescuer.expectNothingMore()
  await person.end()
})

test('F40: a closed session stays closed, however old or new the press', async () => {
  const { person } = await preparePerson(stack)
  const { id } = await person.start({ countdownSeconds: 120 })
  const { session: ended } = await person.end()

  for (const pressedSecondsAgo of [0, 600]) {
    const refused = await person.checkIn({ pressedSecondsAgo }).catch((error) => error)
    expect(refused).toMatchObject({ status: 409, code: 'session_closed' })
    expect(refused.answer.body.session).toMatchObject({ id, state: 'closed', outcome: 'ended-safe' })
  }
  expect(await person.session()).toEqual(ended)
})

test('a press older than twelve hours, or from the future, is no press', async () => {
  const { person } = await preparePerson(stack)
  const { deadlineAt } = await person.start({ countdownSeconds: 120 })

  for (const pressedSecondsAgo of [43_201, -1, 0.5])
    await expect(person.checkIn({ pressedSecondsAgo })).rejects.toMatchObject({ status: 400 })

  expect((await person.session()).deadlineAt).toBe(deadlineAt)
  await person.end()
})

test('H31: a frame that a dying connection held back counts from the press it names, not from when it arrived', async () => {
  const { person } = await preparePerson(stack)
  const { startedAt } = await person.start({ countdownSeconds: 120 })
  await stack.advance(30_000)
  const pressedAt = new Date(await stack.now()).toISOString()
  await stack.advance(70_000)
  const { outcome, session } = await person.checkIn({ pressedSecondsAgo: 0, pressedAt })
  expect(outcome).toBe('moved')
  const sincePressMs = Date.parse(session.deadlineAt) - 120_000 - Date.parse(startedAt)
  expect(sincePressMs, 'no more than the tolerance later than the press').toBeLessThanOrEqual(32_000)
  await stack.advance(1_000)
  const held = await person.checkIn({ pressedAt: startedAt })
  expect(held.outcome).toBe('unchanged')
  await person.end()
})

test('a press named in the future, or two seconds off, is a press now', async () => {
  const { person } = await preparePerson(stack)
  await person.start({ countdownSeconds: 120 })
  for (const offMs of [3_600_000, -1_900]) {
    await stack.advance(10_000)
    const now = await stack.now()
    const { session } = await person.checkIn({ pressedAt: new Date(now + offMs).toISOString() })
    expect(Date.parse(session.deadlineAt)).toBe(now + 120_000)
  }
  await person.end()
})
