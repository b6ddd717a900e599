import { z } from 'zod'

/** A document of guidance: where it is shown, region, language. */
export const guidanceDocument = z
  .string()
  .regex(/^(rescue|alone|call)\.[a-z]{2}\.[a-z]{2}$/)
  .meta({ description: 'rescue, alone or call; region; language: rescue.gb.en' })
export const contentHash = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/)
  .meta({ description: 'SHA-256 of the document as JSON, base64url' })

/** A day of the calendar. */
export const reviewDay = z.iso.date().meta({ description: 'YYYY-MM-DD' })

/** What everybody's screens are told; only sign-offs that count today. */
export const signedGuidance = z.array(
  z.object({ document: guidanceDocument, contentHash, reviewBy: reviewDay, by: z.string(), on: reviewDay }),
)
export type SignedGuidance = z.infer<typeof signedGuidance>
