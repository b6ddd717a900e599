import { BoundedLog } from '../bounded-log.ts'
import type { Fields } from './fields.ts'

/** One REST request as it came, refused or not. Credentials are not kept. */
export interface RecordedRequest {
  method: string
  path: string
  fields: Fields
  at: number
}

const mostRequests = 100_000

export class Requests {
  readonly #all = new BoundedLog<RecordedRequest>(mostRequests)

  record(request: RecordedRequest): void {
    this.#all.append(request)
  }

  list(): RecordedRequest[] {
    return this.#all.oldestFirst()
  }
}
