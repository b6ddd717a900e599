import { EventEmitter, once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One callback as the service got it. */
export interface Callback {
  method: string
  /** Path and query. */
  path: string
  fields: Record<string, string>
  signature: string
}

export interface Answer {
  status?: number
  contentType?: string
  body?: string
}

/** Stands where the service stands: takes callbacks, remembers them, answers what a test tells it. */
export async function startRecordingService() {
  const callbacks: Callback[] = []
  const arrived = new EventEmitter<{ callback: [Callback] }>()
  let answer: (callback: Callback) => Answer | Promise<Answer> = () => ({})

  const server = createServer(async (request, response) => {
    const form = new URLSearchParams(await read(request))
    const callback: Callback = {
      method: request.method ?? '',
      path: request.url ?? '',
      fields: Object.fromEntries(form),
      signature: String(request.headers['x-twilio-signature']),
    }
    callbacks.push(callback)
    arrived.emit('callback', callback)
    const { status = 200, contentType = 'text/xml', body = '' } = await answer(callback)
    response.writeHead(status, { 'content-type': contentType })
    response.end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    callbacks,
    answerWith(respond: (callback: Callback) => Answer | Promise<Answer>) {
      answer = respond
    },
    /** Resolves with the first `count` callbacks that fit, when they are there; the runner's own timeout is the limit. */
    async next(fits: (callback: Callback) => boolean, count = 1): Promise<Callback[]> {
      for (;;) {
        const found = callbacks.filter(fits)
        if (found.length >= count) return found
        await once(arrived, 'callback')
      }
    },
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function read(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) body += chunk
  return body
}
