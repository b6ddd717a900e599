/*
 * What time it is at the service, by this device's monotonic clock. A round trip that left at `sentAt` and came back at
 * `heardAt` with the service's `serverNow` says: the service's clock is ahead of ours by at most `serverNow - sentAt` and
 * at least `serverNow - heardAt`. We keep the tightest upper bound of the last three round trips: the service may be that
 * late in time already, so remaining time is never shown as more than it is. The device's own calendar clock has no say.
 */

/** One thing heard that carried the service's time. Without `sentAt` nobody asked: it only bounds from below. */
export interface Heard {
  serverNow: number
  heardAt: number
  sentAt?: number
}

export interface ServerClock {
  /** Milliseconds to add to the monotonic clock; `null` until the service has been heard. */
  readonly ahead: number | null
  readonly trips: readonly { atLeast: number; atMost: number }[]
  /** The latest that the service has said it is, for a while: two of its processes may disagree for a moment. */
  readonly floor: { atLeast: number; heardAt: number } | null
}

const keptTrips = 3
const floorHoldsMs = 20_000

export const unheardClock: ServerClock = { ahead: null, trips: [], floor: null }

export function hear(clock: ServerClock, { serverNow, sentAt, heardAt }: Heard): ServerClock {
  const atLeast = serverNow - heardAt
  const held = clock.floor !== null && heardAt - clock.floor.heardAt < floorHoldsMs ? clock.floor : null
  const floor = held === null || atLeast >= held.atLeast ? { atLeast, heardAt } : held
  if (sentAt === undefined) {
    // The phone slept (its monotonic clock stood still), or the service's clock was moved: what we knew is too early.
    const isLater = clock.ahead === null || atLeast > clock.ahead
    return isLater ? { ahead: atLeast, trips: [], floor } : { ...clock, floor }
  }
  const trip = { atLeast, atMost: serverNow - sentAt }
  // Trips that cannot all be true are of two clocks: only the newest counts.
  const agreeing = clock.trips.filter((known) => known.atLeast <= trip.atMost && trip.atLeast <= known.atMost)
  const trips = [...agreeing, trip].slice(-keptTrips)
  return { ahead: Math.max(floor.atLeast, Math.min(...trips.map(({ atMost }) => atMost))), trips, floor }
}

/** The service's time, epoch ms, not earlier than it really is; `null` until it has been heard. */
export const serverTime = (clock: ServerClock, monotonicAt: number): number | null =>
  clock.ahead === null ? null : monotonicAt + clock.ahead

/** A round trip since the page last woke tells the time; without one it is a bound at best. */
export const isFresh = (clock: ServerClock): boolean => clock.trips.length > 0

/** The device slept for `ms`, by its calendar clock, and the monotonic one may have stood still: it is later by so much. */
export const wokeAfter = (clock: ServerClock, ms: number): ServerClock => ({
  ahead: clock.ahead === null ? null : clock.ahead + ms,
  trips: [],
  floor: null,
})
