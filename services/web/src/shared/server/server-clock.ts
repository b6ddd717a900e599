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
}

const keptTrips = 3

export const unheardClock: ServerClock = { ahead: null, trips: [] }

export function hear(clock: ServerClock, { serverNow, sentAt, heardAt }: Heard): ServerClock {
  const atLeast = serverNow - heardAt
  if (sentAt === undefined) {
    // The phone slept (its monotonic clock stood still), or the service's clock was moved: what we knew is too early.
    return clock.ahead === null || atLeast > clock.ahead ? { ahead: atLeast, trips: [] } : clock
  }
  const trip = { atLeast, atMost: serverNow - sentAt }
  // Trips that cannot all be true are of two clocks: only the newest counts.
  const agreeing = clock.trips.filter((known) => known.atLeast <= trip.atMost && trip.atLeast <= known.atMost)
  const trips = [...agreeing, trip].slice(-keptTrips)
  return { ahead: Math.min(...trips.map(({ atMost }) => atMost)), trips }
}

/** The service's time, epoch ms, not earlier than it really is; `null` until it has been heard. */
export const serverTime = (clock: ServerClock, monotonicAt: number): number | null =>
  clock.ahead === null ? null : monotonicAt + clock.ahead
