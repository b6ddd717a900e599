/** A list in order of arrival that forgets its oldest entry when it is full, so that a long run cannot fill the memory. */
export class BoundedLog<T> {
  readonly #limit: number
  readonly #forget: (oldest: T) => void
  #entries: T[] = []
  /** Entries before this one are forgotten; the array is cut only now and then, because cutting it each time is slow. */
  #start = 0

  constructor(limit: number, forget: (oldest: T) => void = () => {}) {
    this.#limit = limit
    this.#forget = forget
  }

  get size(): number {
    return this.#entries.length - this.#start
  }

  append(entry: T): void {
    this.#entries.push(entry)
    if (this.size <= this.#limit) return
    this.#forget(this.#entries[this.#start] as T)
    this.#entries[this.#start] = undefined as T
    this.#start += 1
    if (this.#start * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#start)
      this.#start = 0
    }
  }

  oldestFirst(): T[] {
    return this.#entries.slice(this.#start)
  }

  *newestFirst(): Generator<T> {
    for (let index = this.#entries.length - 1; index >= this.#start; index -= 1) yield this.#entries[index] as T
  }
}
