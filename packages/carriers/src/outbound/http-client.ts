import http from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'
import type { FailedReason, UnknownReason } from './outcomes.ts'

/**
 * A request that got no usable answer. `taken` says whether the carrier may have acted on it: until a connection stands
 * nothing was written, so it is `no`; from then on `perhaps`.
 */
export class NoAnswerError extends Error {
  readonly taken: 'no' | 'perhaps'
  readonly reason: FailedReason | UnknownReason
  constructor(taken: 'no' | 'perhaps', reason: FailedReason | UnknownReason, cause?: unknown) {
    super(reason, { cause })
    this.taken = taken
    this.reason = reason
  }
}

/** What the SDK asks for. Its own types are wider. */
interface SdkRequest {
  readonly method: string
  readonly uri: string
  readonly username?: string
  readonly password?: string
  readonly headers?: Record<string, string>
  readonly params?: object
  readonly data?: object
}

export interface SdkResponse {
  readonly statusCode: number
  readonly body: string
  readonly headers: http.IncomingHttpHeaders
}

/** An answer longer than this is not Twilio's; a full page of 200 messages is about 200 kB. */
const LARGEST_ANSWER_BYTES = 2_000_000

/**
 * What the SDK calls instead of its own axios client: another origin where one is given, four seconds for everything
 * from DNS to the last byte of the body (its own default is thirty for silence on the socket), no retry, no proxy, no
 * redirect, no log, and an honest word on whether the request was written.
 */
export function createHttpClient(settings: {
  /** Origin instead of the host the SDK names; absent = the real Twilio. */
  readonly baseUrl?: string | undefined
  readonly timeoutMs: number
  readonly maxSockets: number
}): { request(options: SdkRequest): Promise<SdkResponse>; close(): void } {
  // An idle socket is closed by us before the other side closes it under a request: that would look like "perhaps".
  const agentOptions = { keepAlive: true, maxSockets: settings.maxSockets, maxFreeSockets: 5, timeout: 4000 }
  const agents = { 'http:': new http.Agent(agentOptions), 'https:': new https.Agent(agentOptions) }

  const request = (options: SdkRequest) =>
    new Promise<SdkResponse>((resolve, reject) => {
      const asked = new URL(options.uri)
      const url = settings.baseUrl ? new URL(asked.pathname + asked.search, settings.baseUrl) : asked
      for (const [name, value] of pairs(options.params)) url.searchParams.append(name, value)
      const body = options.data ? new URLSearchParams(pairs(options.data)).toString() : undefined
      const protocol = url.protocol === 'http:' ? 'http:' : 'https:'

      let connected = false
      const fail = (error: NoAnswerError) => {
        clearTimeout(bound)
        reject(error)
        outgoing.destroy()
      }
      const outgoing = (protocol === 'http:' ? http : https).request(url, {
        method: options.method.toUpperCase(),
        agent: agents[protocol],
        auth: `${options.username ?? ''}:${options.password ?? ''}`,
        headers: {
          ...options.headers,
          ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
        },
      })
      const bound = setTimeout(
        () => fail(connected ? new NoAnswerError('perhaps', 'timeout') : new NoAnswerError('no', 'connect_timeout')),
        settings.timeoutMs,
      )
      outgoing.on('socket', (socket: Socket) => {
        if (outgoing.reusedSocket || !socket.connecting) {
          connected = true
          return
        }
        socket.once(protocol === 'http:' ? 'connect' : 'secureConnect', () => {
          connected = true
        })
      })
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        if (connected) return fail(new NoAnswerError('perhaps', 'reset', error))
        const dns = error.syscall === 'getaddrinfo' || error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN'
        fail(new NoAnswerError('no', dns ? 'dns' : 'connection', error))
      })
      outgoing.on('response', (incoming) => {
        const chunks: Buffer[] = []
        let bytes = 0
        incoming.on('data', (chunk: Buffer) => {
          chunks.push(chunk)
          bytes += chunk.length
          if (bytes > LARGEST_ANSWER_BYTES) fail(new NoAnswerError('perhaps', 'too_large'))
        })
        incoming.on('error', (error) => fail(new NoAnswerError('perhaps', 'reset', error)))
        incoming.on('end', () => {
          clearTimeout(bound)
          resolve({
            statusCode: incoming.statusCode ?? 0,
            body: Buffer.concat(chunks).toString('utf8'),
            headers: incoming.headers,
          })
        })
      })
      outgoing.end(body)
    })

  return {
    request,
    close() {
      for (const agent of Object.values(agents)) agent.destroy()
    },
  }
}

/** Fields as Twilio takes them: arrays as repeated names, what is undefined left out. */
function pairs(fields: object | undefined): [string, string][] {
  return Object.entries(fields ?? {}).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter((each) => each !== undefined && each !== null)
      .map((each): [string, string] => [name, String(each)]),
  )
}
