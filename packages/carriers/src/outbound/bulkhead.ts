import { BrokenCircuitError, CircuitState, circuitBreaker, handleWhenResult, type IBreaker } from 'cockatiel'
import PQueue from 'p-queue'
import type { SendOutcome } from './outcomes.ts'

/** The circuit opens after so many failures in a row within so long (F28). */
const FAILURES = 5
const WITHIN_MS = 10_000
/** Then one attempt in so long tries whether the carrier is back. */
const PROBE_AFTER_MS = 2000
/**
 * How long an attempt may wait for a slot. The lease of an attempt is 5 s and a request takes up to 4: whoever waited
 * longer might send after another worker has taken the attempt over.
 */
const WAIT_MS = 800

/**
 * Opens after five failures in ten seconds with no success between them, of two numbers at least: one phone whose
 * messages the carrier always chokes on must not hold back everybody else's.
 */
class FailuresInARow implements IBreaker {
  state: { at: number; to: string }[] = []
  readonly #monotonicNow: () => number
  constructor(monotonicNow: () => number) {
    this.#monotonicNow = monotonicNow
  }
  /** Called before `failure()`, which is not told whose it was. */
  note(to: string): void {
    const now = this.#monotonicNow()
    this.state = [...this.state.filter(({ at }) => now - at < WITHIN_MS), { at: now, to }]
  }
  success(): void {
    this.state = []
  }
  failure(): boolean {
    return this.state.length >= FAILURES && new Set(this.state.map(({ to }) => to)).size > 1
  }
}

/** Whether an outcome says that the carrier is unwell. A 429 or a refusal is an answer, and answers are healthy. */
const unwell = (outcome: SendOutcome): boolean =>
  outcome.kind === 'unknown' || (outcome.kind === 'failed' && outcome.reason !== 'rate_limited')

/** `first` waits for no `other`. */
type Turn = 'first' | 'other'

export interface Bulkhead {
  /**
   * Runs the attempt, or answers `failed` without running it: `busy` when no slot was free in 0.8 s, `circuit_open`
   * while the carrier is known to be down.
   */
  run(turn: Turn, to: string, attempt: () => Promise<SendOutcome>): Promise<SendOutcome>
  /** Whether attempts of the `other` lane are refused at the moment. */
  open(): boolean
}

/**
 * Keeps one channel of a carrier from holding everybody up: two queues of at most `size` attempts each, and a circuit.
 * Texts and calls have their own, because a call is what helps when texts fail; and alerts have their own, because phones
 * that hang on an invitation say nothing of a rescuer's (C73).
 *
 * `first` never waits for an `other` (C73), and the circuit does not apply to it (law 4: when in doubt, send). A first
 * message of an alert that finds the circuit open is sent all the same: if the carrier is still down it costs four
 * seconds of a slot, while another channel has started anyway; if it is back, somebody is helped two seconds sooner.
 * While the circuit is half open a single `other` tries; the rest are refused rather than made to wait for it, because
 * their leases run.
 */
export function createBulkhead(
  size = 20,
  settings: { readonly onOpen?: () => void; readonly monotonicNow?: () => number } = {},
): Bulkhead {
  const queues = { first: new PQueue({ concurrency: size }), other: new PQueue({ concurrency: size }) }
  const breaker = new FailuresInARow(settings.monotonicNow ?? (() => performance.now()))
  const circuit = circuitBreaker(
    handleWhenResult((outcome) => unwell(outcome as SendOutcome)),
    { halfOpenAfter: PROBE_AFTER_MS, breaker },
  )
  if (settings.onOpen) circuit.onBreak(settings.onOpen)

  const guarded = async (turn: Turn, attempt: () => Promise<SendOutcome>): Promise<SendOutcome> => {
    if (circuit.state === CircuitState.HalfOpen) return turn === 'first' ? attempt() : CIRCUIT_OPEN
    try {
      return await circuit.execute(attempt)
    } catch (error) {
      if (!(error instanceof BrokenCircuitError)) throw error
      return turn === 'first' ? attempt() : CIRCUIT_OPEN
    }
  }

  return {
    open: () => circuit.state === CircuitState.Open,
    run(turn, to, sending) {
      const attempt = async () => {
        const outcome = await sending()
        if (unwell(outcome)) breaker.note(to)
        return outcome
      }
      return new Promise((resolve, reject) => {
        let given = false
        const patience = setTimeout(() => {
          given = true
          resolve({ kind: 'failed', reason: 'busy', retryAfterMs: 200 })
        }, WAIT_MS)
        queues[turn]
          .add(async () => {
            clearTimeout(patience)
            if (!given) resolve(await guarded(turn, attempt))
          })
          .catch(reject)
      })
    },
  }
}

const CIRCUIT_OPEN: SendOutcome = { kind: 'failed', reason: 'circuit_open', retryAfterMs: PROBE_AFTER_MS }
