import { z } from 'zod'
import { errorCodes } from './errors.ts'
import { commandId, instant, uuid, version } from './primitives.ts'
import { checkInFields, endFields, extendFields, helpFields, sessionView } from './sessions.ts'
import { supportersFeed } from './supporters.ts'
import { commandOutcomes } from './words.ts'

/** `/v1/live`: the subprotocol of this version. */
export const liveSubprotocol = 'stillhere.v1'

/** The path of the live socket. */
export const livePath = '/v1/live'

/** Bounds of one socket. Sizes in bytes, times in milliseconds. */
export const liveBounds = {
  /** The longest frame a client may send; longer closes 1009. */
  frameBytes: 4_096,
  /** How long a socket may stay without a hello; then 4401. */
  helloWithinMs: 5_000,
  pingEveryMs: 15_000,
  /** This many pings without a pong end the socket. */
  missedPongs: 2,
  /** Past this many buffered bytes, frames that a newer one replaces are dropped. */
  dropOptionalAtBytes: 64 * 1024,
  /** Past this many the socket closes 4408. */
  closeAtBytes: 256 * 1024,
  /** Frames a second before `slow_down`; check-ins are still processed. */
  framesPerSecond: 20,
  /** Client pings a second that are answered; further ones are ignored. */
  pingsPerSecond: 5,
} as const

const sessionId = uuid

/** What a client may send. A token travels here and never in an address. */
export const clientFrame = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('hello'),
    token: z.string().min(1).max(256),
    sessionId: sessionId.optional(),
    version: version.optional(),
  }),
  z.strictObject({ type: z.literal('check-in'), sessionId, ...checkInFields }),
  z.strictObject({ type: z.literal('extend'), sessionId, ...extendFields }),
  z.strictObject({ type: z.literal('end'), sessionId, ...endFields }),
  z.strictObject({ type: z.literal('help'), sessionId, ...helpFields }),
  z.strictObject({ type: z.literal('ping'), t: z.number() }),
])
export type ClientFrame = z.infer<typeof clientFrame>

/** What the server may send. `session` replaces every earlier `session` frame of the same id. */
export const serverFrame = z.discriminatedUnion('type', [
  z.object({ type: z.literal('welcome'), serverNow: instant }),
  z.object({ type: z.literal('session'), session: sessionView, serverNow: instant }),
  z.object({
    type: z.literal('ack'),
    commandId,
    outcome: z.enum(commandOutcomes),
    session: sessionView,
    serverNow: instant,
  }),
  // To supporters, instead of `session`: at once, then at every change. Each replaces the one before.
  z.object({ type: z.literal('alerts'), ...supportersFeed.shape }),
  // To a person whose session runs: it goes on to its end, but supporters go home at that instant. Once for each closing.
  z.object({
    type: z.literal('supporters-leave'),
    closesAt: instant,
    opensAt: instant.optional(),
    serverNow: instant,
  }),
  z.object({ type: z.literal('pong'), t: z.number(), serverNow: instant }),
  // A refusal may carry what the HTTP answer carries, such as the session that is already closed.
  z.object({
    type: z.literal('error'),
    code: z.enum(errorCodes),
    commandId: commandId.optional(),
    session: sessionView.optional(),
  }),
])
export type ServerFrame = z.infer<typeof serverFrame>
