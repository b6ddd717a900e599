import type { Events } from '@stillhere/observability'
import { Redis, type RedisOptions } from 'ioredis'

/**
 * What a connection is for; each closes other traps of ioredis 6 (reliability: "BullMQ 6.7, ioredis 6").
 * `commands`: answers in a second or fails. `subscriber`: listens. `producer`: BullMQ's adding side, fails at once
 * while Redis is away. `worker`: BullMQ's taking side, which waits rather than fails. `blocking`: its blocking reads of two seconds.
 */
export type ConnectionRole = 'commands' | 'subscriber' | 'producer' | 'worker' | 'blocking'

export type Connection = Redis

/** No request waits longer than this for Redis (F12 allows 1.5 s). */
const COMMAND_BOUND_MS = 500

const common = {
  // The default retries slower and slower up to five seconds; F10 wants us back within one.
  retryStrategy: (times: number) => Math.min(50 * times, 500),
  connectTimeout: 1000,
  // How long a half-closed socket is waited for; a frozen server never closes its half.
  disconnectTimeout: 200,
  keepAlive: 5000,
  noDelay: true,
  // A failover leaves us on a replica that refuses writes: leave it, the name now points elsewhere.
  reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
  maxLoadingRetryTime: 500,
} satisfies RedisOptions

const failFast = {
  ...common,
  enableOfflineQueue: false,
  maxRetriesPerRequest: 1,
  autoResendUnfulfilledCommands: false,
  commandTimeout: COMMAND_BOUND_MS,
  // Half-open connections and frozen servers accept bytes and answer none: with a command out and no byte back for so
  // long, the socket is destroyed and made anew. The pings of `watchConnection` make sure a command is always out.
  socketTimeout: 1500,
} satisfies RedisOptions

const byRole = {
  commands: failFast,
  producer: failFast,
  subscriber: { ...failFast, autoResubscribe: false },
  // BullMQ wants commands that wait and are sent again, and insists on null. A dead socket is noticed all the same.
  worker: { ...common, enableOfflineQueue: true, maxRetriesPerRequest: null, socketTimeout: 2000 },
  // Its read blocks for two seconds (`timers` sees to that), so five without a byte are a dead socket.
  blocking: { ...common, enableOfflineQueue: true, maxRetriesPerRequest: null, socketTimeout: 5000 },
} satisfies Record<ConnectionRole, RedisOptions>

/**
 * Opens a connection. Never throws and never rejects: it keeps trying until it is closed.
 * @param settings.redisUrl `redis://` or `rediss://`, with credentials where there are any; never logged.
 */
export function createConnection(settings: {
  readonly redisUrl: string
  readonly role: ConnectionRole
  readonly events: Events
}): Connection {
  const { redisUrl, role, events } = settings
  const connection = new Redis(redisUrl, byRole[role])
  let away = true
  // Without an `error` listener ioredis prints to the console, host name and all. One line an outage is enough.
  connection.on('error', (error: Error) => {
    if (!away) events.redisAway(role, error)
    away = true
  })
  connection.on('ready', () => {
    away = false
    events.redisReady(role)
  })
  connection.on('close', () => {
    if (!away) events.redisAway(role)
    away = true
  })
  return connection
}

/**
 * Pings every second while connected, so that a dead socket is noticed by somebody who waits for an answer (F47).
 * `answering()` is false from the first unanswered ping until the next answered one.
 */
export function watchConnection(connection: Connection): { answering(): boolean; stop(): void } {
  let answered = false
  const ping = async () => {
    if (connection.status !== 'ready') {
      answered = false
      return
    }
    answered = await connection.ping().then(
      () => true,
      () => false,
    )
  }
  connection.on('ready', ping)
  const timer = setInterval(ping, 1000)
  timer.unref()
  return {
    answering: () => answered && connection.status === 'ready',
    stop: () => {
      clearInterval(timer)
      connection.off('ready', ping)
    },
  }
}

/** Ends a connection at once: `quit()` would wait for an answer that a frozen server never gives. */
export const endConnection = (connection: Connection): void => connection.disconnect()
