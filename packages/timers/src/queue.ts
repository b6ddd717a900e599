import type { WakeUp } from '@stillhere/contracts'

export const QUEUE = 'wake-ups'

/** The braces are a hash tag: BullMQ's scripts touch several keys, which a cluster must keep on one node. */
export const DEFAULT_PREFIX = '{stillhere}'

/** One job a session. No `:` and never all digits, both of which BullMQ refuses or misreads. */
export const jobIdOf = ({ kind, id }: Pick<WakeUp, 'kind' | 'id'>): string => `${kind}-${id}`

/** A longer delay is asked for in parts: the job that comes early delays itself again. */
export const LONGEST_DELAY_MS = 86_400_000
