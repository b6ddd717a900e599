import {
  type ClientFrame,
  type CommandOutcome,
  clientFrame,
  closeCodes,
  codeOfException,
  type ErrorCode,
  errorRow,
  type liveBounds,
  mayDo,
  readRequest,
  type ServerFrame,
  type SessionAnswer,
  type SessionView,
  type SupportersFeed,
} from '@stillhere/contracts'
import { inRequest } from '@stillhere/observability'
import pTimeout from 'p-timeout'
import type { RawData, WebSocket } from 'ws'
import { FrameBudget } from './frame-budget.ts'
import type { Answer, Caller, LiveOperations, WindingDown } from './live-operations.ts'
import type { ServerClock } from './server-clock.ts'

/** Times and sizes of a socket; tests shorten the times. */
export type ConnectionBounds = { readonly [Name in keyof typeof liveBounds]: number }

/** What one socket needs from the gateway. */
export interface ConnectionParts {
  readonly operations: LiveOperations
  readonly clock: ServerClock
  readonly bounds: ConnectionBounds
  /** The caller is known: hand over changes of their sessions from now on. */
  onHello(connection: Connection): void
  /** The socket follows this session from now on. */
  onWatch(connection: Connection, sessionId: string): void
  onUnwatch(connection: Connection, sessionId: string): void
  /** A session was just read or changed here: everybody who watches it may have it. */
  onSession(session: SessionView): void
  onClose(connection: Connection): void
  onTrouble(error: unknown): void
  onRefused(code: ErrorCode): void
}

/** F17: nobody waits longer to hear that there is no answer. */
const answerWithinMs = 1_900
/** Commands of one socket that may wait for the one before. A flood beyond it is not acknowledged and so sent again. */
const mostPending = 256
/** Sessions one socket follows at once: the running one, and those it has just seen close. */
const mostWatched = 4
/** How long a socket that is told to close may still deliver check-ins. */
const graceMs = 1_000

/**
 * One live socket.
 *
 * waiting → (hello with a good token) → open → (close of either side) → closed
 *
 * *waiting*: any frame but a hello closes 4401, and so do five seconds without one. *open*: a second hello closes 4400;
 * commands run one after the
 * other, in the order they came, each through the operation that HTTP calls; each is answered by an `ack` or an `error`
 * that carries its `commandId`. Over the rate only check-ins still run: a sign of life is never dropped for a rule.
 * *closed*: nothing is sent; what was begun still commits.
 *
 * Silence of a socket means nothing to the server: the deadline is a row, and a socket only shows it.
 */
export class Connection {
  readonly #socket: WebSocket
  readonly #parts: ConnectionParts
  readonly #budget = new FrameBudget()
  readonly #queue: (() => Promise<void>)[] = []
  /** Which part of the pings this socket belongs to. */
  readonly pingPart: number
  /** Session → what its client has been sent. */
  readonly #watched = new Map<string, { version: number; closed: boolean }>()
  #running = false
  #caller: Caller | undefined
  #closing = false
  #missedPongs = 0
  #greeted = false
  /** Of which closing its person has been told. */
  #leavingTold: string | undefined
  /** Which feed its supporter has been sent. */
  #feed: string | undefined
  #helloTimer: NodeJS.Timeout | undefined

  constructor(socket: WebSocket, parts: ConnectionParts, pingPart = 0) {
    this.#socket = socket
    this.pingPart = pingPart
    this.#parts = parts
    this.#helloTimer = setTimeout(() => this.close(4401), parts.bounds.helloWithinMs)
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary))
    socket.on('pong', () => {
      this.#missedPongs = 0
    })
    socket.on('ping', (data) => {
      // A client's protocol pings have the bound of its JSON ones; further ones get no answer (B42).
      if (this.#budget.judge('ping') === 'process') socket.pong(data)
    })
    // ws has closed it already (a frame too large, bytes that are no frame); what is left is not to wait for the other side.
    socket.on('error', () => this.#endSoon())
    socket.on('close', () => {
      clearTimeout(this.#helloTimer)
      this.#closing = true
      this.#queue.length = 0
      parts.onClose(this)
    })
  }

  get caller(): Caller | undefined {
    return this.#caller
  }

  get watched(): IterableIterator<string> {
    return this.#watched.keys()
  }

  /** Shows no running session: one may be started elsewhere. */
  get idle(): boolean {
    for (const { closed } of this.#watched.values()) if (!closed) return false
    return true
  }

  watches(sessionId: string): boolean {
    return this.#watched.has(sessionId)
  }

  /**
   * Whether this socket follows the session and its client has not been sent this version. A session shown as closed
   * stays so: after duress its row goes on changing, and frames that came for it would tell.
   */
  lacks(sessionId: string, version: number): boolean {
    const known = this.#watched.get(sessionId)
    return known !== undefined && !known.closed && known.version < version
  }

  /** Sends a session that is newer than what the client has. Left for the next poll where the reader is slow. */
  showSession(session: SessionView): void {
    if (!this.lacks(session.id, session.version)) return
    if (this.#send({ type: 'session', session, serverNow: this.#parts.clock.now() }, 'optional')) {
      this.#watched.set(session.id, { version: session.version, closed: session.state === 'closed' })
    }
  }

  /** Whether a supporter's client has not been sent this feed and has room for it: a slow reader gets the newest, not a queue. */
  lacksFeed(stamp: string): boolean {
    return (
      this.#feed !== stamp && !this.#closing && this.#socket.bufferedAmount <= this.#parts.bounds.dropOptionalAtBytes
    )
  }

  /** @returns whether it went out */
  showFeed(feed: SupportersFeed, stamp: string): boolean {
    if (!this.lacksFeed(stamp) || !this.#send({ type: 'alerts', ...feed }, 'optional')) return false
    this.#feed = stamp
    return true
  }

  /** Whose session runs is told once for each closing. After duress the session looks ended, and nothing is told. */
  showLeaving({ closesAt, opensAt }: WindingDown): void {
    if (this.idle || this.#leavingTold === closesAt) return
    const serverNow = this.#parts.clock.now()
    const frame = {
      type: 'supporters-leave',
      closesAt,
      ...(opensAt === undefined ? {} : { opensAt }),
      serverNow,
    } as const
    if (this.#send(frame, 'optional')) this.#leavingTold = closesAt
  }

  /** The caller may no longer be here. */
  refuse(code: ErrorCode): void {
    this.#refuseFrame(code)
  }

  /** @param version what the client has already; -1 for nothing */
  watch(sessionId: string, version: number, closed = false): void {
    if (!this.#watched.has(sessionId) && this.#watched.size >= mostWatched) {
      const [oldest] = this.#watched.keys()
      if (oldest !== undefined) {
        this.#watched.delete(oldest)
        this.#parts.onUnwatch(this, oldest)
      }
    }
    this.#watched.set(sessionId, { version, closed })
    this.#parts.onWatch(this, sessionId)
  }

  /** Tells an open socket that nothing new is watched now. */
  warnUnavailable(): void {
    if (this.#caller) this.#send({ type: 'error', code: 'unavailable' }, 'always')
  }

  /** Called every `pingEveryMs`: ends a peer that has not answered the last two. */
  ping(): void {
    if (this.#missedPongs >= this.#parts.bounds.missedPongs) {
      this.#socket.terminate()
    } else if (this.#socket.readyState === this.#socket.OPEN) {
      this.#missedPongs += 1
      this.#socket.ping()
    }
  }

  close(code: number): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    this.#closing = true
    this.#socket.close(code)
    this.#endSoon()
  }

  /** A peer that does not answer the close is not waited for. */
  #endSoon(): void {
    setTimeout(() => this.#socket.terminate(), graceMs).unref()
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (isBinary) {
      this.#refuseFrame('unsupported_media_type')
      return
    }
    const json = parseJson(data)
    const kind = typeOf(json)
    const verdict = this.#budget.judge(kind === 'ping' ? 'ping' : 'other')
    if (verdict === 'ignore') return
    if (verdict === 'close') this.#closeForRate()
    if (verdict === 'slow-down') this.#send({ type: 'error', code: 'slow_down' }, 'always')
    if ((verdict !== 'process' || this.#closing) && kind !== 'check-in') return

    const read = json === undefined ? undefined : readRequest(clientFrame, json)
    if (read?.kind !== 'accepted') {
      this.#refuseFrame(this.#early(kind, read?.code ?? 'bad_json'))
      return
    }
    this.#take(read.value)
  }

  #take(frame: ClientFrame): void {
    if (frame.type === 'hello') {
      // The hello has come; how long its check takes is not the client's doing.
      clearTimeout(this.#helloTimer)
      // One socket is one caller, and says so once.
      if (this.#greeted) {
        this.#refuseFrame('invalid')
        return
      }
      this.#greeted = true
      this.#enqueue(() => this.#hello(frame))
    } else if (this.#caller === undefined && !this.#running) {
      this.#refuseFrame('not_authenticated')
    } else if (frame.type === 'ping') {
      // A pong says "reachable", and a screen turns that into "watched": not while the database is away.
      if (this.#parts.clock.isFresh())
        this.#send({ type: 'pong', t: frame.t, serverNow: this.#parts.clock.now() }, 'optional')
      else this.#send({ type: 'error', code: 'unavailable' }, 'optional')
    } else {
      this.#enqueue(() => this.#command(frame))
    }
  }

  /** Before the hello a known command is unauthenticated whatever its fields say; anything else is a bad frame. */
  #early(kind: unknown, code: ErrorCode): ErrorCode {
    if (this.#caller !== undefined || this.#running || kind === 'hello') return code
    return clientFrame.options.some((option) => option.shape.type.value === kind) ? 'not_authenticated' : code
  }

  #refuseFrame(code: ErrorCode): void {
    this.#parts.onRefused(code)
    const { close = 4400 } = errorRow(code)
    if (close >= 4000) this.#send({ type: 'error', code }, 'always')
    this.close(close)
  }

  /** Tells why, and leaves a moment in which check-ins that are on their way still count. */
  #closeForRate(): void {
    if (this.#closing) return
    this.#closing = true
    this.#parts.onRefused('too_many')
    this.#send({ type: 'error', code: 'too_many' }, 'always')
    setTimeout(() => this.close(4429), graceMs).unref()
  }

  #enqueue(work: () => Promise<void>): void {
    if (this.#queue.length >= mostPending) return
    this.#queue.push(work)
    if (!this.#running) void this.#drain()
  }

  async #drain(): Promise<void> {
    this.#running = true
    for (let work = this.#queue.shift(); work; work = this.#queue.shift()) {
      try {
        await work()
      } catch (error) {
        // Every piece of work answers for itself; what arrives here nobody foresaw.
        this.#parts.onTrouble(error)
        this.close(1011)
      }
    }
    this.#running = false
  }

  async #hello(frame: Extract<ClientFrame, { type: 'hello' }>): Promise<void> {
    const { operations, clock } = this.#parts
    const outcome = await this.#inTime(async () => {
      const caller = await operations.findCaller(frame.token)
      if (caller === undefined || caller.kind === 'sign-in') return { kind: 'stranger' } as const
      if (caller.kind === 'supporter' && !mayDo(caller.role, 'answer-alerts')) return { kind: 'stranger' } as const
      // A session is a person's; to anybody else it is not even there.
      if (caller.kind === 'supporter') return { kind: 'known', caller, session: undefined } as const
      const [running] =
        frame.sessionId === undefined ? await operations.readRunningSessions([caller.id]) : [{ id: frame.sessionId }]
      const session = running && (await operations.readSessionForDevice(caller, running.id))
      return { kind: 'known', caller, session } as const
    })
    if (outcome.kind === 'failed') {
      // The client tries again; until then its screen says that it is out of touch.
      this.#send({ type: 'error', code: outcome.code }, 'always')
      this.close(outcome.code === 'unavailable' ? closeCodes.tryAgainLater : 1011)
      return
    }
    if (outcome.kind === 'stranger') {
      this.#refuseFrame('not_authenticated')
      return
    }
    this.#caller = outcome.caller
    this.#send({ type: 'welcome', serverNow: clock.now() }, 'always')
    const { session } = outcome
    if (session !== undefined) {
      // A version that is not current, older or from a future that was lost, is replaced.
      const known = frame.version === session.version ? session.version : -1
      // One that has closed since is shown so once; what the client has seen closed is followed no more.
      this.watch(session.id, known, known !== -1 && session.state === 'closed')
      this.showSession(session)
    } else if (frame.sessionId !== undefined) {
      this.#send({ type: 'error', code: 'not_found' }, 'always')
    }
    this.#parts.onHello(this)
  }

  async #command(frame: Exclude<ClientFrame, { type: 'hello' | 'ping' }>): Promise<void> {
    const caller = this.#caller
    if (caller === undefined) return
    const { commandId } = frame
    // A frame is a request, and its client named it.
    const given =
      caller.kind === 'device'
        ? await inRequest(commandId, () => this.#inTime(() => this.#run(caller, frame)))
        : ({ kind: 'refused', code: 'not_found' } as const)
    if (given.kind !== 'answer') {
      this.#parts.onRefused(given.code)
      const more = 'body' in given ? given.body : undefined
      this.#send({ ...more, type: 'error', code: given.code, commandId } as ServerFrame, 'always')
      return
    }
    const { session, serverNow, outcome = wordOf[frame.type] } = given.body
    this.#send({ type: 'ack', commandId, outcome, session, serverNow }, 'always')
    if (!this.#watched.has(session.id)) this.watch(session.id, -1)
    this.#parts.onSession(session)
  }

  #run(caller: Caller, frame: Exclude<ClientFrame, { type: 'hello' | 'ping' }>): Promise<Answer<SessionAnswer>> {
    const { operations } = this.#parts
    // `version` is compared by extend alone: a sign of life always counts.
    const { type, version, ...input } = frame
    switch (type) {
      case 'check-in':
        return operations.checkIn(caller, input)
      case 'extend': {
        const { seconds, sessionId, commandId } = frame
        return operations.extendSession(caller, {
          sessionId,
          commandId,
          seconds,
          ...(version !== undefined && { version }),
        })
      }
      case 'end':
        return operations.endSession(caller, input)
      case 'help':
        return operations.callForHelp(caller, input)
    }
  }

  async #inTime<T>(work: () => Promise<T>): Promise<T | { kind: 'failed'; code: 'unavailable' | 'internal' }> {
    try {
      return await pTimeout(work(), { milliseconds: answerWithinMs })
    } catch (error) {
      const code = codeOfException(error)
      if (code === 'internal') this.#parts.onTrouble(error)
      return { kind: 'failed', code }
    }
  }

  /** @returns whether it went out; an optional frame does not where the reader is slow. */
  #send(frame: ServerFrame, need: 'always' | 'optional'): boolean {
    const { bounds } = this.#parts
    if (this.#socket.readyState !== this.#socket.OPEN) return false
    if (this.#socket.bufferedAmount > bounds.closeAtBytes) {
      this.close(4408)
      return false
    }
    if (need === 'optional' && this.#socket.bufferedAmount > bounds.dropOptionalAtBytes) return false
    this.#socket.send(JSON.stringify(frame))
    return true
  }
}

/** What an ack says where the operation has no word of its own. */
const wordOf: Record<'check-in' | 'extend' | 'end' | 'help', CommandOutcome> = {
  'check-in': 'moved',
  extend: 'extended',
  end: 'ended',
  help: 'alerted',
}

function parseJson(data: RawData): unknown {
  try {
    return JSON.parse(data.toString())
  } catch {
    return undefined
  }
}

function typeOf(json: unknown): unknown {
  return typeof json === 'object' && json !== null ? (json as { type?: unknown }).type : undefined
}
