import { z } from 'zod'
import { base64url, commandId } from './primitives.ts'
import { rescueReplies } from './words.ts'

/** Names a link in an address; opens nothing by itself. */
export const linkIdPattern = /^[A-Za-z0-9_-]{1,64}$/

/** `x-link-proof`: HKDF-SHA256(K, info 'stillhere/link/auth/v1'), 32 bytes in base64url. */
export const linkProofPattern = /^[A-Za-z0-9_-]{43}$/

/** Nonce, ciphertext and tag under a key that only the link's fragment holds. */
const linkSealed = base64url({ min: 12 + 16, max: 16_384 }, 'nonce, ciphertext and tag, base64url')

/** `GET /v1/rescue/:linkId`. Opening changes nothing: previews open links too. */
export const rescueLinkView = z.object({
  state: z.enum(['open', 'owned']),
  minimum: linkSealed.meta({ description: 'opens to {alertCode, area?}' }),
})
export type RescueLinkView = z.infer<typeof rescueLinkView>

/** `POST /v1/rescue/:linkId/replies`. */
export const rescueReplyBody = z.strictObject({ commandId, reply: z.enum(rescueReplies) })
export type RescueReplyBody = z.infer<typeof rescueReplyBody>

/** `going` brings the brief. */
export const rescueReplyAnswer = z.object({
  state: z.enum(['open', 'owned', 'closed']),
  brief: linkSealed.optional(),
})
export type RescueReplyAnswer = z.infer<typeof rescueReplyAnswer>
