import { giveAllClear, preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ deterministic: true })
afterAll(() => stack.close())
// Voice calls at +90 s have tests of their own.
stack.phones.allowCalls()

/** What became of the ladder's own steps, in order. */
const stepsOf = (sessionId: string) =>
  stack.db.query<{ position: number; outcome: string | null; after: number | null }>(
    `SELECT s.position, s.outcome, (extract(epoch FROM s.done_at - a.raised_at) * 1000)::float8 AS after
     FROM app.steps s JOIN app.alerts a ON a.id = s.alert_id
     WHERE s.session_id = $1 AND s.kind = 'ladder' AND s.status = 'done' ORDER BY position`,
    [sessionId],
  )

test('C21: an alert nobody takes moves from the supporter to the rescuer at the delay of the ladder, not before', async () => {
  const { person, rescuer } = await preparePerson(stack, { alertOrder: 'supporters-first' })
  const phone = stack.newPhone()
  const supporter = await stack.seedSupporter({ phone })
  const { alertAt } = await person.start({ countdownSeconds: 60 })

  await stack.advanceTo(alertAt)
  const { match } = await phone.expectText(/SAFETY ALERT (\d{4})\. A person has missed a check-in/)
  await stack.advance(59_999)
  await rescuer.expectNothingMore()
  await phone.expectNothingMore()
  await stack.advance(1)

  await rescuer.expectText(`SAFETY ALERT ${match[1]}`)
  await rescuer.expectText('What to do now')
  await phone.expectText(`${match[1]} AGAIN`)
  await giveAllClear(person, rescuer)
  await phone.expectText('The person has said they are OK')
  await phone.expectText('ALL CLEAR')
  await supporter.setShift(false)
})

test('C21: rescuers first, the second rescuer and the supporters hear at the delay', async () => {
  const { person, rescuers } = await preparePerson(stack, { rescuers: 2 })
  const [first, second] = rescuers as [(typeof rescuers)[0], (typeof rescuers)[0]]
  const phone = stack.newPhone()
  const supporter = await stack.seedSupporter({ phone })
  const { alertAt } = await person.start({ countdownSeconds: 60 })

  await stack.advanceTo(alertAt)
  await first.expectText('SAFETY ALERT')
  await first.expectText('What to do now')
  await stack.advance(59_999)
  await second.expectNothingMore()
  await phone.expectNothingMore()
  await stack.advance(1)

  await first.expectText('AGAIN')
  await second.expectText('SAFETY ALERT')
  await second.expectText('What to do now')
  await phone.expectText('SAFETY ALERT')
  await giveAllClear(person, first)
  for (const other of [second, phone]) {
    await other.expectText('The person has said they are OK')
    await other.expectText('ALL CLEAR')
  }
  await supporter.setShift(false)
})

test('C25: a step with nobody to notify is skipped at once, and the record says so', async () => {
  const { person, rescuer } = await preparePerson(stack, { alertOrder: 'supporters-first' })
  const { alertAt } = await person.start({ countdownSeconds: 60 })

  await stack.advanceTo(alertAt)

  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('What to do now')
  await rescuer.expectNothingMore()
  expect(await stepsOf(person.sessionId)).toEqual([
    { position: 0, outcome: 'nobody', after: 0 },
    { position: 1, outcome: 'climbed', after: 0 },
  ])
  await giveAllClear(person, rescuer)
})

test('C26: with nobody left to tell the alert opens all the same, loudly, and whoever comes on shift is told', async () => {
  const { person, rescuer } = await preparePerson(stack)
  const { alertAt } = await person.start({ countdownSeconds: 60 })
  await rescuer.reply('9')
  await rescuer.expectText('You have left the list')

  await stack.advanceTo(alertAt)

  expect((await person.session()).alert).toMatchObject({ state: 'open', told: [] })
  expect(stack.logs.lines.filter((line) => line.includes('nobodyToNotify'))).not.toHaveLength(0)
  stack.allowErrors(/nobodyToNotify/)
  const phone = stack.newPhone()
  const supporter = await stack.seedSupporter({ phone })
  await stack.advance(60_000)
  await phone.expectText('SAFETY ALERT')
  await phone.reply('5')
  await phone.expectText('ALL CLEAR')
  await supporter.setShift(false)
  await rescuer.expectNothingMore()
})

test('C21: where the ladder widens later, a repeat before that tells nobody new', async () => {
  const later = [
    { afterSeconds: 0, to: 'first', channel: 'text' },
    { afterSeconds: 180, to: 'everyone', channel: 'text' },
  ]
  const [before] = await stack.db.query<{ ladder: object }>('SELECT ladder FROM app.organisations')
  await stack.db.query('UPDATE app.organisations SET ladder = $1', [JSON.stringify(later)])
  const { person, rescuers } = await preparePerson(stack, { rescuers: 2 })
  const [first, second] = rescuers as [(typeof rescuers)[0], (typeof rescuers)[0]]
  const { alertAt } = await person.start({ countdownSeconds: 60 })

  await stack.advanceTo(Date.parse(alertAt) + 179_999)
  await first.expectText('SAFETY ALERT')
  await first.expectText('What to do now')
  for (const _ of [60, 120]) await first.expectText('AGAIN')
  for (const phone of rescuers) await phone.expectNothingMore()
  await stack.advance(1)

  await second.expectText('SAFETY ALERT')
  await second.expectText('What to do now')
  await first.expectText('AGAIN')
  await giveAllClear(person, first)
  await second.expectText('The person has said they are OK')
  await second.expectText('ALL CLEAR')
  await stack.db.query('UPDATE app.organisations SET ladder = $1', [JSON.stringify(before?.ladder)])
})
