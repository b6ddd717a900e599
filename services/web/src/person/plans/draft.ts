import type { Locked } from '../lock/locked.ts'
import type { KeptPlan } from './plan.ts'

/*
 * A half-written plan, for whoever left the app by the browser's "back" or lost the page. It lies under the lock of the
 * plans, in the storage that can be emptied at once: quick exit must not wait. It is kept for as long as somebody may have
 * meant to go on, and no history is made of the steps, because a way back would lead whoever looks on into the app.
 */

interface Draft {
  /** Which screen it was written on: a plan's, a new one's, or the one question of a quick start. */
  on: string
  plan: KeptPlan
  step: number
}

const place = 'draft'
const keptForMs = 30 * 60_000

export function draftsUnder(lock: Pick<Locked<unknown>, 'seal' | 'unseal'>) {
  let found: Draft | undefined
  let turn = 0
  const inStorage = <T>(use: (storage: Storage) => T): T | undefined => {
    try {
      return use(localStorage)
    } catch {
      // Refused, or full: then the words are on this page alone.
      return undefined
    }
  }
  function drop(): void {
    turn += 1
    found = undefined
    inStorage((storage) => storage.removeItem(place))
  }
  return {
    async keep(draft: Draft): Promise<void> {
      turn += 1
      const mine = turn
      const sealed = await lock.seal(JSON.stringify({ ...draft, at: Date.now() }))
      if (sealed !== undefined && mine === turn) inStorage((storage) => storage.setItem(place, sealed))
    },
    drop,
    /** What was being written when the last page ended; `take` gives it to its screen. @returns which screen that is */
    async find(): Promise<string | undefined> {
      const sealed = inStorage((storage) => storage.getItem(place))
      if (sealed == null) return undefined
      const words = await lock.unseal(sealed)
      const draft = words === undefined ? undefined : read(words)
      if (draft === undefined) drop()
      found = draft
      return draft?.on
    },
    take(on: string): Draft | undefined {
      return found?.on === on ? found : undefined
    },
  }
}

function read(words: string): Draft | undefined {
  try {
    const draft = JSON.parse(words) as Draft & { at: number }
    const ageMs = Date.now() - draft.at
    return ageMs >= 0 && ageMs < keptForMs ? draft : undefined
  } catch {
    return undefined
  }
}
