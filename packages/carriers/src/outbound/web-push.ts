import webPush from 'web-push'
import type { SendOutcome } from './outcomes.ts'

/** As for a text: by 5 s another worker may take the attempt over. */
const TIMEOUT_MS = 4_000

const againAfterMs = 5_000

/** Where one browser can be reached, as it said itself: checked by `readPushTarget`. */
export interface PushTarget {
  readonly endpoint: string
  /** The browser's point, and what it shares with us, base64url. */
  readonly p256dh: string
  readonly auth: string
}

interface Push {
  readonly target: PushTarget
  /** At most 3,000 characters; only that browser can read it (RFC 8291). */
  readonly payload: string
  /** After this long the push service throws it away: a reminder of what is over helps nobody. */
  readonly ttlSeconds: number
  /** Our id of it, for the attempt's row: a push service's own would be one more word about the browser. */
  readonly id: string
}

export interface PushCarrier {
  /** Never throws or rejects, ends within 4 s. `refused` with code `gone`: this browser is to be forgotten. */
  push(push: Push): Promise<SendOutcome>
}

/**
 * Prompts to a browser, through the push service that the browser chose (RFC 8030), signed by VAPID (RFC 8292).
 * @param settings.hosts the only hosts a request may go to: what a person's device names as an endpoint is anybody's word
 * @param settings.baseUrl origin of a stand-in for all push services; absent = the real ones
 */
export function createWebPush(settings: {
  readonly publicKey: string
  readonly privateKey: string
  /** `mailto:` or `https:`, whom a push service may write to. */
  readonly subject: string
  readonly hosts: readonly string[]
  readonly baseUrl?: string | undefined
  readonly timeoutMs?: number
}): PushCarrier {
  const { publicKey, privateKey, subject } = settings
  return {
    async push({ target, payload, ttlSeconds, id }) {
      if (!isPushHost(target.endpoint, settings.hosts)) return refused('not_allowed')
      let request: ReturnType<typeof webPush.generateRequestDetails>
      try {
        request = webPush.generateRequestDetails(
          { endpoint: target.endpoint, keys: { p256dh: target.p256dh, auth: target.auth } },
          payload,
          {
            vapidDetails: { subject, publicKey, privateKey },
            TTL: Math.max(1, Math.round(ttlSeconds)),
            urgency: 'high',
          },
        )
      } catch {
        // A point that is none: nothing can be sealed to it.
        return refused('unreadable')
      }
      const asked = new URL(request.endpoint)
      const url = settings.baseUrl ? new URL(asked.pathname + asked.search, settings.baseUrl) : asked
      try {
        const answer = await fetch(url, {
          method: 'POST',
          headers: Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]),
          body: new Uint8Array(request.body ?? []),
          // Whoever redirects us names a host that nobody allowed.
          redirect: 'manual',
          signal: AbortSignal.timeout(settings.timeoutMs ?? TIMEOUT_MS),
        })
        await answer.body?.cancel()
        return outcomeOf(answer.status, answer.headers.get('retry-after'), id)
      } catch (error) {
        // Sent twice it replaces itself on the screen, so "perhaps" may be tried again like "no".
        return error instanceof Error && error.name === 'TimeoutError'
          ? { kind: 'unknown', reason: 'timeout' }
          : { kind: 'failed', reason: 'connection' }
      }
    },
  }
}

/** https, a host of the list and nothing else: no port, no user, no address of a machine. `*.` stands for any one below. */
function isPushHost(endpoint: string, hosts: readonly string[]): boolean {
  if (endpoint.length > 1_024 || !URL.canParse(endpoint)) return false
  const { protocol, hostname, port, username, password } = new URL(endpoint)
  if (protocol !== 'https:' || port !== '' || username !== '' || password !== '') return false
  return hosts.some((host) => (host.startsWith('*.') ? hostname.endsWith(host.slice(1)) : hostname === host))
}

/** @see https://www.rfc-editor.org/rfc/rfc8030#section-5 and the pages of each push service */
function outcomeOf(status: number, retryAfter: string | null, id: string): SendOutcome {
  if (status >= 200 && status < 300) return { kind: 'accepted', sid: id }
  if (status === 404 || status === 410) return refused('gone')
  // Busy or unwell: a few more times while it is of use, and never in a burst.
  if (status === 429 || status >= 500) {
    const seconds = Number(retryAfter)
    const wanted = Number.isFinite(seconds) ? seconds * 1_000 : 0
    return { kind: 'failed', reason: 'rate_limited', retryAfterMs: Math.min(Math.max(wanted, againAfterMs), 60_000) }
  }
  return refused(String(status))
}

/** Nothing is known against a phone, and nobody is paged: the sound, the text and the call go their own way. */
const refused = (code: string): SendOutcome => ({ kind: 'refused', code, class: 'recipient-for-good' })
