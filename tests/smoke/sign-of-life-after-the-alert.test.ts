import { preparePerson, raiseAlert, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ deterministic: true })
afterAll(() => stack.close())

test('C45: before anything was sent, a check-in cancels the alert and nobody hears of it', async () => {
  const { person, rescuer } = await preparePerson(stack)
  await rescuer.behave('429')
  const { alertAt } = await person.start()
  await stack.advanceTo(alertAt)
  expect((await person.session()).state).toBe('alerting')

  const { outcome, session } = await person.checkIn()

  expect(outcome).toBe('cancelledAlert')
  expect(session).toMatchObject({ state: 'closed', outcome: 'all-clear', alert: { state: 'closed', told: [] } })
  await rescuer.behave('accept')
  await stack.advance(600_000)
  await rescuer.expectNothingMore()
})

test('C45: once somebody was told, a human confirms, and everybody told is told', async () => {
  const { person, rescuers, rescuer } = await raiseAlert(stack, { rescuers: 2 })
  await stack.advance(60_000)
  await rescuer.expectText('AGAIN')
  const [, second = rescuer] = rescuers
  await second.expectText('SAFETY ALERT')
  await second.expectText('What to do now')

  expect((await person.checkIn()).outcome).toBe('requestedAllClear')
  expect((await person.session()).alert?.state).toBe('open')
  for (const phone of rescuers) await phone.expectText('Until it is confirmed, keep going')
  // The ladder holds while somebody confirms.
  await stack.advance(110_000)
  for (const phone of rescuers) await phone.expectNothingMore()
  await second.reply('5')

  await second.expectText('This alert is closed')
  await rescuer.expectText('ALL CLEAR. The person is safe and has answered')
  expect(await person.session()).toMatchObject({ state: 'closed', outcome: 'all-clear' })
})

test('C45: unconfirmed for 120 s, the ladder resumes; an end means no more than a check-in', async () => {
  const { person, rescuer } = await raiseAlert(stack)
  const { outcome } = await person.end()
  expect(outcome).toBe('requestedAllClear')
  await rescuer.expectText('keep going')
  await stack.advance(119_000)
  await rescuer.expectNothingMore()
  expect((await person.session()).state).toBe('alerting')

  await stack.advance(1_000)

  await rescuer.expectText('AGAIN')
  // The next sign of life is a new request.
  await rescuer.reply('5')
  await rescuer.expectText(/closed/)
})

test('C77: one press in the last ten seconds stops the opening, and the plan is not disclosed', async () => {
  const { person, rescuer } = await preparePerson(stack)
  const { alertAt } = await person.start()
  await stack.advanceTo(Date.parse(alertAt) - 1)
  expect((await person.session()).prompt).toMatchObject({ kind: 'opening' })

  expect((await person.checkIn()).outcome).toBe('stoppedOpening')
  await stack.advance(5_000)

  const session = await person.session()
  expect(session.state).toBe('counting')
  expect(session).not.toHaveProperty('alert')
  expect(
    await stack.db.query(
      'SELECT FROM app.disclosures WHERE recipient_id IN (SELECT id FROM app.rescuers WHERE plan_id = $1)',
      [person.planId],
    ),
  ).toEqual([])
  await rescuer.expectNothingMore()
  await person.end()
})
