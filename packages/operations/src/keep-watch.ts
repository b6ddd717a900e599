/** What a worker reads and writes beside its rows: heartbeats, the clock, the next due instant, codes held too long. */
import {
  type ClockReading,
  correctClock as moveClock,
  peekNextDue,
  readRawClock,
  releaseCodes,
  recordHeartbeat as writeHeartbeat,
} from '@stillhere/persistence'
import type { OperationContext } from './context.ts'

/** P14: this process has completed a sweep. */
export async function recordHeartbeat(ctx: OperationContext, processId: string): Promise<void> {
  await writeHeartbeat(ctx.db, processId)
  ctx.events.heartbeat()
}

/** How far ahead the sweep looks for something to set its timer on. */
const lookAheadMs = 1_000

/** Milliseconds until something is next due; undefined when nothing is soon. */
export async function nextDueInMs(ctx: OperationContext): Promise<number | undefined> {
  const { now, dueAt } = await peekNextDue(ctx.db, lookAheadMs)
  return dueAt === undefined ? undefined : dueAt - now
}

/** The database's uncorrected clock, its correction and the correction's version. */
export const readClockSample = (ctx: OperationContext): Promise<ClockReading> => readRawClock(ctx.db)

/** Takes a step of the database's clock back, if nobody else has since `version`. @returns whether it was us */
export async function correctClock(ctx: OperationContext, byMs: number, version: number): Promise<boolean> {
  const corrected = await moveClock(ctx.db, -byMs, version)
  if (corrected) ctx.events.clockStep({ byMs })
  return corrected
}

/** Codes of alerts that have been closed for 24 h may be given out again. */
export const releaseHeldCodes = (ctx: OperationContext): Promise<void> => releaseCodes(ctx.db)
