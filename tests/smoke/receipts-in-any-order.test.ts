import { randomBytes } from 'node:crypto'
import { signWebhook } from '@stillhere/carrier-simulator'
import { type Phone, preparePerson, raiseAlert, type Stack, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack()
afterAll(() => stack.close())

/** An alert whose rescuer's phone the carrier treats as told. */
const alerted = (behaviour: string) => raiseAlert(stack, { before: ({ rescuer }) => rescuer.behave(behaviour) })

async function confirmSafe(rescuer: Phone) {
  await rescuer.reply('4')
  await rescuer.expectText('You are there')
  await rescuer.reply('5')
  await rescuer.expectText('This alert is closed')
}

test.each(['accept', 'reversed', 'doubled'])(
  'C60: receipts that come as in %s leave the text delivered',
  async (behaviour) => {
    const { person, rescuer } = await alerted(behaviour)
    await stack.settle()

    // By the receipts alone: the carrier has not been asked yet.
    expect((await person.receipt()).told).toMatchObject([{ who: 'rescuer', delivered: true }])
    await stack.advance(45_000)
    await rescuer.expectNothingMore()
    await confirmSafe(rescuer)
  },
)

test('C60: an undelivered that comes after delivered changes nothing', async () => {
  const { person, rescuer } = await alerted('accept')
  await stack.settle()
  const callback = callbackOf(stack, rescuer)
  expect(await postReceipt({ ...callback, status: 'undelivered', code: '30003' })).toBe(204)
  expect(await postReceipt({ ...callback, status: 'sent' })).toBe(204)
  await stack.advance(45_000)

  await rescuer.expectNothingMore()
  expect((await person.receipt()).told).toMatchObject([{ delivered: true }])
  await confirmSafe(rescuer)
})

test('F34: a failure that is reported five times counts once', async () => {
  const { person, rescuer } = await preparePerson(stack)
  stack.phones.allowCalls()
  await rescuer.behave('refuse-30003')
  await stack.advanceTo((await person.start({ countdownSeconds: 60 })).alertAt)
  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('What to do now')
  const failed = { ...callbackOf(stack, rescuer), status: 'undelivered', code: '30003' }
  for (let time = 2; time <= 5; time += 1) expect(await postReceipt(failed)).toBe(204)
  await rescuer.behave('accept')

  // Its one retry is still to come: five failures would have used it up.
  await stack.advance(20_500)

  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('What to do now')
  stack.phones.allow(/AGAIN/)
  await confirmSafe(rescuer)
})

test('F35, B63: receipts with another secret, another id or no sense are passed over', async () => {
  const { rescuer } = await alerted('never-deliver')
  const right = callbackOf(stack, rescuer)
  const failed = { ...right, status: 'undelivered', code: '30003' }
  for (const odd of [
    { ...failed, url: right.url.replace(/n=.*/, `n=${'x'.repeat(43)}`) },
    { ...failed, url: right.url.replace(/\?.*/, '') },
    { ...failed, sid: `SM${randomBytes(16).toString('hex')}` },
    { ...failed, status: 'vanished' },
    { ...failed, status: 'UNDELIVERED' },
    { ...failed, sid: '' },
  ])
    expect(await postReceipt(odd)).toBe(204)

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
