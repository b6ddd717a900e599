import { z } from 'zod'
import { commandId, uuid } from './primitives.ts'
import { sealedPlan } from './sealed.ts'

/** `POST /v1/feedback`: what a person wants to say, kept without their device. The text is sealed before it is stored. */
export const feedbackBody = z.strictObject({
  commandId,
  kind: z.enum(['feedback', 'complaint']),
  text: z.string().trim().min(1).max(2_000),
  language: z
    .string()
    .regex(/^[a-z]{2}$/)
    .default('en'),
})
export type FeedbackBody = z.infer<typeof feedbackBody>

/** `POST /v1/sessions/:id/why`: one tap, no blame. */
export const falseAlarmCauses = ['silent-phone', 'asleep', 'forgot', 'no-signal'] as const
export const whyBody = z.strictObject({ commandId, reason: z.enum(falseAlarmCauses) })
export type WhyBody = z.infer<typeof whyBody>

/** `GET /v1/operate/feedback`: `sealed` is HPKE to the reader's brief key, info `stillhere/feedback/v1`, aad `id.recipientId.keyId`. */
export const feedbackAnswer = z.object({
  feedback: z.array(
    z.object({
      id: uuid,
      kind: z.enum(['feedback', 'complaint']),
      language: z.string(),
      day: z.iso.date(),
      sealed: sealedPlan.optional().meta({ description: "absent until the worker has sealed it to the reader's key" }),
    }),
  ),
})
export type FeedbackAnswer = z.infer<typeof feedbackAnswer>
