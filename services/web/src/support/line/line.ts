/*
 * How fresh the board is. `live`: the socket spoke a moment ago. `asking`: it is dead, and asking by HTTPS is answered.
 * `lost`: nothing has answered for a while, and what is shown may be old. Alerts go out by text and call all the same.
 */
export type LineState = 'live' | 'asking' | 'lost'

export interface Heard {
  /** Monotonic instants; -Infinity: never. */
  readonly liveAt: number
  readonly askedAt: number
}

export const neverHeard: Heard = { liveAt: Number.NEGATIVE_INFINITY, askedAt: Number.NEGATIVE_INFINITY }

/** Two pings go out in this time. */
const liveForMs = 5_000
/** One question and its answer, with room for a slow one. */
const askedForMs = 6_000

export function lineState(heard: Heard, now: number): LineState {
  if (now - heard.liveAt < liveForMs) return 'live'
  return now - heard.askedAt < askedForMs ? 'asking' : 'lost'
}

/** How long ago anything was heard, in whole seconds. */
export const secondsSinceHeard = (heard: Heard, now: number): number =>
  Math.max(0, Math.floor((now - Math.max(heard.liveAt, heard.askedAt)) / 1_000))
