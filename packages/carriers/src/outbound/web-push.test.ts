import { createECDH, randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import webPush from 'web-push'
import { createWebPush } from './web-push.ts'

const hosts = ['fcm.googleapis.com', '*.notify.windows.com']
const vapid = webPush.generateVAPIDKeys()
const browser = {
  p256dh: createECDH('prime256v1').generateKeys().toString('base64url'),
  auth: randomBytes(16).toString('base64url'),
}
let server: Server
let answer: { status: number; headers?: Record<string, string> } | 'hang' = { status: 201 }
let asked: string[] = []
beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '')
    request.resume()
    if (answer !== 'hang') response.writeHead(answer.status, answer.headers).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  asked = []
})

const push = (endpoint = 'https://fcm.googleapis.com/fcm/send/abc', timeoutMs = 4_000) =>
  createWebPush({
    ...vapid,
    subject: 'mailto:operators@example.org',
    hosts,
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    timeoutMs,
  }).push({ target: { endpoint, ...browser }, payload: '{}', ttlSeconds: 60, id: 'm1' })

test.each([
  [201, { kind: 'accepted', sid: 'm1' }],
  [404, { kind: 'refused', code: 'gone' }],
  [410, { kind: 'refused', code: 'gone' }],
  [403, { kind: 'refused', code: '403' }],
  [413, { kind: 'refused', code: '413' }],
  [429, { kind: 'failed', retryAfterMs: 5_000 }],
  [503, { kind: 'failed', retryAfterMs: 5_000 }],
])('a push service that answers %i', async (status, outcome) => {
  answer = { status }
  expect(await push()).toMatchObject(outcome)
})

test('is asked again when it says, and a minute later at most', async () => {
  answer = { status: 429, headers: { 'retry-after': '20' } }
  expect(await push()).toMatchObject({ retryAfterMs: 20_000 })
  answer = { status: 503, headers: { 'retry-after': '86400' } }
  expect(await push()).toMatchObject({ retryAfterMs: 60_000 })
})

test('that redirects us is not followed', async () => {
  answer = { status: 307, headers: { location: '/elsewhere' } }
  expect(await push()).toMatchObject({ kind: 'refused', code: '307' })
  expect(asked).toEqual(['/fcm/send/abc'])
})

test('that hangs is given up', async () => {
  answer = 'hang'
  expect(await push(undefined, 50)).toEqual({ kind: 'unknown', reason: 'timeout' })
})

test.each([
  'http://fcm.googleapis.com/x',
  'https://fcm.googleapis.com:8443/x',
  'https://user@fcm.googleapis.com/x',
  'https://fcm.googleapis.com.example.org/x',
  'https://evilnotify.windows.com/x',
  'https://127.0.0.1/x',
  'https://[::1]/x',
  'no address',
  `https://fcm.googleapis.com/${'x'.repeat(1_024)}`,
])('%s is never asked', async (endpoint) => {
  answer = { status: 201 }
  expect(await push(endpoint)).toMatchObject({ kind: 'refused', code: 'not_allowed' })
  expect(asked).toEqual([])
})

test('a name below an allowed one is asked, and a browser without a right point is not', async () => {
  answer = { status: 201 }
  expect(await push('https://db5p.notify.windows.com/w/?token=abc')).toMatchObject({ kind: 'accepted' })
  expect(asked).toEqual(['/w/?token=abc'])
  browser.p256dh = Buffer.alloc(65, 4).toString('base64url')
  expect(await push()).toMatchObject({ kind: 'refused', code: 'unreadable' })
})
