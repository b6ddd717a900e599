import { useState } from 'preact/hooks'
import { type FieldOf, fieldsWith, merge, type Questions } from './merge.ts'

/*
 * What somebody is writing, by the thing it is about. It outlives the page it is written on, a refusal and a sign-out, in
 * memory alone; the browser asks before it is left with one unsaved.
 */

interface Kept<T> {
  /** What it was made from: what somebody else saved meanwhile is told from it. */
  base: T
  value: T
  taken: readonly FieldOf<T>[]
  both: readonly FieldOf<T>[]
}

const drafts = new Map<string, unknown>()

export const hasUnsaved = (): boolean => drafts.size > 0

/** Somebody else may sit here next. */
export const forgetDrafts = (): void => drafts.clear()

export interface Draft<T> {
  value: T
  isChanged: boolean
  /** What is saved, as far as this draft knows: theirs, where both changed a field. */
  base: T
  /** What became somebody else's when it was merged. */
  taken: readonly FieldOf<T>[]
  /** What both changed and nobody has chosen yet: not to be saved before. */
  both: readonly FieldOf<T>[]
  set(change: Partial<T>): void
  /** Goes on from what is saved now; what was written stays. */
  takeNewest(newest: T, questions: Questions<T>): void
  keepMine(field: FieldOf<T>): void
  takeTheirs(field: FieldOf<T>, questions: Questions<T>): void
  /** Saved, or given up. */
  drop(): void
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** @param saved what the service has; a draft that says the same is none */
export function useDraft<T extends object>(key: string, saved: T): Draft<T> {
  const [, again] = useState(0)
  const find = () => drafts.get(key) as Kept<T> | undefined
  const keep = (next: Kept<T> | undefined) => {
    if (next === undefined || isSame(next.value, next.base)) drafts.delete(key)
    else drafts.set(key, next)
    again((count) => count + 1)
  }
  const current = (): Kept<T> => find() ?? { base: saved, value: saved, taken: [], both: [] }
  const set = (change: Partial<T>) => {
    const now = current()
    keep({ ...now, value: { ...now.value, ...change } })
  }
  const decide = (field: FieldOf<T>, change: Partial<T>) => {
    const now = current()
    keep({ ...now, value: { ...now.value, ...change }, both: now.both.filter((one) => one !== field) })
  }
  const { base, value, taken, both } = current()
  return {
    value,
    base,
    taken,
    both,
    isChanged: !isSame(value, base),
    set,
    takeNewest(newest, questions) {
      const now = current()
      keep({ base: newest, ...merge(now.base, now.value, newest, questions) })
    },
    keepMine: (field) => decide(field, {}),
    takeTheirs(field, questions) {
      const theirs = current().base
      const fields = fieldsWith(questions, field)
      const change: Partial<T> = {}
      for (const one of fields) change[one] = theirs[one]
      decide(field, change)
    },
    drop: () => keep(undefined),
  }
}
