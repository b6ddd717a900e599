import { uptime } from 'node:os'
import { correctClock, type OperationContext, readClockSample } from '@stillhere/operations'
import { createClockWatch } from '@stillhere/timers'

/**
 * F38: compares the database's clock with this process's monotonic one at every sweep. A step of more than 2 s is taken
 * back by the correction row, so that nothing fires early or late; whoever is first writes it, and it never pauses.
 */
export function watchDatabaseClock(ctx: OperationContext): () => Promise<{ found: number }> {
  const watch = createClockWatch()
  return async () => {
    const sentAtMs = performance.now()
    const reading = await readClockSample(ctx)
    const receivedAtMs = performance.now()
    const verdict = watch.observe({ ...reading, sentAtMs, receivedAtMs, uptimeMs: uptime() * 1_000 })
    if (verdict.kind !== 'stepped') return { found: 0 }
    await correctClock(ctx, verdict.byMs, verdict.version)
    return { found: 1 }
  }
}
