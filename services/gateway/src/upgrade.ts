import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type ErrorCode, errorRow, exposedTokens, livePath, liveSubprotocol } from '@stillhere/contracts'

/** Why an upgrade is refused, or nothing when it may go on. `exposed`: tokens that stood in the address. */
export function judgeUpgrade(
  request: IncomingMessage,
  origins: ReadonlySet<string>,
): { code: ErrorCode; exposed?: string[] } | undefined {
  const url = request.url ?? ''
  const exposed = exposedTokens(url)
  if (exposed.length > 0) return { code: 'token_in_url', exposed }
  if (url.split('?', 1)[0] !== livePath) return { code: 'not_found' }
  // Browsers always send it; a program may leave it out, because the credential is in a frame and not in a cookie.
  const { origin } = request.headers
  if (origin !== undefined && !origins.has(origin)) return { code: 'origin_not_allowed' }
  const offered = request.headers['sec-websocket-protocol']
  // A client that does not say which version it speaks is not guessed at.
  if (offered === undefined || !offered.split(',').some((name) => name.trim() === liveSubprotocol)) {
    return { code: 'bad_request' }
  }
  return undefined
}

/** Answers an upgrade that is refused, as plain HTTP, and closes. */
export function refuseUpgrade(socket: Duplex, code: ErrorCode): void {
  const { status, text } = errorRow(code)
  const body = JSON.stringify({ code, message: text, requestId: randomUUID() })
  socket.on('error', () => socket.destroy())
  socket.end(
    `HTTP/1.1 ${status} Refused\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\n` +
      `cache-control: no-store\r\n${status === 503 ? 'retry-after: 1\r\n' : ''}connection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  )
}
