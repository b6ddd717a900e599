import { bounds, LANGUAGES } from '@stillhere/domain'
import { z } from 'zod'
import { commandId, instant, uuid } from './primitives.ts'
import { promptView } from './service.ts'
import {
  alertOrders,
  alertOutcomes,
  alertStates,
  checkStates,
  ladderAudiences,
  ladderChannels,
  numberStates,
  promptKinds,
  recipientKinds,
} from './words.ts'

/**
 * What operators configure, at `/v1/operate/…`. Every change carries a `commandId` and may carry the `version` it was
 * made from: with one that is not current, 409 `stale_version`. Every change is audited, without what is in it.
 */

export const settingVersion = z.int().min(1).meta({ description: 'the version this change was made from' })
/**
 * Something to read: a letter, a figure or a sign. Spaces, joiners and marks of direction alone are a line that nobody can
 * see, click or say; nor do letters count that are drawn as nothing (Hangul fillers, the empty Braille cell).
 */
const isReadable = (text: string) => /(?![\u115f\u1160\u2800\u3164\uffa0])[\p{L}\p{N}\p{P}\p{S}]/u.test(text)
const readable = { error: 'nothing in it can be read' }

/** One line without control characters, with something to read in it. Every name and label that people read is one. */
export const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => text.isWellFormed() && !/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(text), {
      error: 'control characters',
    })
    .refine(isReadable, readable)
/** Some lines of plain text. */
export const paragraph = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => text.isWellFormed() && !/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(text.replaceAll('\n', ' ')), {
      error: 'control characters',
    })
    .refine(isReadable, readable)
const languages = Object.keys(LANGUAGES) as [string, ...string[]]
const language = z.enum(languages)

/** Who works for the service. An auditor only looks. */
export const roles = ['supporter', 'duty-lead', 'supervisor', 'operator', 'auditor'] as const
export type StaffRole = (typeof roles)[number]

/** `GET /v1/me`: who is signed in, so that a console offers what their role may do. */
export const meAnswer = z.object({
  me: z.object({ id: uuid, name: z.string(), role: z.enum(roles), language: z.string() }),
  organisation: z.object({ name: z.string(), slug: z.string(), colour: z.string().optional() }),
})
export type MeAnswer = z.infer<typeof meAnswer>

// --- the organisation

export const e164 = z
  .string()
  .regex(/^\+[1-9][0-9]{6,14}$/)
  .meta({ description: 'a number in E.164' })
export const organisationBody = z.strictObject({
  commandId,
  version: settingVersion.optional(),
  name: line(80),
  languages: z.array(language).min(1).max(10),
  pagerNumber: e164.nullable().meta({ description: 'where the pager rings; null: nowhere' }),
  staffingFloor: z.int().min(0).max(1_000).meta({ description: 'how many should be on shift' }),
  colour: z
    .string()
    .regex(/^#[0-9a-f]{6}$/)
    .nullable()
    .optional()
    .meta({ description: 'the colour people know it by; absent: as it is, null: none' }),
})
export const organisationView = z.object({
  id: uuid,
  slug: z.string(),
  version: z.int(),
  name: z.string(),
  languages: z.array(z.string()),
  smsNumber: z.string(),
  pagerNumber: z.string().nullable(),
  staffingFloor: z.int(),
  colour: z.string().nullable(),
})
export const organisationAnswer = z.object({ organisation: organisationView })

// --- ladders

/** `afterSeconds`: nominal seconds after the alert. `first` is whom the plan's order names. */
const ladderStep = z.strictObject({
  afterSeconds: z.int().min(0),
  to: z.enum(ladderAudiences),
  channel: z.enum(ladderChannels),
})
const ladderSteps = z.array(ladderStep).max(100)
export const createLadderBody = z.strictObject({ commandId, name: line(80), steps: ladderSteps })
export const ladderBody = z.strictObject({
  commandId,
  version: settingVersion.optional(),
  name: line(80).optional(),
  steps: ladderSteps,
})
export const ladderView = z.object({
  id: uuid,
  name: z.string(),
  version: z.int(),
  isDefault: z.boolean().meta({ description: "the organisation's own: every alert without a site's ladder climbs it" }),
  steps: z.array(ladderStep),
})
export const ladderAnswer = z.object({ ladder: ladderView })
export const laddersAnswer = z.object({ ladders: z.array(ladderView) })
/** What a ladder would do at an instant by the present rota, if nobody answered. */
export const dryRunBody = z.strictObject({
  steps: ladderSteps,
  at: instant,
  siteId: uuid.optional(),
  alertOrder: z.enum(alertOrders).optional().meta({ description: 'default both' }),
  rescuers: z.int().min(0).max(5).optional().meta({ description: 'agreed rescuers of the plan, default 1' }),
})
export const dryRunAnswer = z.object({
  at: instant,
  onClocks: z.string().meta({ description: 'DD/MM HH:MM on the clocks of the organisation' }),
  timeZone: z.string(),
  assumed: z.object({
    rescuers: z.int(),
    alertOrder: z.enum(alertOrders),
    expected: z.int().meta({ description: 'people in the rota at that instant' }),
    staffingFloor: z.int(),
  }),
  lines: z.array(
    z.object({
      atSeconds: z.number(),
      step: z.int().optional().meta({ description: 'from 1; left out: a repeat, which every alert has' }),
      to: z.enum([...ladderAudiences, 'told']),
      channel: z.enum(ladderChannels),
      who: z.array(z.object({ role: z.enum(['rescuer', 'supporter', 'duty-lead']), count: z.int() })),
      nobody: z.boolean(),
      early: z.literal(true).optional().meta({ description: 'the step before found nobody, so this one did not wait' }),
    }),
  ),
  findings: z.array(
    z.object({
      kind: z.enum(['nobody-in-step', 'nobody-at-all', 'below-floor']),
      step: z.int().optional(),
      atSeconds: z.number().optional(),
      at: instant.optional(),
    }),
  ),
  firstToldSeconds: z.number().optional().meta({ description: 'left out: only the pager rings' }),
  staffOnSite: z.string().optional().meta({ description: 'what the site says of its staff; no step tells them' }),
})
export type DryRunBody = z.infer<typeof dryRunBody>
export type DryRunAnswer = z.infer<typeof dryRunAnswer>

/** One version of something configured. `by` is left out where it came with the organisation. */
const settingVersionView = z.object({
  version: z.int(),
  at: instant,
  by: uuid.optional(),
  content: z.looseObject({}),
})
export const versionsAnswer = z.object({ versions: z.array(settingVersionView) })

// --- rhythms and prompts

const intervalsSeconds = z.array(z.int().min(1)).min(1).max(bounds.rhythmIntervals)
export const createRhythmBody = z.strictObject({ commandId, name: line(40), intervalsSeconds })
export const rhythmBody = createRhythmBody.extend({ version: settingVersion.optional() })
export const operateRhythmView = z.object({
  id: uuid,
  name: z.string(),
  version: z.int(),
  intervalsSeconds: z.array(z.int()),
})
export const rhythmAnswer = z.object({ rhythm: operateRhythmView })
export const rhythmsAnswer = z.object({ rhythms: z.array(operateRhythmView) })

const promptStep = z.strictObject({ kind: z.enum(promptKinds), afterSeconds: z.int().min(0) })
export const promptsBody = z.strictObject({
  commandId,
  version: settingVersion.optional(),
  steps: z.array(promptStep).max(10),
  alertAfterSeconds: z.int().min(0).meta({ description: 'from the deadline to the alert' }),
})
export const promptsAnswer = z.object({
  prompts: z.object({ version: z.int(), steps: z.array(promptView), alertAfterSeconds: z.int() }),
})

// --- sites

const siteTemplate = {
  label: line(100),
  address: line(400),
  area: line(100).optional(),
  entry: line(400).optional(),
  pets: line(200).optional(),
  naloxone: z.array(line(100)).max(5).optional().meta({ description: 'where it is kept' }),
  notes: line(400).optional(),
  staffOnSite: line(200).optional().meta({ description: 'roles and hours, no names and no numbers' }),
}
const siteFields = { ...siteTemplate, ladderId: uuid.nullable().optional() }
export const createSiteBody = z.strictObject({ commandId, ...siteFields })
export const siteBody = z.strictObject({ commandId, version: settingVersion.optional(), ...siteFields })
const siteTemplateView = z.object({
  label: z.string(),
  address: z.string(),
  area: z.string().optional(),
  entry: z.string().optional(),
  pets: z.string().optional(),
  naloxone: z.array(z.string()).optional(),
  notes: z.string().optional(),
  staffOnSite: z.string().optional(),
})
export const siteView = siteTemplateView.extend({
  id: uuid,
  version: z.int(),
  templateVersion: z.int().meta({ description: 'what a person adopts: moves when the template does' }),
  ladderId: uuid.nullable(),
  joinCode: z.string().meta({ description: 'XXXX-XXXX; letters and digits that are not mistaken for each other' }),
  adopted: z.int().meta({ description: 'plans that have adopted its template' }),
  behind: z.int().meta({ description: 'of these, how many have not agreed to its newest version yet' }),
})
export const siteAnswer = z.object({ site: siteView })
export const sitesAnswer = z.object({ sites: z.array(siteView) })

/** As typed: any case, with or without spaces and hyphens. What is no code is a 404 like any other. */
export const templateCode = z.string().max(32)
/** `GET /v1/plan-templates/:code`: for the device to seal into its own plan, which adds only a room. */
export const planTemplateAnswer = z.object({
  template: siteTemplateView.extend({
    siteId: uuid,
    siteVersion: z.int(),
    naloxone: z.string().optional().meta({ description: 'as a plan holds it' }),
  }),
})

// --- supporters and shifts

const typedNumber = z
  .string()
  .max(40)
  .regex(/^\+?[0-9 ()-]{7,40}$/)
  .meta({ description: 'sealed at once; only the worker reads it' })
/** How somebody is with the service: paid, unpaid, or one who has been there themselves. */
export const engagements = ['staff', 'volunteer', 'peer'] as const
export const createSupporterBody = z.strictObject({
  commandId,
  name: line(80),
  role: z.enum(roles),
  language: language.optional(),
  engagement: z.enum(engagements).optional(),
  number: typedNumber.optional(),
})
export const supporterBody = z.strictObject({
  commandId,
  version: settingVersion.optional(),
  name: line(80),
  role: z.enum(roles),
  language,
  engagement: z.enum(engagements).nullable().optional().meta({ description: 'left out: as it is; null: not said' }),
  number: typedNumber.nullable().optional().meta({ description: 'left out: as it is; null: none' }),
})
export const supporterView = z.object({
  id: uuid,
  name: z.string(),
  role: z.enum(roles),
  language: z.string(),
  engagement: z.enum(engagements).optional(),
  version: z.int(),
  onShift: z.boolean(),
  since: instant.optional(),
  fit: z.boolean(),
  debriefOpen: z.boolean(),
  numberCheck: z.enum(checkStates).optional(),
  numberCheckCode: z.string().optional(),
  reachable: z.boolean().meta({ description: 'their phone can be told of an alert now' }),
  phoneTrouble: z.string().optional().meta({ description: "why not: `stopped`, or the carrier's code" }),
  numberState: z.enum(numberStates).optional().meta({
    description: 'whether their phone said that it is theirs; absent without a number that was found good',
  }),
  numberStateAt: instant.optional().meta({ description: 'since when; of `waiting`, when it was asked last' }),
  numberAskedAt: instant.optional(),
  numberConfirmedBy: z
    .enum(['reply', 'claim'])
    .optional()
    .meta({ description: '`claim`: it took an alert, and has not answered the question' }),
  passkeys: z.int(),
})
export const supportersAnswer = z.object({ supporters: z.array(supporterView), serverNow: instant })
/** `invitation` is shown once: a repeated command is answered without it. */
export const supporterAnswer = z.object({ supporter: supporterView, invitation: z.string().optional() })
export const invitationAnswer = z.object({ supporterId: uuid, invitation: z.string().optional() })
export const shiftsAnswer = z.object({
  shifts: z.array(
    z.object({
      supporterId: uuid,
      name: z.string(),
      role: z.enum(roles),
      since: instant.optional(),
      reachable: z.boolean(),
    }),
  ),
  staffingFloor: z.int(),
  serverNow: instant,
})

/** `GET /v1/operate/logs`: what supporters wrote afterwards, newest first, at most 200. */
export const alertLogsAnswer = z.object({
  logs: z.array(
    z.object({
      alertId: uuid,
      supporterId: uuid,
      name: z.string(),
      outcome: z.string(),
      wanted: z.enum(['yes', 'no', 'unknown']),
      difficulty: z.int(),
      energy: z.int(),
      followUp: z.boolean(),
      debriefOpen: z.boolean(),
      at: instant,
    }),
  ),
})

// --- texts

const textPreview = z.object({ template: z.string(), text: z.string(), segments: z.int() })
export const textView = z.object({
  id: z.string(),
  language: z.string(),
  version: z.int().meta({ description: '0: never changed' }),
  default: z.string(),
  text: z.string().optional().meta({ description: "the organisation's own words, where it has some" }),
  segments: z.int().meta({ description: 'of the longest text that holds it' }),
  preview: z.array(textPreview),
})
export const textsQuery = z.object({ language: language.optional() })
export const textsAnswer = z.object({ texts: z.array(textView) })
export const textAnswer = z.object({ text: textView })
export const textParams = z.object({
  language: z.string().max(10),
  textId: z.string().max(60),
})
const ownText = z.string().max(1_000)
export const textBody = z.strictObject({
  commandId,
  version: z.int().min(0).optional(),
  text: ownText.nullable().meta({ description: 'null: the default again' }),
})
export const previewTextBody = z.strictObject({ text: ownText })
export const previewTextAnswer = z.object({
  segments: z.int(),
  preview: z.array(textPreview),
  problem: z.string().optional(),
  message: z.string().optional(),
})

// --- audit and timelines

export const auditQuery = z.object({
  limit: z
    .string()
    .regex(/^(?:[1-9]|[1-9][0-9]|1[0-9]{2}|200)$/)
    .optional()
    .meta({ description: '1 to 200, default 50' }),
  cursor: z.string().max(200).optional().meta({ description: 'nextCursor of the page before' }),
})
export const auditAnswer = z.object({
  changes: z.array(
    z.object({
      at: instant,
      by: z.object({ id: uuid, name: z.string().optional() }),
      action: z.string(),
      thing: z.string().optional(),
      version: z.int().optional(),
      fields: z.array(z.string()).meta({ description: 'names of what changed, never what is in it' }),
    }),
  ),
  nextCursor: z.string().optional(),
})
/** `GET /v1/operate/alerts`: newest first; `before` is `nextBefore` of the page before. */
export const pastAlertsQuery = z.object({ before: uuid.optional() })
export const pastAlertsAnswer = z.object({
  alerts: z.array(
    z.object({
      id: uuid,
      code: z.string(),
      state: z.enum(alertStates),
      reason: z.enum(['silence', 'help', 'raised']),
      raisedAt: instant,
      latenessMs: z.int(),
      ownedAt: instant.optional(),
      ownerKind: z.enum(recipientKinds).optional(),
      closedAt: instant.optional(),
      outcome: z.enum(alertOutcomes).optional(),
      synthetic: z.boolean().meta({ description: 'a test of the alarm path' }),
    }),
  ),
  nextBefore: uuid.optional(),
  serverNow: instant,
})
/** One alert's lines of the journal, in order: pseudonymous. */
export const timelineAnswer = z.object({
  timeline: z.array(z.object({ at: instant, kind: z.string(), by: z.string(), detail: z.looseObject({}) })),
})

export type OrganisationBody = z.infer<typeof organisationBody>
export type CreateLadderBody = z.infer<typeof createLadderBody>
export type LadderBody = z.infer<typeof ladderBody>
export type CreateRhythmBody = z.infer<typeof createRhythmBody>
export type RhythmBody = z.infer<typeof rhythmBody>
export type PromptsBody = z.infer<typeof promptsBody>
export type CreateSiteBody = z.infer<typeof createSiteBody>
export type SiteBody = z.infer<typeof siteBody>
export type CreateSupporterBody = z.infer<typeof createSupporterBody>
export type SupporterBody = z.infer<typeof supporterBody>
export type TextBody = z.infer<typeof textBody>

/** What a console reads of the answers above. */
export type OrganisationAnswer = z.infer<typeof organisationAnswer>
export type LaddersAnswer = z.infer<typeof laddersAnswer>
export type LadderAnswer = z.infer<typeof ladderAnswer>
export type VersionsAnswer = z.infer<typeof versionsAnswer>
export type RhythmsAnswer = z.infer<typeof rhythmsAnswer>
export type PromptsAnswer = z.infer<typeof promptsAnswer>
export type SitesAnswer = z.infer<typeof sitesAnswer>
export type SiteAnswer = z.infer<typeof siteAnswer>
export type SupportersAnswer = z.infer<typeof supportersAnswer>
export type SupporterAnswer = z.infer<typeof supporterAnswer>
export type InvitationAnswer = z.infer<typeof invitationAnswer>
export type ShiftsAnswer = z.infer<typeof shiftsAnswer>
export type AlertLogsAnswer = z.infer<typeof alertLogsAnswer>
export type TextsAnswer = z.infer<typeof textsAnswer>
export type TextAnswer = z.infer<typeof textAnswer>
export type PreviewTextAnswer = z.infer<typeof previewTextAnswer>
export type AuditAnswer = z.infer<typeof auditAnswer>
export type PastAlertsAnswer = z.infer<typeof pastAlertsAnswer>
export type TimelineAnswer = z.infer<typeof timelineAnswer>
