import { type Kept, kept } from '../../shared/kept/kept.ts'
import type { Opening } from './locked.ts'

/*
 * Wrong PINs slow whoever types them: four are free, then each waits longer. A try is counted before it is looked at, so
 * that closing the page in between gives none away. Both PINs wait alike and both begin the count anew: what is seen
 * tells nobody which of them was typed.
 *
 * A wait runs only while the app is open, by the clock that nobody can set, and goes on after a reload where it was: what
 * is left is kept as it runs out. Setting the phone's clock forward, closing the page or opening several shortens nothing.
 */

/** Before the fifth try, the sixth, the seventh, and every one after that. */
export const waitsMs = [5_000, 15_000, 60_000, 300_000] as const
const free = 4

interface Tried {
  failed: number
  /** Phones of before have kept none. */
  tryId?: string
}

/** Kept beside the try, so that a late word of another page cannot undo a try. */
interface Left {
  tryId: string
  ms: number
}

export interface PinTries<T> {
  /** How long until the next try counts. */
  waitMs(): Promise<number>
  /**
   * @param how `atOnce`: a session's end, which nothing may hold up. Its wrong tries count, and lengthen the waits of
   * the lock
   */
  unlock(pin: string, how?: { atOnce: boolean }): Promise<Opening<T> | { kind: 'wait'; waitMs: number }>
  /** Nothing was tried: another PIN, or none. */
  forget(): Promise<void>
}

const waitAfter = (failed: number): number =>
  failed < free ? 0 : (waitsMs[Math.min(failed - free, waitsMs.length - 1)] ?? 0)

/** How often what is left is kept; a reload costs so much at most. */
const keptEveryMs = 500

export function slowed<T>(
  open: (pin: string) => Promise<Opening<T>>,
  stores: { tried: Kept<Tried>; left: Kept<Left> } = { tried: kept('pin-tries'), left: kept('pin-wait') },
  monotonicNow = () => performance.now(),
): PinTries<T> {
  /** What was left of the wait of a try when this page began to count. */
  let begun: (Left & { at: number }) | undefined

  async function waitMs(): Promise<number> {
    const tried = await stores.tried.load()
    const whole = waitAfter(tried?.failed ?? 0)
    if (whole === 0) return 0
    const tryId = tried?.tryId ?? ''
    const known = await stores.left.load()
    const kept = known?.tryId === tryId ? Math.min(known.ms, whole) : whole
    if (begun?.tryId !== tryId) begun = { tryId, ms: kept, at: monotonicNow() }
    const ms = Math.max(0, Math.min(kept, begun.ms - (monotonicNow() - begun.at)))
    if (kept - ms >= keptEveryMs || (ms === 0 && kept > 0)) await stores.left.save({ tryId, ms })
    return ms
  }

  async function unlock(pin: string, how = { atOnce: false }): ReturnType<PinTries<T>['unlock']> {
    const rest = await waitMs()
    if (rest > 0 && !how.atOnce) return { kind: 'wait', waitMs: rest }
    const failed = ((await stores.tried.load())?.failed ?? 0) + 1
    const tryId = crypto.randomUUID()
    await stores.tried.save({ failed, tryId })
    const opening = await open(pin)
    if (opening.kind === 'opened') await forget()
    // From the answer on, which took its time.
    else begun = { tryId, ms: waitAfter(failed), at: monotonicNow() }
    return opening
  }

  async function forget(): Promise<void> {
    begun = undefined
    await stores.tried.remove()
    await stores.left.remove()
  }

  return { waitMs, unlock, forget }
}
