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
