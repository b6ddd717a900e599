import { cleanInvitationWord } from '@stillhere/domain'
import { z } from 'zod'
import { commandId, spokenLanguage, uuid } from './primitives.ts'
import { sealedNumber, sealedPlan } from './sealed.ts'
import { alertOrders, checkStates, consents } from './words.ts'

/** The most rescuers one plan may name (`cases.md` B50). */
export const mostRescuers = 5

const planVersion = z.int().min(1).meta({ description: 'counted by the client from 1; part of what the seal covers' })

/** `POST /v1/plans`. The client makes the `planId`, because the seal covers it. */
export const createPlanBody = z.strictObject({
  commandId,
  planId: uuid,
  planVersion,
  sealed: sealedPlan,
  sealedOwnNumber: sealedNumber.optional(),
  alertOrder: z.enum(alertOrders),
  siteId: uuid.optional().meta({ description: 'the site whose template it adopts: an alert climbs its ladder' }),
  siteVersion: z.int().min(1).optional().meta({ description: "the template's version that was adopted" }),
  language: spokenLanguage.optional(),
})

/** `PUT /v1/plans/:id`. A `planId` in the body must be the one in the path. */
export const replacePlanBody = createPlanBody.extend({ planId: uuid.optional() })

/** The body of every DELETE. */
export const deleteBody = z.strictObject({ commandId })

const position = z.int().min(1).max(mostRescuers).meta({ description: 'the place in the order, from 1' })

/** The word a rescuer expects, told to them by the person, so that the invitation does not read as phishing. */
const invitationWord = z
  .string()
  .max(64)
  .refine((word) => cleanInvitationWord(word) !== null, { error: 'not a word that an invitation can carry' })
  .meta({ description: "letters, digits, spaces, ' and -, up to 24, no four digits in a row, no word a carrier keeps" })

/** `POST /v1/plans/:id/rescuers`. The client makes the `rescuerId`, because the seal covers it. */
export const addRescuerBody = z.strictObject({
  commandId,
  rescuerId: uuid,
  position,
  sealedNumber,
  word: invitationWord.optional(),
  language: spokenLanguage.optional(),
})

/** `PUT /v1/plans/:id/rescuers/order`: all of the plan's rescuers, whoever is told first in front. */
export const orderRescuersBody = z.strictObject({
  commandId,
  rescuerIds: z
    .array(uuid)
    .min(1)
    .max(mostRescuers)
    .refine((ids) => new Set(ids).size === ids.length, { error: 'nobody may be in it twice' })
    .meta({ description: 'everybody who is in the plan now, once' }),
})

/** `POST /v1/plans/:id/rescuers/:rescuerId/rehearsal`: a text marked TEST. */
export const rehearsalBody = z.strictObject({ commandId })
/** `POST /v1/plans/:id/own-phone/rehearsal`: a text and a voice call, both marked TEST. */
export const ownRehearsalBody = z.strictObject({ commandId, language: spokenLanguage.optional() })

const checkCode = z
  .string()
  .regex(/^[a-z_]{1,40}$/)
  .meta({ description: 'why it was refused' })

/** One rescuer as the person sees them: never a number. */
export const rescuerView = z.object({
  id: uuid,
  position: z.int().min(1),
  consent: z.enum(consents),
  check: z.enum(checkStates),
  checkCode: checkCode.optional(),
})
export type RescuerView = z.infer<typeof rescuerView>

/** A plan as the person sees it: never its text, which only the disclosure folder can open. */
export const planView = z.object({
  id: uuid,
  planVersion,
  alertOrder: z.enum(alertOrders).optional(),
  check: z.enum(checkStates),
  checkCode: checkCode.optional(),
  ownNumberCheck: z.enum(checkStates).optional(),
  ownNumberCheckCode: checkCode.optional(),
  rescuers: z.array(rescuerView),
  site: z
    .object({
      id: uuid,
      version: z.int().meta({ description: 'the one that was adopted' }),
      currentVersion: z.int(),
      changed: z.boolean().meta({ description: 'the template is newer, or the site is no more' }),
    })
    .optional(),
  readiness: z.array(z.string()).meta({ description: 'what is still missing, a word each' }),
})
export type PlanView = z.infer<typeof planView>

export const planAnswer = z.object({ plan: planView })
export const plansAnswer = z.object({ plans: z.array(planView) })
/** What a DELETE and a rehearsal answer. */
export const emptyAnswer = z.object({})

export type CreatePlanBody = z.infer<typeof createPlanBody>
export type ReplacePlanBody = z.infer<typeof replacePlanBody>
export type OrderRescuersBody = z.infer<typeof orderRescuersBody>
export type AddRescuerBody = z.infer<typeof addRescuerBody>
