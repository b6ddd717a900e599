import type { Connection } from './connection.ts'
import type { LiveOperations } from './live-operations.ts'

/** A notice of many minutes: nobody waits for a second of it. */
const lookEveryMs = 2_000

/** Tells people whose session runs that supporters go home soon. A socket only shows it: what is refused, the api refuses. */
export class LeavingWatch {
  readonly #operations: Pick<LiveOperations, 'readWindingDown'>
  readonly #connections: () => Iterable<Connection>
  readonly #onTrouble: (error: unknown) => void
  #timer: NodeJS.Timeout | undefined
  #looking = false

  constructor(
    operations: Pick<LiveOperations, 'readWindingDown'>,
    connections: () => Iterable<Connection>,
    onTrouble: (error: unknown) => void,
  ) {
    this.#operations = operations
    this.#connections = connections
    this.#onTrouble = onTrouble
  }

  start(): void {
    this.#timer = setInterval(() => void this.#look(), lookEveryMs)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  async #look(): Promise<void> {
    if (this.#looking) return
    this.#looking = true
    try {
      const people = [...this.#connections()].filter(({ caller, idle }) => caller?.kind === 'device' && !idle)
      const ids = [...new Set(people.flatMap(({ caller }) => (caller ? [caller.organisationId] : [])))]
      if (ids.length === 0) return
      for (const leaving of await this.#operations.readWindingDown(ids))
        for (const person of people)
          if (person.caller?.organisationId === leaving.organisationId) person.showLeaving(leaving)
    } catch (error) {
      // The next look finds the same.
      this.#onTrouble(error)
    } finally {
      this.#looking = false
    }
  }
}
