import http from 'node:http'

/** An answer as it came over the wire. */
export interface HttpAnswer {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: whatever the service says, right or wrong; the case looks at it
  body: any
  retryAfter?: string
  tookMs: number
}

/** No answer: the connection broke, or none came in time. Whether the service acted upon the request is not known. */
export class NoAnswerError extends Error {
  override name = 'NoAnswerError'
}

/** Few enough that a crowd of devices on one machine does not measure its own sockets. */
const agent = new http.Agent({ keepAlive: true, maxSockets: 48 })

/** One request with a bound (default 10 s). @throws NoAnswerError */
export function ask(
  method: string,
  url: string,
  asked: { body?: object; token?: string; withinMs?: number; fresh?: boolean } = {},
): Promise<HttpAnswer> {
  const body = asked.body === undefined ? undefined : JSON.stringify(asked.body)
  const startedAt = performance.now()
  return new Promise((resolve, reject) => {
    const request = http.request(
      url,
      {
        method,
        ...(asked.fresh ? { agent: false } : { agent }),
        headers: {
          ...(body === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
          ...(asked.token === undefined ? {} : { authorization: `Bearer ${asked.token}` }),
        },
        timeout: asked.withinMs ?? 10_000,
      },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          text += chunk
        })
        response.on('error', (error) => reject(new NoAnswerError('the answer broke off', { cause: error })))
        response.on('end', () => {
          const retryAfter = response.headers['retry-after']
          const json = /json/.test(response.headers['content-type'] ?? '') && text !== ''
          resolve({
            status: response.statusCode ?? 0,
            body: json ? JSON.parse(text) : { text },
            ...(retryAfter === undefined ? {} : { retryAfter }),
            tookMs: performance.now() - startedAt,
          })
        })
      },
    )
    request.on('timeout', () => request.destroy(new Error('no answer in time')))
    request.on('error', (error) => reject(new NoAnswerError('no answer', { cause: error })))
    request.end(body)
  })
}

/** Runs `work` over all items, at most `width` at once. */
export async function eachOf<T>(items: readonly T[], width: number, work: (item: T, index: number) => Promise<void>) {
  let next = 0
  const lane = async () => {
    while (next < items.length) {
      const index = next++
      await work(items[index] as T, index)
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane))
}
