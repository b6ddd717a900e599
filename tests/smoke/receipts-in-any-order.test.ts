import { randomBytes } from 'node:crypto'
import { signWebhook } from '@stillhere/carrier-simulator'
import { type Phone, preparePerson, type Stack, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack()
afterAll(() => stack.close())

/** A session whose alert has been raised and whose rescuer was texted; the carrier treats the phone as told. */
async function alerted(behaviour: string) {
  const prepared = await preparePerson(stack)
  await prepared.rescuer.behave(behaviour)
  const { alertAt } = await prepared.person.start({ countdownSeconds: 60 })
  await stack.advanceTo(alertAt)
  const { match } = await prepared.rescuer.expectText(/SAFETY ALERT (\d{4})/)
  await prepared.rescuer.expectText('What to do now')
  return { ...prepared, code: match[1] ?? '' }
}

async function confirmSafe(rescuer: Phone) {
  await rescuer.reply('4')
  await rescuer.expectText('You are there')
  await rescuer.reply('5')
  await rescuer.expectText('This alert is closed')
}

test.each(['reversed', 'doubled'])('C60: receipts that come %s leave the text delivered', async (behaviour) => {
  const { person, rescuer } = await alerted(behaviour)
  await stack.advance(45_000)

  await rescuer.expectNothingMore()
  const { told } = await person.receipt()
  expect(told).toMatchObject([{ who: 'rescuer', delivered: true }])
  await confirmSafe(rescuer)
})

test('C60: an undelivered that comes after delivered changes nothing', async () => {
  const { person, rescuer } = await alerted('accept')
  const callback = callbackOf(stack, rescuer)
  expect(await postReceipt({ ...callback, status: 'undelivered', code: '30003' })).toBe(204)
  expect(await postReceipt({ ...callback, status: 'sent' })).toBe(204)
  await stack.advance(45_000)

  await rescuer.expectNothingMore()
  expect((await person.receipt()).told).toMatchObject([{ delivered: true }])
  await confirmSafe(rescuer)
})

test.each([
  ['a secret that nobody was given', { url: (url: string) => url.replace(/n=.*/, `n=${'x'.repeat(43)}`) }],
  ['no secret', { url: (url: string) => url.replace(/\?.*/, '') }],
  ['the id of another message', { sid: `SM${randomBytes(16).toString('hex')}` }],
  ['a status that nobody knows', { status: 'vanished' }],
  ['no id', { sid: '' }],
])('F35, B63: a receipt with %s is passed over', async (_what, odd: Partial<Odd>) => {
  const { rescuer } = await alerted('never-deliver')
  const { url, sid } = callbackOf(stack, rescuer)
  const answered = await postReceipt({
    url: odd.url?.(url) ?? url,
    sid: odd.sid ?? sid,
    status: odd.status ?? 'undelivered',
    code: '30003',
  })

  expect(answered).toBe(204)
  await rescuer.expectNothingMore()
  await rescuer.behave('accept')
  await confirmSafe(rescuer)
})

test('B65: a receipt of an alert that is over only annotates', async () => {
  const { person, rescuer } = await alerted('never-deliver')
  const callback = callbackOf(stack, rescuer)
  await rescuer.behave('accept')
  await confirmSafe(rescuer)
  const before = await person.session()

  expect(await postReceipt({ ...callback, status: 'undelivered', code: '30003' })).toBe(204)
  await stack.advance(60_000)

  await rescuer.expectNothingMore()
  expect(await person.session()).toEqual(before)
})

interface Odd {
  url(url: string): string
  sid: string
  status: string
}

/** Where the carrier was asked to report on the first text of an alert to this phone. */
function callbackOf({ carrier }: Stack, phone: Phone): { url: string; sid: string } {
  const sent = carrier.requests().findLast(({ fields }) => {
    return fields.To === phone.number && String(fields.Body).startsWith('SAFETY ALERT')
  })
  const text = carrier.texts(phone.number).findLast(({ body }) => body.startsWith('SAFETY ALERT'))
  if (!sent || !text) throw new Error('no alert went to this phone')
  return { url: String(sent.fields.StatusCallback), sid: text.sid }
}

async function postReceipt(of: { url: string; sid: string; status: string; code?: string }): Promise<number> {
  const fields: Record<string, string> = {
    ...(of.sid && { MessageSid: of.sid }),
    MessageStatus: of.status,
    ...(of.code && { ErrorCode: of.code }),
  }
  const response = await fetch(of.url, {
    method: 'POST',
    headers: { 'x-twilio-signature': signWebhook(stack.account.authToken, of.url, fields) },
    body: new URLSearchParams(fields),
  })
  await response.body?.cancel()
  return response.status
}
