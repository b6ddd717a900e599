import { useState } from 'preact/hooks'

/*
 * What somebody is writing, by the thing it is about. It outlives the page it is written on, a refusal and a sign-out, in
 * memory alone; the browser asks before it is left with one unsaved.
 */

const drafts = new Map<string, unknown>()

export const hasUnsaved = (): boolean => drafts.size > 0

/** Somebody else may sit here next. */
export const forgetDrafts = (): void => drafts.clear()

export interface Draft<T> {
  value: T
  isChanged: boolean
  set(change: Partial<T>): void
  /** Saved, or given up. */
  drop(): void
}

/** @param saved what the service has; a draft that says the same is none */
export function useDraft<T extends object>(key: string, saved: T): Draft<T> {
  const [, again] = useState(0)
  const value = (drafts.get(key) as T | undefined) ?? saved
  return {
    value,
    isChanged: drafts.has(key),
    set(change) {
      const next = { ...((drafts.get(key) as T | undefined) ?? saved), ...change }
      if (JSON.stringify(next) === JSON.stringify(saved)) drafts.delete(key)
      else drafts.set(key, next)
      again((count) => count + 1)
    },
    drop() {
      drafts.delete(key)
      again((count) => count + 1)
    },
  }
}
