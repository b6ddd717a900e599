import { deriveAesKey, openUnder, sealUnder } from './aes-gcm.ts'
import { MAX_PLAINTEXT_BYTES } from './bindings.ts'
import type { WebKey } from './keys.ts'
import type { Opened } from './opened.ts'

/*
 * A destination the worker has opened once and checked may be kept sealed under a key of the worker's own, so that a
 * storm does not pay an elliptic-curve operation for every text (see the README for the two costs). It is as closed as
 * before: no other process holds the key.
 */

/** The worker's key for destinations, from a 32-byte secret of its settings. Derive it once and keep it. */
export function deriveDestinationKey(secret: Uint8Array): Promise<WebKey> {
  return deriveAesKey(secret, 'stillhere/destination/v1')
}

/** Seals a phone number (E.164) to the worker itself, bound to the row that holds it. */
export function sealDestination(key: WebKey, rowId: string, e164: string): Promise<string> {
  return sealUnder(key, rowId, e164, MAX_PLAINTEXT_BYTES.number)
}

/** Opens what `sealDestination` made for the same row. */
export function openDestination(key: WebKey, rowId: string, sealed: string): Promise<Opened> {
  return openUnder(key, rowId, sealed, MAX_PLAINTEXT_BYTES.number)
}
