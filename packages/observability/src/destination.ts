import { fstatSync } from 'node:fs'
import { Socket } from 'node:net'
import { destination as fileDestination } from 'pino'

/** Where lines go, and how many were given up because the reader did not keep up. */
export interface Destination {
  write(line: string): void
  /** Lines given up so far. */
  dropped(): number
  /** Resolves when everything is written, or after `boundMs`. */
  flush(boundMs: number): Promise<void>
}

/** About 4,000 lines: seconds of a storm. Beyond that the reader is not coming back in time. */
const BUFFER_BYTES = 1_048_576

/**
 * An asynchronous, lossy destination: a reader that stops reading costs lines, never a millisecond of firing (F51).
 *
 * A pipe or socket is written through `net.Socket`, which is non-blocking. pino's own asynchronous destination writes
 * in libuv's thread pool: on a full pipe that thread blocks for ever, and then neither `process.exit()` nor the end of
 * the process can join it (measured on Node 24: the process had to be killed). Files keep pino's.
 */
export function lossyDestination(fd: number): Destination {
  let given = 0
  const stat = fstatSync(fd)
  if (stat.isFIFO() || stat.isSocket()) {
    const socket = new Socket({ fd, readable: false, writable: true })
    socket.on('error', () => {}) // A reader that is gone: its lines are lost, nothing else.
    return {
      write: (line) => {
        if (socket.destroyed || socket.writableLength + line.length > BUFFER_BYTES) given += 1
        else socket.write(line)
      },
      dropped: () => given,
      flush: (boundMs) =>
        bounded(boundMs, (done) => {
          if (socket.destroyed || socket.writableLength === 0) done()
          else socket.write('', () => done())
        }),
    }
  }
  const file = fileDestination({ dest: fd, sync: false, maxLength: BUFFER_BYTES })
  file.on('error', () => {}) // A full disk: lines are lost, nothing else.
  file.on('drop', () => {
    given += 1
  })
  return {
    write: (line) => void file.write(line),
    dropped: () => given,
    flush: (boundMs) => bounded(boundMs, (done) => file.flush(() => done())),
  }
}

const bounded = (boundMs: number, act: (done: () => void) => void): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, boundMs)
    act(() => {
      clearTimeout(timer)
      resolve()
    })
  })
