import type { RescueLinkEnd } from '@stillhere/contracts'
import { decodeLinkSecret, deriveLinkKeys, type LinkKeys, openLinkBrief } from '@stillhere/sealing/seal'

/** The link that this page was opened with. Its secret stays in the fragment of the address and goes nowhere. */
export interface Link {
  readonly linkId: string
  readonly keys: LinkKeys
  /** Where the service is; `undefined` until the process that serves the pages has said so. */
  apiUrl: string | undefined
}

/** What the service said. `silent`: no network, too slow, or unwell; nothing is known. */
export type Answered =
  | { kind: 'answered'; body: Record<string, unknown> }
  /** The alert was closed; or the link has run out, and the alert may go on. */
  | { kind: 'over'; reason: RescueLinkEnd }
  /** No such link, or not with this secret; or a request that the service will not have however often it comes. */
  | { kind: 'unknown' }
  | { kind: 'silent'; askAgainAfterMs?: number }

const answerWithinMs = 8_000
/** Answers that another try does not change. */
const neverTaken = new Set([400, 404, 405, 409, 413, 415])

/** The id and the secret that an address holds, or `null` when it is not a whole link. */
export function readLink(address: { pathname: string; hash: string }): { linkId: string; secret: Uint8Array } | null {
  const [, linkId] = /^\/r\/([A-Za-z0-9_-]{1,64})\/?$/.exec(address.pathname) ?? []
  const secret = decodeLinkSecret(address.hash.slice(1))
  return linkId === undefined || secret === null ? null : { linkId, secret }
}

/** @throws when this browser cannot derive keys */
export async function findService(parts: { linkId: string; secret: Uint8Array }): Promise<Link> {
  const [keys, apiUrl] = await Promise.all([deriveLinkKeys(parts.secret), askApiUrl()])
  return { linkId: parts.linkId, keys, apiUrl }
}

/** `undefined` without a network: it is asked again with the next question to the service. */
async function askApiUrl(): Promise<string | undefined> {
  try {
    const response = await fetch('/settings.json', { signal: AbortSignal.timeout(answerWithinMs) })
    return response.ok ? ((await response.json()) as { apiUrl: string }).apiUrl : undefined
  } catch {
    return undefined
  }
}

export async function askLink(link: Link, path: '' | '/replies' | '/progress', body?: object): Promise<Answered> {
  try {
    link.apiUrl ??= await askApiUrl()
    if (link.apiUrl === undefined) return { kind: 'silent' }
    const response = await fetch(`${link.apiUrl}/v1/rescue/${link.linkId}${path}`, {
      method: body ? 'POST' : 'GET',
      cache: 'no-store',
      credentials: 'omit',
      headers: { 'x-link-proof': link.keys.proof, ...(body && { 'content-type': 'application/json' }) },
      // A reply goes out even when the page is left in the same moment.
      ...(body && { body: JSON.stringify(body), keepalive: true }),
      signal: AbortSignal.timeout(answerWithinMs),
    })
    if (response.status === 410) {
      const { reason } = (await response.json()) as { reason?: RescueLinkEnd }
      return { kind: 'over', reason: reason ?? 'closed' }
    }
    if (neverTaken.has(response.status)) return { kind: 'unknown' }
    if (response.ok) return { kind: 'answered', body: (await response.json()) as Record<string, unknown> }
    const seconds = Number(response.headers.get('retry-after'))
    return seconds > 0 ? { kind: 'silent', askAgainAfterMs: seconds * 1_000 } : { kind: 'silent' }
  } catch {
    return { kind: 'silent' }
  }
}

/** What was sealed for this link, as JSON; `undefined` when it does not open. */
export async function openForLink<T>(link: Link, sealed: unknown): Promise<T | undefined> {
  if (typeof sealed !== 'string') return undefined
  const opened = await openLinkBrief(link.keys, link.linkId, sealed)
  if (opened.kind === 'refused') return undefined
  try {
    return JSON.parse(opened.text) as T
  } catch {
    return undefined
  }
}
