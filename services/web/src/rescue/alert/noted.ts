/** What a rescuer tapped on the way, with this phone's time: it becomes the card for the crew. */
export type NotedKind =
  | 'there'
  | 'no-answer'
  | 'awake'
  | 'rang-999'
  | 'called-999'
  | 'not-breathing'
  | 'breathing'
  | 'naloxone'
  | 'recovery'
  | 'crew'

export interface Noted {
  kind: NotedKind
  /** Epoch ms. */
  at: number
  /** Under which command whoever has the alert is told of it, if they are. */
  commandId?: string
}

/** Two taps of a shaking thumb are one. */
const sameTapMs = 1_500

/** Adds what was tapped, but not the same thing twice in one breath. */
export function note(noted: readonly Noted[], kind: NotedKind, at: number): readonly Noted[] {
  const last = noted.findLast((entry) => entry.kind === kind)
  return last && at - last.at < sameTapMs ? noted : [...noted, { kind, at }]
}

export interface Doses {
  count: number
  lastAt: number
}

/** The doses so far; `null` before the first. */
export function dosesOf(noted: readonly Noted[]): Doses | null {
  const doses = noted.filter(({ kind }) => kind === 'naloxone')
  const last = doses.at(-1)
  return last ? { count: doses.length, lastAt: last.at } : null
}

export type DoseClock = { sinceMs: number; due: 'wait' | 'now' }

/**
 * Where the clock stands. It never says "now" before `fromSeconds`, and a phone whose clock was set back begins anew at
 * nought and does not show less than nothing.
 */
export function doseClock(lastAt: number, now: number, fromSeconds: number): DoseClock {
  const sinceMs = Math.max(0, now - lastAt)
  return { sinceMs, due: sinceMs >= fromSeconds * 1_000 ? 'now' : 'wait' }
}
