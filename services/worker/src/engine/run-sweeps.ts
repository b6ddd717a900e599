import type { Events } from '@stillhere/observability'
import { nextDueInMs, type OperationContext } from '@stillhere/operations'
import { createSweep, type PassState, type SweepPass } from '@stillhere/timers'
import { lateAfterMs } from './supervise-sweep.ts'

/** What a worker looks for, in rounds that never wait for each other. */
export interface Passes {
  /** Deadlines, prompts and ladders: seconds of somebody's breath. */
  deadlines: readonly SweepPass[]
  /** What they write to people. With the round above this is the alarm path. */
  outbox: readonly SweepPass[]
  /** What follows and all else: the heartbeat, texts that came in, checks, the watcher's own watch. */
  rest: readonly SweepPass[]
  /** What no text waits for: the auditor, the journal's chain, retention. It counts for no heartbeat and no readiness. */
  upkeep: readonly SweepPass[]
}

export interface Sweeps {
  start(): void
  prod(which: keyof Passes): void
  stop(boundMs: number): Promise<void>
  /** The vital pass that has waited longest for a good end: readiness, and what is said (P14). */
  oldest(): { pass: string; sinceMs: number }
  /** Since a good end of the deadlines, the ladder or the outbox, the oldest of them: heartbeat and starts. */
  sinceAlarmPathMs(): number
  /** How long the alarm path has stood still; what ends the process. {@link standsStillMs} */
  standsStillMs(): number
  /** Whether every vital pass has come to a good end in this process, and lately. */
  isWell(): boolean
}

/** Upkeep looks this often, whatever the sweep's interval is. */
const upkeepMs = 1_000

/**
 * How long passes that must go on stand still: one of them comes to no end at all (it hangs, or its round is never run
 * again), or none of them comes to a good one. One that fails while another goes on does not count: an end of this
 * process would mend nothing, and would stop what still works.
 */
function standsStillMs(passes: readonly Pick<PassState, 'sinceCompletedMs' | 'sinceSettledMs'>[]): number {
  const hung = Math.max(...passes.map(({ sinceSettledMs }) => sinceSettledMs))
  const noneWell = Math.min(...passes.map(({ sinceCompletedMs }) => sinceCompletedMs))
  return Math.max(hung, noneWell)
}

/**
 * Sweeps of their own in one process. A round that looks for twenty kinds of things took 60 to 100 ms on two busy cores, and a
 * deadline that fell due meanwhile waited for the end of it; and a pass that hangs takes its bound from all behind it.
 */
export function runSweeps(of: { ctx: OperationContext; passes: Passes; intervalMs: number; events: Events }): Sweeps {
  const { ctx, events, intervalMs } = of
  const sweepOf = (passes: readonly SweepPass[], peeks = true) =>
    createSweep({
      intervalMs,
      passes,
      ...(peeks ? { peekNextDueInMs: () => nextDueInMs(ctx) } : {}),
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
  const sweeps = {
    deadlines: sweepOf(of.passes.deadlines),
    outbox: sweepOf(of.passes.outbox),
    // What it looks for is prodded or may wait for its interval.
    rest: sweepOf(of.passes.rest, false),
    upkeep,
  }
  const alarmPath = () => [...sweeps.deadlines.passes(), ...sweeps.outbox.passes()]
  const vital = () => [...alarmPath(), ...sweeps.rest.passes()].filter((pass) => pass.vital)
  const oldestOf = (passes: readonly PassState[]) =>
    passes.reduce((oldest, pass) => (pass.sinceCompletedMs > oldest.sinceCompletedMs ? pass : oldest))
  events.watchSweeps(() => Object.fromEntries(vital().map((pass) => [pass.name, pass.sinceCompletedMs])))
  return {
    start() {
      for (const sweep of Object.values(sweeps)) sweep.start()
    },
    prod: (which) => sweeps[which].prod(),
    async stop(boundMs) {
      await Promise.all(Object.values(sweeps).map((sweep) => sweep.stop(boundMs)))
    },
    oldest() {
      const { name, sinceCompletedMs } = oldestOf(vital())
      return { pass: name, sinceMs: sinceCompletedMs }
    },
    sinceAlarmPathMs: () => oldestOf(alarmPath()).sinceCompletedMs,
    standsStillMs: () => standsStillMs(alarmPath()),
    isWell: () => vital().every((pass) => pass.completedEver && pass.sinceCompletedMs < lateAfterMs),
  }
}
