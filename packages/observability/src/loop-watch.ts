import { Worker } from 'node:worker_threads'

/**
 * Watches the event loop from a thread of its own (F44, F45).
 *
 * Prose: the main thread adds one to a shared counter every quarter of `stuckAfterMs` or every 250 ms, whichever is
 * shorter. The watching thread looks at the counter as often. Each look that finds it unchanged counts; enough such
 * looks in a row make `stuckAfterMs`, and then the thread kills the process with SIGKILL: nothing on the main thread
 * could run a handler, and `process.exit` cannot be called from here for the whole process. The supervisor starts it
 * again within two seconds, and meanwhile the other worker covers.
 *
 * Looks are counted rather than clocks compared, because SIGSTOP, a suspended laptop and a starved host stop the
 * watching thread too: whoever was frozen as a whole is not stuck, and finds on waking that his lease is gone (F8).
 */
export interface LoopWatch {
  stop(): Promise<void>
}

export function watchEventLoop(settings: { readonly stuckAfterMs?: number } = {}): LoopWatch {
  const stuckAfterMs = settings.stuckAfterMs ?? 10_000
  const everyMs = Math.min(250, stuckAfterMs / 4)
  const counter = new Int32Array(new SharedArrayBuffer(4))
  const beat = setInterval(() => Atomics.add(counter, 0, 1), everyMs)
  beat.unref()
  const thread = new Worker(new URL('./loop-watch-thread.ts', import.meta.url), {
    workerData: { counter, everyMs, looks: Math.ceil(stuckAfterMs / everyMs) },
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4 },
    // The process's own flags are for its own entry file: some of them stop a thread from starting at all.
    execArgv: [],
  })
  thread.unref()
  // A watch that cannot run must not take the watched with it.
  thread.on('error', () => {})
  return {
    async stop() {
      clearInterval(beat)
      await thread.terminate()
    },
  }
}
