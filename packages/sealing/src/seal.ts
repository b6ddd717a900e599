import {
  aadOf,
  type Bindings,
  INFO,
  MAX_ANY_PLAINTEXT_BYTES,
  MAX_PLAINTEXT_BYTES,
  type SealedKind,
} from './bindings.ts'
import { toBase64url, utf8 } from './bytes.ts'
import type { PublicKey } from './keys.ts'
import { SealingError } from './sealing-error.ts'
import { suite } from './suite.ts'

export { type Bindings, INFO, MAX_PLAINTEXT_BYTES, type SealedKind } from './bindings.ts'
export { type ParsedPublicKey, type PublicKey, parsePublicKey, writePublicKey } from './keys.ts'
export {
  decodeLinkSecret,
  deriveLinkKeys,
  deriveLinkSecret,
  encodeLinkSecret,
  type LinkKeys,
  linkProof,
  openLinkBrief,
  sealLinkBrief,
} from './link.ts'
export type { Opened } from './opened.ts'
export { SealingError } from './sealing-error.ts'
export { isSuccessor, type WireKey } from './succession.ts'

/** What travels and is stored: `enc` and `ciphertext` are base64url without padding. */
export interface Sealed {
  keyId: string
  enc: string
  ciphertext: string
}

/**
 * Seals bytes or text (UTF-8) to a public key with any `info` and `aad`. For the kinds of the contract use the named
 * functions below: they build the binding. Throws `SealingError` (`too_large`, `bad_key`).
 */
export async function sealFor(
  to: PublicKey,
  info: string,
  aad: string,
  plaintext: string,
  maxBytes: number = MAX_ANY_PLAINTEXT_BYTES,
): Promise<Sealed> {
  const bytes = utf8(plaintext)
  if (bytes.length > maxBytes) {
    throw new SealingError('too_large', `at most ${maxBytes} bytes can be sealed here, and this has ${bytes.length}`)
  }
  try {
    const { enc, ct } = await suite.seal({ recipientPublicKey: to.key, info: utf8(info) }, bytes, utf8(aad))
    return { keyId: to.keyId, enc: toBase64url(enc), ciphertext: toBase64url(ct) }
  } catch (cause) {
    throw new SealingError('bad_key', 'this key cannot be sealed to', { cause })
  }
}

/** Seals a plan's JSON. It opens only as this version of this plan. */
export function sealPlan(to: PublicKey, plan: Bindings['plan'], json: string): Promise<Sealed> {
  return sealKind(to, 'plan', plan, json)
}

/** Seals one phone number (E.164) for one rescuer of a plan, or `'own'`: each in a compartment of its own. */
export function sealNumber(to: PublicKey, whose: Bindings['number'], e164: string): Promise<Sealed> {
  return sealKind(to, 'number', whose, e164)
}

/** Seals a supporter's brief to the key of that supporter's browser. */
export function sealBrief(to: PublicKey, whose: Bindings['brief'], json: string): Promise<Sealed> {
  return sealKind(to, 'brief', whose, json)
}

/** Seals an inbound text (sender and body) for the worker, bound to the carrier's id of it. */
export function sealInbound(to: PublicKey, text: Bindings['inbound'], json: string): Promise<Sealed> {
  return sealKind(to, 'inbound', text, json)
}

/** Seals the word an invitation will carry, so that only the worker reads it. */
export function sealWord(to: PublicKey, whose: Bindings['word'], word: string): Promise<Sealed> {
  return sealKind(to, 'word', whose, word)
}

/** Seals where the browser of a session can be reached, so that only the worker can reach it. */
export function sealPush(to: PublicKey, whose: Bindings['push'], json: string): Promise<Sealed> {
  return sealKind(to, 'push', whose, json)
}

async function sealKind<K extends SealedKind>(
  to: PublicKey,
  kind: K,
  binding: Bindings[K],
  plaintext: string,
): Promise<Sealed> {
  const aad = aadOf(kind, binding, to.keyId)
  if (aad === null) throw new SealingError('bad_reference', `the reference of this ${kind} has not its form`)
  return sealFor(to, INFO[kind], aad, plaintext, MAX_PLAINTEXT_BYTES[kind])
}
