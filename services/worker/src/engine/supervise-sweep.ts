import type { Events } from '@stillhere/observability'

const lookEveryMs = 1_000
const lateAfterMs = 5_000
const endAfterMs = 10_000

/**
 * P14: the watcher is watched. No complete round for 5 s is said (readiness is red then); after 10 s this process ends
 * to be started anew, unless Postgres itself does not answer a fresh query: then staying is better than dying.
 */
export function superviseSweep(of: {
  sinceCompletedMs: () => number
  /** Asks Postgres on a connection of its own. */
  answers: () => Promise<boolean>
  events: Events
  end?: () => void
}): { stop(): void } {
  const end = of.end ?? (() => process.exit(70))
  let saidLate = false
  let asking = false
  const timer = setInterval(() => {
    const sinceMs = of.sinceCompletedMs()
    if (sinceMs < lateAfterMs) {
      saidLate = false
      return
    }
    if (!saidLate) of.events.trouble('sweepLate')
    saidLate = true
    if (sinceMs < endAfterMs || asking) return
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
