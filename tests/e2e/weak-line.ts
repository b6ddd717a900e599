import { connect, createServer, type Socket } from 'node:net'

/** What lies between a phone and the service, in a test's hands. */
export interface WeakLine {
  readonly port: number
  /** Bytes pass. What was held back is delivered first, even for a phone that has gone since. */
  open(): void
  /** As when the processes are gone: every connection is reset, new ones too. */
  cut(): void
  /** As in a tunnel: connections stay, nothing arrives, in either direction; it is held back and not lost. */
  hold(): void
  /** Whoever answers at that other port of this machine, until `open`; every connection begins anew. */
  lead(to: number): void
  close(): Promise<void>
}

/** Stands before `port` of this machine. */
export async function createWeakLine(port: number): Promise<WeakLine> {
  let state: 'open' | 'cut' | 'held' = 'open'
  let leadsTo = port
  const sockets = new Set<Socket>()
  let waiting: (() => void)[] = []
  const server = createServer((near) => {
    if (state === 'cut') {
      near.resetAndDestroy()
      return
    }
    const far = connect({ port: leadsTo, host: '127.0.0.1' })
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      const pass = (act: () => void) => (state === 'held' ? void waiting.push(act) : act())
      from.on('data', (bytes) => pass(() => to.write(bytes)))
      from.on('end', () => pass(() => to.end()))
      from.on('error', () => undefined)
      from.on('close', () => {
        sockets.delete(from)
        pass(() => to.destroySoon())
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the line has no port')
  const reset = () => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  return {
    port: address.port,
    open() {
      if (leadsTo !== port) reset()
      leadsTo = port
      state = 'open'
      for (const act of waiting.splice(0)) act()
    },
    cut() {
      state = 'cut'
      waiting = []
      reset()
    },
    hold() {
      state = 'held'
    },
    lead(to) {
      state = 'open'
      waiting = []
      leadsTo = to
      reset()
    },
    close() {
      waiting = []
      reset()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
