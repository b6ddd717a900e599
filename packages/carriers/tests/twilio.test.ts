import { once } from 'node:events'
import { createServer as createTcpServer } from 'node:net'
import { checkDestination } from '@stillhere/domain'
import { expect, test } from 'vitest'
import { createTwilio, type SendOutcome, type Text } from '../src/outbound/index.ts'
import { type Asked, carrierServer, json, message, refusal, sid } from './carrier-server.ts'

const accountSid = `AC${'1'.repeat(32)}`
const twilio = (baseUrl: string, settings: { timeoutMs?: number; size?: number } = {}) =>
  createTwilio({
    accountSid,
    authToken: 'a-token-of-the-tests',
    baseUrl,
    mayContact: (to) => checkDestination(to).kind === 'allowed',
    ...settings,
  })
const text: Text = {
  to: '+447700900123',
  from: '+447700900001',
  body: 'SAFETY ALERT 4821',
  statusCallbackUrl: 'https://api.example/v1/carriers/twilio/receipts?a=1&n=2',
  validitySeconds: 120,
}
type Answer = Parameters<typeof carrierServer>[0]
const sendTo = async (answer: Answer, given: Partial<Text> = {}, timeoutMs = 400) => {
  await using server = await carrierServer(answer)
  const carrier = twilio(server.url, { timeoutMs })
  const from = performance.now()
  const outcome = await carrier.send({ ...text, ...given })
  const tookMs = performance.now() - from
  carrier.close()
  return { outcome, tookMs, asked: server.asked }
}

test('a text is accepted with its SID, and every field is on the wire as Twilio takes it', async () => {
  const { outcome, asked } = await sendTo((_, response) => json(response, 201, message()))
  expect(outcome).toEqual({ kind: 'accepted', sid: sid(1) })
  expect(asked).toHaveLength(1)
  expect(asked[0]?.path).toBe(`/2010-04-01/Accounts/${accountSid}/Messages.json`)
  expect(Object.fromEntries(asked[0]?.form ?? [])).toEqual({
    To: '+447700900123',
    From: '+447700900001',
    Body: 'SAFETY ALERT 4821',
    StatusCallback: text.statusCallbackUrl,
    ValidityPeriod: '120',
    RiskCheck: 'disable',
  })
  expect(Buffer.from(asked[0]?.authorization.replace('Basic ', '') ?? '', 'base64').toString()).toBe(
    `${accountSid}:a-token-of-the-tests`,
  )
})

test.each<[string, number, number, SendOutcome]>([
  ['not a number', 400, 21211, { kind: 'refused', code: '21211', class: 'recipient-for-good' }],
  ['not a mobile', 400, 21614, { kind: 'refused', code: '21614', class: 'recipient-for-good' }],
  ['said STOP', 400, 21610, { kind: 'refused', code: '21610', class: 'recipient-blocked' }],
  ['too long', 400, 21617, { kind: 'refused', code: '21617', class: 'content' }],
  ['not our sender', 400, 21606, { kind: 'refused', code: '21606', class: 'ours' }],
  ['queue full', 400, 21611, { kind: 'refused', code: '21611', class: 'capacity' }],
  ['wrong credentials', 401, 20003, { kind: 'refused', code: '20003', class: 'ours' }],
  ['a code nobody listed', 400, 29999, { kind: 'refused', code: '29999', class: 'ours' }],
  ['too many requests', 429, 20429, { kind: 'failed', reason: 'rate_limited' }],
  ['a server error', 500, 20500, { kind: 'unknown', reason: 'server_error' }],
  ['an unavailable server', 503, 20503, { kind: 'unknown', reason: 'server_error' }],
])('C57, F25, F27: %s (%i, %i)', async (_, status, code, expected) => {
  const { outcome, asked } = await sendTo((_asked, response) => refusal(response, status, code))
  expect(outcome).toEqual(expected)
  // Never a second request: sending again is decided by the row, not by the wire.
  expect(asked).toHaveLength(1)
})

test.each<[string, Answer, SendOutcome]>([
  ['F28 no byte', () => {}, { kind: 'unknown', reason: 'timeout' }],
  [
    'F28 a body that trickles for ever',
    (_, response) => {
      response.writeHead(201, { 'content-type': 'application/json' })
      const drip = setInterval(() => response.write(' '), 50)
      response.on('close', () => clearInterval(drip))
    },
    { kind: 'unknown', reason: 'timeout' },
  ],
  [
    'F29 a reset after the request',
    (_, __, request) => request.socket.resetAndDestroy(),
    { kind: 'unknown', reason: 'reset' },
  ],
  [
    'F29 a reset in the body',
    (_, response, request) => {
      response.writeHead(201, { 'content-length': 1000 })
      response.write('{"sid":')
      setImmediate(() => request.socket.resetAndDestroy())
    },
    { kind: 'unknown', reason: 'reset' },
  ],
  ['garbage', (_, response) => response.writeHead(201).end('<html>'), { kind: 'unknown', reason: 'garbage' }],
  ['an empty body', (_, response) => response.writeHead(201).end(), { kind: 'unknown', reason: 'garbage' }],
  [
    'JSON that is nothing',
    (_, response) => response.writeHead(201).end('null'),
    { kind: 'unknown', reason: 'garbage' },
  ],
  ['no SID', (_, response) => json(response, 201, { status: 'queued' }), { kind: 'unknown', reason: 'no_sid' }],
  [
    'a SID that is none',
    (_, response) => json(response, 201, message({ sid: 'SM12' })),
    { kind: 'unknown', reason: 'no_sid' },
  ],
  [
    'a redirect',
    (_, response) => response.writeHead(307, { location: 'http://127.0.0.1:9/' }).end(),
    { kind: 'unknown', reason: 'redirected' },
  ],
  [
    'a body without end',
    (_, response) => {
      response.writeHead(201)
      const flood = () => {
        while (response.write(Buffer.alloc(65_536))) {}
        response.once('drain', flood)
      }
      flood()
    },
    { kind: 'unknown', reason: 'too_large' },
  ],
])('%s may have been taken: unknown', async (_, answer, expected) => {
  const { outcome, tookMs, asked } = await sendTo(answer)
  expect(outcome).toEqual(expected)
  expect(asked).toHaveLength(1)
  expect(tookMs).toBeLessThan(1500)
})

test('a refusal whose body is garbage is still a refusal', async () => {
  const { outcome } = await sendTo((_, response) => response.writeHead(400).end('<html>'))
  expect(outcome).toEqual({ kind: 'refused', code: 'http-400', class: 'ours' })
})

test('a message taken and failed in one breath is a refusal with its class', async () => {
  const { outcome } = await sendTo((_, response) =>
    json(response, 201, message({ status: 'failed', error_code: 30006 })),
  )
  expect(outcome).toEqual({ kind: 'refused', code: '30006', class: 'recipient-for-good' })
})

test('F7, F52: what could not be written was not sent', async () => {
  const server = createTcpServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  expect(await twilio(`http://127.0.0.1:${port}`).send(text)).toEqual({ kind: 'failed', reason: 'connection' })
  expect(await twilio('http://nobody.invalid').send(text)).toEqual({ kind: 'failed', reason: 'dns' })
})

test('a TLS handshake that never ends was not written', async () => {
  const server = createTcpServer(() => {}).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const outcome = await twilio(`https://127.0.0.1:${port}`, { timeoutMs: 300 }).send(text)
  expect(outcome).toEqual({ kind: 'failed', reason: 'connect_timeout' })
  server.close()
})

test.each(['999', '+44999', '+44112', '+447', '', '07700900123', '+449012345678', '+15005550006', '+447700900001'])(
  'P13, C72: never asks the carrier to text or ring %s',
  async (to) => {
    await using server = await carrierServer((_, response) => json(response, 201, message()))
    const carrier = twilio(server.url)
    const refused = { kind: 'refused', code: 'not_allowed', class: 'recipient-for-good' }
    expect(await carrier.send({ ...text, to })).toEqual(refused)
    expect(
      await carrier.placeCall({ to, from: text.from, url: 'u', statusCallbackUrl: 's', timeoutSeconds: 30 }),
    ).toEqual(refused)
    expect(server.asked).toHaveLength(0)
  },
)

test('a call rings at most 30 s, detects machines where asked, and is accepted with its SID', async () => {
  await using server = await carrierServer((_, response) =>
    json(response, 201, { sid: sid(2, 'CA'), status: 'queued', to: text.to, from: text.from }),
  )
  const carrier = twilio(server.url)
  const outcome = await carrier.placeCall({
    to: text.to,
    from: text.from,
    url: 'https://api.example/call',
    statusCallbackUrl: 'https://api.example/calls',
    timeoutSeconds: 600,
    machineDetection: true,
  })
  expect(outcome).toEqual({ kind: 'accepted', sid: sid(2, 'CA') })
  const form = server.asked[0]?.form
  expect(form?.get('Timeout')).toBe('30')
  expect(form?.get('MachineDetection')).toBe('Enable')
  expect(form?.getAll('StatusCallbackEvent')).toEqual(['ringing', 'answered', 'completed'])
  carrier.close()
})

const list = (messages: object[], next: string | null = null) => ({
  messages,
  next_page_uri: next,
  first_page_uri: '/x',
  previous_page_uri: null,
  uri: '/x',
  page: 0,
  page_size: 50,
  start: 0,
  end: messages.length,
})

test('F6, F26: finds what the carrier took, by number, words and time, and nothing else', async () => {
  const now = Date.now()
  const at = (ms: number) => new Date(now + ms).toUTCString()
  let listed: object[] = []
  await using server = await carrierServer((_, response) => json(response, 200, list(listed)))
  const carrier = twilio(server.url)
  const find = () =>
    carrier.findSent({ to: text.to, from: text.from, bodyMatches: (body) => body === text.body, sentAfterMs: now })
  expect(await find()).toEqual({ kind: 'none' })
  listed = [
    message({ sid: sid(3), date_created: at(0), body: 'AGAIN 4821' }),
    message({ sid: sid(4), date_created: at(-60_000) }),
    message({ sid: sid(5), date_created: at(0), direction: 'inbound' }),
    message({ sid: sid(6), date_created: null }),
  ]
  expect(await find()).toEqual({ kind: 'none' })
  listed.push(message({ sid: sid(7), date_created: at(0), status: 'sent' }))
  expect(await find()).toEqual({ kind: 'found', sid: sid(7), status: 'sent' })
  expect(server.asked[0]?.query.get('To')).toBe(text.to)
  expect(server.asked[0]?.query.get('From')).toBe(text.from)
  carrier.close()
})

test.each<[string, Answer]>([
  ['hangs', () => {}],
  ['is broken', (_, response) => refusal(response, 500, 20500)],
  ['talks garbage', (_, response) => response.writeHead(200).end('<html>')],
  ['refuses us', (_, response) => refusal(response, 401, 20003)],
])('a look-up while the carrier %s knows that it does not know', async (_, answer) => {
  await using server = await carrierServer(answer)
  const carrier = twilio(server.url, { timeoutMs: 200 })
  const unknown = { kind: 'unknown' }
  const sent = { to: text.to, from: text.from, bodyMatches: () => true, sentAfterMs: 0 }
  expect(await carrier.findSent(sent)).toMatchObject(unknown)
  expect(await carrier.fetchStatus(sid(1))).toMatchObject(unknown)
  expect(await carrier.listInbound({ to: text.from, sinceMs: 0 })).toMatchObject(unknown)
  expect(await carrier.findCall({ to: text.to, from: text.from, placedAfterMs: 0 })).toMatchObject(unknown)
  carrier.close()
})

test('F33: asks what became of a message', async () => {
  await using server = await carrierServer((asked, response) =>
    asked.path.includes(sid(1))
      ? json(response, 200, message({ status: 'undelivered', error_code: 30003 }))
      : refusal(response, 404, 20404),
  )
  const carrier = twilio(server.url)
  expect(await carrier.fetchStatus(sid(1))).toEqual({
    kind: 'found',
    status: 'undelivered',
    code: '30003',
    class: 'recipient-for-now',
  })
  expect(await carrier.fetchStatus(sid(2))).toEqual({ kind: 'none' })
  expect(await carrier.fetchStatus('../../Accounts')).toEqual({ kind: 'none' })
  expect(server.asked).toHaveLength(2)
  carrier.close()
})

test('deletes a message at the carrier, and one that is gone is gone', async () => {
  await using server = await carrierServer((asked, response) => {
    if (asked.path.includes(sid(1))) response.writeHead(204).end()
    else if (asked.path.includes(sid(2))) refusal(response, 404, 20404)
    else refusal(response, 409, 20009)
  })
  const carrier = twilio(server.url)
  expect(await carrier.removeMessage(sid(1))).toBe('removed')
  expect(await carrier.removeMessage(sid(2))).toBe('gone')
  expect(await carrier.removeMessage(sid(3))).toBe('failed') // Under way: it can be deleted later.
  expect(server.asked.map(({ method }) => method)).toEqual(['DELETE', 'DELETE', 'DELETE'])
  carrier.close()
})

test('H33: reads what came in while nobody listened, page by page, oldest first', async () => {
  const now = Date.now()
  const inbound = (n: number, agoMs: number) =>
    message({
      sid: sid(n),
      direction: 'inbound',
      status: 'received',
      from: text.to,
      to: text.from,
      body: `${n}`,
      date_created: new Date(now - agoMs).toUTCString(),
    })
  const next = `/2010-04-01/Accounts/${accountSid}/Messages.json?Page=1&PageSize=200&PageToken=x`
  const serve = (asked: Asked) =>
    asked.query.get('Page') === '1'
      ? list([inbound(2, 20_000), message(), inbound(1, 30_000), inbound(9, 9_000_000)])
      : list([inbound(4, 0), inbound(3, 10_000)], next)
  await using server = await carrierServer((asked, response) => json(response, 200, serve(asked)))
  const carrier = twilio(server.url)
  const found = await carrier.listInbound({ to: text.from, sinceMs: now - 60_000 })
  expect(found).toMatchObject({ kind: 'found', complete: true })
  expect(found.kind === 'found' && found.texts.map(({ body }) => body)).toEqual(['1', '2', '3', '4'])
  carrier.close()
})

test('F28: a hanging carrier holds at most its slots, and whoever waits too long was not sent', async () => {
  let atOnce = 0
  let most = 0
  await using server = await carrierServer((_, response) => {
    most = Math.max(most, ++atOnce)
    response.on('close', () => atOnce--)
  })
  const carrier = twilio(server.url, { timeoutMs: 1500, size: 5 })
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => carrier.send(text)))
  expect(most).toBe(5)
  expect(outcomes.filter(({ kind }) => kind === 'unknown')).toHaveLength(5)
  expect(outcomes.filter((outcome) => outcome.kind === 'failed' && outcome.reason === 'busy')).toHaveLength(15)
  expect(server.asked).toHaveLength(5)
  carrier.close()
})

test('the environment of the process changes nothing', async () => {
  process.env.TWILIO_EDGE = 'sydney'
  process.env.TWILIO_REGION = 'au1'
  process.env.HTTP_PROXY = 'http://127.0.0.1:9'
  try {
    const { outcome } = await sendTo((_, response) => json(response, 201, message()))
    expect(outcome.kind).toBe('accepted')
  } finally {
    for (const name of ['TWILIO_EDGE', 'TWILIO_REGION', 'HTTP_PROXY']) delete process.env[name]
  }
})
