import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import { PlainSentenceError } from './sentence.ts'

/** How far past the wished port a free one is looked for. */
const REACH = 200

/**
 * True when nobody listens on `port`, neither on 127.0.0.1 nor on ::1: `localhost` may mean either, and a stranger on
 * one of them would be answered instead of us.
 */
export async function isFree(port: number): Promise<boolean> {
  return (await canListen(port, '127.0.0.1')) && (await canListen(port, '::1'))
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false)
      // No IPv6 on this machine is not a port in use.
      else if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') resolve(true)
      else if (error.code === 'EACCES')
        reject(new PlainSentenceError(`This account may not use port ${port}; choose one from 1024 with -- --port N.`))
      else reject(error)
    })
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)))
  })
}

/**
 * A free port that outgoing connections are not given (Linux takes those from 32768, others from 49152): one that is free
 * now is then still free when whoever asked comes to listen on it.
 */
export async function anyFreePort(): Promise<number> {
  for (;;) {
    const port = randomInt(12_000, 32_000)
    if (await isFree(port)) return port
  }
}

/**
 * A port for each role: the first role on `base`, the others on the ports after it, each on the next free one where
 * that is taken. With `firm` a taken `base` is refused instead, because somebody asked for exactly that one.
 */
export async function choosePorts<Role extends string>(
  roles: readonly Role[],
  base: number,
  firm: boolean,
): Promise<Record<Role, number>> {
  if (firm && !(await isFree(base))) {
    throw new PlainSentenceError(`Port ${base} is in use; choose another with npm start -- --port N.`)
  }
  const chosen: Partial<Record<Role, number>> = {}
  let port = base
  for (const role of roles) {
    while (port <= 65_535 && port < base + REACH && !(await isFree(port))) port += 1
    if (port > 65_535 || port >= base + REACH) {
      throw new PlainSentenceError(`No free port from ${base} upwards; choose another with npm start -- --port N.`)
    }
    chosen[role] = port
    port += 1
  }
  return chosen as Record<Role, number>
}
