import { randomBytes } from 'node:crypto'
import { signWebhook } from '@stillhere/carrier-simulator'
import { preparePerson, raiseAlert, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ deterministic: true, nextAuthToken: true })
afterAll(() => stack.close())

const newSid = () => `SM${randomBytes(16).toString('hex')}`

/** A text as the carrier would hand it in. */
async function handIn(text: {
  from: string
  body: string
  sid?: string
  token?: string
  to?: string
}): Promise<number> {
  const url = `${stack.api}/v1/carriers/twilio/messages`
  const { from, body, to = stack.account.number, sid = newSid(), token = stack.account.authToken } = text
  const fields = { MessageSid: sid, From: from, To: to, Body: body }
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'x-twilio-signature': signWebhook(token, url, fields) },
    body: new URLSearchParams(fields),
  })
  await response.body?.cancel()
  await stack.settle()
  return response.status
}

test('the same text handed in twice has one effect and one answer', async () => {
  const { person, rescuer } = await raiseAlert(stack)
  const sid = newSid()
  await Promise.all([1, 2, 3].map(() => handIn({ from: rescuer.number, body: '1', sid })))
  await rescuer.expectText('You are going')
  expect(await handIn({ from: rescuer.number, body: '1', sid })).toBe(200)
  await rescuer.expectNothingMore()
  expect((await person.session()).alert?.state).toBe('owned')
  await rescuer.reply('4')
  await rescuer.expectText('You are there')
  await rescuer.reply('5')
  await rescuer.expectText('This alert is closed')
})

test('a stranger who writes hears nothing, whatever they write', async () => {
  const stranger = stack.newPhone()
  for (const body of ['1', '5', '9', '0', '7', '3 417', 'STOP', 'hello', '1'.repeat(1_600)])
    expect(await handIn({ from: stranger.number, body })).toBe(200)
  await stranger.expectNothingMore()
})

test('B60, C72: a text from our own number, a short code or a name is taken and answered by nobody', async () => {
  for (const from of [stack.account.number, '60777', 'O2-UK']) expect(await handIn({ from, body: '1' })).toBe(200)
  expect(stack.carrier.requests().filter(({ fields }) => fields.To === stack.account.number)).toEqual([])
})

test('a text to a number that is not ours is passed over', async () => {
  const { rescuer } = await preparePerson(stack)
  expect(await handIn({ from: rescuer.number, body: '9', to: '+447700900999' })).toBe(204)
  await rescuer.expectNothingMore()
})

test('B59, B60: what we cannot read is answered at most once in 24 h, and never in a loop', async () => {
  const { rescuer } = await preparePerson(stack)
  for (const body of [
    'hello?',
    'Sorry, we could not read that. Please reply with one digit',
    '👍',
    'ok',
    'who is this',
  ])
    await handIn({ from: rescuer.number, body })
  await rescuer.expectText('Sorry, we could not read that')
  await rescuer.expectNothingMore()

  await stack.advance(24 * 3_600_000 - 1_000)
  await handIn({ from: rescuer.number, body: 'hello again' })
  await rescuer.expectNothingMore()
  await stack.advance(1_000)
  await handIn({ from: rescuer.number, body: 'hello again' })
  await rescuer.expectText('Sorry, we could not read that')
})

test('C63: while one token replaces the other, what either signs is heard', async () => {
  const { person, rescuer } = await raiseAlert(stack)
  expect(await handIn({ from: rescuer.number, body: '1', token: stack.account.nextAuthToken ?? '' })).toBe(200)
  await rescuer.expectText('You are going')
  expect(await handIn({ from: rescuer.number, body: '4', token: stack.account.authToken })).toBe(200)
  await rescuer.expectText('You are there')
  expect(await handIn({ from: rescuer.number, body: '5', token: 'a token of nobody' })).toBe(403)
  expect((await person.session()).state).toBe('alerting')
  await rescuer.reply('5')
  await rescuer.expectText('This alert is closed')
})
