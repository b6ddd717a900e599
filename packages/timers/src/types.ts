import type { WakeUp } from '@stillhere/contracts'
import type { WakeUpOutcomeWord } from '@stillhere/observability'

export type { WakeUp, WakeUpKind } from '@stillhere/contracts'

/** A wake-up still to be asked for. */
export interface WakeUpRequest extends WakeUp {
  /** Milliseconds from now, on any clock; 0 or less is "at once". */
  readonly dueInMs: number
  /**
   * The instant moved nearer than the wake-up already asked for: move that one. Costs a second command, so leave it
   * out at a start; without it an earlier instant is met by the sweep alone.
   */
  readonly sooner?: boolean
}

/**
 * How a wake-up ended; also the metric's label.
 * `fired`: the row was due and was acted on. `notDueYet`: it is due later. `checkedInSince`: a check-in moved it.
 * `sessionEnded`: nothing left to do. `invalid`: the job was not one of ours. `unknown`: the row does not exist, or the handler failed.
 */
export type WakeUpOutcome = WakeUpOutcomeWord

/** The handler's answer for one id. With `nextInMs` the same job is delayed again by so much, else it is done. */
export interface WakeUpAnswer {
  readonly outcome: WakeUpOutcome
  readonly nextInMs?: number
}

/** Handles a coalesced batch. An id without an answer, or a rejection, leaves the work to the sweep. */
export type WakeUpHandler = (batch: readonly WakeUp[]) => Promise<ReadonlyMap<string, WakeUpAnswer>>

/** The asking side. Nothing here throws, rejects or keeps a caller waiting for Redis: the sweep is the promise, this is the promptness. */
export interface WakeUps {
  /** Asks for one wake-up. Returns at once; what became of it is counted. One per session is enough: it re-delays itself. */
  schedule(request: WakeUpRequest): void
  /** Asks for many. */
  scheduleAll(requests: readonly WakeUpRequest[]): void
  /** Resolves when nothing asked for is in flight, or after `boundMs` (default 1,000). For tests and shutdown. */
  settle(boundMs?: number): Promise<void>
  /** Whether the queue took the last thing it was given. True without Redis. */
  healthy(): boolean
  /** Ends within two seconds, even while Redis is frozen or gone. */
  close(): Promise<void>
}

/** The answering side, in workers. */
export interface WakeUpProcessor {
  /** Whether Redis answers and the processor is known to be listening. True without Redis. */
  healthy(): boolean
  /** Ends within three seconds, even while Redis is frozen or gone. */
  close(): Promise<void>
}

/** One thing the sweep looks for. */
export interface SweepPass {
  /** Closed set: also the metric's label. */
  readonly name: string
  /**
   * False for housekeeping: its failures are counted but do not make the round incomplete, so that they can never
   * turn readiness red (P14). Default true.
   */
  readonly vital?: boolean
  /**
   * Finds what is due and acts on it, in one bounded batch.
   * `more`: the batch was full, so go round again at once.
   */
  run(): Promise<{ readonly found: number; readonly more?: boolean }>
}

/** How one pass has fared, monotonic milliseconds; since `start()` before the first time. */
export interface PassState {
  readonly name: string
  readonly vital: boolean
  /** Whether it ever came to a good end in this process. */
  readonly completedEver: boolean
  /** Since it last came to a good end within its bound. */
  readonly sinceCompletedMs: number
  /** Since it last came to any end: one that throws at every round settles, one that hangs or is never run does not. */
  readonly sinceSettledMs: number
}

export interface SweepReport {
  /** False when a vital pass threw, ran out of time or was still out from an earlier round. */
  readonly complete: boolean
  /** How long the whole round took, monotonic. */
  readonly tookMs: number
  readonly found: Readonly<Record<string, number>>
  /** Passes that threw or ran out of time in this round. */
  readonly failed: readonly string[]
}

export interface Sweep {
  start(): void
  /** Go round at once. Prods during a round are kept and make exactly one more round. */
  prod(): void
  /** Ends within `boundMs` (default 5,000); a pass that hangs is left behind. */
  stop(boundMs?: number): Promise<void>
  /**
   * Monotonic reading at the end of the last complete round, or `undefined` before the first.
   */
  lastCompletedAt(): number | undefined
  /** Milliseconds since the last complete round, since `start()` before the first: what P14 compares with 5 s and 10 s. */
  sinceCompletedMs(): number
  /** Every pass by itself, in their order: one that fails must not hide behind, nor stop, the others. */
  passes(): readonly PassState[]
}
