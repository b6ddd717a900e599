import { isKeyId } from './bindings.ts'
import { readBase64url, toBase64url } from './bytes.ts'
import { POINT_BYTES } from './sizes.ts'

/** WebCrypto's key, named so that it is the same type under Node's types and the DOM's. */
export type WebKey = InstanceType<typeof CryptoKey>

const P256 = { name: 'ECDH', namedCurve: 'P-256' } as const

/** A public key one can seal to. Import it once and keep it: an import costs more than a seal's own arithmetic. */
export interface PublicKey {
  readonly keyId: string
  readonly key: WebKey
}

export type ParsedPublicKey =
  | { kind: 'parsed'; key: PublicKey }
  | { kind: 'refused'; reason: 'bad_key_id' | 'bad_form' | 'not_a_point' }

/**
 * Reads a public key as it travels: raw uncompressed P-256 point, 65 bytes, base64url without padding.
 * A point that is not on the curve is refused, so that a poisoned key cannot learn anything from what is sealed to it.
 */
export async function parsePublicKey(wire: { keyId: string; publicKey: string }): Promise<ParsedPublicKey> {
  if (!isKeyId(wire.keyId)) return { kind: 'refused', reason: 'bad_key_id' }
  const raw = readBase64url(wire.publicKey)
  if (raw === null || raw.length !== POINT_BYTES || raw[0] !== 4) return { kind: 'refused', reason: 'bad_form' }
  try {
    const key = await crypto.subtle.importKey('raw', raw, P256, true, [])
    return { kind: 'parsed', key: { keyId: wire.keyId, key } }
  } catch {
    return { kind: 'refused', reason: 'not_a_point' }
  }
}

/** A key pair that opens. The private half need not be exportable: a supporter's browser keeps one that is not. */
export interface OpeningKey extends PublicKey {
  readonly privateKey: WebKey
}

export type ParsedOpeningKey =
  | { kind: 'parsed'; key: OpeningKey }
  | { kind: 'refused'; reason: 'bad_key_id' | 'bad_form' | 'not_a_key' }

/** A new pair. `extractable: false` in a browser; `true` where the pair is made to be written into settings. */
export async function generateOpeningKey(keyId: string, options: { extractable: boolean }): Promise<OpeningKey> {
  const pair = await crypto.subtle.generateKey(P256, options.extractable, ['deriveBits'])
  return { keyId, key: pair.publicKey, privateKey: pair.privateKey }
}

/** Reads a private key as settings hold it: PKCS #8, base64url without padding. The public half comes out of it. */
export async function parseOpeningKey(wire: { keyId: string; privateKey: string }): Promise<ParsedOpeningKey> {
  if (!isKeyId(wire.keyId)) return { kind: 'refused', reason: 'bad_key_id' }
  const pkcs8 = readBase64url(wire.privateKey)
  if (pkcs8 === null || pkcs8.length === 0 || pkcs8.length > 512) return { kind: 'refused', reason: 'bad_form' }
  try {
    const exportable = await crypto.subtle.importKey('pkcs8', pkcs8, P256, true, ['deriveBits'])
    const { d: _private, key_ops: _usages, ...publicHalf } = await crypto.subtle.exportKey('jwk', exportable)
    const key = await crypto.subtle.importKey('jwk', publicHalf, P256, true, [])
    // The copy that stays in memory cannot be exported again.
    const privateKey = await crypto.subtle.importKey('pkcs8', pkcs8, P256, false, ['deriveBits'])
    return { kind: 'parsed', key: { keyId: wire.keyId, key, privateKey } }
  } catch {
    return { kind: 'refused', reason: 'not_a_key' }
  }
}

/** The form in which a public key travels: raw point, base64url. */
export async function writePublicKey(key: PublicKey): Promise<string> {
  return toBase64url(await crypto.subtle.exportKey('raw', key.key))
}

/** PKCS #8, base64url, for settings and escrow. Throws for a pair made with `extractable: false`. */
export async function writeOpeningKey(key: OpeningKey): Promise<string> {
  return toBase64url(await crypto.subtle.exportKey('pkcs8', key.privateKey))
}
