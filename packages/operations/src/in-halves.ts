import { DatabaseUnavailableError, readClock } from '@stillhere/persistence'
import type { OperationContext } from './context.ts'

/**
 * Works off a batch that has failed as a whole: in halves, and halves of halves, so that a poison row costs a few
 * transactions and delays nobody else, and a batch that was merely cut off is two batches and not hundreds of
 * transactions. Whatever fails alone is handed to `onFailed` and stays due.
 * @throws DatabaseUnavailableError when Postgres does not answer at all: everything stays due
 */
export async function workOffInHalves(
  ctx: OperationContext,
  ids: readonly string[],
  work: (ids: readonly string[]) => Promise<number>,
  onFailed: (id: string, error: unknown) => Promise<void>,
): Promise<number> {
  if (ids.length === 0) return 0
  try {
    return await work(ids)
  } catch (error) {
    if (error instanceof DatabaseUnavailableError) await readClock(ctx.db)
    const [only] = ids
    if (ids.length === 1 && only !== undefined) {
      await onFailed(only, error)
      return 0
    }
    const half = Math.ceil(ids.length / 2)
    const first = await workOffInHalves(ctx, ids.slice(0, half), work, onFailed)
    return first + (await workOffInHalves(ctx, ids.slice(half), work, onFailed))
  }
}
