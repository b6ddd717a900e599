import { expect, test } from 'vitest'
import { accountSid, newPhone, ourNumber, rest, useCarrier } from './carrier-under-test.ts'

const parts = useCarrier()

const send = (to: string, body = 'hello') => parts.client.messages.create({ from: ourNumber, to, body })

test('takes a message from the SDK and shows it as the SDK reads it', async () => {
  const to = newPhone()
  const message = await send(to, 'Are you there?')
  expect(message).toMatchObject({
    accountSid,
    to,
    from: ourNumber,
    body: 'Are you there?',
    status: 'queued',
    direction: 'outbound-api',
    numSegments: '1',
    numMedia: '0',
    errorCode: null,
    apiVersion: '2010-04-01',
  })
  expect(message.sid).toMatch(/^SM[0-9a-f]{32}$/)
  expect(message.dateCreated).toBeInstanceOf(Date)
  const fetched = await parts.client.messages(message.sid).fetch()
  expect(fetched).toMatchObject({ sid: message.sid, to, body: 'Are you there?' })
})

test('has every published field of a message, and no other', async () => {
  const answer = await rest(parts.carrier.origin, 'POST', '/Messages.json', {
    From: ourNumber,
    To: newPhone(),
    Body: 'x',
  })
  expect(answer.status).toBe(201)
  expect(Object.keys(answer.json()).sort()).toEqual(
    [
      'account_sid api_version body date_created date_sent date_updated direction error_code error_message from',
      'messaging_service_sid num_media num_segments price price_unit sid status subresource_uris to uri',
    ]
      .join(' ')
      .split(' '),
  )
  expect(answer.json().date_created).toMatch(/^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} \+0000$/)
})

test('keeps the body as it was written, down to the last space', async () => {
  const to = newPhone()
  const body = ' £5 & ünïcode 👋\n<b>+%2B</b> '
  const { sid } = await send(to, body)
  expect((await parts.client.messages(sid).fetch()).body).toBe(body)
  expect(parts.carrier.texts(to)[0]?.body).toBe(body)
})

test.each([
  ['x'.repeat(160), '1'],
  ['x'.repeat(161), '2'],
  ['x'.repeat(307), '3'],
  ['👋', '1'],
  [`👋${'x'.repeat(69)}`, '2'],
  [`[${'x'.repeat(159)}`, '2'],
])('counts segments as the networks do (%#)', async (body, segments) => {
  expect((await send(newPhone(), body)).numSegments).toBe(segments)
})

test.each([
  [{ To: 'nobody', From: ourNumber, Body: 'x' }, 21211],
  [{ To: '999', From: ourNumber, Body: 'x' }, 21211],
  [{ From: ourNumber, Body: 'x' }, 21604],
  [{ To: newPhone(), Body: 'x' }, 21603],
  [{ To: newPhone(), From: 'StillHere!', Body: 'x' }, 21212],
  [{ To: newPhone(), From: '+447700900999', Body: 'x' }, 21606],
  [{ To: ourNumber, From: ourNumber, Body: 'x' }, 21266],
  [{ To: newPhone(), From: ourNumber }, 21602],
  [{ To: newPhone(), From: ourNumber, Body: '' }, 21602],
  [{ To: newPhone(), From: ourNumber, Body: 'x'.repeat(1601) }, 21617],
  [{ To: newPhone(), From: ourNumber, Body: 'x', StatusCallback: 'not an address' }, 21609],
  [{ To: newPhone(), From: ourNumber, Body: 'x', ValidityPeriod: '0' }, 20001],
])('refuses a message that Twilio would refuse, with its code (%#)', async (fields, code) => {
  const before = parts.carrier.texts().length
  const answer = await rest(parts.carrier.origin, 'POST', '/Messages.json', fields as Record<string, string>)
  expect(answer.status).toBe(400)
  expect(answer.json()).toEqual({
    code,
    message: expect.any(String),
    more_info: `https://www.twilio.com/docs/errors/${code}`,
    status: 400,
  })
  expect(parts.carrier.texts()).toHaveLength(before)
})

test('the SDK reads a refusal as an error with its code', async () => {
  await expect(send('+44')).rejects.toMatchObject({ status: 400, code: 21211 })
})

test('takes a number written with spaces', async () => {
  const to = newPhone()
  const message = await send(`${to.slice(0, 3)} ${to.slice(3)}`)
  expect(message.to).toBe(to)
})

test('lists what was sent to a phone, newest first, whatever else was sent', async () => {
  const to = newPhone()
  for (const body of ['one', 'two', 'three']) await send(to, body)
  await send(newPhone())
  const listed = await parts.client.messages.list({ to, from: ourNumber })
  expect(listed.map(({ body }) => body)).toEqual(['three', 'two', 'one'])
})

test('lists page by page without a gap or a repeat while more is sent', async () => {
  const to = newPhone()
  const bodies = Array.from({ length: 7 }, (_, index) => `text ${index}`)
  for (const body of bodies) await send(to, body)
  const seen: string[] = []
  let page = await parts.client.messages.page({ to, pageSize: 3 })
  seen.push(...page.instances.map(({ body }) => body))
  await send(to, 'meanwhile')
  for (;;) {
    const next = await page.nextPage()
    if (next === undefined) break
    page = next as typeof page
    seen.push(...page.instances.map(({ body }) => body))
  }
  expect(seen).toEqual([...bodies].reverse())
  const previous = await page.previousPage()
  expect(previous?.instances.map(({ body }) => body)).toEqual(['text 3', 'text 2', 'text 1'])
})

test('a page has the published paging fields', async () => {
  const to = newPhone()
  for (const body of ['one', 'two', 'three']) await send(to, body)
  const path = `/Messages.json?To=${encodeURIComponent(to)}&PageSize=2`
  const page = (await rest(parts.carrier.origin, 'GET', path)).json()
  expect(page).toMatchObject({ page: 0, page_size: 2, start: 0, end: 1, previous_page_uri: null })
  expect(page.messages).toHaveLength(2)
  expect(page.first_page_uri).toBe(
    `/2010-04-01/Accounts/${accountSid}/Messages.json?To=%2B${to.slice(1)}&PageSize=2&Page=0`,
  )
  expect(page.next_page_uri).toContain('&Page=1&PageToken=')
})

test('lists by the day of sending, with before and after', async () => {
  const to = newPhone()
  await send(to)
  const today = new Date().toISOString().slice(0, 10)
  const found = async (filter: string) => {
    const path = `/Messages.json?To=${encodeURIComponent(to)}&${filter}`
    return (await rest(parts.carrier.origin, 'GET', path)).json().messages.length
  }
  expect(await found(`DateSent=${today}`)).toBe(1)
  expect(await found('DateSent%3E=2020-01-01')).toBe(1)
  expect(await found('DateSent>=2020-01-01T00:00:00Z')).toBe(1)
  expect(await found('DateSent%3C=2020-01-01')).toBe(0)
  expect(await found('DateSent<=2999-01-01')).toBe(1)
  expect(await found('DateSent=2020-01-01')).toBe(0)
  const bySdk = await parts.client.messages.list({ to, dateSentAfter: new Date(Date.now() - 60_000) })
  expect(bySdk).toHaveLength(1)
})

test('a deleted message is gone from the account, and the phone keeps what it was sent', async () => {
  const to = newPhone()
  const { sid } = await parts.client.messages.create({
    from: ourNumber,
    to,
    body: 'secret',
    statusCallback: 'https://stillhere.example/r',
  })
  await parts.service.next(({ fields }) => fields.MessageSid === sid && fields.MessageStatus === 'delivered')
  expect(await parts.client.messages(sid).remove()).toBe(true)
  await expect(parts.client.messages(sid).fetch()).rejects.toMatchObject({ status: 404, code: 20404 })
  expect(await parts.client.messages.list({ to })).toEqual([])
  expect(parts.carrier.texts(to)).toMatchObject([{ sid, body: 'secret' }])
})

test('a redacted message is empty in the account', async () => {
  const to = newPhone()
  const { sid } = await parts.client.messages.create({
    from: ourNumber,
    to,
    body: 'secret',
    statusCallback: 'https://stillhere.example/r',
  })
  await parts.service.next(({ fields }) => fields.MessageSid === sid && fields.MessageStatus === 'delivered')
  expect((await parts.client.messages(sid).update({ body: '' })).body).toBe('')
  expect((await parts.client.messages(sid).fetch()).body).toBe('')
  await expect(parts.client.messages(sid).update({ body: 'other' })).rejects.toMatchObject({ status: 400 })
})

test('a message on its way can be neither deleted nor redacted', async () => {
  const to = newPhone()
  parts.carrier.behave(to, 'rate-1')
  await send(to, 'first')
  const { sid } = await send(to, 'waits a second')
  await expect(parts.client.messages(sid).remove()).rejects.toMatchObject({ status: 409, code: 20009 })
  await expect(parts.client.messages(sid).update({ body: '' })).rejects.toMatchObject({ status: 409 })
})
