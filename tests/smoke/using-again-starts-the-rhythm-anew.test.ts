import { giveAllClear, preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ deterministic: true })
afterAll(() => stack.close())

const rhythmOf = (person: { service: { rhythms: { id: string; intervalsSeconds: number[] }[] } }, first: number) => {
  const rhythm = person.service.rhythms.find(({ intervalsSeconds }) => intervalsSeconds[0] === first)
  if (!rhythm) throw new Error(`no rhythm begins with ${first} s`)
  return rhythm
}

test('C4: a check-in that shortens the session fires at the new, earlier deadline', async () => {
  const { person, rescuer } = await preparePerson(stack)
  const started = await person.start({ countdownSeconds: 1_800 })
  await stack.advance(30_000)

  const { outcome, session } = await person.checkIn({ rhythmId: rhythmOf(person, 120).id })

  expect(outcome).toBe('moved')
  expect(Date.parse(session.deadlineAt) - Date.parse(started.startedAt)).toBe(150_000)
  await stack.advanceTo(Date.parse(session.alertAt) - 1)
  await rescuer.expectNothingMore()
  await stack.advanceTo(session.alertAt)
  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('What to do now')
  const { alert } = await person.session()
  expect(alert?.raisedAt).toBe(session.alertAt)
  await giveAllClear(person, rescuer)
})

test('tapping early or often never skips ahead in the rhythm; using again goes back to its beginning', async () => {
  const { person } = await preparePerson(stack)
  const steady = rhythmOf(person, 120)
  const [first = 0, second = 0] = steady.intervalsSeconds
  const { startedAt } = await person.start({ rhythmId: steady.id })
  const start = Date.parse(startedAt)

  for (let tap = 0; tap < 5; tap += 1) await person.checkIn()
  await stack.advanceTo(start + 60_000)
  const early = await person.checkIn()
  expect(Date.parse(early.session.deadlineAt)).toBe(start + 60_000 + first * 1_000)

  await stack.advanceTo(start + 120_000)
  const later = await person.checkIn()
  expect(Date.parse(later.session.deadlineAt)).toBe(start + 120_000 + second * 1_000)

  await stack.advanceTo(start + 130_000)
  const again = await person.checkIn({ rhythmId: steady.id })
  expect(again.outcome).toBe('moved')
  expect(Date.parse(again.session.deadlineAt)).toBe(start + 130_000 + first * 1_000)
  await person.end()
})

test('a rhythm that the organisation does not have changes nothing', async () => {
  const { person } = await preparePerson(stack)
  const { deadlineAt } = await person.start({ countdownSeconds: 120 })

  await expect(person.checkIn({ rhythmId: person.deviceId })).rejects.toMatchObject({ status: 400, code: 'invalid' })

  expect((await person.session()).deadlineAt).toBe(deadlineAt)
  await person.end()
})
