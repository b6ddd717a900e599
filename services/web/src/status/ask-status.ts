import type { StatusAnswer } from '@stillhere/contracts'

const answerWithinMs = 8_000

/**
 * What the service says of itself. Nothing is kept on the device of whoever looks, and no credential is sent.
 * @throws when there is no answer, or none that can be read
 */
export async function askStatus(): Promise<StatusAnswer> {
  const settings = (await read('/settings.json')) as { apiUrl: string }
  const slug = new URLSearchParams(location.search).get('service')
  const of = slug === null ? '' : `?service=${encodeURIComponent(slug)}`
  return (await read(`${settings.apiUrl}/v1/status${of}`)) as StatusAnswer
}

async function read(url: string): Promise<unknown> {
  const response = await fetch(url, { credentials: 'omit', signal: AbortSignal.timeout(answerWithinMs) })
  if (!response.ok) throw new Error(`answered ${response.status}`)
  return response.json()
}
