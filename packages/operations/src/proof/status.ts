/**
 * What everybody may know: whether the service works, how well it did, and what went wrong. No figure has fewer than ten
 * behind it, and all of them end at the last midnight: asked twice, they do not say that somebody was in danger meanwhile.
 */
import { publishIfMany } from '@stillhere/domain'
import {
  findIncidents,
  findLastSyntheticRun,
  findOrganisation,
  iso,
  type PublicReading,
  readClock,
  readPublicFigures,
} from '@stillhere/persistence'
import { type Answer, answer, type OperationContext, refuse } from '../context.ts'
import { engineHealth } from '../engine-health.ts'
import { incidentView, mostIncidents } from './incidents.ts'

const dayMs = 24 * 3_600_000
/** Alerts are kept thirty days: these are whole ones. */
const spanDays = 28
/** However many ask, the rows are read this often. */
const keptMs = 2_000

interface Kept {
  status?: { untilMs: number; answer: Promise<Answer> }
  figures?: { untilAt: number; reading: PublicReading }
}
const kept = new WeakMap<OperationContext, Map<string, Kept>>()

/** The status of an organisation's service. Read at most once in two seconds a process. */
export function getStatus(ctx: OperationContext, organisationId: string): Promise<Answer> {
  const all = kept.get(ctx) ?? new Map<string, Kept>()
  kept.set(ctx, all)
  const own = all.get(organisationId) ?? {}
  all.set(organisationId, own)
  if (own.status && own.status.untilMs > performance.now()) return own.status.answer
  const status = { untilMs: performance.now() + keptMs, answer: read(ctx, organisationId, own) }
  own.status = status
  // A failure is not kept.
  status.answer.catch(() => {
    if (own.status === status) delete own.status
  })
  return status.answer
}

async function read(ctx: OperationContext, organisationId: string, own: Kept): Promise<Answer> {
  const now = await readClock(ctx.db)
  const untilAt = Math.floor(now / dayMs) * dayMs
  const fromAt = untilAt - spanDays * dayMs
  if (own.figures?.untilAt !== untilAt)
    own.figures = { untilAt, reading: await readPublicFigures(ctx.db, organisationId, { fromAt, untilAt }) }
  const last = await findLastSyntheticRun(ctx.db, organisationId)
  const incidents = await findIncidents(ctx.db, organisationId, mostIncidents)
  const organisation = await findOrganisation(ctx.db, { id: organisationId })
  if (!organisation) return refuse('not_found')
  const { name, colour, closedForGoodAt } = organisation
  const engine = await engineHealth(ctx)
  const open = incidents.filter((incident) => incident.closedAt === undefined)
  const isDown = engine.kind === 'unwell' || open.some(({ severity }) => severity === 'down')
  const works = isDown ? 'down' : open.length > 0 || last?.outcome === 'missed' ? 'trouble' : 'ok'
  return answer(200, {
    service: name,
    // However well the engine runs: nobody can rely on a service that has closed.
    ...(closedForGoodAt === undefined ? { state: works } : { state: 'closed', closedAt: iso(closedForGoodAt) }),
    at: iso(now),
    ...(colour ? { colour } : {}),
    figures: { fromDay: dayOf(fromAt), untilDay: dayOf(untilAt - 1), ...published(own.figures.reading) },
    lastSyntheticAlert: last
      ? {
          at: iso(last.startedAt),
          outcome: last.outcome,
          ...(last.claimedAt === undefined ? {} : { tookSeconds: tenths((last.claimedAt - last.dueAt) / 1_000) }),
        }
      : null,
    incidents: incidents.map(incidentView),
  })
}

/** Rounded, so that no figure is one person's night. */
function published(reading: PublicReading) {
  const percent = (part: number) => Math.round((100 * part) / Math.max(1, reading.texts))
  return {
    lateness: publishIfMany(reading.timed, { p99Seconds: tenths((reading.latenessP99Ms ?? 0) / 1_000) }),
    unowned: publishIfMany(reading.owned, {
      medianSeconds: tens(reading.unownedMedianSeconds ?? 0),
      p95Seconds: tens(reading.unownedP95Seconds ?? 0),
    }),
    // Texts belong to alerts: ten texts of one alert are one alert.
    delivery: publishIfMany(Math.min(reading.alerts, reading.texts), {
      acceptedPercent: percent(reading.accepted),
      deliveredPercent: percent(reading.delivered),
    }),
  }
}

const tenths = (seconds: number) => Math.max(0, Math.round(seconds * 10) / 10)
const tens = (seconds: number) => Math.ceil(seconds / 10) * 10
const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10)
