import { z } from 'zod'
import { openingReasons, openingStates } from './opening-statement.ts'
import { commandId, instant, uuid } from './primitives.ts'
import { keyId, publicKey, sealedPlan } from './sealed.ts'
import { webAuthnBody } from './supporters.ts'

/**
 * Two people open a plan outside an alert (infra/decisions/0016). Each signs with a passkey what they were shown: the
 * challenge of WebAuthn is the statement itself, so that an answer to one question answers no other.
 */

const signed = {
  at: instant.meta({ description: 'serverNow of the list, as it was signed; good for two minutes' }),
  passkey: webAuthnBody.meta({ description: 'the answer to the statement as challenge, with user verification' }),
}
export const askOpeningBody = z.strictObject({
  commandId,
  openingId: uuid.meta({ description: 'made by the client' }),
  alertId: uuid,
  reason: z.enum(openingReasons),
  keyId,
  publicKey,
  ...signed,
})
export const confirmOpeningBody = z.strictObject({ commandId, ...signed })

const who = z.object({ id: uuid, name: z.string().optional() })
export const openingView = z.object({
  id: uuid,
  alertId: uuid,
  reason: z.enum(openingReasons),
  state: z.enum(openingStates),
  askedAt: instant,
  askedBy: who,
  confirmedBy: who.optional(),
  expiresAt: instant.meta({ description: 'until then somebody else may confirm' }),
  openedAt: instant.optional(),
  refused: z.string().optional().meta({ description: 'why the worker did not open it' }),
  keyId: z.string(),
  publicKey: z.string(),
  readableUntil: instant.optional(),
  sealed: sealedPlan.optional().meta({ description: 'for who asked alone, until readableUntil' }),
})
export const openingAnswer = z.object({ opening: openingView })
export const openingsAnswer = z.object({ openings: z.array(openingView), serverNow: instant })

export type AskOpeningBody = z.infer<typeof askOpeningBody>
export type ConfirmOpeningBody = z.infer<typeof confirmOpeningBody>
export type OpeningView = z.infer<typeof openingView>
export type OpeningsAnswer = z.infer<typeof openingsAnswer>
