import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { closeCodes, type ErrorCode, errorRow, liveBounds, livePath, liveSubprotocol } from '@stillhere/contracts'
import { WebSocketServer } from 'ws'
import { Connection, type ConnectionBounds } from './connection.ts'
import { FeedWatch } from './feed-watch.ts'
import { LeavingWatch } from './leaving-watch.ts'
import type { LiveOperations } from './live-operations.ts'
import { ServerClock } from './server-clock.ts'
import { type SessionSignals, SessionWatch } from './session-watch.ts'
import { judgeUpgrade, refuseUpgrade } from './upgrade.ts'

/** What this service writes down: codes, never a value that was sent. */
interface GatewayEvents {
  refused(event: { code: ErrorCode }): void
  trouble(event: { error: unknown }): void
}

export interface GatewayParts {
  readonly operations: LiveOperations
  readonly signals: SessionSignals
  /** Origins of the pages of this service; a browser of any other is refused before the upgrade. */
  readonly webOrigins: readonly string[]
  readonly events: GatewayEvents
  readonly bounds?: Partial<ConnectionBounds>
}

export interface Gateway {
  /** Listens. Answers the port, which is another than asked for only when 0 was asked for. */
  listen(where: { host: string; port: number }): Promise<{ port: number }>
  /** Tells every socket 1001 and ends within `boundMs`, whatever the other sides do. */
  close(boundMs?: number): Promise<void>
  connections(): number
}

/** Far above what one process is measured to carry; beyond it a client is sent elsewhere. */
const mostConnections = 50_000
/** Pings go out in this many parts, so that 20,000 of them are not one burst. */
const pingParts = 15
const clockEveryMs = 1_000

/** The live socket's listener. */
export function buildGateway(parts: GatewayParts): Gateway {
  const { operations, events } = parts
  const bounds: ConnectionBounds = { ...liveBounds, ...parts.bounds }
  const origins = new Set(parts.webOrigins)
  const connections = new Set<Connection>()
  const clock = new ServerClock(() => operations.readClock())
  const watch = new SessionWatch(operations, parts.signals, (error) => events.trouble({ error }))
  const feeds = new FeedWatch(operations, parts.signals, (error) => events.trouble({ error }))
  const leaving = new LeavingWatch(
    operations,
    () => connections,
    (error) => events.trouble({ error }),
  )
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: bounds.frameBytes,
    perMessageDeflate: false,
    clientTracking: false,
    autoPong: false,
    handleProtocols: () => liveSubprotocol,
  })
  const timers: NodeJS.Timeout[] = []
  let stopping = false
  let accepts = 0

  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 10_000, connectionsCheckingInterval: 500, maxHeaderSize: 16 * 1024 },
    (request, response) => {
      const code: ErrorCode = request.url?.split('?', 1)[0] === livePath ? 'bad_request' : 'not_found'
      const { status, text } = errorRow(code)
      response
        .writeHead(status, { 'content-type': 'application/json; charset=utf-8', connection: 'close' })
        .end(JSON.stringify({ code, message: text }))
    },
  )
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    const refused = judgeUpgrade(request, origins)
    if (refused || stopping || connections.size >= mostConnections) {
      const code = refused?.code ?? 'unavailable'
      events.refused({ code })
      for (const token of refused?.exposed ?? []) {
        operations.revokeToken(token).catch((error) => events.trouble({ error }))
      }
      return refuseUpgrade(socket, code)
    }
    sockets.handleUpgrade(request, socket, head, (accepted) => {
      accepts += 1
      const connection = new Connection(
        accepted,
        {
          operations,
          clock,
          bounds,
          onHello: (open) => (open.caller?.kind === 'supporter' ? feeds.add(open) : watch.addDevice(open)),
          onWatch: (open, sessionId) => watch.addSession(open, sessionId),
          onUnwatch: (open, sessionId) => watch.removeSession(open, sessionId),
          onSession: (session) => watch.show(session),
          onClose: (closed) => {
            connections.delete(closed)
            watch.remove(closed)
            feeds.remove(closed)
          },
          onTrouble: (error) => events.trouble({ error }),
          onRefused: (code) => events.refused({ code }),
        },
        accepts % pingParts,
      )
      connections.add(connection)
    })
  })

  const readClock = () => clock.refresh().catch((error) => events.trouble({ error }))
  let fresh = true
  const watchClock = () => {
    void readClock()
    const was = fresh
    fresh = clock.isFresh()
    if (was && !fresh) for (const connection of connections) connection.warnUnavailable()
  }
  let part = 0
  const pingPart = () => {
    part = (part + 1) % pingParts
    for (const connection of connections) if (connection.pingPart === part) connection.ping()
  }

  return {
    connections: () => connections.size,
    async listen({ host, port }) {
      await readClock()
      watch.start()
      feeds.start()
      leaving.start()
      timers.push(setInterval(watchClock, clockEveryMs), setInterval(pingPart, bounds.pingEveryMs / pingParts))
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, host, 4_096, resolve)
      })
      return { port: (server.address() as AddressInfo).port }
    },
    async close(boundMs = 3_000) {
      stopping = true
      for (const timer of timers) clearInterval(timer)
      watch.stop()
      feeds.stop()
      leaving.stop()
      const closed = new Promise((resolve) => server.close(resolve))
      for (const connection of connections) connection.close(closeCodes.serverStops)
      const bound = setTimeout(() => server.closeAllConnections(), boundMs)
      await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, boundMs + 200).unref())])
      clearTimeout(bound)
    },
  }
}
