import { randomUUID } from 'node:crypto'
import { ask, raiseAlert, signInToConsole, startStack, until } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack()
afterAll(() => stack.close())
stack.phones.allowCalls()

test('C84: while an alert is open on a phone, a rehearsal to it is answered alike and nothing is sent', async () => {
  const { person, rescuer } = await raiseAlert(stack)
  const { rescuers } = await person.plan()
  const rehearsal = `/v1/plans/${person.planId}/rescuers/${rescuers[0]?.id}/rehearsal`
  expect((await person.request('POST', rehearsal, { commandId: randomUUID() })).status).toBe(202)
  await stack.settle()
  await rescuer.expectNothingMore()
  await rescuer.reply('4')
  await rescuer.expectText('You are there')
  await rescuer.reply('5')
  await rescuer.expectText('ALL CLEAR')
})

test('C66: who texts STOP and then START during an alert is asked again', async () => {
  const { person, rescuer } = await raiseAlert(stack)
  await rescuer.reply('STOP')
  await person.planUntil('shows the stop', ({ rescuers }) => rescuers[0]?.consent === 'stopped')
  await rescuer.reply('START')
  await person.planUntil('has them back', ({ rescuers }) => rescuers[0]?.consent === 'agreed')
  await stack.advance(70_000)
  await rescuer.expectText('AGAIN')
  await rescuer.reply('4')
  await rescuer.expectText('You are there')
  await rescuer.reply('5')
  await rescuer.expectText('ALL CLEAR')
})

test('after the close a repeated reply by link no longer brings the brief', async () => {
  const { rescuer, linkText } = await raiseAlert(stack)
  const page = await stack.openRescuePage(linkText)
  const going = { commandId: randomUUID(), reply: 'going' }
  const press = () => page.request('POST', '/replies', going)
  expect(await press()).toMatchObject({ status: 200, body: { brief: expect.any(String) } })
  expect(await press()).toMatchObject({ status: 200, body: { brief: expect.any(String) } })
  await rescuer.reply('4')
  await rescuer.expectText('You are there')
  await rescuer.reply('5')
  await rescuer.expectText('ALL CLEAR')
  expect((await press()).status).toBe(410)
  const kept = await stack.db.query(`SELECT FROM app.commands WHERE body::text ~ 'brief'`)
  expect(kept).toHaveLength(0)
})

test('a brief key that is no point of the curve is refused', async () => {
  const supporter = await signInToConsole({ api: stack.api, invitation: stack.invitations.supporter })
  const noPoint = Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 1)]).toString('base64url')
  const answer = await ask(
    'PUT',
    `${stack.api}/v1/brief-key`,
    { publicKey: noPoint },
    {
      authorization: `Bearer ${supporter.token}`,
    },
  )
  expect(answer).toMatchObject({ status: 400, body: { code: 'invalid' } })
  await until('the good key stays', async () => (await supporter.request('GET', '/v1/alerts')).status === 200)
})
