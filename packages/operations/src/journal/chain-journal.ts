import {
  type Chain,
  findAlertsToChain,
  findUnchainedLines,
  loadChainsToLengthenForUpdate,
  StaleWriteError,
  storeChained,
  type WhichAlerts,
} from '@stillhere/persistence'
import { listAside, putAside } from '../aside.ts'
import type { OperationContext } from '../context.ts'
import { workOffInHalves } from '../in-halves.ts'
import { hashLine } from './chain.ts'

/**
 * Gives committed lines of alerts their places in their alerts' chains, up to about `limit` lines. Whoever writes a line
 * never waits for it: lines are chained a moment later, by whichever worker looks first. The lock on an alert's chain, the
 * compare-and-set on its length and the unique place in it each keep two workers from forking it.
 */
export async function chainJournal(
  ctx: Pick<OperationContext, 'db'>,
  limit: number,
  which: WhichAlerts = {},
): Promise<{ found: number; more: boolean }> {
  try {
    const found = await ctx.db.transaction(async (tx) => {
      const chains = await loadChainsToLengthenForUpdate(tx, limit, which)
      if (chains.length === 0) return 0
      const waiting = Map.groupBy(
        await findUnchainedLines(
          tx,
          chains.map((chain) => chain.alertId),
        ),
        (line) => line.alertId,
      )
      const placed: { id: number; position: number; hash: Buffer }[] = []
      const moved: (Chain & { expectedLength: number })[] = []
      for (const chain of chains) {
        let { length, head } = chain
        for (const line of waiting.get(chain.alertId) ?? []) {
          length += 1
          head = hashLine(head, length, line)
          placed.push({ id: line.id, position: length, hash: head })
        }
        if (length > chain.length) moved.push({ ...chain, length, head, expectedLength: chain.length })
      }
      if (placed.length > 0) await storeChained(tx, placed, moved)
      return placed.length
    })
    return { found, more: found >= limit }
  } catch (error) {
    // Another worker was first, three times over: the lines have their places, or are found next time.
    if (error instanceof StaleWriteError) return { found: 0, more: false }
    throw error
  }
}

/** An alert whose lines cannot be chained is tried again after this long, by each worker. */
const againMs = 60_000

/** The same for the sweep: an alert whose lines cannot be chained is said, and keeps no other alert's from their places. */
export async function lengthenChains(ctx: OperationContext, limit: number): Promise<{ found: number }> {
  const except = listAside(ctx, 'chain')
  try {
    return { found: (await chainJournal(ctx, limit, { except })).found }
  } catch (error) {
    const alerts = await findAlertsToChain(ctx.db, limit, { except })
    if (alerts.length === 0) throw error
    const found = await workOffInHalves(
      ctx,
      alerts.map((alert) => alert.alert_id),
      async (among) => (await chainJournal(ctx, limit, { among })).found,
      (alertId, cause) => {
        ctx.events.trouble('poisonRow', { reason: 'chain', error: cause })
        putAside(ctx, 'chain', alertId, againMs)
      },
    )
    return { found }
  }
}
