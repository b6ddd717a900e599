import { connect, createServer, type Socket } from 'node:net'
import { anyFreePort } from '../../infra/local/ports.ts'

/** What becomes of bytes on their way: let through, kept back for good, or the connection reset. */
type Fate = 'pass' | 'hold' | 'cut'

export interface Interposer {
  readonly origin: string
  /** Looks at a request's bytes before the other side has them. The default passes everything. */
  onRequest: (bytes: string) => Fate
  /** Looks at an answer's bytes before whoever asked has them, with the request it answers. */
  onAnswer: (bytes: string, request: string) => Fate
  /** The bytes of answers that were held or cut. */
  readonly stopped: string[]
  /** Whom new connections go to from now on. */
  connectTo(port: number): void
  /** Passes everything again. */
  reset(): void
  close(): Promise<void>
}

/**
 * A TCP line between two of our processes that can be cut at an exact byte: before a request arrives, or after it was
 * acted upon and before its answer arrives. HTTP/1.1 without pipelining: one request is under way on a connection.
 */
export async function interpose(targetPort = 0): Promise<Interposer> {
  const port = await anyFreePort()
  const sockets = new Set<Socket>()
  const line: Interposer = {
    origin: `http://127.0.0.1:${port}`,
    onRequest: () => 'pass',
    onAnswer: () => 'pass',
    stopped: [],
    connectTo(next) {
      targetPort = next
    },
    reset() {
      line.onRequest = () => 'pass'
      line.onAnswer = () => 'pass'
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  const server = createServer((near) => {
    const far = connect(targetPort, '127.0.0.1')
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => {
        // A reset on one side ends the other; that is all there is to say.
        near.destroy()
        far.destroy()
      })
      socket.once('close', () => {
        sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    let request = ''
    let answering = false
    let held = false
    near.on('data', (chunk) => {
      if (answering) request = ''
      answering = false
      request += chunk.toString('latin1')
      if (held) return
      const fate = line.onRequest(request)
      if (fate === 'pass') far.write(chunk)
      else if (fate === 'cut') near.resetAndDestroy()
      else held = true
    })
    far.on('data', (chunk) => {
      answering = true
      const bytes = chunk.toString('latin1')
      if (held) return void line.stopped.push(bytes)
      const fate = line.onAnswer(bytes, request)
      if (fate !== 'pass') line.stopped.push(bytes)
      if (fate === 'pass') near.write(chunk)
      else if (fate === 'cut') near.resetAndDestroy()
      else held = true
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return line
}
