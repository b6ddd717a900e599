import { allowSound, chime } from './chime.ts'

/** Milliseconds on, off, on …: longer and closer with every prompt. */
const patterns: readonly number[][] = [
  [200, 200, 200],
  [400, 150, 400, 150, 400],
  [700, 100, 700],
  [900, 80, 900],
]
const againAfterMs = 2_000

export interface Prompting {
  /** `-1` stops. `silent`: vibration only. */
  set(promptIndex: number, silent: boolean): void
}

/** Sounds and vibrates while we ask. Of several open tabs one does; the others only show. */
export function createPrompting(): Prompting {
  let level = -1
  let silent = false
  let repeating: ReturnType<typeof setInterval> | undefined
  let release: (() => void) | undefined
  let mayBeHeard = !('locks' in navigator)

  function once(): void {
    if (level < 0) return
    navigator.vibrate?.(patterns[Math.min(level, patterns.length - 1)] ?? [])
    if (!silent && mayBeHeard) chime(level)
  }
  function takeTurn(): void {
    if (!('locks' in navigator)) return
    void navigator.locks.request('prompting', () => {
      if (level < 0) return
      mayBeHeard = true
      once()
      return new Promise<void>((resolve) => {
        release = resolve
      })
    })
  }
  return {
    set(next, beSilent) {
      silent = beSilent
      if (next === level) return
      const began = level < 0 && next >= 0
      level = next
      if (began) takeTurn()
      if (next < 0) {
        clearInterval(repeating)
        repeating = undefined
        navigator.vibrate?.(0)
        release?.()
        release = undefined
        mayBeHeard = !('locks' in navigator)
        return
      }
      once()
      repeating ??= setInterval(once, againAfterMs)
    },
  }
}

/** "Did you hear it?": what the first two prompts will be like. Must be called from a touch. */
export function tryPrompt(silent: boolean): void {
  allowSound()
  navigator.vibrate?.(patterns[1] ?? [])
  // A context that was just made needs a moment before it sounds.
  if (!silent) setTimeout(() => chime(1), 120)
}
