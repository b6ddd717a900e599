import { signWebhook } from '@stillhere/carrier-simulator'
import { preparePerson, raiseAlert, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ deterministic: true })
stack.phones.allowCalls()
afterAll(() => stack.close())

/** A session that alerts; the carrier treats the rescuer's phone as told. @returns when the alert was due, by this process's clock */
async function alertInTrouble(behaviour: string) {
  const prepared = await preparePerson(stack)
  await prepared.rescuer.behave(behaviour)
  const { alertAt } = await prepared.person.start({ countdownSeconds: 60 })
  const requestsBefore = stack.carrier.requests().length
  const raisedAtMs = Date.now()
  await stack.advanceTo(alertAt)
  return { ...prepared, raisedAtMs, requests: () => stack.carrier.requests().slice(requestsBefore) }
}

const texts = (requests: { method: string; path: string; fields: Record<string, unknown> }[], to: string) =>
  requests.filter(
    ({ method, path, fields }) =>
      method === 'POST' && /Messages/.test(path) && fields.To === to && /SAFETY/.test(String(fields.Body)),
  )
const calls = (requests: { method: string; path: string; at: number; fields: Record<string, unknown> }[], to: string) =>
  requests.filter(({ method, path, fields }) => method === 'POST' && /Calls/.test(path) && fields.To === to)

test.each(['500-before', 'hang', 'reset', 'garbage'])(
  'C56: when the carrier answers with %s, the call has started by 5 s, and the text is sent once more',
  async (behaviour) => {
    const { person, rescuer, raisedAtMs, requests } = await alertInTrouble(behaviour)

    const [call] = calls(requests(), rescuer.number)
    expect((call?.at ?? Number.POSITIVE_INFINITY) - raisedAtMs).toBeLessThan(5_000)
    expect(texts(requests(), rescuer.number)).toHaveLength(1)
    // Nobody is said to have been told.
    expect((await person.session()).alert?.told).toEqual([])
    await rescuer.behave('accept')
    await stack.advance(1_500)

    await rescuer.expectText('SAFETY ALERT')
    await rescuer.expectText('What to do now')
    expect(texts(requests(), rescuer.number)).toHaveLength(2)
    expect((await person.session()).alert?.told).toHaveLength(1)
    await rescuer.reply('4')
    await rescuer.expectText('You are there')
    await rescuer.reply('5')
    await rescuer.expectText('This alert is closed')
  },
  30_000,
)

test('F26: a text that was taken all the same is found at the carrier, and not sent twice', async () => {
  stack.carrier.setReceipts(false)
  const { person, rescuer, requests } = await alertInTrouble('500-after')
  await rescuer.behave('accept')

  await stack.advance(1_500)
  stack.carrier.setReceipts(true)

  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('What to do now')
  expect(texts(requests(), rescuer.number)).toHaveLength(1)
  expect((await person.session()).alert?.told).toHaveLength(1)
  // The repeat is another text with the same code: it is not mistaken for the first.
  await rescuer.behave('500-before')
  await stack.advance(59_000)
  await rescuer.behave('accept')
  await stack.advance(1_500)
  await rescuer.expectText('AGAIN')
  await rescuer.behave('500-before')
  await stack.advance(58_500)
  await rescuer.behave('accept')
  await stack.advance(1_500)
  await rescuer.expectText('AGAIN')
  await rescuer.reply('4')
  await rescuer.expectText('You are there')
  await rescuer.reply('5')
  await rescuer.expectText('This alert is closed')
})

test('F26: a receipt that comes before the error is believed', async () => {
  const { person, rescuer, requests } = await alertInTrouble('500-after')
  await rescuer.behave('accept')
  await stack.advance(1_500)
  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('What to do now')
  expect(texts(requests(), rescuer.number)).toHaveLength(1)
  expect((await person.receipt()).told).toMatchObject([{ delivered: true }])
  await rescuer.reply('4')
  await rescuer.expectText('You are there')
  await rescuer.reply('5')
  await rescuer.expectText('This alert is closed')
})

test('F27: too many requests is not sent and not unknown: tried again until it gets through', async () => {
  const { person, rescuer, requests } = await alertInTrouble('429')
  await stack.advance(1_000)
  expect(texts(requests(), rescuer.number).length).toBeGreaterThan(1)
  expect((await person.session()).alert?.told).toEqual([])
  await rescuer.behave('accept')
  await stack.advance(1_000)
  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('What to do now')
  await rescuer.expectNothingMore()
  const attempts = await stack.db.query<{ outcome: string }>(
    `SELECT DISTINCT outcome FROM app.attempts a JOIN app.messages m ON m.id = a.message_id
     WHERE m.template = 'alert-first' AND m.session_id = $1 ORDER BY 1`,
    [person.sessionId],
  )
  expect(attempts.map(({ outcome }) => outcome)).toEqual(['accepted', 'failed'])
  await rescuer.reply('4')
  await rescuer.expectText('You are there')
  await rescuer.reply('5')
  await rescuer.expectText('This alert is closed')
})

test('P8: an acceptance learnt only from a receipt counts its 30 s as any other', async () => {
  const { person, rescuer, rescuers } = await raiseAlert(stack, {
    rescuers: 2,
    before: ({ rescuer: first }) => first.behave('never-deliver'),
  })
  const [, second = rescuer] = rescuers
  // As after a sender that died with the carrier's answer in its hands.
  const [message] = await stack.db.query<{ id: string; sid: string }>(
    `UPDATE app.messages m SET status = 'sending', accepted_at = NULL, carrier_sid = NULL, due_at = app.clock() + interval '5 s'
     FROM app.messages old WHERE old.id = m.id AND m.session_id = $1 AND m.template = 'alert-first'
     RETURNING m.id, old.carrier_sid AS sid`,
    [person.sessionId],
  )
  await stack.db.query('UPDATE app.attempts SET receipt_rank = 0, carrier_sid = NULL WHERE message_id = $1', [
    message?.id,
  ])
  const sent = stack.carrier
    .requests()
    .findLast(({ fields }) => fields.To === rescuer.number && /SAFETY/.test(String(fields.Body)))
  const url = String(sent?.fields.StatusCallback)
  const fields = { MessageSid: message?.sid ?? '', MessageStatus: 'sent' }
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'x-twilio-signature': signWebhook(stack.account.authToken, url, fields) },
    body: new URLSearchParams(fields),
  })
  expect(answer.status).toBe(204)

  await stack.advance(29_000)
  await second.expectNothingMore()
  await stack.advance(1_000)

  await second.expectText('SAFETY ALERT')
  await second.expectText('What to do now')
  await rescuer.expectText('AGAIN')
  await rescuer.behave('accept')
  await second.reply('4')
  await second.expectText('You are there')
  await second.reply('5')
  await second.expectText('This alert is closed')
  await rescuer.expectText('ALL CLEAR')
})
