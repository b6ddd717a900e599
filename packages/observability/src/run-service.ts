import { createLogger, type Logger, type LogLevel } from './logger.ts'
import { watchEventLoop } from './loop-watch.ts'

/** A process that has started. */
export interface RunningService {
  /** Of the public listener, where there is one. */
  readonly port?: number
  readonly internalPort: number
  /** Ends what is under way. `runService` bounds it. */
  stop(): Promise<void>
}

/** Why a process does not start: a stable id and a sentence for a person, which holds no value of a setting. */
interface RefusalToStart {
  readonly refusesToStart: true
  readonly code: string
  readonly message: string
}

/** EX_CONFIG: no restart helps before a person changes a setting. */
const badSettings = 78
/** EX_UNAVAILABLE: a restart may help, because whoever has the port may be on its way out. */
const cannotListen = 69
/** A process that hangs on Redis or Postgres while it stops is ended all the same: leases and rows make it safe. */
const stopWithinMs = 9_000

/**
 * The life of a service's process: read its settings, watch its own event loop (F44, F45), start, stop on SIGTERM or
 * SIGINT within 9 s. What refuses to start
 * says why in one line of JSON on standard error and exits with 78; a port or address that cannot be had likewise, with
 * 69, because it may be had a moment later; anything else that fails exits with 1.
 */
export async function runService<
  Config extends {
    mode: 'trial' | 'live'
    logLevel: LogLevel | 'trace' | 'silent'
    port?: number
    internalPort?: number
  },
>(of: {
  service: 'api' | 'gateway' | 'worker' | 'web'
  read: (environment: NodeJS.ProcessEnv) => Config
  start: (config: Config, logger: Logger) => Promise<RunningService>
}): Promise<void> {
  let logger: Logger | undefined
  let running: RunningService | undefined
  let config: Config | undefined
  let stopping = false
  async function stop(signal: string): Promise<void> {
    if (stopping) return
    stopping = true
    logger?.info('stopping', { signal })
    setTimeout(() => process.exit(1), stopWithinMs).unref()
    await running?.stop()
    logger?.info('stopped')
    await logger?.flush()
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal))

  try {
    config = of.read(process.env)
    logger = createLogger({ service: of.service, level: config.logLevel === 'trace' ? 'debug' : config.logLevel })
    logger.info('starting', { mode: config.mode })
    watchEventLoop()
    running = await of.start(config, logger)
    logger.info('ready', {
      ...(running.port === undefined ? {} : { port: running.port }),
      trial: config.mode === 'trial',
    })
  } catch (error) {
    const cannot = listenRefusal(error, config)
    const refusal = isRefusal(error) ? error : cannot
    if (refusal)
      process.stderr.write(`${JSON.stringify({ level: 'fatal', code: refusal.code, message: refusal.message })}\n`)
    else if (logger) logger.fatal('start failed', { error })
    else throw error
    await logger?.flush()
    process.exit(cannot ? cannotListen : refusal ? badSettings : 1)
  }
}

/** What the system says when a listener cannot have its place: an id of ours, and a sentence that names the setting. */
function listenRefusal(
  error: unknown,
  config: { port?: number; internalPort?: number } | undefined,
): { code: string; message: string } | undefined {
  const { syscall, code, port } = (error ?? {}) as { syscall?: unknown; code?: unknown; port?: unknown }
  if (syscall !== 'listen' || config === undefined) return undefined
  const setting = port === config.internalPort ? 'INTERNAL_PORT' : 'PORT'
  if (code === 'EADDRINUSE')
    return { code: 'port_taken', message: `${setting} is the port of another process that runs on this machine.` }
  if (code === 'EACCES')
    return { code: 'port_forbidden', message: `${setting} is a port that this user may not listen on.` }
  if (code === 'EADDRNOTAVAIL') return { code: 'address_not_here', message: 'HOST is not an address of this machine.' }
  return undefined
}

const isRefusal = (error: unknown): error is RefusalToStart =>
  error instanceof Error && 'refusesToStart' in error && 'code' in error
