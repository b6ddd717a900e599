import { z } from 'zod'
import { count, uuid } from './primitives.ts'

/**
 * What the queue may carry: what to look at and the version it was told of, nothing personal. The row is the truth;
 * a wake-up that is lost, doubled, late or made up can only cause a look.
 */
export const wakeUp = z.strictObject({
  kind: z.enum(['session']),
  id: uuid,
  /** The row's version when the wake-up was asked for. */
  version: count,
})
export type WakeUp = z.infer<typeof wakeUp>
export type WakeUpKind = WakeUp['kind']

/** Every kind, so that a test can ask whether each has a processor. */
export const wakeUpKinds: readonly WakeUpKind[] = wakeUp.shape.kind.options

/** Reads a job's data; undefined when it is anything but a wake-up of ours (missing, foreign, `__proto__`, NaN). */
export function parseWakeUp(value: unknown): WakeUp | undefined {
  const parsed = wakeUp.safeParse(value)
  return parsed.success ? parsed.data : undefined
}

/** What gateways tell each other: re-read this. A lost one costs a re-read, a forged one too. */
export const signal = z.strictObject({ id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/), version: count })
