import type { Carrier } from '@stillhere/carriers/outbound'
import { keepMissedTexts, listNumbersToHear, type OperationContext, type SealInbound } from '@stillhere/operations'

/** How far back it looks at most: an alert that is older has been climbing without this answer. */
const mostBackMs = 3_600_000
/** Texts may appear in the carrier's list a little after those that came later. */
const overlapMs = 120_000

/**
 * Asks the carrier what came in, and keeps what its webhook could not bring (H33). By the host's clock, which is what the
 * carrier's list goes by; a list that does not come is asked for again from where the last good one ended.
 */
export function listMissedTexts(of: {
  ctx: OperationContext
  carrier: Pick<Carrier, 'listInbound'>
  seal: SealInbound
}): () => Promise<{ found: number }> {
  const { ctx, carrier, seal } = of
  const since = new Map<string, number>()
  return async () => {
    const startedAt = Date.now()
    let found = 0
    for (const { organisationId, smsNumber } of await listNumbersToHear(ctx)) {
      const listed = await carrier.listInbound({
        to: smsNumber,
        sinceMs: Math.max(since.get(smsNumber) ?? 0, startedAt - mostBackMs),
      })
      if (listed.kind === 'unknown') continue
      const kept = await keepMissedTexts(ctx, organisationId, listed.texts, seal)
      found += kept.found
      // What could not be kept is asked for again.
      if (listed.complete && kept.failed === 0) since.set(smsNumber, startedAt - overlapMs)
    }
    if (found > 0) ctx.events.foundBySweep({ pass: 'missedTexts', count: found })
    return { found }
  }
}
