import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { type ErrorCode, errorRow } from '@stillhere/contracts'
import type { FastifyInstance } from 'fastify'
import { RefusedError } from '../refusals.ts'

/** Node's defaults let headers trickle for a minute and a body for ever. */
export interface ConnectionBounds {
  headersWithinMs: number
  requestWithinMs: number
  checkEveryMs: number
}

/** Headers in 10 s, looked at every half second, so a trickle ends within 11 s (B33); a body on a bad line within 20 s. */
export const connectionBounds: ConnectionBounds = {
  headersWithinMs: 10_000,
  requestWithinMs: 20_000,
  checkEveryMs: 500,
}

export const headerBytes = 16 * 1024
const mostHeaders = 100

/** Refuses what parses as HTTP and is not a request to this service: HTTP/1.0, a proxy's target, a socket, too many headers. */
export function checkRequestLine(raw: IncomingMessage): void {
  const close = { connection: 'close' }
  if (raw.httpVersion !== '1.1') throw new RefusedError('bad_request', 'This service speaks HTTP/1.1.', close)
  if (!raw.url?.startsWith('/')) throw new RefusedError('bad_request', undefined, close)
  if (raw.rawHeaders.length > mostHeaders * 2) throw new RefusedError('headers_too_large', undefined, close)
  if (raw.headers.upgrade?.toLowerCase().includes('websocket')) {
    throw new RefusedError('bad_request', 'Live sockets are served elsewhere; see liveUrl in GET /v1/service.', close)
  }
}

/** Answers what never became a request: bytes that are not HTTP, headers too large or too slow, an unknown method. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  endWith(socket, codeOfParserError(error))
}

/** A tunnel through this service is refused like any other request that is not for it. */
export function refuseConnect(app: FastifyInstance): void {
  app.server.on('connect', (_request, socket) => endWith(socket as Socket, 'bad_request'))
}

function codeOfParserError({ code, rawPacket }: NodeJS.ErrnoException & { rawPacket?: Buffer }): ErrorCode {
  if (code === 'HPE_HEADER_OVERFLOW') return 'headers_too_large'
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'too_slow'
  // The parser says the same of a word it does not know and of bytes that are no request line at all.
  const looksLikeHttp = /^[A-Z]{1,20} \S+ HTTP\/1\.[01]\r?\n/.test(
    rawPacket?.subarray(0, 16_384).toString('latin1') ?? '',
  )
  if (code === 'HPE_INVALID_METHOD' && looksLikeHttp) return 'method_not_allowed'
  return 'bad_request'
}

function endWith(socket: Socket, code: ErrorCode): void {
  const { status, text } = errorRow(code)
  const body = JSON.stringify({ code, message: text, requestId: randomUUID() })
  // Whoever does not read the answer must not keep the connection.
  socket.setTimeout(1_000, () => socket.destroy())
  socket.on('error', () => socket.destroy())
  socket.end(
    `HTTP/1.1 ${status} Refused\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\n` +
      `${status === 405 ? 'allow: GET, POST, PUT, DELETE\r\n' : ''}cache-control: no-store\r\nconnection: close\r\n\r\n${body}`,
  )
}
