import type { Sweep, SweepPass, SweepReport } from './types.ts'

/** What a test replaces. */
export interface SweepClock {
  monotonicNow(): number
  setTimer(run: () => void, ms: number): unknown
  clearTimer(timer: unknown): void
}

const realClock: SweepClock = {
  monotonicNow: () => performance.now(),
  setTimer: (run, ms) => setTimeout(run, ms),
  clearTimer: (timer) => clearTimeout(timer as NodeJS.Timeout),
}

/** Between two rounds, even when something is due: a row another worker holds must not make us spin. */
const BREATH_MS = 5

/**
 * The sweep: what makes everything certain (law 1). A wake-up makes it prompt; this runs whether or not there are any.
 *
 * States
 * - *stopped*: before `start()` and after `stop()`. Prods are ignored.
 * - *round*: the passes run one after another in their order. Each has its own try/catch and a bound (default 3 s, the
 *   statement timeout): one that throws or outlasts it is reported, and the next one starts. A pass left behind is
 *   *out* until its promise settles, and while it is out later rounds skip it, so that no pass ever runs twice at once.
 * - *asleep*: a timer runs for the rest of the interval, measured from the round's start. Meanwhile we ask when the next
 *   thing is due, and where that is sooner the timer is moved there. An answer that fails or never comes moves nothing;
 *   while one is out no second is asked for.
 *
 * What leads where
 * - `start()`: stopped → round.
 * - end of a round: → round at once when a pass said `more`, or a prod came meanwhile (any number of prods are one
 *   more round); else → asleep.
 * - the timer, or `prod()` while asleep: → round.
 * - a pass that was out settles: as a prod, because what it held may be free now.
 * - `stop()`: any → stopped, once the running pass has settled or the bound has passed.
 *
 * A round is *complete* when every vital pass in it ran to its end. Only complete rounds move `lastCompletedAt`, which
 * is what readiness and the self-exit watch (P14).
 */
export function createSweep(settings: {
  readonly passes: readonly SweepPass[]
  readonly intervalMs?: number
  readonly passBoundMs?: number
  /** Milliseconds until something is next due; zero or less when it is, `undefined` when nothing is. */
  readonly peekNextDueInMs?: () => Promise<number | undefined>
  /** After every round. Must not throw. */
  readonly onRound?: (report: SweepReport) => void
  /** A pass threw or outlasted its bound. Must not throw. */
  readonly onError?: (pass: string, reason: 'threw' | 'timedOut', error?: unknown) => void
  readonly clock?: SweepClock
}): Sweep {
  const { passes, onRound, onError } = settings
  const intervalMs = settings.intervalMs ?? 250
  const passBoundMs = settings.passBoundMs ?? 3000
  const clock = settings.clock ?? realClock
  if (!(intervalMs > 0)) throw new RangeError('intervalMs is more than 0')
  if (new Set(passes.map((pass) => pass.name)).size !== passes.length) throw new Error('passes have different names')

  const out = new Set<string>()
  const endings = new Map<string, { completedAt?: number; settledAt?: number }>()
  let running: Promise<void> | undefined
  let stopping = false
  let prodded = false
  let wake: (() => void) | undefined
  let startedAt = 0
  let completedAt: number | undefined

  const prod = () => {
    prodded = true
    wake?.()
  }

  /** The promise's value, or `undefined` after `ms`. */
  const within = async <T>(work: Promise<T>, ms: number): Promise<{ value: T } | undefined> => {
    let timer: unknown
    const late = new Promise<undefined>((resolve) => {
      timer = clock.setTimer(() => resolve(undefined), ms)
    })
    try {
      return await Promise.race([work.then((value) => ({ value })), late])
    } finally {
      clock.clearTimer(timer)
    }
  }

  const runPass = async (pass: SweepPass): Promise<{ found: number; more?: boolean } | undefined> => {
    if (out.has(pass.name)) return undefined
    out.add(pass.name)
    let outlasted = false
    const ended = endings.get(pass.name) ?? {}
    endings.set(pass.name, ended)
    const work = (async () => pass.run())().finally(() => {
      out.delete(pass.name)
      ended.settledAt = clock.monotonicNow()
      if (outlasted) prod()
    })
    try {
      const done = await within(work, passBoundMs)
      if (done) {
        ended.completedAt = clock.monotonicNow()
        return done.value
      }
      outlasted = true
      work.catch(() => {}) // Already reported as timed out.
      onError?.(pass.name, 'timedOut')
    } catch (error) {
      onError?.(pass.name, 'threw', error)
    }
    return undefined
  }

  const round = async (): Promise<boolean> => {
    const from = clock.monotonicNow()
    const found: Record<string, number> = {}
    const failed: string[] = []
    let complete = true
    let more = false
    for (const pass of passes) {
      if (stopping) return false
      const done = await runPass(pass)
      if (done) {
        found[pass.name] = done.found
        more ||= done.more === true
      } else {
        failed.push(pass.name)
        if (pass.vital !== false) complete = false
      }
    }
    const now = clock.monotonicNow()
    if (complete) completedAt = now
    onRound?.({ complete, tookMs: now - from, found, failed })
    return more
  }

  let peeking = false
  const peek = async (): Promise<number | undefined> => {
    if (peeking || !settings.peekNextDueInMs) return undefined
    peeking = true
    try {
      return await settings.peekNextDueInMs()
    } catch {
      return undefined
    } finally {
      peeking = false
    }
  }

  const sleep = (restMs: number) =>
    new Promise<void>((resolve) => {
      const endsAt = clock.monotonicNow() + restMs
      let timer = clock.setTimer(done, restMs)
      let over = false
      function done() {
        over = true
        clock.clearTimer(timer)
        wake = undefined
        resolve()
      }
      wake = done
      peek().then((dueInMs) => {
        if (over || dueInMs === undefined) return
        const soonerMs = Math.max(BREATH_MS, dueInMs)
        if (clock.monotonicNow() + soonerMs >= endsAt) return
        clock.clearTimer(timer)
        timer = clock.setTimer(done, soonerMs)
      })
    })

  const loop = async () => {
    while (!stopping) {
      prodded = false
      const from = clock.monotonicNow()
      const more = await round()
      if (more || prodded) {
        // A turn of the event loop, so that rounds without end cannot starve timers and sockets.
        await new Promise((resolve) => setImmediate(resolve))
        continue
      }
      if (!stopping) await sleep(Math.max(BREATH_MS, from + intervalMs - clock.monotonicNow()))
    }
  }

  return {
    start() {
      if (running) return
      stopping = false
      startedAt = clock.monotonicNow()
      running = loop()
    },
    prod,
    async stop(boundMs = 5000) {
      if (!running) return
      stopping = true
      wake?.()
      await within(running, boundMs)
      running = undefined
    },
    lastCompletedAt: () => completedAt,
    sinceCompletedMs: () => clock.monotonicNow() - (completedAt ?? startedAt),
    passes: () =>
      passes.map(({ name, vital = true }) => {
        const { completedAt, settledAt } = endings.get(name) ?? {}
        const now = clock.monotonicNow()
        return {
          name,
          vital,
          completedEver: completedAt !== undefined,
          sinceCompletedMs: now - Math.max(startedAt, completedAt ?? startedAt),
          sinceSettledMs: now - Math.max(startedAt, settledAt ?? startedAt),
        }
      }),
  }
}
