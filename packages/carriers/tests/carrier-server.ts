import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly form: URLSearchParams
  readonly authorization: string
}

/** An HTTP server of the test's own that answers as it is told, and remembers what it was asked. */
export async function carrierServer(
  answer: (asked: Asked, response: ServerResponse, request: IncomingMessage) => void,
) {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const url = new URL(request.url ?? '/', 'http://carrier')
    const one = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      form: new URLSearchParams(body),
      authorization: request.headers.authorization ?? '',
    }
    asked.push(one)
    answer(one, response, request)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    asked,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export const json = (response: ServerResponse, status: number, body: object): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

export const refusal = (response: ServerResponse, status: number, code: number): void =>
  json(response, status, { code, message: 'no', more_info: `https://www.twilio.com/docs/errors/${code}`, status })

export const sid = (n: number, kind = 'SM'): string => kind + n.toString(16).padStart(32, '0')

export const message = (fields: object = {}): object => ({
  sid: sid(1),
  account_sid: `AC${'1'.repeat(32)}`,
  status: 'queued',
  direction: 'outbound-api',
  body: 'SAFETY ALERT 4821',
  from: '+447700900001',
  to: '+447700900123',
  date_created: new Date().toUTCString(),
  date_sent: null,
  error_code: null,
  ...fields,
})
