import { randomUUID } from 'node:crypto'
import { preparePerson, signInToConsole, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ demoPhones: true })
afterAll(() => stack.close())

test('C77: a supporter raises a quiet session; one press in the ten seconds stops it, and silence opens the plan', async () => {
  const supporter = await signInToConsole({ api: stack.api, invitation: stack.invitations.supporter })
  const { person, rescuer } = await preparePerson(stack)
  await person.start({ countdownSeconds: 600, company: 'supporter' })
  const raise = () => supporter.request('POST', `/v1/sessions/${person.sessionId}/raise`, { commandId: randomUUID() })

  const first = await raise()
  expect(first).toMatchObject({ status: 200, body: { alert: null } })
  expect((await person.session()).state).toBe('prompting')
  await stack.advance(8_000)
  expect((await person.checkIn()).outcome).toBe('stoppedOpening')
  await stack.advance(60_000)
  expect(await person.session()).toMatchObject({ state: 'counting' })
  await rescuer.expectNothingMore()

  const second = await raise()
  await stack.advanceTo(second.body.opensAt)
  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('http')
  const { alert } = await person.session()
  expect(Date.parse(alert?.raisedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(second.body.opensAt))
  const [seen] = await supporter.alerts()
  expect(seen.reason).toBe('raised')
  const third = await raise()
  expect(third, 'the alert is there: its view').toMatchObject({ status: 200, body: { alert: { id: seen.id } } })
  expect(third.body.alert.state).toBe('open')
  await supporter.command(seen.id, 'all-clear', { outcome: 'false-alarm', naloxone: false })
  await rescuer.expectText('ALL CLEAR')
})

test('a timer-only session is no supporter’s to raise, nor to see', async () => {
  const supporter = await signInToConsole({ api: stack.api, invitation: stack.invitations.dutyLead })
  const { person } = await preparePerson(stack)
  await person.start({ countdownSeconds: 600, company: 'timer-only' })
  const { status } = await supporter.request('POST', `/v1/sessions/${person.sessionId}/raise`, {
    commandId: randomUUID(),
  })
  expect(status).toBe(404)
  const { body } = await supporter.request('GET', '/v1/session-cards')
  expect(JSON.stringify(body)).not.toContain(person.sessionId)
  await person.end()
})
