/** One reading of the database's clock, with the reader's own clocks before and after. All milliseconds. */
export interface ClockSample {
  /** `clock_timestamp()`, epoch. */
  readonly rawAt: number
  /** The correction `app.clock()` adds to it. */
  readonly correctionMs: number
  /** The correction row's version. */
  readonly version: number
  /** The reader's monotonic clock when it asked. */
  readonly sentAtMs: number
  /** The same when the answer came. */
  readonly receivedAtMs: number
  /**
   * A clock of the reader's host that goes on while the host is suspended (`os.uptime() * 1000`). Optional, but
   * without it a laptop that slept looks like a database that jumped.
   */
  readonly uptimeMs?: number
}

export type ClockVerdict =
  | { readonly kind: 'steady' }
  | { readonly kind: 'ignored'; readonly reason: 'first' | 'slow' | 'corrected' | 'suspended' | 'unreadable' }
  /** `app.clock()` jumped by `byMs` (forward is positive): add `-byMs` to the correction if it still has `version`. */
  | { readonly kind: 'stepped'; readonly byMs: number; readonly version: number }

/** A step larger than this is compensated (law 7, F38). */
const STEP_MS = 2000
/** An answer that took longer says too little about when the clock was read. */
const SLOW_MS = 1000
/** Honest clocks drift apart by up to 500 ppm while NTP slews one of them; twice that is followed, more is a step. */
const DRIFT = 0.001
/** `os.uptime()` counts whole seconds. */
const SUSPEND_MS = 2500

/**
 * Watches `app.clock()` against a monotonic clock (law 7). Pure: it is given readings and answers what they mean.
 *
 * The watch holds one number, the *offset* between `app.clock()` and the monotonic clock at the last trusted reading.
 * A reading whose offset is within two seconds of it is *steady*, and the held offset follows it, but no faster than
 * clocks may drift: small steps that add up are a step as well. One further away is *stepped*, and the held offset
 * stays, so that it is said again with every reading until somebody's correction is stored.
 *
 * The offset is taken afresh, and nothing concluded, at the first reading; when the correction's version changed
 * (whoever changed it, another worker or an operator, decided what time it is); and when this host was suspended (the
 * monotonic clock stood still: the silence of those minutes was real, and the deadlines in it are due). Readings that
 * took over a second are not used.
 *
 * Any number of workers may watch: they all see the same step, and the store takes one correction per version.
 */
export function createClockWatch(): { observe(sample: ClockSample): ClockVerdict } {
  let held: { offset: number; at: number; version: number; sleptMs: number | undefined } | undefined

  return {
    observe(sample) {
      const { rawAt, correctionMs, version, sentAtMs, receivedAtMs, uptimeMs } = sample
      if (![rawAt, correctionMs, version, sentAtMs, receivedAtMs].every(Number.isFinite))
        return { kind: 'ignored', reason: 'unreadable' }
      if (receivedAtMs - sentAtMs > SLOW_MS) return { kind: 'ignored', reason: 'slow' }

      const at = (sentAtMs + receivedAtMs) / 2
      const offset = rawAt + correctionMs - at
      const sleptMs = uptimeMs === undefined ? undefined : uptimeMs - receivedAtMs
      const before = held
      const start = (reason: 'first' | 'corrected' | 'suspended'): ClockVerdict => {
        held = { offset, at, version, sleptMs }
        return { kind: 'ignored', reason }
      }
      if (!before) return start('first')
      if (before.version !== version) return start('corrected')
      if (sleptMs !== undefined && before.sleptMs !== undefined && sleptMs - before.sleptMs > SUSPEND_MS)
        return start('suspended')

      const byMs = offset - before.offset
      if (Math.abs(byMs) > STEP_MS) return { kind: 'stepped', byMs: Math.round(byMs), version }
      const followed = Math.max(0, at - before.at) * DRIFT
      held = { ...before, at, offset: before.offset + Math.max(-followed, Math.min(followed, byMs)) }
      return { kind: 'steady' }
    },
  }
}
