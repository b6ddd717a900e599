import type { Events } from '@stillhere/observability'
import { nextDueInMs, type OperationContext } from '@stillhere/operations'
import { createSweep, type SweepPass } from '@stillhere/timers'

/** What a worker looks for, in three rounds that never wait for each other. */
export interface Passes {
  /** Deadlines, prompts and ladders: seconds of somebody's breath. */
  deadlines: readonly SweepPass[]
  /** What follows from them and all else: the outbox, texts that came in, checks, the watcher's own watch. */
  rest: readonly SweepPass[]
  /** What no text waits for: the auditor, the journal's chain, retention. It counts for no heartbeat and no readiness. */
  upkeep: readonly SweepPass[]
}

export interface Sweeps {
  start(): void
  prod(which: keyof Passes): void
  stop(boundMs: number): Promise<void>
  /** Since a round of each was last complete: the older one counts (P14). */
  sinceCompletedMs(): number
  sinceDeadlinesMs(): number
}

/** Upkeep looks this often, whatever the sweep's interval is. */
const upkeepMs = 1_000

/**
 * Sweeps of their own in one process. A round that looks for twenty kinds of things took 60 to 100 ms on two busy cores, and a
 * deadline that fell due meanwhile waited for the end of it.
 */
export function runSweeps(of: { ctx: OperationContext; passes: Passes; intervalMs: number; events: Events }): Sweeps {
  const { ctx, events, intervalMs } = of
  const sweepOf = (passes: readonly SweepPass[]) =>
    createSweep({
      intervalMs,
      passes,
      peekNextDueInMs: () => nextDueInMs(ctx),
      onRound: (report) => {
        if (report.complete) events.sweepCompleted(report)
      },
      onError: (pass, reason, error) => events.sweepPassFailed({ pass, reason, error }),
    })
  const upkeep = createSweep({
    intervalMs: upkeepMs,
    passes: of.passes.upkeep,
    onError: (pass, reason, error) => events.sweepPassFailed({ pass, reason, error }),
  })
  const sweeps = { deadlines: sweepOf(of.passes.deadlines), rest: sweepOf(of.passes.rest), upkeep }
  return {
    start() {
      sweeps.deadlines.start()
      sweeps.rest.start()
      upkeep.start()
    },
    prod: (which) => sweeps[which].prod(),
    async stop(boundMs) {
      await Promise.all([sweeps.deadlines.stop(boundMs), sweeps.rest.stop(boundMs), upkeep.stop(boundMs)])
    },
    sinceCompletedMs: () => Math.max(sweeps.deadlines.sinceCompletedMs(), sweeps.rest.sinceCompletedMs()),
    sinceDeadlinesMs: () => sweeps.deadlines.sinceCompletedMs(),
  }
}
