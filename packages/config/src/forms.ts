import { createPrivateKey, ECDH } from 'node:crypto'
import { isIP } from 'node:net'
import { z } from 'zod'
import { PhoneNumber, Secret } from './secret.ts'

/*
 * The form of each kind of setting: from the text of an environment variable to a checked value. Failing says nothing
 * here; the sentence a person reads is the setting's own (`settings.ts`), so that no value can slip into it.
 */

/** Turns a reader that answers `null` for a bad text into a schema. */
function form<T>(read: (text: string) => T | null) {
  return z.string().transform((text, context): T => {
    const value = read(text)
    if (value !== null) return value
    context.addIssue({ code: 'custom', message: 'bad form' })
    return z.NEVER
  })
}

/** A whole number in decimal digits: no sign, unit, fraction or exponent. `500ms` is a mistake, not 500. */
export function wholeNumber(min: number, max: number) {
  return form((text) => {
    const value = /^[0-9]{1,9}$/.test(text) ? Number(text) : Number.NaN
    return value >= min && value <= max ? value : null
  })
}

function readUrl(text: string, protocols: readonly string[]): URL | null {
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  return protocols.includes(url.protocol) ? url : null
}

/** A URL that may hold a password, of one of these protocols. */
export function secretUrl(...protocols: readonly string[]) {
  return form((text) => (readUrl(text, protocols) === null ? null : new Secret(text)))
}

/** The same, of somebody: with a user and a password. */
export function secretUrlWithUser(...protocols: readonly string[]) {
  return form((text) => {
    const url = readUrl(text, protocols)
    return url === null || url.username === '' || url.password === '' ? null : new Secret(text)
  })
}

/** `https://host[:port]` with nothing behind it, normalised as a browser sends it in `Origin`. */
export const origin = form((text) => {
  const url = readUrl(text, ['http:', 'https:'])
  if (url === null || url.username !== '' || url.password !== '') return null
  return url.pathname === '/' && url.search === '' && url.hash === '' ? url.origin : null
})

/** A whole WebSocket URL. */
export const socketUrl = form((text) => {
  const url = readUrl(text, ['ws:', 'wss:'])
  return url === null || url.username !== '' || url.password !== '' || url.hash !== '' ? null : url.href
})

/** What a listener binds to. A name would be looked up, and a wrong one is found out by nobody but the listener. */
export const host = form((text) => (isIP(text) !== 0 || text === 'localhost' ? text : null))

/** Addresses or ranges with commas between them. A range wider than /8 would let half the internet name its own address. */
export const addressRanges = form((text): readonly string[] | null => {
  const ranges = text.split(',').map((part) => part.trim())
  return ranges.every(isAddressRange) ? ranges : null
})

function isAddressRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0 || address.includes('%')) return false
  if (bits === undefined) return true
  return /^[0-9]{1,3}$/.test(bits) && Number(bits) >= 8 && Number(bits) <= (family === 4 ? 32 : 128)
}

export const phoneNumber = form((text) => PhoneNumber.parse(text))

export const accountSid = form((text) => (/^AC[0-9a-fA-F]{32}$/.test(text) ? text : null))

export const authToken = form((text) => (/^[\x21-\x7e]{16,128}$/.test(text) ? new Secret(text) : null))

/** 32 bytes in base64url without padding. */
export const secretBytes = form((text) => {
  const bytes = readBase64url(text)
  return bytes?.length === 32 ? new Secret(bytes) : null
})

/** SHA-256 of public keys, 32 bytes in base64url each: two while a key is being rotated. */
export const fingerprints = form((text): readonly string[] | null => {
  const parts = text.split(',').map((part) => part.trim())
  return parts.length <= 4 && parts.every((part) => readBase64url(part)?.length === 32) ? parts : null
})

/** The public half of the disclosure key, as it travels. */
export interface DisclosurePublicKey {
  readonly keyId: string
  /** Raw uncompressed P-256 point, base64url. */
  readonly publicKey: string
}

/** `keyId:point`, the point on the curve. */
export const disclosurePublicKey = form((text): DisclosurePublicKey | null => {
  const [keyId, publicKey] = splitKey(text)
  const point = readBase64url(publicKey)
  if (keyId === null || point?.length !== 65 || point[0] !== 4) return null
  try {
    ECDH.convertKey(point, 'prime256v1')
  } catch {
    return null
  }
  return { keyId, publicKey }
})

/** A former key's word that the current one follows it. */
export interface DisclosureSignature {
  readonly keyId: string
  /** ECDSA with SHA-256, 64 bytes, base64url. */
  readonly signature: string
}

/** `keyId:signature[,keyId:signature…]`. */
export const disclosureSignatures = form((text): readonly DisclosureSignature[] | null => {
  const signatures = text.split(',').map((part) => {
    const [keyId, signature] = splitKey(part.trim())
    return keyId !== null && readBase64url(signature)?.length === 64 ? [{ keyId, signature }] : []
  })
  return signatures.every(({ length }) => length === 1) ? signatures.flat() : null
})

/** A private half of a disclosure key, as settings hold it. */
export interface DisclosureKey {
  readonly keyId: string
  /** PKCS #8, base64url. */
  readonly privateKey: Secret
}

/** `keyId:pkcs8[,keyId:pkcs8…]`, the current key first, ids unlike one another. */
export const disclosureKeys = form((text): readonly [DisclosureKey, ...DisclosureKey[]] | null => {
  const keys: DisclosureKey[] = []
  for (const part of text.split(',')) {
    const [keyId, pkcs8] = splitKey(part.trim())
    const der = readBase64url(pkcs8)
    if (keyId === null || der === null || !isP256(der)) return null
    if (keys.some((key) => key.keyId === keyId)) return null
    keys.push({ keyId, privateKey: new Secret(pkcs8) })
  }
  const [current, ...older] = keys
  return current === undefined ? null : [current, ...older]
})

function splitKey(text: string): [keyId: string | null, rest: string] {
  const match = /^([a-z0-9-]{1,40}):([A-Za-z0-9_-]+)$/.exec(text)
  return match === null ? [null, ''] : [match[1] ?? null, match[2] ?? '']
}

function isP256(der: Buffer): boolean {
  try {
    const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
  } catch {
    return false
  }
}

// Buffer's own decoder takes almost anything; only the one canonical spelling is a setting.
function readBase64url(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text && bytes.length > 0 ? bytes : null
}

/** A P-256 point, raw and uncompressed, as browsers take it. */
export const point = form((text) =>
  /^B[A-P][A-Za-z0-9_-]{85}$/.test(text) && Buffer.from(text, 'base64url')[0] === 4 ? text : null,
)

export const vapidPrivateKey = form((text) => (/^[A-Za-z0-9_-]{43}$/.test(text) ? new Secret(text) : null))

export const vapidSubject = form((text) => {
  const url = readUrl(text, ['mailto:', 'https:'])
  return url === null || url.username !== '' || url.password !== '' ? null : text
})

/** Names of push services. A star stands for one below a name of two dots at least: nobody is allowed half the internet. */
export const pushHosts = form((text): readonly string[] | null => {
  const hosts = text.split(',').map((part) => part.trim())
  const isName = (host: string) => /^(?:\*\.[a-z0-9-]+\.|[a-z0-9-]+\.)(?:[a-z0-9-]+\.)*[a-z]{2,}$/.test(host)
  return hosts.length <= 20 && hosts.every(isName) ? hosts : null
})
