/** What a worker reads and writes beside its rows: heartbeats, the clock, the next due instant, codes held too long. */
import {
  addFoundBySweep,
  type ClockReading,
  findAlertsAhead,
  findCarrierCopies,
  findOrganisationIds,
  correctClock as moveClock,
  peekNextDue,
  readPromises,
  readRawClock,
  recordCarrierCopiesGone,
  releaseCodes,
  recordHeartbeat as writeHeartbeat,
} from '@stillhere/persistence'
import { listAside, putAside } from './aside.ts'
import type { OperationContext } from './context.ts'
import { workOffEach } from './in-halves.ts'
import { pageOperator } from './page-operators.ts'

/**
 * P14: this process has completed a sweep. With it goes what the board shows of the process: its clock, and what its
 * sweep found since the last heartbeat that a wake-up should have.
 */
export async function recordHeartbeat(
  ctx: OperationContext,
  processId: string,
  of: { wakeUps: boolean; foundBySweep?: number },
): Promise<void> {
  await writeHeartbeat(ctx.db, processId, { hostNowAt: Date.now(), wakeUps: of.wakeUps })
  if (of.foundBySweep) await addFoundBySweep(ctx.db, of.foundBySweep)
  ctx.events.heartbeat()
}

/** How far ahead the sweep looks for something to set its timer on. */
const lookAheadMs = 1_000

/** Milliseconds until something is next due; undefined when nothing is soon. */
export async function nextDueInMs(ctx: OperationContext): Promise<number | undefined> {
  const { now, dueAt } = await peekNextDue(ctx.db, lookAheadMs, listAside(ctx, 'session'))
  return dueAt === undefined ? undefined : dueAt - now
}

/** The database's uncorrected clock, its correction and the correction's version. */
export const readClockSample = (ctx: OperationContext): Promise<ClockReading> => readRawClock(ctx.db)

/** Takes a step of the database's clock back, if nobody else has since `version`. @returns whether it was us */
export async function correctClock(ctx: OperationContext, byMs: number, version: number): Promise<boolean> {
  const corrected = await moveClock(ctx.db, -byMs, version)
  if (!corrected) return false
  ctx.events.clockStep({ byMs })
  await workOffEach(
    ctx,
    await findOrganisationIds(ctx.db),
    (organisationId) => pageOperator(ctx, organisationId, 'pager-clock'),
    (_organisation, error) => ctx.events.trouble('poisonRow', { reason: 'pager', error }),
  )
  return true
}

/** Shows operators what the rows say about the promises. */
export const watchPromises = async (ctx: OperationContext): Promise<void> =>
  ctx.events.promisesRead(await readPromises(ctx.db))

/** Codes of alerts that have been closed for 24 h may be given out again. */
export const releaseHeldCodes = (ctx: OperationContext): Promise<void> => releaseCodes(ctx.db)

/** How far ahead a worker remembers, and how many at most. */
const remember = { withinMs: 30 * 60_000, most: 100_000 }

/** Sessions that would alert within half an hour, in case Postgres goes away before they do. */
export const readAlertsAhead = (ctx: OperationContext) => findAlertsAhead(ctx.db, remember.withinMs, remember.most)

/** A copy that the carrier will not delete is asked for again after this long. */
const copyAgainMs = 600_000

/**
 * Deletes the carrier's copies of closed alerts' texts. `remove` answers whether the copy is gone; one that is not lets the
 * others go first.
 */
export async function removeCarrierCopies(
  ctx: OperationContext,
  remove: (sid: string) => Promise<boolean>,
  limit: number,
): Promise<{ found: number }> {
  const copies = await findCarrierCopies(ctx.db, limit, listAside(ctx, 'carrierCopy'))
  const gone = await Promise.all(copies.map(async ({ id, sid }) => ((await remove(sid)) ? [id] : [])))
  for (const { id } of copies) if (!gone.flat().includes(id)) putAside(ctx, 'carrierCopy', id, copyAgainMs)
  await recordCarrierCopiesGone(ctx.db, gone.flat())
  return { found: copies.length }
}
