import { z } from 'zod'
import { count, uuid } from './primitives.ts'

/**
 * What the queue may carry: what to look at and the version it was told of, nothing personal. The row is the truth;
 * a wake-up that is lost, doubled, late or made up can only cause a look.
 */
export const wakeUp = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('session-due'), sessionId: uuid, expectedVersion: count }),
  z.strictObject({ kind: z.literal('alert-due'), alertId: uuid, expectedVersion: count }),
  z.strictObject({ kind: z.literal('message-due'), messageId: uuid }),
  z.strictObject({ kind: z.literal('inbound-due'), inboundId: uuid }),
  z.strictObject({ kind: z.literal('plan-unchecked'), planId: uuid }),
])
export type WakeUp = z.infer<typeof wakeUp>
export type WakeUpKind = WakeUp['kind']

/** Every kind, so that a test can ask whether each has a processor. */
export const wakeUpKinds = wakeUp.options.map((option) => option.shape.kind.value)

/** What a wake-up came to; also its metric label. `malformed` is dropped and counted, never thrown. */
export const wakeUpOutcomes = [
  'climbed',
  'prompted',
  'raised',
  'sent',
  'checked',
  'checkedInSince',
  'sessionEnded',
  'notDueYet',
  'nothingThere',
  'malformed',
] as const
export type WakeUpOutcome = (typeof wakeUpOutcomes)[number]

/** Reads a job's data; undefined when it is anything but a wake-up of ours (missing, foreign, `__proto__`, NaN). */
export function parseWakeUp(value: unknown): WakeUp | undefined {
  const parsed = wakeUp.safeParse(value)
  return parsed.success ? parsed.data : undefined
}

/** What gateways tell each other: re-read this. A lost one costs a re-read, a forged one too. */
export const sessionSignal = z.strictObject({ sessionId: uuid, version: count })
export type SessionSignal = z.infer<typeof sessionSignal>
