import type { Wake } from '@stillhere/operations'
import type { Signals } from '@stillhere/signals'
import type { WakeUps } from '@stillhere/timers'

/** After a commit: the queue is asked for a wake-up, rooms that sleep are prodded, gateways hear what changed. */
export function wakeThrough(wakeUps: WakeUps, signals: Signals): Wake {
  return {
    sessions: (sessions) => wakeUps.scheduleAll(sessions.map((session) => ({ kind: 'session', ...session }))),
    prod: (what) => signals.prod(what),
    changed: (sessions) => {
      for (const session of sessions) signals.publish('session', session)
    },
  }
}
