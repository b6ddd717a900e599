import type { ErrorCode, SupportersFeed } from '@stillhere/contracts'
import type { Connection } from './connection.ts'
import type { FeedStamp, LiveOperations } from './live-operations.ts'
import type { SessionSignals } from './session-watch.ts'

/** Without signals of other processes it is asked this often whether something changed, all organisations in one query. */
const lookEveryMs = 250
/** With them this often: what no signal tells (a shift), and what was lost. */
const backstopEveryMs = 1_000
/** After a signal the others of the same moment are waited for this long. */
const gatherMs = 40
/** Where only deadlines moved, a feed is sent at most this often: every check-in moves one. */
const calmEveryMs = 1_000
/** How often tokens of open sockets are looked at: one that was revoked ends its socket within this and a query. */
const validEveryMs = 2_000

interface Watched {
  open: Set<Connection>
  stamp: FeedStamp | undefined
  sentAtMs: number
}

/**
 * Keeps every supporter's picture current: the whole feed of their organisation, at once and whenever it has changed.
 *
 * A signal only says "look": the stamps of all organisations that somebody watches are read in one query, and a feed is
 * read where a stamp differs from what a socket was sent. The stamp is read before the feed, so a change between the two
 * is sent twice and never missed. A socket that has not taken its last frame is passed over until it has: it then gets
 * the newest feed, never the ones between.
 */
export class FeedWatch {
  readonly #operations: LiveOperations
  readonly #signals: SessionSignals
  readonly #onTrouble: (error: unknown, code: ErrorCode) => void
  readonly #organisations = new Map<string, Watched>()
  /** Alerts that somebody was shown here and that are written down already. */
  readonly #seen = new Map<string, Set<string>>()
  #timer: NodeJS.Timeout | undefined
  #soon: NodeJS.Timeout | undefined
  #looking = false
  #again = false
  #lookedAtMs = 0
  #validatedAtMs = 0
  #validating = false
  #unsubscribe = () => {}

  constructor(
    operations: LiveOperations,
    signals: SessionSignals,
    onTrouble: (error: unknown, code: ErrorCode) => void = () => {},
  ) {
    this.#operations = operations
    this.#signals = signals
    this.#onTrouble = onTrouble
  }

  start(): void {
    this.#unsubscribe = this.#signals.subscribe('session', {
      onSignal: () => this.#lookSoon(),
      onGap: () => this.#lookSoon(),
    })
    this.#timer = setInterval(() => {
      const now = performance.now()
      const dueMs = this.#signals.fanOut ? backstopEveryMs : lookEveryMs
      if (now - this.#lookedAtMs >= dueMs - lookEveryMs / 2) void this.#look()
      if (now - this.#validatedAtMs >= validEveryMs) void this.#validate()
    }, lookEveryMs)
  }

  stop(): void {
    clearInterval(this.#timer)
    clearTimeout(this.#soon)
    this.#unsubscribe()
  }

  /** A supporter said hello: their feed goes out at once. */
  add(connection: Connection): void {
    const organisationId = connection.caller?.organisationId
    if (organisationId === undefined) return
    const watched = this.#organisations.get(organisationId) ?? {
      open: new Set<Connection>(),
      stamp: undefined,
      sentAtMs: Number.NEGATIVE_INFINITY,
    }
    watched.open.add(connection)
    this.#organisations.set(organisationId, watched)
    void this.#look()
  }

  remove(connection: Connection): void {
    const organisationId = connection.caller?.organisationId
    const watched = organisationId === undefined ? undefined : this.#organisations.get(organisationId)
    if (organisationId === undefined || !watched?.open.delete(connection)) return
    const { caller } = connection
    if (caller && ![...watched.open].some((other) => other.caller?.id === caller.id)) this.#seen.delete(caller.id)
    if (watched.open.size === 0) this.#organisations.delete(organisationId)
  }

  #lookSoon(): void {
    if (this.#organisations.size === 0) return
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined
      void this.#look()
    }, gatherMs)
  }

  async #look(): Promise<void> {
    if (this.#organisations.size === 0) return
    if (this.#looking) {
      this.#again = true
      return
    }
    this.#looking = true
    try {
      do {
        this.#again = false
        this.#lookedAtMs = performance.now()
        for (const stamp of await this.#operations.readFeedStamps([...this.#organisations.keys()]))
          await this.#bringUpToDate(stamp)
      } while (this.#again)
    } catch (error) {
      // The next look finds the same difference.
      this.#onTrouble(error, 'unavailable')
    } finally {
      this.#looking = false
    }
  }

  async #bringUpToDate(stamp: FeedStamp): Promise<void> {
    const watched = this.#organisations.get(stamp.organisationId)
    if (!watched) return
    const before = watched.stamp
    const urgent = before?.urgent !== stamp.urgent
    const calm = before?.calm !== stamp.calm && performance.now() - watched.sentAtMs >= calmEveryMs
    if (urgent || calm) watched.stamp = stamp
    const current = `${watched.stamp?.urgent} ${watched.stamp?.calm}`
    const behind = [...watched.open].filter((connection) => connection.lacksFeed(current))
    if (behind.length === 0) return
    const feed = await this.#operations.readFeed(stamp.organisationId)
    watched.sentAtMs = performance.now()
    for (const connection of behind) if (connection.showFeed(feed, current)) this.#noteSeen(connection, feed)
  }

  /** Who was shown which alert is part of the person's receipt; the first time is written down. */
  #noteSeen(connection: Connection, feed: SupportersFeed): void {
    const { caller } = connection
    if (!caller) return
    const known = this.#seen.get(caller.id) ?? new Set<string>()
    this.#seen.set(caller.id, known)
    const open = feed.alerts.filter((alert) => alert.state !== 'closed').map((alert) => alert.id)
    const fresh = open.filter((id) => !known.has(id))
    if (fresh.length === 0) return
    for (const id of known) if (!open.includes(id)) known.delete(id)
    for (const id of fresh) known.add(id)
    const seen = fresh.map((alertId) => ({ alertId, supporterId: caller.id }))
    this.#operations.recordSeen(caller.organisationId, seen).catch((error) => {
      for (const id of fresh) known.delete(id)
      this.#onTrouble(error, 'unavailable')
    })
  }

  /** Ends the sockets of supporters whose token no longer counts. While the database cannot say, nobody is sent away. */
  async #validate(): Promise<void> {
    if (this.#validating) return
    this.#validating = true
    this.#validatedAtMs = performance.now()
    try {
      const open = [...this.#organisations.values()].flatMap((watched) => [...watched.open])
      const ids = new Set(open.flatMap(({ caller }) => (caller?.credentialId ? [caller.credentialId] : [])))
      if (ids.size === 0) return
      const valid = await this.#operations.readValidCredentials([...ids])
      for (const connection of open) {
        const id = connection.caller?.credentialId
        if (id === undefined || (ids.has(id) && !valid.has(id))) connection.refuse('not_authenticated')
      }
    } catch (error) {
      this.#onTrouble(error, 'unavailable')
    } finally {
      this.#validating = false
    }
  }
}
