import { type Kept, kept } from '../../shared/kept/kept.ts'
import type { Opening } from './locked.ts'

/*
 * Wrong PINs slow whoever types them: four are free, then each waits longer. A try is counted before it is looked at, so
 * that closing the page in between gives none away. Both PINs wait alike and both begin the count anew: what is seen
 * tells nobody which of them was typed.
 *
 * The waits outlive a reload by the phone's own clock, which somebody can set forward; that costs them a way through its
 * settings for each try.
 */

/** Before the fifth try, the sixth, the seventh, and every one after that. */
export const waitsMs = [5_000, 15_000, 60_000, 300_000] as const
const free = 4

interface Tried {
  failed: number
  notBeforeAt: number
}

/** Wall clock, for what outlives the page; monotonic, for the page that is open. Epoch ms and ms. */
export interface Clocks {
  wall(): number
  monotonic(): number
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

export function slowed<T>(
  open: (pin: string) => Promise<Opening<T>>,
  store: Kept<Tried> = kept('pin-tries'),
  clocks: Clocks = { wall: () => Date.now(), monotonic: () => performance.now() },
): PinTries<T> {
  let notBeforeMonotonic = 0

  async function waitMs(): Promise<number> {
    const tried = await store.load()
    if (tried === undefined) return 0
    const now = clocks.wall()
    const whole = waitAfter(tried.failed)
    // The clock was set back since: nobody waits longer than the wait is.
    if (tried.notBeforeAt - now > whole) await store.save({ ...tried, notBeforeAt: now + whole })
    const wall = Math.min(tried.notBeforeAt - now, whole)
    return Math.max(0, wall, Math.min(notBeforeMonotonic - clocks.monotonic(), whole))
  }

  async function unlock(pin: string, how = { atOnce: false }): ReturnType<PinTries<T>['unlock']> {
    const rest = await waitMs()
    if (rest > 0 && !how.atOnce) return { kind: 'wait', waitMs: rest }
    const failed = ((await store.load())?.failed ?? 0) + 1
    const wait = waitAfter(failed)
    await store.save({ failed, notBeforeAt: clocks.wall() + wait })
    const opening = await open(pin)
    if (opening.kind === 'opened') await forget()
    // From the answer on, which took its time: and by a clock that nobody sets.
    else notBeforeMonotonic = clocks.monotonic() + wait
    return opening
  }

  async function forget(): Promise<void> {
    notBeforeMonotonic = 0
    await store.remove()
  }

  return { waitMs, unlock, forget }
}
