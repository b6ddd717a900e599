/**
 * What a service tells those who pay for it. Small numbers are hidden, and what would give them away by a difference:
 *
 * - periods are fixed and over (weeks; for sites fortnights), so that two reports never differ by a few days of few people;
 * - nothing is summed over periods: a reader may add up what is shown;
 * - of a week first false alarms against the others, then their causes within that;
 * - of sites only one figure a report, as one line whose sum over all is taken to be known from the weeks.
 */
import type { FalseAlarmsAnswer, TimesAnswer } from '@stillhere/contracts'
import { fewest, type Span, summariseTimes, suppressLine } from '@stillhere/domain'
import {
  findReportedAlerts,
  findReportedTombstones,
  findSites,
  type ReportedAlert,
  readClock,
} from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext, refuseBecause } from '../../context.ts'
import { retentionRules } from '../../retention.ts'
import { serverNow } from '../../views.ts'
import { ownOrganisation } from '../organisation.ts'
import { addDays, dayOf, startOfDay, weekdayOf } from '../rota/in-zone.ts'

export interface ReportAsked {
  from?: string | undefined
  to?: string | undefined
  by?: 'week' | 'site' | undefined
}

const mostPeriods = 54
const usualWeeks = 8
const causes = ['silent-phone', 'asleep', 'forgot', 'no-signal', 'not-said'] as const
/** Nobody needed help. */
const falseOutcomes = new Set(['safe', 'false-alarm'])
const detailsKeptMs = retentionRules.find(({ what }) => what.startsWith('alerts,'))?.keptMs ?? 0

interface Period extends Span {
  from: string
  to: string
}

/** Whole ones that are over and lie between two days. */
async function readPeriods(ctx: OperationContext, caller: Caller, asked: ReportAsked) {
  const organisation = await ownOrganisation(ctx.db, caller)
  const { timeZone } = organisation
  const now = await readClock(ctx.db)
  const weeks = asked.by === 'site' ? 2 : 1
  const to = asked.to ?? dayOf(now, timeZone)
  const from = asked.from ?? addDays(to, -7 * usualWeeks)
  const periods: Period[] = []
  let day = firstFrom(from, weeks)
  while (periods.length <= mostPeriods) {
    const last = addDays(day, 7 * weeks - 1)
    if (last > to) break
    const next = addDays(day, 7 * weeks)
    const period = { from: day, to: last, startsAt: startOfDay(day, timeZone), endsAt: startOfDay(next, timeZone) }
    if (period.endsAt > now) break
    periods.push(period)
    day = next
  }
  return { organisation, now, periods, tooMany: periods.length > mostPeriods }
}

/** The first Monday from a day on; fortnights count from 5 January 1970. */
function firstFrom(day: string, weeks: number): string {
  let monday = addDays(day, (8 - weekdayOf(day)) % 7)
  if (weeks === 2 && Math.round((Date.parse(monday) - Date.parse('1970-01-05')) / 604_800_000) % 2 !== 0)
    monday = addDays(monday, 7)
  return monday
}

/** Alerts of each period. `kept`: their details (site, cause) are all still there. */
async function readAlerts(
  ctx: OperationContext,
  caller: Caller,
  asked: ReportAsked,
): Promise<
  | { kind: 'refused'; answer: Answer<never> }
  | {
      kind: 'read'
      timeZone: string
      now: number
      periods: (Period & { alerts: ReportedAlert[]; kept: boolean })[]
    }
> {
  const { organisation, now, periods, tooMany } = await readPeriods(ctx, caller, asked)
  if (tooMany) return { kind: 'refused', answer: refuseBecause('limit', `At most ${mostPeriods} periods at a time.`) }
  const [first, last] = [periods[0], periods.at(-1)]
  const span = { fromAt: first?.startsAt ?? now, toAt: last?.endsAt ?? now }
  const detailed = await findReportedAlerts(ctx.db, organisation.id, span)
  const bare = await findReportedTombstones(ctx.db, organisation.id, span)
  const all = [...detailed, ...bare]
  return {
    kind: 'read',
    timeZone: organisation.timeZone,
    now,
    periods: periods.map((period) => {
      const alerts = all.filter(({ raisedAt }) => raisedAt >= period.startsAt && raisedAt < period.endsAt)
      return { ...period, alerts, kept: now - period.startsAt < detailsKeptMs }
    }),
  }
}

export async function reportFalseAlarms(
  ctx: OperationContext,
  caller: Caller,
  asked: ReportAsked,
): Promise<Answer<FalseAlarmsAnswer>> {
  const read = await readAlerts(ctx, caller, asked)
  if (read.kind === 'refused') return read.answer
  const { periods, timeZone, now } = read
  const names = asked.by === 'site' ? await siteNames(ctx, caller) : undefined
  const rows = periods.flatMap((period): FalseAlarmsAnswer['rows'] => {
    const { from, to, alerts, kept } = period
    if (names) return kept ? falseAlarmsBySite(alerts, names).map((row) => ({ from, to, ...row })) : []
    return [{ from, to, ...falseAlarmsOf(alerts, kept) }]
  })
  return answer(200, { by: asked.by ?? 'week', timeZone, fewest, rows, serverNow: serverNow(now) })
}

function falseAlarmsOf(
  alerts: readonly ReportedAlert[],
  kept: boolean,
): Omit<FalseAlarmsAnswer['rows'][number], 'from' | 'to'> {
  const wrong = alerts.filter(({ outcome }) => falseOutcomes.has(outcome))
  const { total, parts } = suppressLine([wrong.length, alerts.length - wrong.length])
  const [falseAlarms = null, others = null] = parts
  const counts = causes.map((cause) => wrong.filter((alert) => (alert.cause ?? 'not-said') === cause).length)
  const shown = falseAlarms === null || !kept ? counts.map(() => null) : suppressLine(counts).parts
  return {
    alerts: total,
    falseAlarms,
    others,
    causes: Object.fromEntries(causes.map((cause, index) => [cause, shown[index] ?? null])),
  }
}

/** One figure a site, hidden too where its other alerts are few: how many they are could be known from another report. */
function falseAlarmsBySite(alerts: readonly ReportedAlert[], names: ReadonlyMap<string, string>) {
  const groups = bySite(alerts, names)
  const wrong = groups.map((group) => group.alerts.filter(({ outcome }) => falseOutcomes.has(outcome)).length)
  const few = groups.map((group, index) => group.alerts.length - (wrong[index] ?? 0) < fewest)
  const { parts } = suppressLine(wrong, fewest, few)
  return groups.map(({ site }, index) => ({
    site,
    alerts: null,
    falseAlarms: parts[index] ?? null,
    others: null,
    causes: {},
  }))
}

export async function reportTimes(
  ctx: OperationContext,
  caller: Caller,
  asked: ReportAsked,
): Promise<Answer<TimesAnswer>> {
  const read = await readAlerts(ctx, caller, asked)
  if (read.kind === 'refused') return read.answer
  const { periods, timeZone, now } = read
  const names = asked.by === 'site' ? await siteNames(ctx, caller) : undefined
  const rows = periods.flatMap((period): TimesAnswer['rows'] => {
    const { from, to, alerts, kept } = period
    if (!names) return [{ from, to, alerts: alerts.length < fewest ? null : alerts.length, ...timesOf(alerts, true) }]
    if (!kept) return []
    const groups = bySite(alerts, names)
    const { parts } = suppressLine(groups.map((group) => group.alerts.length))
    return groups.map((group, index) => {
      const shown = parts[index] ?? null
      // Of a site no count but that of its alerts: another could be the difference to all.
      return { from, to, site: group.site, alerts: shown, ...timesOf(shown === null ? [] : group.alerts, false) }
    })
  })
  return answer(200, { by: asked.by ?? 'week', timeZone, fewest, rows, serverNow: serverNow(now) })
}

/** Seconds from the missed deadline. An alert without an instant is one to which it did not happen. */
function timesOf(alerts: readonly ReportedAlert[], counts: boolean) {
  const measure = (instant: (alert: ReportedAlert) => number | null) => {
    const seconds = alerts.flatMap((alert) => {
      const at = instant(alert)
      return at === null || alert.dueAt === null ? [] : [Math.max(0, (at - alert.dueAt) / 1_000)]
    })
    const times = summariseTimes(seconds, alerts.length)
    return counts ? times : { ...times, count: null }
  }
  return {
    firstText: measure(({ toldFirstAt }) => toldFirstAt),
    claim: measure(({ ownedAt }) => ownedAt),
    called999: measure(({ called999At }) => called999At),
    there: measure(({ thereAt }) => thereAt),
  }
}

async function siteNames(ctx: OperationContext, caller: Caller): Promise<Map<string, string>> {
  return new Map((await findSites(ctx.db, caller.organisationId)).map(({ id, template }) => [id, template.label]))
}

/** Every site in the line, with none and gone ones as one: their sum is all. */
function bySite(alerts: readonly ReportedAlert[], names: ReadonlyMap<string, string>) {
  const known = (id: string | null) => (id !== null && names.has(id) ? id : null)
  return [...names.keys(), null].map((id) => ({
    site: id === null ? null : { id, label: names.get(id) ?? '' },
    alerts: alerts.filter(({ siteId }) => known(siteId) === id),
  }))
}
