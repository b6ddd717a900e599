import { isKeyId } from './bindings.ts'
import { readBase64url, toBase64url, utf8 } from './bytes.ts'
import { POINT_BYTES } from './sizes.ts'

/*
 * Who may follow a disclosure key. A device pins the key it first sealed to; another key is believed only when the pinned
 * one signed it in, so that a taken-over api cannot hand out a key of its own. The disclosure key is an ECDH key of P-256; the
 * same scalar signs here, once a year, over text that begins with a label of its own and can be nothing else.
 */

/** A public disclosure key as it travels. */
export interface WireKey {
  keyId: string
  /** Raw uncompressed P-256 point, 65 bytes, base64url. */
  publicKey: string
}

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256' } as const
const SIGNED = { name: 'ECDSA', hash: 'SHA-256' } as const
const SIGNATURE_BYTES = 64

const statement = (former: string, next: WireKey) =>
  utf8(`stillhere/succession/v1\n${former}\n${next.keyId}\n${next.publicKey}`)

/**
 * The former key's word that `next` follows it: ECDSA with SHA-256, 64 bytes, base64url. For whoever rotates the key.
 * @param former its id and its private half (PKCS #8, base64url)
 */
export async function signSuccession(former: { keyId: string; privateKey: string }, next: WireKey): Promise<string> {
  const pkcs8 = readBase64url(former.privateKey) ?? new Uint8Array()
  const key = await crypto.subtle.importKey('pkcs8', pkcs8, ECDSA, false, ['sign'])
  return toBase64url(await crypto.subtle.sign(SIGNED, key, statement(former.keyId, next)))
}

/** Whether the pinned key signed `next` in. Never throws for what it is given. */
export async function isSuccessor(pinned: WireKey, next: WireKey, signature: string): Promise<boolean> {
  if (!isKeyId(pinned.keyId) || !isKeyId(next.keyId)) return false
  const point = readBase64url(pinned.publicKey)
  const bytes = readBase64url(signature)
  if (point?.length !== POINT_BYTES || bytes?.length !== SIGNATURE_BYTES) return false
  try {
    const key = await crypto.subtle.importKey('raw', point, ECDSA, false, ['verify'])
    return await crypto.subtle.verify(SIGNED, key, bytes, statement(pinned.keyId, next))
  } catch {
    return false
  }
}
