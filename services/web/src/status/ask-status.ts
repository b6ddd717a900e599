import type { StatusAnswer } from '@stillhere/contracts'

const answerWithinMs = 8_000

/**
 * What the service says of itself. Nothing is kept on the device of whoever looks, and no credential is sent.
 * @returns `no-such-service` when the api answers that nobody is called so
 * @throws when there is no answer, or none that can be read
 */
export async function askStatus(): Promise<StatusAnswer | 'no-such-service'> {
  const settings = (await read('/settings.json')) as { apiUrl: string }
  const slug = new URLSearchParams(location.search).get('service')
  const of = slug === null ? '' : `?service=${encodeURIComponent(slug)}`
  const response = await get(`${settings.apiUrl}/v1/status${of}`)
  const body: unknown = await response.json()
  if (response.ok) return body as StatusAnswer
  // In the api's own words: a proxy that knows no such page answers 404 too, and is an outage.
  if (response.status === 404 && (body as { code?: unknown }).code === 'not_found') return 'no-such-service'
  throw new Error(`answered ${response.status}`)
}

async function read(url: string): Promise<unknown> {
  const response = await get(url)
  if (!response.ok) throw new Error(`answered ${response.status}`)
  return response.json()
}

const get = (url: string): Promise<Response> =>
  fetch(url, { credentials: 'omit', signal: AbortSignal.timeout(answerWithinMs) })
