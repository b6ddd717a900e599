import { createWriteStream, existsSync, renameSync, statSync, type WriteStream } from 'node:fs'

/** One older file is kept beside the current one, so a child's logs never take more than twice this. */
const FILE_LIMIT_BYTES = 5_000_000
/** What may wait for the disk; beyond it lines are dropped and counted, because a full disk must not stop a service. */
const WAITING_LIMIT_BYTES = 1_000_000

/** A child's output in a file that cannot grow without end and whose disk cannot hold anybody up. */
export class ChildLog {
  readonly path: string
  #stream: WriteStream | undefined
  #bytes = 0
  #dropped = 0

  constructor(path: string) {
    this.path = path
    this.#open()
  }

  write(chunk: Buffer | string): void {
    if (this.#stream === undefined) return
    if (this.#stream.writableLength > WAITING_LIMIT_BYTES) {
      this.#dropped += 1
      return
    }
    if (this.#dropped > 0) {
      this.#stream.write(`… ${this.#dropped} pieces of output dropped: the disk was too slow …\n`)
      this.#dropped = 0
    }
    this.#stream.write(chunk)
    this.#bytes += chunk.length
    if (this.#bytes > FILE_LIMIT_BYTES) this.#rotate()
  }

  close(): Promise<void> {
    const stream = this.#stream
    this.#stream = undefined
    if (stream === undefined || stream.destroyed) return Promise.resolve()
    return new Promise((resolve) => {
      stream.once('close', () => resolve())
      stream.end()
    })
  }

  #open(): void {
    this.#bytes = existsSync(this.path) ? statSync(this.path).size : 0
    const stream = createWriteStream(this.path, { flags: 'a', mode: 0o600 })
    // A log that cannot be written is no reason to end anything: from here on its lines are lost.
    stream.on('error', () => {
      if (this.#stream === stream) this.#stream = undefined
    })
    this.#stream = stream
  }

  #rotate(): void {
    this.#stream?.end()
    try {
      renameSync(this.path, `${this.path}.1`)
      this.#open()
    } catch {
      this.#stream = undefined
    }
  }
}
