import { z } from 'zod'
import { base64url } from './primitives.ts'

/** Names a disclosure key. No dot: the key id is the last part of an `aad` whose parts are joined by dots. */
export const keyId = z
  .string()
  .regex(/^[a-z0-9-]{1,40}$/)
  .meta({ description: '1 to 40 of a-z, 0-9 and -' })

/** A P-256 point, raw and uncompressed: 65 bytes. */
export const publicKey = base64url({ min: 65, max: 65 }, '65 bytes, a raw uncompressed P-256 point, base64url')

/** AES-256-GCM adds a tag of 16 bytes, so 17 is the least that can hold anything. */
const leastCiphertextBytes = 17

/** A plan sealed and in base64url still fits the 16 KiB body with an own number beside it. */
export const sealedPlanMaxBytes = 11_264

/** An E.164 number is 16 characters; room for one typed with spaces, which the disclosure folder normalises. */
export const sealedNumberMaxBytes = 144

/** Where a browser can be reached: an address of some push services is several hundred characters long. */
export const sealedPushMaxBytes = 2_064

function sealedOf(maxBytes: number) {
  return z.strictObject({
    keyId,
    enc: publicKey,
    ciphertext: base64url(
      { min: leastCiphertextBytes, max: maxBytes },
      `ciphertext and tag, ${leastCiphertextBytes} to ${maxBytes} bytes, base64url without padding`,
    ),
  })
}

/**
 * HPKE base mode (RFC 9180), DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. Only the form is checked here: the
 * api cannot open it, the disclosure folder checks it with authority and publishes `check`.
 */
export const sealedPlan = sealedOf(sealedPlanMaxBytes)
/** One phone number, sealed in a compartment of its own. */
export const sealedNumber = sealedOf(sealedNumberMaxBytes)
/** Where the browser of a session can be reached for prompts. */
export const sealedPush = sealedOf(sealedPushMaxBytes)
export type Sealed = z.infer<typeof sealedPlan>
