import type { ProdName, Signals } from '@stillhere/signals'
import type { WakeUps } from './types.ts'

/** Whom a process wakes after a commit: the queue for what is due later, rooms that sleep, gateways that watch. */
export function wakeThrough(wakeUps: WakeUps, signals: Signals) {
  return {
    sessions(sessions: readonly { id: string; version: number; dueInMs: number }[]): void {
      wakeUps.scheduleAll(sessions.map((session) => ({ kind: 'session', ...session })))
    },
    prod: (what: ProdName): void => signals.prod(what),
    changed(sessions: readonly { id: string; version: number }[]): void {
      for (const session of sessions) signals.publish('session', session)
    },
  }
}
