/**
 * What a service tells those who pay for it. Small numbers are hidden, and whatever would give them away by a difference:
 * of each calendar week there is one set of figures (`publishWeek`), and every question only chooses which of them it
 * shows. No other period is counted, so no two questions overlap in a part of a week; a reader may add up what is shown.
 * A week is told of once nothing of it is open any more, as what is closed later would be a difference of two days.
 */
import type { FalseAlarmsAnswer, TimesAnswer } from '@stillhere/contracts'
import { type CountedAlert, fewest, type PublishedWeek, publishWeek, type Span } from '@stillhere/domain'
import {
  findOpenAlertInstants,
  findReportedAlerts,
  findReportedTombstones,
  findSiteLabels,
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

const mostWeeks = 54
const usualWeeks = 8
const causes = ['silent-phone', 'asleep', 'forgot', 'no-signal', 'not-said'] as const
type Cause = (typeof causes)[number]
/** Nobody needed help. */
const falseOutcomes = new Set(['safe', 'false-alarm'])
const detailsKeptMs = retentionRules.find(({ what }) => what.startsWith('alerts,'))?.keptMs ?? 0

interface Week extends Span {
  from: string
  to: string
}

/** Whole ones, Monday to Sunday, that are over and lie between two days. */
function weeksBetween(from: string, to: string, timeZone: string, now: number): Week[] {
  const weeks: Week[] = []
  for (let day = addDays(from, (8 - weekdayOf(from)) % 7); weeks.length <= mostWeeks; day = addDays(day, 7)) {
    const [last, next] = [addDays(day, 6), addDays(day, 7)]
    const week = { from: day, to: last, startsAt: startOfDay(day, timeZone), endsAt: startOfDay(next, timeZone) }
    if (last > to || week.endsAt > now) break
    weeks.push(week)
  }
  return weeks
}

interface ToldWeek extends Week {
  figures: PublishedWeek<Cause>
  /** Its alerts' details (site, cause) are all still there. */
  kept: boolean
}

async function readWeeks(
  ctx: OperationContext,
  caller: Caller,
  asked: ReportAsked,
): Promise<
  | { kind: 'refused'; answer: Answer<never> }
  | { kind: 'read'; timeZone: string; now: number; weeks: ToldWeek[]; labels: ReadonlyMap<string, string> }
> {
  const { id, timeZone } = await ownOrganisation(ctx.db, caller)
  const now = await readClock(ctx.db)
  const to = asked.to ?? dayOf(now, timeZone)
  const weeks = weeksBetween(asked.from ?? addDays(to, -7 * usualWeeks), to, timeZone, now)
  if (weeks.length > mostWeeks)
    return { kind: 'refused', answer: refuseBecause('limit', `At most ${mostWeeks} weeks at a time.`) }
  const span = { fromAt: weeks[0]?.startsAt ?? now, toAt: weeks.at(-1)?.endsAt ?? now }
  const all = [...(await findReportedAlerts(ctx.db, id, span)), ...(await findReportedTombstones(ctx.db, id, span))]
  const openAts = await findOpenAlertInstants(ctx.db, id, span)
  const labels = new Map((await findSiteLabels(ctx.db, id)).map((site) => [site.id, site.label]))
  const of = (week: Week) => (at: number) => at >= week.startsAt && at < week.endsAt
  return {
    kind: 'read',
    timeZone,
    now,
    labels,
    weeks: weeks
      .filter((week) => !openAts.some(of(week)))
      .map((week) => {
        const alerts = all.filter(({ raisedAt }) => of(week)(raisedAt)).map(countedAlert)
        const kept = now - week.startsAt < detailsKeptMs
        return { ...week, kept, figures: publishWeek(alerts, causes, [...labels.keys()]) }
      }),
  }
}

/** What reports count of an alert. An instant that is not there did not come. */
function countedAlert(alert: ReportedAlert): CountedAlert<Cause> {
  const { outcome, cause, siteId, dueAt } = alert
  const after = (at: number | null) => (at === null || dueAt === null ? null : Math.max(0, (at - dueAt) / 1_000))
  return {
    isFalse: falseOutcomes.has(outcome),
    cause: causes.find((one) => one === cause) ?? 'not-said',
    siteId,
    seconds: {
      firstText: after(alert.toldFirstAt),
      claim: after(alert.ownedAt),
      called999: after(alert.called999At),
      there: after(alert.thereAt),
    },
  }
}

export async function reportFalseAlarms(
  ctx: OperationContext,
  caller: Caller,
  asked: ReportAsked,
): Promise<Answer<FalseAlarmsAnswer>> {
  const read = await readWeeks(ctx, caller, asked)
  if (read.kind === 'refused') return read.answer
  const { weeks, timeZone, now, labels } = read
  const rows = weeks.flatMap(({ from, to, kept, figures }): FalseAlarmsAnswer['rows'] => {
    if (asked.by === 'site')
      return sitesOf(figures, kept, labels).map(({ site, alerts, falseAlarms }) => ({
        ...{ from, to, site, alerts, falseAlarms },
        others: null,
        causes: {},
      }))
    const { alerts, falseAlarms, others } = figures
    // Of a tombstone no cause is left: "not said" would be a lie.
    const shown = Object.fromEntries(causes.map((cause) => [cause, kept ? figures.causes[cause] : null]))
    return [{ from, to, alerts, falseAlarms, others, causes: shown }]
  })
  return answer(200, { by: asked.by ?? 'week', timeZone, fewest, rows, serverNow: serverNow(now) })
}

export async function reportTimes(
  ctx: OperationContext,
  caller: Caller,
  asked: ReportAsked,
): Promise<Answer<TimesAnswer>> {
  const read = await readWeeks(ctx, caller, asked)
  if (read.kind === 'refused') return read.answer
  const { weeks, timeZone, now, labels } = read
  const rows = weeks.flatMap(({ from, to, kept, figures }): TimesAnswer['rows'] =>
    asked.by === 'site'
      ? sitesOf(figures, kept, labels).map(({ site, alerts, times }) => ({ from, to, site, alerts, ...times }))
      : [{ from, to, alerts: figures.alerts, ...figures.times }],
  )
  return answer(200, { by: asked.by ?? 'week', timeZone, fewest, rows, serverNow: serverNow(now) })
}

/** Nothing of a week whose details go: which site an alert was of is not known of a tombstone. */
const sitesOf = (figures: PublishedWeek<Cause>, kept: boolean, labels: ReadonlyMap<string, string>) =>
  kept
    ? figures.sites.map((of) => ({
        ...of,
        site: of.siteId === null ? null : { id: of.siteId, label: labels.get(of.siteId) ?? '' },
      }))
    : []
