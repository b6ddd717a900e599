import { DatabaseUnavailableError, readClock } from '@stillhere/persistence'
import type { OperationContext } from './context.ts'

/**
 * Works off a batch that has failed as a whole: in halves, and halves of halves, so that a poison row costs a few
 * transactions and delays nobody else, and a batch that was merely cut off is two batches and not hundreds of
 * transactions. Whatever fails alone is handed to `onFailed` and stays due; one that cannot even be put off is said, and
 * those behind it have their turn.
 * @throws DatabaseUnavailableError when Postgres does not answer at all, or takes no writing: everything stays due
 */
export async function workOffInHalves<Id>(
  ctx: OperationContext,
  ids: readonly Id[],
  work: (ids: readonly Id[]) => Promise<number>,
  onFailed: (id: Id, error: unknown) => Promise<void> | void,
): Promise<number> {
  let refused: DatabaseUnavailableError | undefined
  const workOff = async (some: readonly Id[]): Promise<number> => {
    if (some.length === 0) return 0
    try {
      return await work(some)
    } catch (error) {
      if (error instanceof DatabaseUnavailableError) await readClock(ctx.db)
      const [only] = some
      if (some.length === 1 && only !== undefined) {
        refused = (await putOff(ctx, () => onFailed(only, error))) ?? refused
        return 0
      }
      const half = Math.ceil(some.length / 2)
      const first = await workOff(some.slice(0, half))
      return first + (await workOff(some.slice(half)))
    }
  }
  const done = await workOff(ids)
  if (refused) throw refused
  return done
}

/**
 * Works off one row after the other: what fails is handed to `onFailed`, and stops none behind it.
 * @returns how many failed
 * @throws DatabaseUnavailableError as `workOffInHalves`
 */
export async function workOffEach<Row>(
  ctx: OperationContext,
  rows: readonly Row[],
  work: (row: Row) => Promise<unknown>,
  onFailed: (row: Row, error: unknown) => Promise<void> | void,
): Promise<number> {
  let failed = 0
  let refused: DatabaseUnavailableError | undefined
  for (const row of rows)
    try {
      await work(row)
    } catch (error) {
      if (error instanceof DatabaseUnavailableError) await readClock(ctx.db)
      failed += 1
      refused = (await putOff(ctx, () => onFailed(row, error))) ?? refused
    }
  if (refused) throw refused
  return failed
}

/** @returns what the database answers when it takes no writing from anybody: no fault of this row's */
async function putOff(
  ctx: OperationContext,
  how: () => Promise<void> | void,
): Promise<DatabaseUnavailableError | undefined> {
  try {
    await how()
  } catch (error) {
    if (error instanceof DatabaseUnavailableError) {
      await readClock(ctx.db)
      return error
    }
    ctx.events.trouble('poisonRow', { reason: 'backOff', error })
  }
  return undefined
}
