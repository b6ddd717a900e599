import { type Bytes, readBase64url, readUtf8, toBase64url, utf8 } from './bytes.ts'
import type { WebKey } from './keys.ts'
import type { Opened } from './opened.ts'
import { SealingError } from './sealing-error.ts'
import { TAG_BYTES } from './sizes.ts'

const NONCE_BYTES = 12
const SECRET_BYTES = 32

/** Seals text under a symmetric key: base64url of a fresh 12-byte nonce, ciphertext and tag. */
export async function sealUnder(key: WebKey, aad: string, text: string, maxBytes: number): Promise<string> {
  const plaintext = utf8(text)
  if (plaintext.length > maxBytes) {
    throw new SealingError(
      'too_large',
      `at most ${maxBytes} bytes can be sealed here, and this has ${plaintext.length}`,
    )
  }
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
  const algorithm = { name: 'AES-GCM', iv: nonce, additionalData: utf8(aad) }
  const ciphertext = new Uint8Array(await crypto.subtle.encrypt(algorithm, key, plaintext))
  const whole = new Uint8Array(NONCE_BYTES + ciphertext.length)
  whole.set(nonce, 0)
  whole.set(ciphertext, NONCE_BYTES)
  return toBase64url(whole)
}

/** Opens what `sealUnder` made. Never throws for what it is given. */
export async function openUnder(key: WebKey, aad: string, sealed: string, maxBytes: number): Promise<Opened> {
  const longest = Math.ceil(((maxBytes + NONCE_BYTES + TAG_BYTES) * 4) / 3)
  if (typeof sealed !== 'string' || sealed.length > longest) return { kind: 'refused', reason: 'bad_form' }
  const whole = readBase64url(sealed)
  if (whole === null || whole.length < NONCE_BYTES + TAG_BYTES) return { kind: 'refused', reason: 'bad_form' }
  const algorithm = { name: 'AES-GCM', iv: whole.subarray(0, NONCE_BYTES), additionalData: utf8(aad) }
  let plaintext: ArrayBuffer
  try {
    plaintext = await crypto.subtle.decrypt(algorithm, key, whole.subarray(NONCE_BYTES))
  } catch {
    return { kind: 'refused', reason: 'cannot_open' }
  }
  const text = readUtf8(plaintext)
  return text === null ? { kind: 'refused', reason: 'bad_form' } : { kind: 'opened', text }
}

/** HKDF-SHA256 with empty salt, 32 bytes out. `secret` has 32 bytes. */
export async function hkdf(secret: Uint8Array, info: string): Promise<Bytes> {
  if (secret.length !== SECRET_BYTES) throw new SealingError('bad_key', 'a secret has 32 bytes')
  const base = await crypto.subtle.importKey('raw', Uint8Array.from(secret), 'HKDF', false, ['deriveBits'])
  const algorithm = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info: utf8(info) }
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, base, 256))
}

/** An AES-256-GCM key that cannot be exported, derived from `secret` for one purpose. */
export async function deriveAesKey(secret: Uint8Array, info: string): Promise<WebKey> {
  return crypto.subtle.importKey('raw', await hkdf(secret, info), 'AES-GCM', false, ['encrypt', 'decrypt'])
}
