import type { Events } from '@stillhere/observability'
import { engineHealth, isAnyAlertStalled, type OperationContext } from '@stillhere/operations'

const everyMs = 5_000
const boundMs = 2_000

/**
 * P14: an outside switch hears from us only while all is well: every vital pass of this process completed lately, every open alert with a next
 * step that comes in time (the auditor's query, not the ladder's). It tells the operator when it has not heard for 20 s. If it cannot be reached that is said, and nothing waits.
 */
export function pingDeadMan(of: {
  ctx: OperationContext
  url: string | undefined
  events: Events
  /** Whether every vital pass of this process has completed and goes on: a process that just came says nothing yet. */
  isWell: () => boolean
}): () => Promise<{ found: number }> {
  let askedAtMs = Number.NEGATIVE_INFINITY
  let well = true
  return async () => {
    if (performance.now() - askedAtMs < everyMs) return { found: 0 }
    askedAtMs = performance.now()
    const health = await engineHealth(of.ctx)
    const stalled = health.kind === 'well' && (await isAnyAlertStalled(of.ctx))
    if (health.kind === 'unwell' || stalled) {
      if (well) of.events.trouble('sweepLate', { reason: health.kind === 'unwell' ? health.reason : 'stalledAlert' })
      well = false
      return { found: 0 }
    }
    well = true
    if (of.url === undefined || !of.isWell()) return { found: 0 }
    void fetch(of.url, { method: 'POST', signal: AbortSignal.timeout(boundMs) }).then(
      (response) => response.body?.cancel(),
      (error) => of.events.trouble('deadMan', { error }),
    )
    return { found: 0 }
  }
}
