import pRetry from 'p-retry'
import pg from 'pg'

/** What stores are handed: a connection inside a transaction, or the pool for a single statement. */
export interface Queryable {
  query<R extends object>(text: string, values?: readonly unknown[]): Promise<R[]>
}

/** Inside `Database.transaction`; the type keeps `load…ForUpdate` from being called without one. */
export interface Transaction extends Queryable {
  readonly transaction: true
}

/** Where operations read and write: the pool as it is, or on behalf of organisations. */
export interface Store extends Queryable {
  /** See `Database.transaction`. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  /**
   * The same, saying at the beginning of every transaction for which organisations it acts: row-level security lets the
   * api and the gateway see their rows and no other's, and nothing at all without it. A single statement is then a
   * transaction of its own, so that no pooled connection, ours or a pooler's, remembers for whom it acted before.
   * @throws TypeError when an id is no UUID
   */
  actingFor(organisationIds: readonly string[]): Store
}

/** A compare-and-set that found fewer rows than it expected: somebody else was first. The caller decides anew. */
export class StaleWriteError extends Error {
  override name = 'StaleWriteError'
  readonly retryable = true
}

/** Postgres is away, refuses or takes too long. Nothing is known to have been written; the same command may be sent again. */
export class DatabaseUnavailableError extends Error {
  override name = 'DatabaseUnavailableError'
  readonly retryable = true
}

export interface DatabaseOptions {
  url: string
  /** Connections at most. */
  size: number
  applicationName: string
  /** The request that is being answered, a UUID, if any: rows that are made meanwhile say it. */
  requestId?: () => string | undefined
  onError?: (error: Error) => void
}

/**
 * Law 2's time-outs, on every connection: a frozen process must not hide due rows behind its locks.
 * `query_timeout` is the client's own bound, for a connection that has become a black hole.
 */
const timeouts = { idleInTransactionMs: 1_000, statementMs: 3_000, lockMs: 1_000, connectMs: 1_500, queryMs: 4_000 }

/** Serialization, deadlock, lock not available: the transaction was rolled back and may run again. */
const rolledBack = new Set(['40001', '40P01', '55P03'])
const unavailable =
  /^(08|57P0|53|25P03|25006)|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|Connection terminated|timeout|Client has encountered/

export class Database implements Store {
  readonly #pool: pg.Pool
  readonly #requestId: () => string | undefined

  constructor(options: DatabaseOptions) {
    this.#requestId = options.requestId ?? (() => undefined)
    this.#pool = new pg.Pool({
      connectionString: options.url,
      max: options.size,
      application_name: options.applicationName,
      connectionTimeoutMillis: timeouts.connectMs,
      query_timeout: timeouts.queryMs,
      idleTimeoutMillis: 30_000,
      keepAlive: true,
      options:
        `-c idle_in_transaction_session_timeout=${timeouts.idleInTransactionMs} -c statement_timeout=${timeouts.statementMs}` +
        ` -c lock_timeout=${timeouts.lockMs} -c timezone=UTC -c jit=off`,
      types: { getTypeParser: parserOf as typeof pg.types.getTypeParser },
    })
    // Without a listener a terminated backend ends the process: an idle one, and one that was given up a moment ago and
    // whose last words are still on their way (F18). Whoever waited for it has had the error already.
    this.#pool.on('connect', (client) => client.on('error', heardAlready))
    this.#pool.on('error', (error) => options.onError?.(error))
  }

  async query<R extends object>(text: string, values: readonly unknown[] = []): Promise<R[]> {
    try {
      return (await this.#pool.query<R>(text, values as unknown[])).rows
    } catch (error) {
      throw translated(error)
    }
  }

  /**
   * Runs `work` in a transaction and commits. A rolled-back or cut-off transaction runs again (at most twice more, within
   * 1.5 s), so `work` must be a decision on what it reads: commands find their own first answer, transitions compare and set.
   * @throws DatabaseUnavailableError when Postgres is away
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#untilStored(work, 'BEGIN')
  }

  actingFor(organisationIds: readonly string[]): Store {
    const begin = beginFor(organisationIds)
    return {
      query: (text, values) => this.#once((tx) => tx.query(text, values), begin),
      transaction: (work) => this.#untilStored(work, begin),
      actingFor: (others) => this.actingFor(others),
    }
  }

  #untilStored<T>(work: (tx: Transaction) => Promise<T>, begin: string): Promise<T> {
    return pRetry(() => this.#once(work, begin), {
      retries: 2,
      minTimeout: 20,
      maxTimeout: 200,
      randomize: true,
      maxRetryTime: 1_500,
      shouldRetry: ({ error }) => 'retryable' in error && error.retryable === true,
    })
  }

  async #once<T>(work: (tx: Transaction) => Promise<T>, begin: string): Promise<T> {
    const requestId = this.#requestId()
    const client = await this.#pool.connect().catch((error) => {
      throw translated(error)
    })
    let broken: Error | undefined
    const onError = (error: Error) => {
      broken = error
    }
    client.on('error', onError)
    try {
      await client.query(forRequest(begin, requestId))
      const tx: Transaction = {
        transaction: true,
        query: async <R extends object>(text: string, values: readonly unknown[] = []) =>
          (await client.query<R>(text, values as unknown[])).rows,
      }
      const result = await work(tx)
      await client.query('COMMIT')
      return result
    } catch (error) {
      const wrapped = translated(error)
      if (wrapped instanceof DatabaseUnavailableError) broken ??= wrapped
      else
        await client.query('ROLLBACK').catch((rollbackError) => {
          broken = rollbackError
        })
      throw wrapped
    } finally {
      client.off('error', onError)
      client.release(broken)
    }
  }

  async close(): Promise<void> {
    await this.#pool.end()
  }
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Both statements in one round trip: a check-in pays nothing for it. LOCAL ends with the transaction, however it ends. */
function beginFor(organisationIds: readonly string[]): string {
  if (!organisationIds.every((id) => uuid.test(id))) throw new TypeError('an organisation is named by a UUID')
  return `BEGIN; SET LOCAL app.organisation = '${organisationIds.join(',')}'`
}

/** Rows that this transaction makes say which request made them; in the same round trip. */
const forRequest = (begin: string, requestId: string | undefined): string =>
  requestId !== undefined && uuid.test(requestId) ? `${begin}; SET LOCAL app.request = '${requestId}'` : begin

const heardAlready = (): void => undefined

/** Postgres' words → ours; anything unforeseen passes as it is. */
function translated(error: unknown): Error {
  if (!(error instanceof Error)) return new Error('the database threw something that is not an error', { cause: error })
  if (error instanceof StaleWriteError || error instanceof DatabaseUnavailableError) return error
  const code = String((error as { code?: string }).code ?? '')
  if (rolledBack.has(code))
    return Object.assign(new StaleWriteError('the transaction was rolled back', { cause: error }))
  if (unavailable.test(code) || unavailable.test(error.message))
    return new DatabaseUnavailableError('Postgres is not available', { cause: error })
  return error
}

const oids = { int8: 20, numeric: 1700, timestamptz: 1184 }

/** timestamptz → epoch milliseconds; int8 and numeric → number (all of ours are safe integers). */
function parserOf(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === oids.timestamptz) return (value) => new Date(value).getTime()
  if (oid === oids.int8 || oid === oids.numeric) return Number
  return pg.types.getTypeParser(oid, format as 'text')
}

/** Epoch milliseconds → what Postgres reads as timestamptz. */
export const iso = (at: number | undefined): string | null => (at === undefined ? null : new Date(at).toISOString())
