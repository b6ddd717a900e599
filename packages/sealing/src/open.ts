import {
  aadOf,
  type Bindings,
  INFO,
  isKeyId,
  MAX_ANY_PLAINTEXT_BYTES,
  MAX_PLAINTEXT_BYTES,
  type SealedKind,
} from './bindings.ts'
import { readBase64url, readUtf8, utf8 } from './bytes.ts'
import type { OpeningKey } from './keys.ts'
import type { Opened, RefusedToOpen } from './opened.ts'
import type { Sealed } from './seal.ts'
import { POINT_BYTES, TAG_BYTES } from './sizes.ts'
import { suite } from './suite.ts'

export {
  generateOpeningKey,
  type OpeningKey,
  type ParsedOpeningKey,
  parseOpeningKey,
  writeOpeningKey,
  writePublicKey,
} from './keys.ts'
export type { Opened, RefusedToOpen } from './opened.ts'
export { deriveDestinationKey, openDestination, sealDestination } from './own.ts'
export { signSuccession } from './succession.ts'

/**
 * Opens with the key the ciphertext names; keys may be many, for rotation. Never throws for what it is given: whatever
 * arrives from outside is answered with an outcome.
 */
export async function openSealed(
  keys: readonly OpeningKey[],
  sealed: Sealed,
  info: string,
  aad: string,
  maxBytes: number = MAX_ANY_PLAINTEXT_BYTES,
): Promise<Opened> {
  if (typeof sealed !== 'object' || sealed === null || !isKeyId(sealed.keyId)) return refused('bad_form')
  // Length before decoding: base64 spends 4 characters on 3 bytes, and nobody gets to make us decode a megabyte.
  if (typeof sealed.ciphertext !== 'string' || sealed.ciphertext.length > Math.ceil(((maxBytes + TAG_BYTES) * 4) / 3)) {
    return refused('bad_form')
  }
  const ciphertext = readBase64url(sealed.ciphertext)
  if (ciphertext === null || ciphertext.length < TAG_BYTES) return refused('bad_form')
  if (typeof sealed.enc !== 'string' || sealed.enc.length > 2 * POINT_BYTES) return refused('bad_form')
  const enc = readBase64url(sealed.enc)
  if (enc === null || enc.length !== POINT_BYTES) return refused('bad_form')
  const key = keys.find((candidate) => candidate.keyId === sealed.keyId)
  if (key === undefined) return refused('unknown_key')
  let plaintext: ArrayBuffer
  try {
    // The whole pair, not only the private key: with it the library need not derive the public half at every call.
    const recipientKey = { privateKey: key.privateKey, publicKey: key.key }
    plaintext = await suite.open({ recipientKey, enc, info: utf8(info) }, ciphertext, utf8(aad))
  } catch {
    return refused('cannot_open')
  }
  const text = readUtf8(plaintext)
  return text === null ? refused('bad_form') : { kind: 'opened', text }
}

/** Opens a plan as this version of this plan: its JSON text, not yet checked. */
export function openPlan(keys: readonly OpeningKey[], plan: Bindings['plan'], sealed: Sealed): Promise<Opened> {
  return openKind(keys, 'plan', plan, sealed)
}

/** Opens one phone number. The text is not yet checked: it may be anything somebody sealed. */
export function openNumber(keys: readonly OpeningKey[], whose: Bindings['number'], sealed: Sealed): Promise<Opened> {
  return openKind(keys, 'number', whose, sealed)
}

/** Opens a supporter's brief, in that supporter's browser. */
export function openBrief(keys: readonly OpeningKey[], whose: Bindings['brief'], sealed: Sealed): Promise<Opened> {
  return openKind(keys, 'brief', whose, sealed)
}

/** Opens an inbound text that the api sealed. */
export function openInbound(keys: readonly OpeningKey[], text: Bindings['inbound'], sealed: Sealed): Promise<Opened> {
  return openKind(keys, 'inbound', text, sealed)
}

/** Opens the word of an invitation. */
export function openWord(keys: readonly OpeningKey[], whose: Bindings['word'], sealed: Sealed): Promise<Opened> {
  return openKind(keys, 'word', whose, sealed)
}

/** Opens where the browser of a session can be reached: JSON, not yet checked. */
export function openPush(keys: readonly OpeningKey[], whose: Bindings['push'], sealed: Sealed): Promise<Opened> {
  return openKind(keys, 'push', whose, sealed)
}

async function openKind<K extends SealedKind>(
  keys: readonly OpeningKey[],
  kind: K,
  binding: Bindings[K],
  sealed: Sealed,
): Promise<Opened> {
  const aad = aadOf(kind, binding, String(sealed?.keyId))
  if (aad === null) return refused('bad_form')
  return openSealed(keys, sealed, INFO[kind], aad, MAX_PLAINTEXT_BYTES[kind])
}

function refused(reason: RefusedToOpen): Opened {
  return { kind: 'refused', reason }
}
