import { missReasons } from '@stillhere/domain'
import { z } from 'zod'
import { e164, line, paragraph, settingVersion } from './operate.ts'
import { commandId, count, instant, uuid } from './primitives.ts'
import { checkStates, consents } from './words.ts'

/** The board, tests of the alarm path, incidents and the public status: proof that it works. */

// --- synthetic alerts

export const syntheticAlertsBody = z.strictObject({
  commandId,
  version: settingVersion.optional(),
  everyMinutes: z.int().min(5).max(1_440).nullable().meta({ description: 'null: only drills' }),
  boundSeconds: z.int().min(30).max(600).default(120).meta({ description: 'not back within this, it is a miss' }),
  number: e164.nullable().optional().meta({ description: 'the test handset; absent: as it is, null: none' }),
})
export type SyntheticAlertsBody = z.infer<typeof syntheticAlertsBody>

const milliseconds = count.meta({ description: 'milliseconds from when it was due' })
const syntheticResult = z.object({
  id: uuid,
  startedAt: instant,
  dueAt: instant,
  drill: z.boolean(),
  outcome: z.enum(['running', 'proved', 'missed']),
  reason: z.enum(missReasons).optional(),
  /** Absent hops did not happen, or nobody said so. */
  hops: z.object({
    raisedMs: milliseconds.optional(),
    acceptedMs: milliseconds.optional(),
    deliveredMs: milliseconds.optional(),
    repliedMs: milliseconds.optional(),
    claimedMs: milliseconds.optional(),
  }),
  alertId: uuid.optional().meta({ description: 'its timeline and its export, while they are kept' }),
  closedAt: instant.optional(),
  pagedAt: instant.optional(),
  notPaged: z
    .enum(['no-pager', 'told-before'])
    .optional()
    .meta({ description: 'why nobody was paged of a miss; told-before: less than an hour before' }),
})
export const syntheticResultAnswer = z.object({ result: syntheticResult })
export const syntheticAlertsAnswer = z.object({
  syntheticAlerts: z.object({
    version: z.int(),
    everyMinutes: z.int().nullable(),
    boundSeconds: z.int(),
    nextAt: instant.optional(),
    handset: z
      .object({
        check: z.enum(checkStates),
        checkCode: z.string().optional(),
        consent: z.enum(consents),
        ready: z.boolean(),
      })
      .nullable(),
    hasPager: z.boolean().meta({ description: 'whether a miss can page somebody' }),
    results: z.array(syntheticResult).meta({ description: 'newest first' }),
  }),
})

// --- the board

const judged = {
  state: z.enum(['ok', 'look', 'act']).meta({ description: 'nobody, somebody when they can, somebody now' }),
  runbook: z.string().optional().meta({ description: 'the page of infra/runbooks that helps; where not ok' }),
}
const seconds = count
export const boardAnswer = z.object({
  board: z.object({
    at: instant,
    state: judged.state,
    sessions: z.object({ ...judged, live: count, prompting: count }),
    alerts: z.object({ ...judged, open: count, unowned: count, longestUnownedSeconds: seconds }),
    staff: z.object({ ...judged, onShift: count, floor: count }),
    delivery: z.object({
      ...judged,
      channels: z
        .array(
          z.object({
            ...judged,
            channel: z.enum(['text', 'call']),
            carrier: z.string(),
            attempted: count,
            accepted: count,
            delivered: count,
            failed: count,
            unknown: count,
          }),
        )
        .meta({ description: 'attempts of the last hour; those accepted include those delivered' }),
    }),
    sweep: z.object({ ...judged, ageSeconds: seconds.optional() }),
    wakeUps: z.object({
      ...judged,
      foundBySweep: count.meta({ description: 'in the last five minutes' }),
      asked: z.boolean().meta({ description: 'without Redis none is asked for' }),
    }),
    oldestDue: z.object({ ...judged, seconds }),
    workers: z.object({ ...judged, alive: count }),
    clock: z.object({ ...judged, hostSkewMs: z.int(), correctionMs: z.int() }),
    synthetic: z.object({ ...judged, everyMinutes: z.int().nullable(), last: syntheticResult.optional() }),
    openIncidents: count,
  }),
})

export const boardSpans = ['hour', 'day', 'week'] as const
export const boardHistoryQuery = z.strictObject({ span: z.enum(boardSpans).default('hour') })
export const boardHistoryAnswer = z.object({
  history: z.object({
    bucketSeconds: z.int(),
    buckets: z.array(
      z.object({
        at: instant,
        alerts: z.object({
          raised: count,
          longestLatenessMs: count.nullable(),
          longestFirstTextMs: count.nullable(),
          longestUnownedMs: count.nullable(),
        }),
        delivery: z.object({ attempted: count, delivered: count, failed: count, unknown: count }),
        synthetic: z.object({ proved: count, missed: count }),
        foundBySweep: count,
      }),
    ),
  }),
})

// --- incidents and the public status

const severity = z.enum(['trouble', 'down'])
export const openIncidentBody = z.strictObject({
  commandId,
  severity,
  title: line(120).meta({ description: 'everybody reads it: no names, no numbers' }),
  text: paragraph(1_000),
})
export type OpenIncidentBody = z.infer<typeof openIncidentBody>
export const closeIncidentBody = z.strictObject({ commandId, text: paragraph(1_000) })
export type CloseIncidentBody = z.infer<typeof closeIncidentBody>
export const updateIncidentBody = z.strictObject({
  commandId,
  severity: severity.optional().meta({ description: 'absent: as bad as it was' }),
  text: paragraph(1_000),
})
export type UpdateIncidentBody = z.infer<typeof updateIncidentBody>
const incident = z.object({
  id: uuid,
  severity,
  title: z.string(),
  text: z.string(),
  openedAt: instant,
  updates: z.array(z.object({ at: instant, text: z.string() })).meta({ description: 'said since, oldest first' }),
  closedAt: instant.optional(),
  closingText: z.string().optional(),
})
export const incidentAnswer = z.object({ incident })
export const incidentsAnswer = z.object({ incidents: z.array(incident) })

/** `GET /v1/status`: what everybody may know. A figure with fewer than ten behind it is null. */
export const statusAnswer = z.object({
  service: z.string().meta({ description: 'the name of the organisation' }),
  state: z.enum(['ok', 'trouble', 'down', 'closed']),
  closedAt: instant.optional().meta({ description: 'closed for good: nobody starts here any more' }),
  at: instant,
  colour: z.string().optional(),
  figures: z.object({
    fromDay: z.iso.date(),
    untilDay: z.iso.date().meta({ description: 'whole days in UTC; today is not among them' }),
    lateness: z.object({ p99Seconds: z.number() }).nullable(),
    unowned: z.object({ medianSeconds: count, p95Seconds: count }).nullable(),
    delivery: z.object({ acceptedPercent: count, deliveredPercent: count }).nullable(),
  }),
  lastSyntheticAlert: z
    .object({ at: instant, outcome: z.enum(['proved', 'missed', 'running']), tookSeconds: z.number().optional() })
    .nullable(),
  incidents: z.array(incident),
})

// --- one alert, exported

/**
 * `lines` are in the order of the chain. The hash of a line is SHA-256 over the hash before it (32 zero bytes before the
 * first) and the UTF-8 JSON of `['stillhere/journal/v1', alertId, position, id, organisationId, at, kind, sessionId,
 * actorKind, actorId, entries of detail sorted by key]`; that of the last is `chain.head`.
 */
export const alertExport = z.object({
  form: z.literal('stillhere/alert/v1'),
  exportedAt: instant,
  alert: z.looseObject({ id: uuid, synthetic: z.boolean(), state: z.string(), reason: z.string() }),
  chain: z.object({
    length: count,
    head: z.string().nullable().meta({ description: 'hexadecimal; null before the first line is chained' }),
    waiting: count.meta({ description: 'lines without a place: seconds old' }),
    sound: z.boolean(),
    damage: z.string().optional(),
    position: z.int().nullable().optional(),
  }),
  lines: z.array(
    z.object({
      position: z.int().nullable(),
      hash: z.string().nullable(),
      id: z.int(),
      organisationId: uuid,
      at: z.string(),
      kind: z.string(),
      sessionId: uuid.nullable(),
      actorKind: z.string(),
      actorId: uuid.nullable(),
      detail: z.looseObject({}),
    }),
  ),
  messages: z.array(z.looseObject({ id: uuid, template: z.string(), status: z.string() })),
  disclosures: z.array(
    z.looseObject({
      recipientKind: z.string(),
      recipientId: uuid,
      createdAt: instant.optional(),
      openedAt: instant.optional(),
      shreddedAt: instant.optional(),
    }),
  ),
  views: z.array(z.object({ supporterId: uuid, seenAt: instant })),
})
export type BoardAnswer = z.infer<typeof boardAnswer>
export type BoardHistoryAnswer = z.infer<typeof boardHistoryAnswer>
export type SyntheticAlertsAnswer = z.infer<typeof syntheticAlertsAnswer>
export type IncidentsAnswer = z.infer<typeof incidentsAnswer>
export type StatusAnswer = z.infer<typeof statusAnswer>
export type AlertExport = z.infer<typeof alertExport>
