import { randomUUID } from 'node:crypto'
import pLimit from 'p-limit'
import { Agent, request } from 'undici'
import type { Account } from './account.ts'
import { BoundedLog } from './bounded-log.ts'
import { signWebhook } from './signature.ts'

/** A callback that the service did not take. `url` has no query, because the query holds callback nonces. */
export interface CallbackFailure {
  at: number
  url: string
  /** The HTTP status it answered, or null when it did not answer. */
  status: number | null
  /** Twilio's code for the fault: 11200 no or bad answer, 12100 not TwiML, 12300 wrong content type. */
  code: number
}

export type CallbackAnswer =
  | { kind: 'answered'; status: number; contentType: string; body: string }
  | { kind: 'failed'; status: number | null }

// Twilio gives up connecting after 5 s and tries once more when it could not connect.
// Source: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
const connectTimeoutMs = 5_000
const couldNotConnect = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT'])

// Twilio reads at most 64 kB of TwiML.
const largestAnswerBytes = 65_536

// One service takes the callbacks of a thousand texts a second; more at once would only queue inside it.
const atOnce = 64
const mostWaiting = 100_000
const mostFailures = 10_000

/** Posts signed callbacks, a bounded number at once, and remembers those that failed. Never throws. */
export class Callbacks {
  readonly failures = new BoundedLog<CallbackFailure>(mostFailures)
  readonly #account: Account
  readonly #timeoutMs: number
  readonly #limit = pLimit(atOnce)
  // Idle connections close after a second, before any server we post to would close them under a request.
  readonly #agent = new Agent({
    keepAliveTimeout: 1_000,
    keepAliveMaxTimeout: 1_000,
    connect: { timeout: connectTimeoutMs },
    maxResponseSize: largestAnswerBytes,
  })
  readonly #stopping = new AbortController()

  constructor(account: Account, timeoutMs: number) {
    this.#account = account
    this.#timeoutMs = timeoutMs
  }

  /** Posts (or gets) `url` with the fields, signed. A failure is recorded and answered, never thrown. */
  async send(url: string, fields: Record<string, string>, method: 'GET' | 'POST' = 'POST'): Promise<CallbackAnswer> {
    if (this.#limit.pendingCount >= mostWaiting) return this.#fail(url, null)
    return this.#limit(() => this.#send(url, fields, method))
  }

  /** Callbacks that were not answered yet. */
  underWay(): number {
    return this.#limit.activeCount + this.#limit.pendingCount
  }

  /** Records that an answer, though it came, could not be used. */
  recordFailure(url: string, status: number | null, code: number): void {
    this.failures.append({ at: Date.now(), url: withoutQuery(url), status, code })
  }

  /** Those under way and those that wait resolve as failed. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#agent.destroy()
  }

  #fail(url: string, status: number | null): CallbackAnswer {
    if (!this.#stopping.signal.aborted) this.recordFailure(url, status, 11_200)
    return { kind: 'failed', status }
  }

  async #send(url: string, fields: Record<string, string>, method: 'GET' | 'POST'): Promise<CallbackAnswer> {
    if (this.#stopping.signal.aborted) return { kind: 'failed', status: null }
    const form = new URLSearchParams(fields).toString()
    // The fragment holds connection overrides and is never sent.
    const [bare = ''] = url.split('#')
    const target = method === 'POST' ? bare : `${bare}${bare.includes('?') ? '&' : '?'}${form}`
    const signature = signWebhook(this.#account.authToken, target, method === 'POST' ? fields : {})
    const headers = {
      'x-twilio-signature': signature,
      'i-twilio-idempotency-token': randomUUID(),
      'user-agent': 'TwilioProxy/1.1',
      accept: '*/*',
      ...(method === 'POST' && { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' }),
    }
    const signal = AbortSignal.any([AbortSignal.timeout(this.#timeoutMs), this.#stopping.signal])
    for (let attempt = 1; ; attempt += 1) {
      try {
        const response = await request(this.#localTarget(target), {
          method,
          headers,
          body: method === 'POST' ? form : null,
          dispatcher: this.#agent,
          headersTimeout: this.#timeoutMs,
          bodyTimeout: this.#timeoutMs,
          signal,
        })
        const body = await response.body.text()
        if (response.statusCode < 200 || response.statusCode > 299) return this.#fail(url, response.statusCode)
        const contentType = String(response.headers['content-type'] ?? '')
        return { kind: 'answered', status: response.statusCode, contentType, body }
      } catch (error) {
        const code = (error as { code?: unknown }).code
        const again = attempt === 1 && typeof code === 'string' && couldNotConnect.has(code)
        if (!again) return this.#fail(url, null)
      }
    }
  }

  #localTarget(url: string): string {
    const { webhookBase, deliverTo } = this.#account
    if (deliverTo === undefined) return url
    const rest = url.slice(webhookBase.length)
    return url.startsWith(webhookBase) && /^[/?]/.test(rest) ? deliverTo + rest : url
  }
}

function withoutQuery(url: string): string {
  return url.split(/[?#]/, 1)[0] ?? ''
}
