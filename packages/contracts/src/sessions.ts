import { bounds } from '@stillhere/domain'
import { z } from 'zod'
import { commandId, instant, rhythmId, spokenLanguage, uuid, version } from './primitives.ts'
import {
  alertStates,
  commandOutcomes,
  companies,
  promptKinds,
  recipientKinds,
  sessionKinds,
  sessionOutcomes,
  sessionStates,
} from './words.ts'

/**
 * The least a countdown can be anywhere. The organisation's own bounds, published in `GET /v1/service`, are narrower
 * and are the operation's to hold.
 */
const leastCountdownSeconds = 2

/** `POST /v1/sessions`: either a rhythm or one countdown. */
export const startSessionBody = z
  .strictObject({
    commandId,
    planId: uuid,
    rhythmId: rhythmId.optional(),
    countdownSeconds: z
      .int()
      .min(leastCountdownSeconds)
      .max(bounds.countdown.maxSeconds)
      .optional()
      .meta({ description: 'one countdown in nominal seconds, within the bounds of GET /v1/service' }),
    company: z.enum(companies).default('timer-only'),
    language: spokenLanguage.optional(),
  })
  .refine((body) => (body.rhythmId === undefined) !== (body.countdownSeconds === undefined), {
    path: ['countdownSeconds'],
    error: 'give either rhythmId or countdownSeconds',
  })
  .meta({ description: 'either rhythmId or countdownSeconds, not both' })

const neverCompared = version
  .optional()
  .meta({ description: 'accepted and never compared: a sign of life always counts' })

/** `POST …/check-ins`, and the fields of the live frame. */
export const checkInFields = {
  commandId,
  pressedSecondsAgo: z
    .int()
    .min(0)
    .max(bounds.pressedSecondsAgo)
    .optional()
    .meta({ description: 'how long ago the press was, in real seconds by the monotonic clock of the device' }),
  pressedAt: instant.optional().meta({
    description:
      "the press by the service's clock as the device estimates it; of both, the earlier press counts, so that one that a dying connection held back is not taken for a fresh one",
  }),
  rhythmId: rhythmId.optional().meta({ description: '"using again": the rhythm that starts now' }),
  version: neverCompared,
}
export const checkInBody = z.strictObject(checkInFields)

/** `POST …/extend`. With a `version` that is not current: 409 `stale_version`. */
export const extendFields = {
  commandId,
  seconds: z.int().min(1).max(bounds.sessionSeconds),
  version: version.optional(),
}
export const extendBody = z.strictObject(extendFields)

/** `POST …/end`. While alerting it is a request for the all-clear. */
export const endFields = { commandId, version: neverCompared }
export const endBody = z.strictObject(endFields)

/** `POST …/help`. `quiet` is duress: the screen shows ended, and nothing goes to the own phone. */
export const helpFields = { commandId, quiet: z.boolean().optional(), version: neverCompared }
export const helpBody = z.strictObject(helpFields)

/** The alert inside a session, as the person sees it. */
export const alertInSession = z.object({
  id: uuid,
  state: z.enum(alertStates),
  raisedAt: instant,
  disclosedAt: instant.optional(),
  ownedAt: instant.optional(),
  owner: z.object({ kind: z.enum(recipientKinds) }).optional(),
  told: z.array(z.object({ kind: z.enum(recipientKinds), at: instant })),
})
export type AlertInSession = z.infer<typeof alertInSession>

/** A session as the person sees it. Instants are real (already divided by the pace). */
export const sessionView = z.object({
  id: uuid,
  planId: uuid,
  kind: z.enum(sessionKinds),
  company: z.enum(companies),
  state: z.enum(sessionStates),
  version,
  startedAt: instant,
  deadlineAt: instant,
  alertAt: instant.meta({ description: 'when prompting runs out unanswered; stays after the alert' }),
  prompt: z
    .object({ kind: z.enum(promptKinds), at: instant })
    .optional()
    .meta({ description: 'the latest prompt that fired' }),
  outcome: z.enum(sessionOutcomes).optional(),
  alert: alertInSession.optional(),
})
export type SessionView = z.infer<typeof sessionView>

/** What a start and every command on a session answer. */
export const sessionAnswer = z.object({
  outcome: z.enum(commandOutcomes).optional(),
  session: sessionView,
  serverNow: instant,
})
export type SessionAnswer = z.infer<typeof sessionAnswer>

export type StartSessionBody = z.infer<typeof startSessionBody>
export type CheckInBody = z.infer<typeof checkInBody>
export type ExtendBody = z.infer<typeof extendBody>
export type EndBody = z.infer<typeof endBody>
export type HelpBody = z.infer<typeof helpBody>
