import type { ErrorCode, SessionView } from '@stillhere/contracts'
import type { Connection } from './connection.ts'
import type { LiveOperations } from './live-operations.ts'

/** The fan-out's side of `Signals`. */
export interface SessionSignals {
  readonly fanOut: boolean
  subscribe(
    channel: string,
    subscriber: { onSignal(signal: { id: string; version: number }): void; onGap?(): void },
  ): () => void
}

/** Without signals of other processes the versions are read this often, all in one query. */
const pollEveryMs = 250
/** With them, this often: a lost message costs a re-read and never a lie. */
const backstopEveryMs = 2_000
/** Reads at once. A storm waits here and not in the database's queue, and each session is read once however often it changed. */
const mostReads = 16
/** New sessions of connected devices are looked for at most this often. */
const discoverEveryMs = 100
/** What was heard is kept for this many rounds of 250 ms, twice: longer than a hello may take. */
const heardRounds = 8
/** Ids in one query. */
const batchSize = 5_000

/**
 * Keeps every socket's picture of its session current.
 *
 * A signal says "this id has this version now". Who lacks it gets it by a re-read, never out of the signal. An unknown
 * id at its first version may be a session that a connected device has just started elsewhere, so the running sessions
 * of devices that show none are looked up. Where signals do not arrive (no Redis, or Redis is away), versions are
 * polled; where they do, they are polled slowly all the same.
 */
export class SessionWatch {
  readonly #operations: LiveOperations
  readonly #signals: SessionSignals
  readonly #onTrouble: (error: unknown, code: ErrorCode) => void
  readonly #bySession = new Map<string, Set<Connection>>()
  readonly #byDevice = new Map<string, Set<Connection>>()
  readonly #toRead = new Set<string>()
  /** What was heard in this poll's time and the one before: a hello may fall between a change and its watch. */
  #heard = new Map<string, number>()
  #heardBefore = new Map<string, number>()
  #reading = 0
  #timer: NodeJS.Timeout | undefined
  #discoverTimer: NodeJS.Timeout | undefined
  #polling = false
  #lastPollAt = 0
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
      onSignal: ({ id, version }) => this.#hear(id, version),
      onGap: () => void this.#poll(),
    })
    let rounds = 0
    this.#timer = setInterval(() => {
      rounds += 1
      if (rounds % heardRounds === 0) {
        this.#heardBefore = this.#heard
        this.#heard = new Map()
      }
      const dueMs = this.#signals.fanOut ? backstopEveryMs : pollEveryMs
      if (performance.now() - this.#lastPollAt >= dueMs - pollEveryMs / 2) void this.#poll()
    }, pollEveryMs)
  }

  stop(): void {
    clearInterval(this.#timer)
    clearTimeout(this.#discoverTimer)
    this.#unsubscribe()
  }

  /** A hello is done. What changed between its read and now was heard, and is read again. */
  addDevice(connection: Connection): void {
    if (connection.caller) add(this.#byDevice, connection.caller.id, connection)
    for (const id of connection.watched) {
      const heard = this.#heard.get(id) ?? this.#heardBefore.get(id)
      if (heard !== undefined && connection.lacks(id, heard)) this.#read(id)
    }
  }

  addSession(connection: Connection, sessionId: string): void {
    add(this.#bySession, sessionId, connection)
  }

  removeSession(connection: Connection, sessionId: string): void {
    remove(this.#bySession, sessionId, connection)
  }

  remove(connection: Connection): void {
    if (connection.caller) remove(this.#byDevice, connection.caller.id, connection)
    for (const sessionId of connection.watched) remove(this.#bySession, sessionId, connection)
  }

  /** A session as it is now, from whoever has just read or changed it. */
  show(session: SessionView): void {
    for (const connection of this.#bySession.get(session.id) ?? []) connection.showSession(session)
  }

  #hear(id: string, version: number): void {
    this.#heard.set(id, version)
    const watching = this.#bySession.get(id)
    if (watching) {
      if (anyLacks(watching, id, version)) this.#read(id)
    } else if (version <= 1 && this.#byDevice.size > 0) {
      this.#discoverTimer ??= setTimeout(() => {
        this.#discoverTimer = undefined
        void this.#discover()
      }, discoverEveryMs).unref()
    }
  }

  #read(id: string): void {
    this.#toRead.add(id)
    while (this.#reading < mostReads && this.#toRead.size > 0) void this.#readNext()
  }

  async #readNext(): Promise<void> {
    this.#reading += 1
    for (let [id] = this.#toRead; id !== undefined; [id] = this.#toRead) {
      this.#toRead.delete(id)
      const caller = [...(this.#bySession.get(id) ?? [])].find((connection) => connection.caller)?.caller
      if (caller === undefined) continue
      try {
        const session = await this.#operations.readSessionForDevice(caller, id)
        if (session) this.show(session)
      } catch (error) {
        // The next poll finds that somebody lacks it.
        this.#onTrouble(error, 'unavailable')
      }
    }
    this.#reading -= 1
  }

  async #poll(): Promise<void> {
    if (this.#polling) return
    this.#polling = true
    try {
      for (const ids of batches([...this.#bySession.keys()])) {
        for (const { id, version } of await this.#operations.readSessionVersions(ids)) {
          const watching = this.#bySession.get(id)
          if (watching && anyLacks(watching, id, version)) this.#read(id)
        }
      }
      await this.#discover()
    } catch (error) {
      this.#onTrouble(error, 'unavailable')
    } finally {
      this.#lastPollAt = performance.now()
      this.#polling = false
    }
  }

  /** Finds sessions that connected devices have started elsewhere, or been given (post-rescue). */
  async #discover(): Promise<void> {
    try {
      const idle = [...this.#byDevice].filter(([, open]) => anyIdle(open)).map(([deviceId]) => deviceId)
      for (const deviceIds of batches(idle)) {
        for (const { deviceId, id } of await this.#operations.readRunningSessions(deviceIds)) {
          for (const connection of this.#byDevice.get(deviceId) ?? []) {
            if (connection.watches(id)) continue
            connection.watch(id, -1)
            this.#read(id)
          }
        }
      }
    } catch (error) {
      this.#onTrouble(error, 'unavailable')
    }
  }
}

function anyLacks(watching: Set<Connection>, id: string, version: number): boolean {
  for (const connection of watching) if (connection.lacks(id, version)) return true
  return false
}

function anyIdle(open: Set<Connection>): boolean {
  for (const connection of open) if (connection.idle) return true
  return false
}

function add(map: Map<string, Set<Connection>>, key: string, connection: Connection): void {
  const set = map.get(key)
  if (set) set.add(connection)
  else map.set(key, new Set([connection]))
}

function remove(map: Map<string, Set<Connection>>, key: string, connection: Connection): void {
  const set = map.get(key)
  set?.delete(connection)
  if (set?.size === 0) map.delete(key)
}

function* batches(ids: string[]): Generator<string[]> {
  for (let at = 0; at < ids.length; at += batchSize) yield ids.slice(at, at + batchSize)
}
