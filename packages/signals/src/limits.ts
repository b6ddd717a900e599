import { createHmac, randomBytes } from 'node:crypto'
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import type { Connection } from './connection.ts'
import type { Limit, LimitOutcome } from './types.ts'

const ALLOWED: LimitOutcome = { allowed: true, retryAfterMs: 0 }
const DAY_MS = 86_400_000

/**
 * What a limit counts by: HMAC-SHA256 of the subject under a key of the day, so that neither Redis nor a dump of it
 * holds an address (P11). With a shared secret all processes count together; without one the key is random and lives
 * in this process only.
 */
export function createSubjectHash(
  secret: Uint8Array = randomBytes(32),
  now: () => number = Date.now,
): (subject: string) => string {
  let day = Number.NaN
  let key: Buffer = Buffer.alloc(0)
  return (subject) => {
    const today = Math.floor(now() / DAY_MS)
    if (today !== day) {
      day = today
      key = createHmac('sha256', secret).update(`limits ${today}`).digest()
    }
    return createHmac('sha256', key).update(subject).digest('base64url').slice(0, 22)
  }
}

/** Counts in Redis, in fixed windows. Fails open: an error or silence of Redis is `allowed`. */
export function countInRedis(connection: Connection, prefix: string) {
  const limiters = new Map<string, RateLimiterRedis>()
  return async (limit: Limit, key: string): Promise<LimitOutcome> => {
    try {
      const name = `${limit.name}-${limit.count}-${limit.windowMs}`
      let limiter = limiters.get(name)
      if (!limiter) {
        limiter = new RateLimiterRedis({
          storeClient: connection,
          keyPrefix: `${prefix}limit:${name}`,
          points: limit.count,
          duration: Math.max(1, Math.ceil(limit.windowMs / 1000)),
          rejectIfRedisNotReady: true,
        })
        limiters.set(name, limiter)
      }
      await limiter.consume(key)
      return ALLOWED
    } catch (refusal) {
      // The library rejects with a result when the limit is reached, and with an Error when Redis fails.
      return refusal instanceof RateLimiterRes
        ? { allowed: false, retryAfterMs: Math.max(1, refusal.msBeforeNext) }
        : ALLOWED
    }
  }
}

/** How many subjects are remembered at once. Past it the oldest is forgotten, which lets somebody through. */
const MOST_SUBJECTS = 100_000

/** Counts in this process: what stands in without Redis. */
export function countInMemory(monotonicNow: () => number = () => performance.now()) {
  const windows = new Map<string, { count: number; endsAt: number }>()
  return async (limit: Limit, key: string): Promise<LimitOutcome> => {
    const now = monotonicNow()
    const name = `${limit.name}:${key}`
    const known = windows.get(name)
    const window = known && known.endsAt > now ? known : { count: 0, endsAt: now + limit.windowMs }
    window.count += 1
    if (window !== known) {
      windows.delete(name)
      windows.set(name, window)
      const oldest = windows.keys().next().value
      if (windows.size > MOST_SUBJECTS && oldest !== undefined) windows.delete(oldest)
    }
    return window.count <= limit.count
      ? ALLOWED
      : { allowed: false, retryAfterMs: Math.max(1, Math.ceil(window.endsAt - now)) }
  }
}
