/** What travels between processes: which thing, and the version it has now. Never a number, a name, a text or a token. */
export interface Signal {
  /** The id of the thing that changed: letters, digits, `-` and `_`, at most 64. */
  readonly id: string
  /** Its version after the change; a receiver that already has it need not read again. */
  readonly version: number
}

/** One subscription. Both handlers are called synchronously and must not throw. */
export interface Subscriber {
  onSignal(signal: Signal): void
  /**
   * Signals may have been lost (the connection broke, or was only now made): read everything again.
   * Called after every (re)connection and on every stand-in's start.
   */
  onGap?(): void
}

/** Whom to wake: a closed list of rooms that sleep between sweeps. */
export type ProdName = 'outbox' | 'inbound' | 'checks' | 'deadlines'

/** The shared limits' answer. `allowed` is also true whenever the counter is broken: limits fail open. */
export interface LimitOutcome {
  readonly allowed: boolean
  /** How long until one more is allowed; 0 when `allowed`. */
  readonly retryAfterMs: number
}

/** A limit of `count` in `windowMs`, shared between processes where there is Redis, else counted in this process. */
export interface Limit {
  readonly name: string
  readonly count: number
  readonly windowMs: number
}

/**
 * Pub/sub between processes, prods and shared counters. A hint always, the truth never: a lost signal costs a re-read.
 * No method throws, and none waits longer than a second, whatever Redis does.
 */
export interface Signals {
  /**
   * True while signals of other processes really arrive. False without Redis and while Redis is away: then whoever
   * needs news reads the versions of its ids every 250 ms.
   */
  readonly fanOut: boolean
  /** Tells all subscribers of the channel, in every process, this one included. Fire and forget. */
  publish(channel: string, signal: Signal): void
  /** Listens until the answer is called. */
  subscribe(channel: string, subscriber: Subscriber): () => void
  /** Wakes every process that sleeps on `name`. Fire and forget; many prods in a few ms are one. */
  prod(name: ProdName): void
  /** Runs `wake` at each prod, of this process or another. */
  onProd(name: ProdName, wake: () => void): () => void
  /**
   * Counts one use of `key` (an HMAC, never an address or a number) against the limit. Fails open: allowed when
   * the counter cannot answer in time. Never rejects.
   */
  consume(limit: Limit, key: string): Promise<LimitOutcome>
  /** Whether Redis answered the last ping. True for the stand-in: nothing is wrong with having no Redis. */
  healthy(): boolean
  /** Ends every connection within two seconds, even while Redis is frozen or gone. */
  close(): Promise<void>
}
