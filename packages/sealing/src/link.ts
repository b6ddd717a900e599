import { base58 } from '@scure/base'
import { deriveAesKey, hkdf, openUnder, sealUnder } from './aes-gcm.ts'
import { INFO, isLinkId, MAX_PLAINTEXT_BYTES } from './bindings.ts'
import { type Bytes, toBase64url } from './bytes.ts'
import type { WebKey } from './keys.ts'
import type { Opened } from './opened.ts'
import { SealingError } from './sealing-error.ts'

/*
 * A rescuer's link is `/r/:linkId#K`. K (32 bytes, base58) stands in the fragment, which browsers do not send. From K
 * come two keys by HKDF-SHA256 with empty salt: one proves to the api that the asker holds K, the other opens what the
 * worker sealed for this link. The api stores the proof and the ciphertext and can open nothing.
 */

const SECRET_BYTES = 32

export interface LinkKeys {
  /** Base64url; what the page sends as `x-link-proof`. */
  readonly proof: string
  readonly briefKey: WebKey
}

/** The two keys of a link. `secret` is K, 32 bytes. */
export async function deriveLinkKeys(secret: Uint8Array): Promise<LinkKeys> {
  const [proof, briefKey] = await Promise.all([linkProof(secret), deriveAesKey(secret, INFO.linkBrief)])
  return { proof, briefKey }
}

/** The `x-link-proof` of K: base64url(HKDF-SHA256(K, info `stillhere/link/auth/v1`)). */
export async function linkProof(secret: Uint8Array): Promise<string> {
  return toBase64url(await hkdf(secret, INFO.linkAuth))
}

/**
 * K of a link, from the worker's own 32-byte key, so that a repeated text carries the same link and K is stored
 * nowhere. Without the worker's key a link's id says nothing about its K.
 */
export async function deriveLinkSecret(serviceKey: Uint8Array, linkId: string): Promise<Bytes> {
  return hkdf(serviceKey, `${INFO.linkSecret}/${linkIdOrThrow(linkId)}`)
}

/** K as the link's fragment holds it: base58 with Bitcoin's alphabet. */
export function encodeLinkSecret(secret: Uint8Array): string {
  if (secret.length !== SECRET_BYTES) throw new SealingError('bad_key', 'a link secret has 32 bytes')
  return base58.encode(secret)
}

/** K from a fragment, or `null` when it is not one. */
export function decodeLinkSecret(text: string): Bytes | null {
  // 32 bytes are 32 to 44 characters; longer input is not decoded at all (base58 takes quadratic time).
  if (text.length > 44) return null
  try {
    const bytes = Uint8Array.from(base58.decode(text))
    return bytes.length === SECRET_BYTES ? bytes : null
  } catch {
    return null
  }
}

/** Seals what a link shows: base64url of nonce (12 bytes), ciphertext and tag, bound to the link's id. */
export async function sealLinkBrief(keys: LinkKeys, linkId: string, json: string): Promise<string> {
  return sealUnder(keys.briefKey, linkIdOrThrow(linkId), json, MAX_PLAINTEXT_BYTES.brief)
}

/** Opens what `sealLinkBrief` made, on the rescuer's page. */
export async function openLinkBrief(keys: LinkKeys, linkId: string, sealed: string): Promise<Opened> {
  if (!isLinkId(linkId)) return { kind: 'refused', reason: 'bad_form' }
  return openUnder(keys.briefKey, linkId, sealed, MAX_PLAINTEXT_BYTES.brief)
}

function linkIdOrThrow(linkId: string): string {
  if (!isLinkId(linkId)) throw new SealingError('bad_reference', 'a link id is 1 to 64 letters, digits, _ or -')
  return linkId
}
