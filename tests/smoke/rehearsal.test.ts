import { randomUUID } from 'node:crypto'
import { preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ deterministic: true })
afterAll(() => stack.close())

test('C84: a rehearsal is marked TEST, sent once a minute, and its 1 is noted as a test', async () => {
  const { person, rescuer } = await preparePerson(stack)
  const [{ id } = { id: '' }] = (await person.plan()).rescuers
  const rehearse = () =>
    person.request('POST', `/v1/plans/${person.planId}/rescuers/${id}/rehearsal`, { commandId: randomUUID() })

  expect((await rehearse()).status).toBe(202)
  const { body } = await rescuer.expectText(/^TEST /)
  expect(body).not.toMatch(/\d{4}|SAFETY ALERT/)
  await rehearse()
  await rescuer.expectNothingMore()
  await rescuer.reply('1')
  await rescuer.expectText('TEST noted')
  expect((await person.plan()).rescuers[0]?.consent).toBe('agreed')

  await stack.advance(60_000)
  await rehearse()
  await rescuer.expectText(/^TEST /)
})

test('C84: nobody rehearses with a stranger, or with another person’s rescuer', async () => {
  const { person } = await preparePerson(stack)
  const [{ id } = { id: '' }] = (await person.plan()).rescuers
  const other = await stack.newPerson()
  const answer = await other.request('POST', `/v1/plans/${person.planId}/rescuers/${id}/rehearsal`, {
    commandId: randomUUID(),
  })
  expect([answer.status, answer.body.code]).toEqual([404, 'not_found'])

  const waiting = stack.newPhone()
  await other.savePlan()
  const rescuerId = await other.addRescuer({ number: waiting.number })
  await waiting.expectText(/Reply 1/)
  const early = await other.request('POST', `/v1/plans/${other.planId}/rescuers/${rescuerId}/rehearsal`, {
    commandId: randomUUID(),
  })
  expect(early.status).toBe(409)
  await waiting.expectNothingMore()
})
