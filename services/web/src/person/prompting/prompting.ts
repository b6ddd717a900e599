import { allowSound, maySound, soundPrompt } from '../../shared/sound/chime.ts'

/** Milliseconds on, off, on …: longer and closer with every prompt. */
const patterns: readonly number[][] = [
  [200, 200, 200],
  [400, 150, 400, 150, 400],
  [700, 100, 700],
  [900, 80, 900],
]
const againAfterMs = 2_000
/** The estimate of the service's time moves a little with every round trip; sound is laid anew only for more. */
const sameWithinMs = 400

/** One prompt's sound, in milliseconds of the monotonic clock. */
interface Sounding {
  promptIndex: number
  fromAt: number
  untilAt: number
}

interface Prompting {
  /** Vibrates and repeats; `-1` stops. */
  set(promptIndex: number): void
  /** What is to sound from now on, unless the person touches or asks for silence; replaces what was said before. */
  sound(planned: readonly Sounding[]): void
}

/** Sounds and vibrates while we ask. Of several open tabs one is heard, one that may sound; the others only show. */
export function createPrompting(): Prompting {
  let level = -1
  let repeating: ReturnType<typeof setInterval> | undefined
  let planned: readonly Sounding[] = []
  let laid: { planned: readonly Sounding[]; stops: (() => void)[] } | undefined
  let turn: 'none' | 'asked' | 'ours' = 'locks' in navigator ? 'none' : 'ours'
  let release: (() => void) | undefined

  function vibrate(): void {
    if (level >= 0) navigator.vibrate?.(patterns[Math.min(level, patterns.length - 1)] ?? [])
  }
  function lay(): void {
    for (const stop of laid?.stops ?? []) stop()
    const now = performance.now()
    laid = {
      planned,
      stops: planned.map((one) => soundPrompt(one.promptIndex, one.fromAt - now, one.untilAt - now)),
    }
  }
  /** A page that holds its turn is, in Chrome, not frozen either. */
  function takeTurn(): void {
    turn = 'asked'
    void navigator.locks.request('prompting', () => {
      if (planned.length === 0) {
        turn = 'none'
        return
      }
      turn = 'ours'
      lay()
      return new Promise<void>((resolve) => {
        release = resolve
      })
    })
  }
  function yieldTurn(): void {
    release?.()
    release = undefined
    if (turn === 'ours' && 'locks' in navigator) turn = 'none'
  }
  // A page that holds a lock is not kept for going back to.
  window.addEventListener('pagehide', yieldTurn)
  return {
    set(next) {
      if (next === level) return
      level = next
      if (next < 0) {
        clearInterval(repeating)
        repeating = undefined
        navigator.vibrate?.(0)
        return
      }
      vibrate()
      repeating ??= setInterval(vibrate, againAfterMs)
    },
    sound(next) {
      planned = next
      if (next.length === 0) {
        for (const stop of laid?.stops ?? []) stop()
        laid = undefined
        yieldTurn()
        return
      }
      if (!maySound()) return
      if (turn === 'none') takeTurn()
      if (turn === 'ours' && !(laid && isSame(laid.planned, next, performance.now()))) lay()
    },
  }
}

function isSame(laid: readonly Sounding[], next: readonly Sounding[], now: number): boolean {
  // What is over sounds no more, and what has begun goes on, whenever it was to begin.
  const going = laid.filter(({ untilAt }) => untilAt > now)
  const isNear = (one: number, other: number) =>
    Math.abs(one - other) < sameWithinMs || (one <= now + sameWithinMs && other <= now + sameWithinMs)
  return (
    going.length === next.length &&
    going.every(({ promptIndex, fromAt, untilAt }, index) => {
      const other = next[index]
      return (
        other?.promptIndex === promptIndex &&
        isNear(fromAt, other.fromAt) &&
        Math.abs(untilAt - other.untilAt) < sameWithinMs
      )
    })
  )
}

/** "Did you hear it?": what the second prompt will be like. Must be called from a touch. */
export async function tryPrompt(silent: boolean): Promise<void> {
  navigator.vibrate?.(patterns[1] ?? [])
  if (!silent && (await allowSound())) soundPrompt(1, 120, againAfterMs)
}
