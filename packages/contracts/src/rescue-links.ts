import { bounds } from '@stillhere/domain'
import { z } from 'zod'
import { base64url, commandId } from './primitives.ts'
import { signedGuidance } from './signed-guidance.ts'
import { rescueProgressKinds, rescueReplies } from './words.ts'

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
  othersGoing: z.int().min(0).meta({ description: 'how many other rescuers are going or there; no names' }),
  signedGuidance: signedGuidance
    .optional()
    .meta({ description: 'guidance that the organisation of this alert answers for; left out: none' }),
})
export type RescueLinkView = z.infer<typeof rescueLinkView>

/** `POST /v1/rescue/:linkId/replies`. */
export const rescueReplyBody = z.strictObject({ commandId, reply: z.enum(rescueReplies) })
export type RescueReplyBody = z.infer<typeof rescueReplyBody>

/**
 * `POST /v1/rescue/:linkId/progress`: something happened there, or an earlier word of this link was a mistake. Either
 * `kind` or `takesBack`.
 */
export const rescueProgressBody = z
  .strictObject({
    commandId,
    kind: z.enum(rescueProgressKinds).optional(),
    secondsAgo: z.number().min(0).max(bounds.pressedSecondsAgo).optional().meta({
      description:
        'how long ago it was tapped, in real seconds, with parts of a second: taps close together keep their order; a repeat may say another',
    }),
    takesBack: commandId.optional().meta({ description: 'the commandId of the word that was a mistake' }),
  })
  .refine(({ kind, takesBack }) => (kind === undefined) !== (takesBack === undefined), {
    path: ['kind'],
    error: 'either kind or takesBack',
  })
export type RescueProgressBody = z.infer<typeof rescueProgressBody>
export const rescueProgressAnswer = z.object({ state: z.enum(['open', 'owned']) })

/** Why a link answers 410: the alert was closed, or the link ran out (or was revoked) before that. */
export const rescueLinkEnds = ['closed', 'expired'] as const
export type RescueLinkEnd = (typeof rescueLinkEnds)[number]

/** `going` brings the brief. */
export const rescueReplyAnswer = z.object({
  state: z.enum(['open', 'owned', 'closed']),
  brief: linkSealed.optional(),
})
export type RescueReplyAnswer = z.infer<typeof rescueReplyAnswer>
