import type { DoneKind, ProgressKind } from '@stillhere/domain'
import { z } from 'zod'
import { roles } from './operate.ts'
import { base64url, commandId, instant, uuid } from './primitives.ts'
import { sealedPlan } from './sealed.ts'
import {
  alertOutcomes,
  alertStates,
  allClearOutcomes,
  numberStates,
  recipientKinds,
  recipientReplies,
  sessionStates,
} from './words.ts'

/** What is recorded of an alert as it happens. */
export const progressKinds = [
  'called-999',
  'number-given',
  'rescuer-going',
  'rescuer-there',
  'breathing',
  'not-breathing',
  'naloxone-given',
  'crew-there',
  'declined',
  'withdrawn',
] as const satisfies readonly ProgressKind[]
/** What stands on the timeline by a command of its own, and cannot be recorded nor taken back. */
export const doneKinds = ['handed-over', 'stood-down'] as const satisfies readonly DoneKind[]

// --- signing in

/** `POST /v1/sign-in`: a one-time invitation, 32 bytes in base64url. */
export const signInBody = z.strictObject({ invitation: base64url({ min: 32, max: 32 }, 'a one-time invitation') })
export const signInAnswer = z.object({ token: z.string() })

/** WebAuthn's own JSON, which its library checks. */
export const webAuthnBody = z.looseObject({
  id: z.string().max(1_400),
  rawId: z.string().max(1_400),
  type: z.literal('public-key'),
  response: z.looseObject({ clientDataJSON: z.string().max(4_096) }),
  clientExtensionResults: z.looseObject({}),
})
export const webAuthnOptions = z.looseObject({ challenge: z.string() })
export const passkeyAnswer = z.object({ token: z.string(), passkeyId: z.string().optional() })

/** `PUT /v1/brief-key`: raw uncompressed P-256 point, 65 bytes. */
export const briefKeyBody = z.strictObject({ publicKey: base64url({ min: 65, max: 65 }, 'P-256 public key, 65 bytes') })
export const briefKeyAnswer = z.object({ recipientId: uuid, keyId: z.string() })

/** `PUT /v1/shift`. */
export const shiftBody = z.strictObject({ commandId, onShift: z.boolean(), fit: z.boolean() })
export const shiftAnswer = z.object({
  shift: z.object({
    onShift: z.boolean(),
    fit: z.boolean(),
    since: instant.optional(),
    reachable: z.boolean(),
    numberState: z
      .enum(numberStates)
      .optional()
      .meta({ description: 'whether their phone said that it is theirs; absent without a number that was found good' }),
  }),
})
/** `GET /v1/shift`: how the caller stands. */
export const myShiftAnswer = shiftAnswer.extend({
  debriefOpen: z.boolean().meta({ description: 'off the queue after a hard one, until they go on shift again' }),
  signedInUntil: instant.meta({ description: 'when this token ends: the passkey is asked again' }),
  toLog: z
    .array(uuid)
    .meta({ description: 'alerts of the last day that were theirs when they closed and have no log of theirs' }),
  serverNow: instant,
})

// --- what supporters see and do

/** A session that asked for a supporter: a nickname and minutes, never a place. */
export const sessionCard = z.object({
  id: uuid,
  nickname: z.string(),
  state: z.enum(sessionStates),
  startedAt: instant,
  minutes: z.int(),
  silentSeconds: z.int(),
  deadlineAt: instant,
  alertAt: instant,
  raised: z.boolean(),
  kind: z.enum(['ordinary', 'post-rescue']).meta({
    description: 'post-rescue: the watch after naloxone, under the nickname of the session it follows',
  }),
  answered: z.boolean().meta({ description: 'whether the person has answered since it began' }),
})
export const sessionCardsAnswer = z.object({ sessions: z.array(sessionCard), serverNow: instant })

export const alertOwner = z.object({ kind: z.enum(recipientKinds), id: uuid.optional(), name: z.string().optional() })

/** An alert as the people who answer it see it. The plan is only in the brief. */
export const alertView = z.object({
  id: uuid,
  sessionId: uuid,
  code: z.string(),
  nickname: z.string(),
  state: z.enum(alertStates),
  reason: z.enum(['silence', 'help', 'raised']),
  version: z.int(),
  raisedAt: instant,
  lastAnswerAt: instant.optional().meta({ description: 'the last sign of life before it; the start counts as one' }),
  latenessMs: z.int(),
  nobodyNotified: z.literal(true).optional().meta({
    description: 'nobody has heard of it by phone and nothing is on its way: whoever reads this is the only one',
  }),
  disclosedAt: instant.optional(),
  owner: alertOwner.optional(),
  ownedAt: instant.optional(),
  dutyUntilAt: instant.optional(),
  requestedAt: instant.optional(),
  outcome: z.enum(alertOutcomes).optional(),
  closedAt: instant.optional(),
  postRescueSessionId: uuid.optional(),
  told: z.array(
    z.object({
      kind: z.enum(recipientKinds),
      id: uuid,
      name: z.string().optional(),
      at: instant.optional(),
      reply: z.enum(recipientReplies).optional(),
      answeredAt: instant.optional().meta({ description: 'when they said `reply`, the last of what they said' }),
      openedAt: instant.optional().meta({ description: 'when they opened their brief' }),
    }),
  ),
  progress: z.array(
    z.object({
      id: uuid,
      kind: z.enum([...progressKinds, ...doneKinds]),
      by: z.enum(recipientKinds),
      byId: uuid,
      name: z.string().optional(),
      at: instant,
      of: uuid.optional().meta({ description: 'of a withdrawn: the entry that was a mistake' }),
      withdrawn: z.literal(true).optional().meta({ description: 'it was a mistake, and nothing follows from it' }),
    }),
  ),
  nextDoseAt: instant.optional().meta({ description: 'the dose clock, after naloxone' }),
})
export const alertAnswer = z.object({ alert: alertView, serverNow: instant })
const peopleOnShift = z
  .array(z.object({ id: uuid, name: z.string(), role: z.enum(roles) }))
  .meta({ description: 'to whom an alert can be handed' })
export const alertsAnswer = z.object({ alerts: z.array(alertView), onShift: peopleOnShift, serverNow: instant })
/** What supporters are shown live: the `alerts` frame, the whole of it at every change. */
export const supportersFeed = z.object({
  alerts: z.array(alertView).meta({ description: 'open ones, oldest first (at most 200), then the last 20 closed' }),
  sessions: z.array(sessionCard).meta({ description: 'at most 200, those whose alert is nearest first' }),
  onShift: peopleOnShift,
  serverNow: instant,
})
export type MyShiftAnswer = z.infer<typeof myShiftAnswer>
export type SupportersFeed = z.infer<typeof supportersFeed>

/** `POST /v1/sessions/:id/raise`: null while the alert is not there yet; the opening runs until `opensAt`. */
export const raiseAnswer = z.object({ alert: alertView.nullable(), opensAt: instant, serverNow: instant })

/** `claim`, `take-over`, `escalate`, `stand-down`, `raise`. */
export const bareCommandBody = z.strictObject({ commandId })
export const handOverBody = z.strictObject({ commandId, to: uuid })
export const progressBody = z
  .strictObject({
    commandId,
    kind: z.enum(progressKinds),
    note: z.string().max(500).optional().meta({ description: 'sealed before it is stored' }),
    of: uuid.optional().meta({ description: 'with `withdrawn`, and only then: the entry that was a mistake' }),
  })
  .refine(({ kind, of }) => (kind === 'withdrawn') === (of !== undefined), {
    path: ['of'],
    error: 'of names the entry that is withdrawn: with kind withdrawn, and only then',
  })
export const allClearBody = z.strictObject({ commandId, outcome: z.enum(allClearOutcomes), naloxone: z.boolean() })
export const alertLogBody = z.strictObject({
  commandId,
  outcome: z.enum(allClearOutcomes),
  wanted: z.enum(['yes', 'no', 'unknown']),
  difficulty: z.int().min(1).max(5),
  energy: z.int().min(1).max(5),
  followUp: z.boolean(),
})
export const alertLogAnswer = z.object({ debrief: z.boolean() })
export const briefAnswer = z.object({ brief: z.object({ recipientId: uuid, sealed: sealedPlan }) })

export type ProgressBody = z.infer<typeof progressBody>
export type AllClearBody = z.infer<typeof allClearBody>
export type AlertLogBody = z.infer<typeof alertLogBody>
export type WebAuthnBody = z.infer<typeof webAuthnBody>
