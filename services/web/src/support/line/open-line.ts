import { type Api, RefusedError } from '../../shared/server/api.ts'
import { openLive } from '../../shared/server/live.ts'
import { hear, type ServerClock, unheardClock } from '../../shared/server/server-clock.ts'
import type { Alert, Card, Feed } from '../desk/desk.ts'
import { type Heard, lineState, neverHeard } from './line.ts'
import { steadily } from './steadily.ts'

export interface Line {
  heard(): Heard
  clock(): ServerClock
  /** Asks at once: the page has slept. */
  nudge(): void
  close(): void
}

const lookEveryMs = 1_000
const askEveryMs = 2_000
const signedOutCode = 4401

/**
 * The board's line to the service: one socket, and, where it is silent, asking by HTTPS until it speaks again. A hidden tab
 * is no reason to be slower: somebody on shift works in another one.
 */
export function openLine(of: {
  api: Api
  liveUrl: string
  token: string
  onFeed: (feed: Feed) => void
  onSignedOut: () => void
}): Line {
  let heard = neverHeard
  let clock = unheardClock
  let asking = false
  let ended = false
  let nextAskAt = performance.now() + askEveryMs

  const note = (serverNow: string, heardAt: number, sentAt?: number) => {
    clock = hear(clock, { serverNow: Date.parse(serverNow), heardAt, ...(sentAt !== undefined && { sentAt }) })
  }
  const live = openLive({
    url: of.liveUrl,
    every: steadily,
    hello: () => ({ token: of.token }),
    onFrame(frame, heardAt, sentAt) {
      if ('serverNow' in frame) note(frame.serverNow, heardAt, sentAt)
      heard = { ...heard, liveAt: heardAt }
      if (frame.type === 'alerts') of.onFeed(frame)
    },
    onClosed(code) {
      if (code === signedOutCode) signedOut()
    },
  })
  const stopLooking = steadily(lookEveryMs, () => {
    const now = performance.now()
    if (lineState(heard, now) === 'live' || asking || now < nextAskAt) return
    nextAskAt = now + askEveryMs
    void ask()
  })

  async function ask(): Promise<void> {
    asking = true
    try {
      const [alerts, cards] = await Promise.all([
        of.api<{ alerts: Alert[]; onShift: Feed['onShift']; serverNow: string }>('GET', '/v1/alerts'),
        of.api<{ sessions: Card[]; serverNow: string }>('GET', '/v1/session-cards'),
      ])
      if (ended) return
      note(alerts.body.serverNow, alerts.heardAt, alerts.sentAt)
      heard = { ...heard, askedAt: Math.min(alerts.heardAt, cards.heardAt) }
      of.onFeed({ ...alerts.body, sessions: cards.body.sessions })
    } catch (error) {
      // Anything else is no answer: the board says how old it is.
      if (error instanceof RefusedError && error.status === 401) signedOut()
    } finally {
      asking = false
    }
  }
  function signedOut(): void {
    if (ended) return
    close()
    of.onSignedOut()
  }
  function close(): void {
    ended = true
    stopLooking()
    for (const event of wakingEvents) removeEventListener(event, wake)
    live.close()
  }
  const wake = () => live.nudge()
  for (const event of wakingEvents) addEventListener(event, wake)
  return { heard: () => heard, clock: () => clock, nudge: wake, close }
}

/** Somebody looks again, or the network came back. */
const wakingEvents = ['focus', 'pageshow', 'online'] as const
