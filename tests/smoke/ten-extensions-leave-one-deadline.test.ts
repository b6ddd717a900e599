import { giveAllClear, preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ deterministic: true })
afterAll(() => stack.close())

test('C5: ten extensions in one second leave one live deadline', async () => {
  const { person, rescuer } = await preparePerson(stack)
  const started = await person.start({ countdownSeconds: 60 })

  const answers = await Promise.all(Array.from({ length: 10 }, () => person.extend(30)))

  expect(answers.map(({ outcome }) => outcome)).toEqual(Array(10).fill('extended'))
  const { alertAt, deadlineAt } = await person.session()
  expect(Date.parse(deadlineAt) - Date.parse(started.deadlineAt)).toBe(300_000)
  await stack.advanceTo(Date.parse(alertAt) - 1)
  await rescuer.expectNothingMore()
  expect((await person.session()).state).toBe('prompting')
  await stack.advanceTo(alertAt)
  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('What to do now')
  await stack.advance(30_000)
  await rescuer.expectNothingMore()
  await giveAllClear(person, rescuer)
})

test('an extension made with the current version counts once; with an old one it changes nothing', async () => {
  const { person } = await preparePerson(stack)
  const { version, deadlineAt } = await person.start({ countdownSeconds: 60 })

  const first = await person.extend(60, { version })

  expect(first.session.version).toBeGreaterThan(version)
  await expect(person.extend(60, { version })).rejects.toMatchObject({ status: 409, code: 'stale_version' })
  const { deadlineAt: now } = await person.session()
  expect(Date.parse(now) - Date.parse(deadlineAt)).toBe(60_000)
  await person.end()
})

test('B24: what would lead past two hours ahead, or past the 12 h of a session, is refused and changes nothing', async () => {
  const { person } = await preparePerson(stack)
  const { deadlineAt, startedAt } = await person.start({ countdownSeconds: 60 })

  await expect(person.extend(7_200)).rejects.toMatchObject({ status: 400, code: 'limit' })
  expect((await person.session()).deadlineAt).toBe(deadlineAt)

  // To the last hour of the twelve, two hours at a time.
  for (let hour = 0; hour < 11; hour += 1) {
    await person.extend(3_600)
    await stack.advance(3_600_000)
  }
  const before = await person.session()
  expect(Date.parse(before.deadlineAt) - Date.parse(startedAt)).toBe(11 * 3_600_000 + 60_000)
  await expect(person.extend(3_600)).rejects.toMatchObject({ status: 400, code: 'limit' })
  expect((await person.session()).deadlineAt).toBe(before.deadlineAt)
  await person.end()
})
