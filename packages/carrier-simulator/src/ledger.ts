import { BoundedLog } from './bounded-log.ts'

interface Entry {
  readonly sid: string
  /** Order of arrival, never reused: what pages and `after` count by. */
  readonly position: number
}

/** All texts, or all calls, in memory: by sid, by phone, in order of arrival. Full, it forgets the oldest. */
export class Ledger<T extends Entry> {
  readonly #phoneOf: (entry: T) => string
  readonly #all: BoundedLog<T>
  readonly #bySid = new Map<string, T>()
  readonly #byPhone = new Map<string, T[]>()
  #positions = 0

  /** `phoneOf`: the side of an entry that is not the service. */
  constructor(limit: number, phoneOf: (entry: T) => string) {
    this.#phoneOf = phoneOf
    this.#all = new BoundedLog(limit, (oldest) => this.#forget(oldest))
  }

  nextPosition(): number {
    this.#positions += 1
    return this.#positions
  }

  record(entry: T): void {
    this.#all.append(entry)
    this.#bySid.set(entry.sid, entry)
    const phone = this.#phoneOf(entry)
    const withPhone = this.#byPhone.get(phone)
    if (withPhone === undefined) this.#byPhone.set(phone, [entry])
    else withPhone.push(entry)
  }

  find(sid: string): T | undefined {
    return this.#bySid.get(sid)
  }

  /** Oldest first; of one phone, or of everyone. */
  list(phone?: string): readonly T[] {
    return phone === undefined ? this.#all.oldestFirst() : (this.#byPhone.get(phone) ?? [])
  }

  /** Newest first; of one phone, or of everyone. Takes no copy. */
  *newestFirst(phone?: string): Generator<T> {
    if (phone === undefined) {
      yield* this.#all.newestFirst()
      return
    }
    const entries = this.#byPhone.get(phone) ?? []
    for (let index = entries.length - 1; index >= 0; index -= 1) yield entries[index] as T
  }

  #forget(oldest: T): void {
    this.#bySid.delete(oldest.sid)
    const phone = this.#phoneOf(oldest)
    const withPhone = this.#byPhone.get(phone)
    // The oldest of all is the oldest of its phone.
    withPhone?.shift()
    if (withPhone?.length === 0) this.#byPhone.delete(phone)
  }
}
