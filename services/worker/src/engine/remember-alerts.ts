/**
 * P14, F17: with Postgres away nobody can decide, but somebody can be told. A worker remembers, in memory and as ids
 * only, which sessions would alert within half an hour; when one of those instants passes while Postgres does not
 * answer, it pages the number of its own configuration, straight through the carrier, once a minute.
 */
import type { Carrier } from '@stillhere/carriers/outbound'
import { renderText } from '@stillhere/domain'
import type { Events } from '@stillhere/observability'
import { type OperationContext, readAlertsAhead } from '@stillhere/operations'

const rememberEveryMs = 10_000
const lookEveryMs = 1_000
const pageEveryMs = 60_000
/** A sweep that is late by less may only be slow. */
const silentAfterMs = 5_000

export interface Remembering {
  /** For the sweep: reads anew now and then. */
  pass(): Promise<{ found: number }>
  stop(): void
}

export function rememberAlerts(of: {
  ctx: OperationContext
  carrier: Pick<Carrier, 'send'>
  events: Events
  sinceSweepMs: () => number
  pager?: { to: string; from: string } | undefined
}): Remembering {
  let ahead: number[] = []
  let readAtMs = Number.NEGATIVE_INFINITY
  let pagedAtMs = Number.NEGATIVE_INFINITY

  async function pass(): Promise<{ found: number }> {
    if (performance.now() - readAtMs < rememberEveryMs) return { found: 0 }
    const read = await readAlertsAhead(of.ctx)
    readAtMs = performance.now()
    // Kept on our own monotonic clock: the database's is not there to be asked when it matters.
    ahead = read.ahead.map(({ alertAt }) => readAtMs + alertAt - read.now)
    return { found: 0 }
  }

  const timer = setInterval(() => {
    const nowMs = performance.now()
    if (of.sinceSweepMs() < silentAfterMs || nowMs - pagedAtMs < pageEveryMs) return
    if (!ahead.some((alertAtMs) => alertAtMs <= nowMs)) return
    pagedAtMs = nowMs
    of.events.trouble('databaseAway', { reason: 'alertsDue' })
    if (!of.pager) return
    void of.carrier.send({
      ...of.pager,
      body: renderText('pager-engine', {}, 'en'),
      // Nothing can be written down about it now; the carrier's word on it is not waited for.
      statusCallbackUrl: undefined,
      validitySeconds: 600,
      lane: 'first',
    })
  }, lookEveryMs)
  timer.unref()
  return { pass, stop: () => clearInterval(timer) }
}
