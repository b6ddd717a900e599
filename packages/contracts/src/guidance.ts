import { z } from 'zod'
import { line } from './operate.ts'
import { commandId, instant, uuid } from './primitives.ts'
import { contentHash, guidanceDocument, reviewDay } from './signed-guidance.ts'

/**
 * Who of this organisation answers for a document of clinical guidance: by name, for exactly these words (their hash), until
 * the day by which they must be read again. Of other words, or after that day, nobody has signed.
 */

export const signGuidanceBody = z.strictObject({
  commandId,
  contentHash,
  reviewBy: reviewDay.meta({ description: 'the earliest day on which anything in it must be read again' }),
  qualification: line(120).meta({ description: 'as what they sign: a profession, a public register and number' }),
})
export const guidanceSignOffView = z.object({
  document: guidanceDocument,
  contentHash,
  reviewBy: reviewDay,
  signedBy: z.object({ id: uuid, name: z.string().optional() }),
  qualification: z.string(),
  signedAt: instant,
})
export const guidanceSignOffAnswer = z.object({ signOff: guidanceSignOffView })
export const guidanceSignOffsAnswer = z.object({ signOffs: z.array(guidanceSignOffView), serverNow: instant })

export type SignGuidanceBody = z.infer<typeof signGuidanceBody>
export type GuidanceSignOffsAnswer = z.infer<typeof guidanceSignOffsAnswer>
