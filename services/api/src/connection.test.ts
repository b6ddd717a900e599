import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildApi } from './build-api.ts'
import { fakeParts } from './fake-parts.ts'
import { connectionBounds } from './http/connection.ts'

let app: FastifyInstance
let port: number
beforeAll(async () => {
  const connection = { headersWithinMs: 200, requestWithinMs: 300, checkEveryMs: 20 }
  app = await buildApi(fakeParts({}, { connection }))
  await app.listen({ host: '127.0.0.1', port: 0 })
  port = (app.server.address() as AddressInfo).port
})
afterAll(() => app.close())

/** Writes raw bytes and resolves with all that came back once the other side has closed. */
function say(text: string, more?: (write: (text: string) => void) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = ''
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(text)
      more?.((bytes) => socket.writable && socket.write(bytes))
    })
    socket.on('data', (bytes) => {
      heard += bytes.toString('latin1')
    })
    socket.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNRESET' ? resolve(heard) : reject(error)))
    socket.on('close', () => resolve(heard))
  })
}
const statusOf = (heard: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(heard)?.[1])
const host = 'Host: localhost\r\n'

test('the real bounds close a trickle of headers within eleven seconds', () => {
  expect(connectionBounds.headersWithinMs + connectionBounds.checkEveryMs).toBeLessThanOrEqual(11_000)
  expect(app.server.headersTimeout).toBe(200)
  expect(app.server.requestTimeout).toBe(300)
})

test('B33: headers that trickle are cut off', async () => {
  let timer: NodeJS.Timeout | undefined
  const heard = await say('GET /v1/service HTTP/1.1\r\nx: ', (write) => {
    timer = setInterval(() => write('a'), 25)
  })
  clearInterval(timer)
  expect(statusOf(heard)).toBe(408)
})

test('a body that never comes is cut off', async () => {
  const heard = await say(
    `POST /v1/devices HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{`,
  )
  expect(statusOf(heard)).toBe(408)
})

describe('requests that are not for this service', () => {
  test.each([
    ['B79: HTTP/1.0', `GET /v1/service HTTP/1.0\r\n${host}\r\n`, [400]],
    ['B79: an absolute-form target', `GET http://127.0.0.1/v1/service HTTP/1.1\r\n${host}\r\n`, [400]],
    ['B79: CONNECT', `CONNECT example.org:443 HTTP/1.1\r\n${host}\r\n`, [400]],
    ['a socket upgrade', `GET /v1/live HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`, [400]],
    [
      'B32: two lengths',
      `POST /v1/devices HTTP/1.1\r\n${host}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`,
      [400],
    ],
    ['B32: lines without CR', 'GET /v1/service HTTP/1.1\nHost: localhost\n\n', [400]],
    ['B32: 200 headers', `GET /v1/service HTTP/1.1\r\n${host}${'x: y\r\n'.repeat(200)}\r\n`, [400, 431]],
    ['B32: 64 kB of headers', `GET /v1/service HTTP/1.1\r\n${host}x: ${'y'.repeat(65_536)}\r\n\r\n`, [400, 431]],
    ['B34: a method nobody knows', `SHOUT /v1/service HTTP/1.1\r\n${host}\r\n`, [405]],
    ['no host', 'GET /v1/service HTTP/1.1\r\n\r\n', [400]],
    ['not HTTP at all', '\u0016\u0003\u0001 hello\r\n\r\n', [400]],
  ])('%s is refused and the connection closed', async (_, request, statuses) => {
    const heard = await say(request)
    expect(statuses).toContain(statusOf(heard))
    expect(heard).not.toContain('node_modules')
  })

  test('B34: TRACE says nothing back', async () => {
    const heard = await say(`TRACE /v1/service HTTP/1.1\r\n${host}Cookie: CANARY\r\nConnection: close\r\n\r\n`)
    expect(statusOf(heard)).toBe(405)
    expect(heard).not.toContain('CANARY')
  })
})

test('B3: a body without a length is measured as it comes', async () => {
  const chunk = `4000\r\n${' '.repeat(0x4000)}\r\n`
  const heard = await say(
    `POST /v1/devices HTTP/1.1\r\n${host}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}${chunk}`,
  )
  expect(statusOf(heard)).toBe(413)
})
