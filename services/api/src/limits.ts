import { createHmac, randomBytes } from 'node:crypto'

/** A limit of `count` in `windowMs`. */
export interface Limit {
  readonly name: string
  readonly count: number
  readonly windowMs: number
}

/** The counting side: shared between processes where there is Redis. It fails open. */
export interface Limiter {
  consume(limit: Limit, key: string): Promise<{ allowed: boolean; retryAfterMs: number }>
}

const hourMs = 3_600_000

/**
 * Every limit of this service. Phones share addresses by the thousand behind a mobile operator, so these are high, and
 * a start, a sign of life, help, an end and a rescuer's reply have none at all.
 */
export const limits = {
  devices: { name: 'devices', count: 300, windowMs: hourMs },
  plans: { name: 'plans', count: 600, windowMs: hourMs },
  invitations: { name: 'invitations', count: 300, windowMs: hourMs },
} as const satisfies Record<string, Limit>
export type LimitName = keyof typeof limits

const dayMs = 24 * hourMs

/**
 * Turns an address into a key that cannot be turned back: an HMAC under a key that lives in this process alone and
 * is made anew every day (P11).
 */
export function createAddressKeys(now: () => number = () => performance.now()): (address: string) => string {
  let key = randomBytes(32)
  let madeAt = now()
  return (address) => {
    if (now() - madeAt > dayMs) {
      key = randomBytes(32)
      madeAt = now()
    }
    return createHmac('sha256', key).update(address).digest('base64url')
  }
}
