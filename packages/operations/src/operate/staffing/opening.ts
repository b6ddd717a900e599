import type { Span } from '@stillhere/domain'
import type { ConfiguredOrganisation, Opening } from '@stillhere/persistence'
import { daysAround, spanOn, weekdayOf } from '../rota/in-zone.ts'

const dayMs = 86_400_000
/** Mostly enough. */
const weekMs = 8 * dayMs
/** How far ahead the next opening is looked for: over any holiday. */
const lookAheadMs = 35 * dayMs

/** When the service is open, in order; hours that touch are one. Without opening hours: the whole span. */
export function openingSpans(opening: Opening | undefined, zone: string, span: Span): Span[] {
  if (!opening) return [span]
  const otherwise = new Map(opening.exceptions.map(({ day, hours }) => [day, hours]))
  const spans = daysAround(span, zone)
    .flatMap((day) => {
      const weekday = weekdayOf(day)
      const hours = otherwise.get(day) ?? opening.weekly.filter((one) => one.weekday === weekday)
      return hours.flatMap(({ from, to }) => spanOn(day, from, to, zone) ?? [])
    })
    .filter(({ startsAt, endsAt }) => startsAt < span.endsAt && endsAt > span.startsAt)
    .sort((a, b) => a.startsAt - b.startsAt)
  const merged: Span[] = []
  for (const { startsAt, endsAt } of spans) {
    const last = merged.at(-1)
    if (last && startsAt <= last.endsAt) last.endsAt = Math.max(last.endsAt, endsAt)
    else merged.push({ startsAt, endsAt })
  }
  return merged
}

/** What is so at an instant: whether it is open, until when, from when again, and what may begin. */
export interface OpenState {
  open: boolean
  opensAt?: number
  closesAt?: number
  /** Supporters go home at `closesAt`; until then they finish what is running. */
  draining: boolean
  mayStart: { alone: boolean; withSupporter: boolean }
  /** It has closed for good. */
  forGood: boolean
}

export function openStateAt(
  organisation: Pick<ConfiguredOrganisation, 'opening' | 'timeZone' | 'closedForGoodAt'>,
  now: number,
): OpenState {
  if (organisation.closedForGoodAt !== undefined)
    return { open: false, draining: false, mayStart: { alone: false, withSupporter: false }, forGood: true }
  const { opening, timeZone } = organisation
  if (!opening) return { open: true, draining: false, mayStart: { alone: true, withSupporter: true }, forGood: false }
  const near = openingSpans(opening, timeZone, { startsAt: now, endsAt: now + weekMs })
  const spans = near.length > 1 ? near : openingSpans(opening, timeZone, { startsAt: now, endsAt: now + lookAheadMs })
  const current = spans.find(({ startsAt, endsAt }) => startsAt <= now && now < endsAt)
  const next = spans.find(({ startsAt }) => startsAt > now)
  // Open to the end of what was looked at is open for as long as anybody can say.
  const closesAt = current && current.endsAt < now + lookAheadMs ? current.endsAt : undefined
  const draining = closesAt !== undefined && now >= closesAt - opening.drainMinutes * 60_000
  const withSupporter = current !== undefined && !draining
  return {
    open: current !== undefined,
    ...(next && (!current || draining) ? { opensAt: next.startsAt } : {}),
    ...(closesAt === undefined ? {} : { closesAt }),
    draining,
    mayStart: { alone: withSupporter || opening.drain === 'no-company', withSupporter },
    forGood: false,
  }
}
