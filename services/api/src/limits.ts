/** A limit of `count` in `windowMs`. */
export interface Limit {
  readonly name: string
  readonly count: number
  readonly windowMs: number
}

/**
 * The counting side: shared between processes where there is Redis. It fails open, and it keeps an HMAC of the subject
 * under a key of the day, never the subject (P11).
 */
export interface Limiter {
  consume(limit: Limit, subject: string): Promise<{ allowed: boolean; retryAfterMs: number }>
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
  forgets: { name: 'forgets', count: 60, windowMs: hourMs },
  feedback: { name: 'feedback', count: 120, windowMs: hourMs },
  /** Codes of plan templates: 28^8 of them, so at this pace a guess takes longer than the service will live. */
  templates: { name: 'templates', count: 300, windowMs: hourMs },
  signIns: { name: 'sign-ins', count: 300, windowMs: hourMs },
} as const satisfies Record<string, Limit>
export type LimitName = keyof typeof limits
