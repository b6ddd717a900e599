import { findWaiting, putWaitingOff, type Transaction, type WaitingKind } from '@stillhere/persistence'
import type { OperationContext } from './context.ts'
import { workOffInHalves } from './in-halves.ts'

/**
 * Works off what waits in one transaction; where that fails, in halves. One that fails alone is said, stays due and is tried
 * again in seconds: whatever is wrong with a person's row, a plan or a number, those behind it have their turn.
 * @param work locks what is due, among these ids where they are given, and answers how many there were
 */
export async function workOffWaiting(
  ctx: OperationContext,
  of: { kind: WaitingKind; reason: string; limit: number },
  work: (tx: Transaction, among?: readonly string[]) => Promise<number>,
): Promise<{ found: number }> {
  try {
    return { found: await ctx.db.transaction((tx) => work(tx)) }
  } catch (error) {
    const ids = await findWaiting(ctx.db, of.kind, of.limit)
    if (ids.length === 0) throw error
    const found = await workOffInHalves(
      ctx,
      ids,
      (some) => ctx.db.transaction((tx) => work(tx, some)),
      async (id, cause) => {
        ctx.events.trouble('poisonRow', { reason: of.reason, error: cause })
        await putWaitingOff(ctx.db, of.kind, id)
      },
    )
    return { found }
  }
}
