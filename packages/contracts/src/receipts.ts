import { z } from 'zod'
import { openingReasons } from './opening-statement.ts'
import { instant, uuid } from './primitives.ts'
import { alertOutcomes, recipientKinds, recipientReplies } from './words.ts'

/** Who was told, when, and what they said. No numbers, no names. */
export const receiptView = z.object({
  told: z.array(
    z.object({
      who: z.enum(recipientKinds),
      rescuerId: uuid.optional(),
      at: instant,
      delivered: z.boolean().optional().meta({ description: 'absent while the carrier has not said' }),
      reply: z.enum(recipientReplies).optional(),
      seenAt: instant.optional().meta({ description: 'supporters: when the alert, without the plan, was first shown' }),
      openedAt: instant.optional().meta({ description: 'when they opened their brief' }),
    }),
  ),
  alert: z
    .object({
      raisedAt: instant,
      ownedAt: instant.optional(),
      closedAt: instant.optional(),
      outcome: z.enum(alertOutcomes).optional(),
    })
    .optional()
    .meta({ description: 'absent when the session had no alert' }),
  planOpened: z
    .array(z.object({ at: instant, reason: z.enum(openingReasons) }))
    .optional()
    .meta({ description: 'when two operators together opened the plan after the alert, and why' }),
})
export type ReceiptView = z.infer<typeof receiptView>
