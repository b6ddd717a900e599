import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A real Redis of one's own, on a free port of the loopback, with its faults on hand. */
export interface RedisServer {
  readonly url: string
  readonly port: number
  /** kill -9; what was not on disk is gone. */
  kill(): Promise<void>
  /** Starts it again on the same port. */
  restart(): Promise<void>
  /** Forgets everything, and tells nobody. */
  empty(): Promise<void>
  /** SIGSTOP: takes connections, answers nothing. */
  freeze(): void
  thaw(): void
  [Symbol.asyncDispose](): Promise<void>
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Starts `TEST_REDIS_SERVER`, or `redis-server` from the PATH, without persistence. */
export async function startRedis(flags: readonly string[] = []): Promise<RedisServer> {
  const port = await freePort()
  const dir = await mkdtemp(join(tmpdir(), 'stillhere-redis-'))
  let child: ChildProcess
  const start = async () => {
    child = spawn(
      process.env.TEST_REDIS_SERVER ?? 'redis-server',
      ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', dir, ...flags],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    let said = ''
    for await (const chunk of child.stdout ?? []) {
      said += chunk
      if (said.includes('Ready to accept connections')) break
    }
    if (!said.includes('Ready to accept connections')) throw new Error(`Redis did not start: ${said}`)
    // The loop's end destroyed the pipe; without a reader Redis writes into nothing, which it survives.
  }
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
  await start()
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    kill,
    restart: async () => {
      await kill()
      await start()
    },
    empty: async () => {
      const socket = connect(port, '127.0.0.1')
      socket.write('FLUSHALL\r\n')
      await once(socket, 'data')
      socket.destroy()
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    async [Symbol.asyncDispose]() {
      await kill()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
