/**
 * All that is ever published of one week, worked out at once. Every report is a choice of these figures and of nothing else.
 *
 * A number is given away where two published figures differ by it and the one counts a part of what the other counts. So
 * the figures of a week form one tree, and no figure spans two weeks, lies across two branches or is a sum of others:
 *
 *   alerts ─┬─ false alarms ─┬─ causes
 *           │                └─ sites
 *           ├─ others
 *           ├─ sites, where false alarms are hidden
 *           └─ how often each thing happened
 *
 * - A line of parts is safe against its whole (`suppressLine`), and is published only where its whole is: a line whose
 *   whole is hidden would give it away as its sum.
 * - Causes and sites share their whole and nothing else; no cell of both is published. Of a site there is one number: its
 *   false alarms, or, where others are too few for those, its alerts.
 * - What happened (a text, a claim, 999, somebody there) is nearly a chain of parts of each other: each of those counts is
 *   ten or more away from, or equal to, every other and what it is a part of.
 *
 * Held by a property over everything that follows from the figures by adding and subtracting (`publish-week.test.ts`).
 */
import { fewest, summariseTimes, suppressLine, type Times } from './suppress.ts'

export const hops = ['firstText', 'claim', 'called999', 'there'] as const
export type Hop = (typeof hops)[number]

/** One closed alert of the week. */
export interface CountedAlert<Cause extends string> {
  /** Nobody needed help. */
  isFalse: boolean
  cause: Cause
  /** Null: of no site. */
  siteId: string | null
  /** Seconds from the missed deadline; null: it did not happen. */
  seconds: Readonly<Record<Hop, number | null>>
}

/** Null is hidden. */
export interface PublishedWeek<Cause extends string> {
  alerts: number | null
  falseAlarms: number | null
  others: number | null
  causes: Readonly<Record<Cause, number | null>>
  /** In the order of the sites asked for. */
  sites: readonly {
    siteId: string | null
    alerts: number | null
    falseAlarms: number | null
    times: Readonly<Record<Hop, Times>>
  }[]
  times: Readonly<Record<Hop, Times>>
}

/**
 * Pure.
 * @param siteIds every site an alert may be of, also those given up since: their sum is all. Without null, which is added
 */
export function publishWeek<Cause extends string>(
  alerts: readonly CountedAlert<Cause>[],
  causes: readonly Cause[],
  siteIds: readonly string[],
): PublishedWeek<Cause> {
  const wrong = alerts.filter(({ isFalse }) => isFalse)
  const { total, parts } = suppressLine([wrong.length, alerts.length - wrong.length])
  const [falseAlarms = null, others = null] = parts
  /** Of a whole that is hidden every part is. */
  const partsOfFalse = (counts: readonly number[]): (number | null)[] =>
    falseAlarms === null ? counts.map(() => null) : suppressLine(counts).parts

  const byCause = partsOfFalse(causes.map((cause) => wrong.filter((alert) => alert.cause === cause).length))
  const known = new Set(siteIds)
  const groups = [...siteIds, null].map((id) => ({
    id,
    alerts: alerts.filter(({ siteId }) => (siteId !== null && known.has(siteId) ? siteId : null) === id),
  }))
  const falseBySite = partsOfFalse(groups.map((group) => group.alerts.filter(({ isFalse }) => isFalse).length))
  /** Where a site's times are shown its alerts are many, and so are those of the sites where none are. */
  const allBySite = suppressLine(groups.map((group) => group.alerts.length)).parts

  return {
    alerts: total,
    falseAlarms,
    others,
    causes: Object.fromEntries(causes.map((cause, index) => [cause, byCause[index] ?? null])) as Record<
      Cause,
      number | null
    >,
    sites: groups.map((group, index) => ({
      siteId: group.id,
      alerts: falseAlarms === null ? (allBySite[index] ?? null) : null,
      falseAlarms: falseBySite[index] ?? null,
      times: timesOf((allBySite[index] ?? null) === null ? [] : group.alerts, 'no counts'),
    })),
    times: timesOf(alerts, [alerts.length, wrong.length, alerts.length - wrong.length]),
  }
}

/** @param near figures of which a count of what happened may be a part */
function timesOf(
  alerts: readonly CountedAlert<string>[],
  near: readonly number[] | 'no counts',
): Readonly<Record<Hop, Times>> {
  const published = near === 'no counts' ? [] : [...near]
  const entries = hops.map((hop): [Hop, Times] => {
    const happened = alerts.flatMap(({ seconds }) => seconds[hop] ?? [])
    const times = summariseTimes(happened)
    const { count } = times
    const apart = count !== null && published.every((other) => other === count || Math.abs(other - count) >= fewest)
    if (near === 'no counts' || count === null || !apart) return [hop, { ...times, count: null }]
    published.push(count)
    return [hop, times]
  })
  return Object.fromEntries(entries) as Record<Hop, Times>
}
