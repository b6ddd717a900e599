import type { Carrier } from '@stillhere/carriers/outbound'
import { keepMissedTexts, listOwnNumbers, type OperationContext, type SealInbound } from '@stillhere/operations'

/** How far back a process looks when it starts: an alert that is older has been climbing without this answer. */
const backAtStartMs = 3_600_000
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
    for (const { organisationId, smsNumber } of await listOwnNumbers(ctx)) {
      const listed = await carrier.listInbound({
        to: smsNumber,
        sinceMs: since.get(smsNumber) ?? startedAt - backAtStartMs,
      })
      if (listed.kind === 'unknown') continue
      found += (await keepMissedTexts(ctx, organisationId, listed.texts, seal)).found
      if (listed.complete) since.set(smsNumber, startedAt - overlapMs)
    }
    if (found > 0) ctx.events.foundBySweep({ pass: 'missedTexts', count: found })
    return { found }
  }
}
