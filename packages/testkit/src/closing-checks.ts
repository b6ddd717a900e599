import type { RecordedRequest } from '@stillhere/carrier-simulator'
import { createEvents, createMetrics, silentLogger } from '@stillhere/observability'
import type { Database } from '@stillhere/persistence'
import { createConnection, endConnection } from '@stillhere/signals'
import type { Canaries } from './canaries.ts'

/** Log lines that hold what nobody may see. The lines themselves are shown: everything seeded is made up. */
export function findInLogs(canaries: Canaries, lines: readonly string[]): string[] {
  return lines.flatMap((line) => canaries.findIn(line).map((kind) => `a ${kind} stands in a log: ${line.trim()}`))
}

/** Addresses that the carrier was asked to call back, and paths of requests: not the text and its destination. */
export function findInCarrierRequests(canaries: Canaries, requests: readonly RecordedRequest[]): string[] {
  return requests.flatMap(({ path, fields }) => {
    const { To: _to, From: _from, Body: _body, ...rest } = fields
    // A list is asked for by number in its query: that is Twilio's own form.
    return canaries
      .findIn(`${path.split('?')[0]} ${JSON.stringify(rest)}`)
      .map((kind) => `a ${kind} stands in an address that the carrier was given`)
  })
}

/** Every column of every table of the schema `app`, whatever its type. */
export async function findInDatabase(canaries: Canaries, db: Database): Promise<string[]> {
  const columns = await db.query<{ table_name: string; column_name: string }>(
    `SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
     WHERE table_schema = 'app' AND table_type = 'BASE TABLE'
       AND data_type IN ('text', 'character varying', 'jsonb', 'json', 'bytea', 'ARRAY') ORDER BY 1, 2`,
  )
  if (columns.length === 0) throw new Error('no column was searched: the schema app is not where it was')
  const found = new Set<string>()
  for (const { table_name: table, column_name: column } of columns) {
    const rows = await db.query<{ text: string }>(
      `SELECT DISTINCT "${column}"::text AS text FROM app."${table}" WHERE "${column}" IS NOT NULL`,
    )
    for (const { text } of rows)
      for (const kind of canaries.findIn(text)) found.add(`a ${kind} stands in the database: app.${table}.${column}`)
  }
  return [...found]
}

/** Every key and value of a Redis. */
export async function findInRedis(canaries: Canaries, redisUrl: string): Promise<string[]> {
  const events = createEvents({ logger: silentLogger(), metrics: createMetrics() })
  const redis = createConnection({ redisUrl, role: 'worker', events })
  try {
    const found: string[] = []
    let cursor = '0'
    do {
      const [next, keys] = await redis.scan(cursor, 'COUNT', '1000')
      cursor = next
      for (const key of keys) {
        const value = JSON.stringify(await readValue(redis, key))
        for (const kind of canaries.findIn(`${key} ${value}`)) found.push(`a ${kind} stands in Redis: ${key}`)
      }
    } while (cursor !== '0')
    return found
  } finally {
    endConnection(redis)
  }
}

async function readValue(redis: ReturnType<typeof createConnection>, key: string): Promise<unknown> {
  switch (await redis.type(key)) {
    case 'string':
      return redis.get(key)
    case 'hash':
      return redis.hgetall(key)
    case 'list':
      return redis.lrange(key, '0', '-1')
    case 'set':
      return redis.smembers(key)
    case 'zset':
      return redis.zrange(key, '0', '-1')
    case 'stream':
      return redis.xrange(key, '-', '+')
    default:
      return undefined
  }
}

/** Empties the Redis database the URL names: wake-ups of a former test would speak of sessions that are gone. */
export async function emptyRedis(redisUrl: string): Promise<void> {
  const events = createEvents({ logger: silentLogger(), metrics: createMetrics() })
  const redis = createConnection({ redisUrl, role: 'worker', events })
  try {
    await redis.flushdb()
  } finally {
    endConnection(redis)
  }
}

/** Servers and sockets of this process that keep it alive, by kind. */
export function countHandles(): Map<string, number> {
  const counts = new Map<string, number>()
  for (const kind of process.getActiveResourcesInfo())
    if (/^(?:TCP|TLS)/.test(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return counts
}
