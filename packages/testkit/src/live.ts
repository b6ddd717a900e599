import { randomUUID } from 'node:crypto'
import { type ClientFrame, liveSubprotocol, type ServerFrame } from '@stillhere/contracts'
import { WebSocket } from 'ws'

type FrameOf<T extends ServerFrame['type']> = Extract<ServerFrame, { type: T }>
/** What a command is said without: type, session and command id are filled in. */
type Said<T extends ClientFrame['type']> = Partial<Omit<Extract<ClientFrame, { type: T }>, 'type' | 'sessionId'>>

/** The live socket of one device. Everything it hears is kept in order; `next` waits for what has not been asked for yet. */
export interface LiveSocket {
  readonly frames: readonly ServerFrame[]
  /**
   * The next frame of this type that fits, after the last one that a `next` answered; those between are passed over.
   * @throws Error when none came in time (default 5 s) or the socket closed
   */
  next<T extends ServerFrame['type']>(
    type: T,
    fits?: (frame: FrameOf<T>) => boolean,
    withinMs?: number,
  ): Promise<FrameOf<T>>
  /** Sends any frame, or any text, as it is. */
  send(frame: ClientFrame | object | string): void
  /** Sends the command and waits for its `ack`. */
  checkIn(sessionId: string, said?: Said<'check-in'>): Promise<FrameOf<'ack'>>
  extend(sessionId: string, seconds: number, said?: Said<'extend'>): Promise<FrameOf<'ack'>>
  end(sessionId: string, said?: Said<'end'>): Promise<FrameOf<'ack'>>
  help(sessionId: string, said?: Said<'help'>): Promise<FrameOf<'ack'>>
  /** Resolves with the code when the socket closes, whoever closes it. */
  readonly closed: Promise<number>
  close(): Promise<void>
}

/**
 * Opens the socket; with a `token` it says hello and waits for `welcome`.
 * @throws Error when the upgrade is refused (its message names the status)
 */
export async function openLive(of: {
  url: string
  token?: string
  sessionId?: string
  version?: number
  origin?: string
}): Promise<LiveSocket> {
  const socket = new WebSocket(of.url, liveSubprotocol, { ...(of.origin && { origin: of.origin }) })
  const frames: ServerFrame[] = []
  const listeners = new Set<() => void>()
  const announce = () => {
    for (const listener of [...listeners]) listener()
  }
  const closed = new Promise<number>((resolve) => {
    socket.once('close', (code) => {
      resolve(code)
      announce()
    })
  })
  socket.on('message', (data) => {
    frames.push(JSON.parse(String(data)) as ServerFrame)
    announce()
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  // From here on a broken socket is told by its close.
  socket.on('error', () => undefined)

  let asked = 0
  function take<F extends ServerFrame>(fits: (frame: ServerFrame) => frame is F, what: string, withinMs: number) {
    return new Promise<F>((resolve, reject) => {
      const done = (settle: () => void) => {
        clearTimeout(timer)
        listeners.delete(look)
        settle()
      }
      const look = () => {
        const index = frames.findIndex((frame, position) => position >= asked && fits(frame))
        const found = frames[index]
        if (found && fits(found)) {
          asked = index + 1
          return done(() => resolve(found))
        }
        if (socket.readyState >= WebSocket.CLOSING) done(() => reject(new Error(`the socket closed before ${what}`)))
      }
      const timer = setTimeout(
        () => done(() => reject(new Error(`no ${what} in ${withinMs} ms; came: ${said(frames.slice(asked))}`))),
        withinMs,
      )
      listeners.add(look)
      look()
    })
  }

  const send = (frame: object | string) => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame))
  async function command(type: ClientFrame['type'], sessionId: string, fields: object): Promise<FrameOf<'ack'>> {
    const frame = { type, sessionId, commandId: randomUUID(), ...fields }
    const before = frames.length
    send(frame)
    const answer = await new Promise<ServerFrame>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer to ${type} in 5 s`)), 5_000)
      const look = () => {
        const found = frames.slice(before).find((f) => 'commandId' in f && f.commandId === frame.commandId)
        const over = socket.readyState >= WebSocket.CLOSING
        if (!found && !over) return
        clearTimeout(timer)
        listeners.delete(look)
        if (found) resolve(found)
        else reject(new Error(`the socket closed before the answer to ${type}`))
      }
      listeners.add(look)
      look()
    })
    if (answer.type !== 'ack') throw new Error(`${type} was answered ${JSON.stringify(answer)}`)
    return answer
  }

  const live: LiveSocket = {
    frames,
    next: (type, fits, withinMs = 5_000) => {
      const isIt = (frame: ServerFrame): frame is FrameOf<typeof type> =>
        frame.type === type && (fits?.(frame as FrameOf<typeof type>) ?? true)
      return take(isIt, `${type} frame that fits`, withinMs)
    },
    send,
    checkIn: (sessionId, fields = {}) => command('check-in', sessionId, fields),
    extend: (sessionId, seconds, fields = {}) => command('extend', sessionId, { seconds, ...fields }),
    end: (sessionId, fields = {}) => command('end', sessionId, fields),
    help: (sessionId, fields = {}) => command('help', sessionId, fields),
    closed,
    async close() {
      socket.close()
      const timer = setTimeout(() => socket.terminate(), 1_000)
      await closed
      clearTimeout(timer)
    },
  }
  if (of.token !== undefined) {
    const { token, sessionId, version } = of
    send({ type: 'hello', token, ...(sessionId && { sessionId }), ...(version !== undefined && { version }) })
    await live.next('welcome')
  }
  return live
}

const said = (frames: readonly ServerFrame[]): string => frames.map((frame) => frame.type).join(', ') || 'nothing'
