import type { Events } from '@stillhere/observability'

const lookEveryMs = 1_000
/** No good end of a vital pass for so long is said, and readiness is red. */
export const lateAfterMs = 5_000
const endAfterMs = 10_000

/**
 * P14: the watcher is watched. A vital pass without a good end for 5 s is said by its name (readiness is red then). Only
 * when the alarm path itself (deadlines, ladder, outbox) stands still for 10 s does this process end to be started anew:
 * a failing pass of any other kind must never stop what fires. And not while Postgres itself does not answer a fresh
 * query: then staying is better than dying.
 */
export function superviseSweep(of: {
  oldest: () => { pass: string; sinceMs: number }
  standsStillMs: () => number
  /** Asks Postgres on a connection of its own. */
  answers: () => Promise<boolean>
  events: Events
  end?: () => void
}): { stop(): void } {
  const end = of.end ?? (() => process.exit(70))
  let said: string | undefined
  let asking = false
  const timer = setInterval(() => {
    const { pass, sinceMs } = of.oldest()
    if (sinceMs < lateAfterMs) {
      said = undefined
      return
    }
    if (said !== pass) of.events.trouble('sweepLate', { reason: pass })
    said = pass
    if (of.standsStillMs() < endAfterMs || asking) return
    asking = true
    of.answers()
      .then(end, () => of.events.trouble('databaseAway'))
      .finally(() => {
        asking = false
      })
  }, lookEveryMs)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}
