/*
 * Two people change one thing at once. The second is told, and goes on from the newest: what they did not touch becomes
 * the other's, what they alone touched stays theirs, and what both changed is shown with both until one is chosen. Nobody's
 * change is undone unseen. Pure.
 */

/** The fields of a form as it is written; `version` is the one that it was made from. */
export type FieldOf<T> = Exclude<keyof T, 'version'> & string

/** How one field is named and read where both answers stand side by side. */
export interface Question<T, V> {
  label: string
  /** The answer in words, more than one line for a list. Without it the text is the answer. */
  say?: (value: V, form: T) => string | readonly string[]
  /** What of the answer counts when two are compared; without it all of it. */
  as?: (value: V) => unknown
}

/** Of every field how it is read, or the name of the field that it means nothing without: the two are chosen together. */
export type Questions<T> = { readonly [K in FieldOf<T>]-?: Question<T, T[K]> | FieldOf<T> }

export interface Merged<T> {
  value: T
  /** What I left alone and somebody else changed: theirs from now on. */
  taken: readonly FieldOf<T>[]
  /** What both changed, and not to the same: still mine. */
  both: readonly FieldOf<T>[]
}

const questionOf = <T>(questions: Questions<T>, field: FieldOf<T>): Question<T, unknown> | undefined => {
  const found = questions[field]
  return typeof found === 'string' ? undefined : (found as Question<T, unknown>)
}

/** The field, and those that mean nothing without it. */
export const fieldsWith = <T>(questions: Questions<T>, field: FieldOf<T>): FieldOf<T>[] =>
  (Object.keys(questions) as FieldOf<T>[]).filter((one) => one === field || questions[one] === field)

/** @param base what both began from @param mine what I wrote on it @param newest what is saved now */
export function merge<T extends object>(base: T, mine: T, newest: T, questions: Questions<T>): Merged<T> {
  const taken: FieldOf<T>[] = []
  const both: FieldOf<T>[] = []
  const value: T = { ...newest }
  for (const field of Object.keys(questions) as FieldOf<T>[]) {
    const question = questionOf(questions, field)
    if (!question) continue
    const fields = fieldsWith(questions, field)
    const isSame = (a: T, b: T) =>
      fields.every((one) => {
        const as = questionOf(questions, one)?.as ?? ((answer: unknown) => answer)
        return JSON.stringify(as(a[one])) === JSON.stringify(as(b[one]))
      })
    if (isSame(mine, newest)) continue
    if (isSame(mine, base)) {
      taken.push(field)
      continue
    }
    for (const one of fields) value[one] = mine[one]
    if (!isSame(newest, base)) both.push(field)
  }
  return { value, taken, both }
}

export const labelOf = <T>(questions: Questions<T>, field: FieldOf<T>): string =>
  questionOf(questions, field)?.label ?? field

/** An answer, a line each. */
export function linesOf<T>(questions: Questions<T>, field: FieldOf<T>, form: T): string[] {
  const said = questionOf(questions, field)?.say?.(form[field], form) ?? String(form[field] ?? '')
  return (typeof said === 'string' ? said.split('\n') : [...said]).filter((line) => line.trim() !== '')
}
