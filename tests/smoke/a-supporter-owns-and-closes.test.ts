import { preparePerson, signInToConsole, startStack, until } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ demoPhones: true })
afterAll(() => stack.close())

test('a supporter on shift is texted, claims, opens the brief in their browser, records, and closes after naloxone', async () => {
  const supporter = await signInToConsole({ api: stack.api, invitation: stack.invitations.supporter })
  const lead = await signInToConsole({ api: stack.api, invitation: stack.invitations.dutyLead })
  const again = await supporter.request('POST', '/v1/sign-in', { invitation: stack.invitations.supporter })
  expect(again.status).toBe(401)
  await supporter.setShift(true)
  const { person, rescuer } = await preparePerson(stack, { alertOrder: 'both' })
  expect((await stack.newPerson()).service.someoneHere).toBe(true)
  const { alertAt } = await person.start({ countdownSeconds: 120, company: 'supporter' })
  const { body: cards } = await supporter.request('GET', '/v1/session-cards')
  expect(cards.sessions).toMatchObject([{ id: person.sessionId, state: 'counting' }])
  expect(JSON.stringify(cards)).not.toContain('address')

  await stack.advanceTo(alertAt)
  const sam = stack.phones.phone('+447700900011')
  await sam.expectText(/^SAFETY ALERT (\d{4})/)
  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('http')
  const [alert] = await supporter.alerts()
  expect(alert).toMatchObject({ state: 'open', reason: 'silence' })
  expect(await supporter.brief(alert.id), 'no brief before the claim').toBeUndefined()

  const { alert: owned } = await supporter.command(alert.id, 'claim')
  expect(owned).toMatchObject({ state: 'owned', owner: { kind: 'supporter', name: 'Sam' } })
  const second = await lead.request('POST', `/v1/alerts/${alert.id}/claim`, { commandId: crypto.randomUUID() })
  expect(second).toMatchObject({ status: 409, body: { code: 'already_claimed', owner: { name: 'Sam' } } })
  const brief = await until('the brief', () => supporter.brief(alert.id))
  expect(brief).toMatchObject({ alertCode: alert.code, address: expect.any(String) })
  expect(await lead.brief(alert.id)).toBeUndefined()

  await supporter.command(alert.id, 'progress', { kind: 'called-999', note: 'they said eight minutes' })
  const { alert: dosed } = await supporter.command(alert.id, 'progress', { kind: 'naloxone-given' })
  expect(dosed.progress.map(({ kind }: { kind: string }) => kind)).toEqual(['called-999', 'naloxone-given'])
  expect(dosed.nextDoseAt).toBeDefined()

  const { alert: closed } = await supporter.command(alert.id, 'all-clear', { outcome: 'rescued', naloxone: true })
  expect(closed).toMatchObject({ state: 'closed', outcome: 'rescued' })
  await rescuer.expectText('ALL CLEAR')
  await sam.expectText('ALL CLEAR')
  expect((await supporter.request('GET', `/v1/alerts/${alert.id}/brief`)).status).toBe(410)
  expect((await person.session()).outcome).toBe('all-clear')
  const { status, body } = await person.request('POST', '/v1/sessions', {
    commandId: crypto.randomUUID(),
    planId: person.planId,
    countdownSeconds: 120,
    company: 'timer-only',
  })
  expect(status).toBe(409)
  expect(body).toMatchObject({ code: 'session_running', session: { kind: 'post-rescue', state: 'counting' } })

  const log = { outcome: 'rescued', wanted: 'yes', difficulty: 4, energy: 2, followUp: true }
  expect(await supporter.command(alert.id, 'log', log)).toEqual({ debrief: true })
  expect((await stack.newPerson()).service.someoneHere, 'a debrief takes them off the queue').toBe(false)
})
