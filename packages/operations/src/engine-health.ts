import { isSomeAlertSilent, readSweepAgeMs } from '@stillhere/persistence'
import type { OperationContext } from './context.ts'
import { sweepSilenceMs } from './start-session.ts'

export type EngineHealth =
  | { kind: 'well'; sweepAgeMs: number }
  | { kind: 'unwell'; reason: 'sweepLate' | 'silentAlert'; sweepAgeMs: number }

/** P14: has any worker completed a sweep lately, and does every open alert have a next step. @throws when Postgres is away */
export async function engineHealth(ctx: OperationContext): Promise<EngineHealth> {
  const sweepAgeMs = await readSweepAgeMs(ctx.db)
  if (sweepAgeMs > sweepSilenceMs) return { kind: 'unwell', reason: 'sweepLate', sweepAgeMs }
  return (await isSomeAlertSilent(ctx.db))
    ? { kind: 'unwell', reason: 'silentAlert', sweepAgeMs }
    : { kind: 'well', sweepAgeMs }
}
