import { z } from 'zod'
import { instant, rhythmId } from './primitives.ts'
import { keyId, publicKey } from './sealed.ts'
import { signedGuidance } from './signed-guidance.ts'
import { promptKinds } from './words.ts'

/** A list of intervals between check-ins. The last one repeats. */
export const rhythmView = z.object({
  id: rhythmId,
  name: z.string().optional(),
  intervalsSeconds: z.array(z.int().min(1)).min(1),
})

/** When a prompt comes, in nominal seconds after the deadline. */
export const promptView = z.object({ kind: z.enum(promptKinds), afterSeconds: z.int().min(0) })

/** What a screen needs to know before anybody starts: who is here, what may be chosen, and the key to seal to. */
export const serviceView = z.object({
  serverNow: instant,
  trial: z.boolean().meta({ description: 'true: nobody real is told; every screen says so' }),
  someoneHere: z.boolean().meta({ description: 'a supporter is on shift now' }),
  open: z
    .boolean()
    .optional()
    .meta({ description: 'in opening hours now; an organisation without any is always open' }),
  opensAt: instant.optional().meta({ description: 'when it is open again' }),
  closesAt: instant.optional().meta({ description: 'when supporters go home' }),
  mayStart: z
    .object({ alone: z.boolean(), withSupporter: z.boolean() })
    .optional()
    .meta({ description: 'what may begin now; what runs goes on to its end' }),
  closedForGood: z.literal(true).optional(),
  rhythms: z.array(rhythmView),
  countdown: z.object({ minSeconds: z.int(), maxSeconds: z.int() }),
  prompts: z.array(promptView),
  smsNumber: z.string().meta({ description: 'the number that texts come from and go to, E.164' }),
  languages: z.array(z.string()),
  liveUrl: z.string().meta({ description: 'the whole address of the live socket' }),
  disclosureKey: z.object({
    keyId,
    publicKey,
    signedBy: z
      .array(z.object({ keyId, signature: z.string() }))
      .optional()
      .meta({ description: 'former keys that signed this one in: a device that pinned one of them may follow' }),
  }),
  webPush: z.object({ publicKey }).optional().meta({
    description: 'prompts can be pushed to a browser that subscribes with this VAPID key; absent: they cannot',
  }),

  signedGuidance: signedGuidance
    .optional()
    .meta({ description: 'guidance that somebody of this organisation answers for today; left out: none' }),
  organisation: z.string().optional().meta({ description: 'the slug of the organisation that answers' }),
})
export type ServiceView = z.infer<typeof serviceView>
export type RhythmView = z.infer<typeof rhythmView>
export type PromptView = z.infer<typeof promptView>

/** `GET /v1/service?service=slug`: how an organisation is named where the host name cannot tell. */
export const serviceQuery = z.object({
  service: z
    .string()
    .regex(/^[a-z0-9-]{1,63}$/)
    .optional()
    .meta({ description: 'the slug of an organisation; without it the host name decides' }),
})
