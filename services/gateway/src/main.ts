import { readGatewayConfig, SettingsError } from '@stillhere/config'
import { createLogger } from '@stillhere/observability'
import { type RunningGateway, startGateway } from './start-gateway.ts'

/** EX_CONFIG: no restart will help before a person changes a setting. */
const badSettings = 78
/** A process that hangs on Redis or Postgres while it stops is ended all the same, within 10 s. */
const stopWithinMs = 8_000

let running: RunningGateway | undefined
let stopping = false

async function stop(signal: string): Promise<void> {
  if (stopping) return
  stopping = true
  logger?.info('stopping', { signal })
  setTimeout(() => process.exit(0), stopWithinMs).unref()
  await running?.stop()
  logger?.info('stopped')
  await logger?.flush()
  process.exit(0)
}

let logger: ReturnType<typeof createLogger> | undefined
process.on('SIGTERM', () => void stop('SIGTERM'))
process.on('SIGINT', () => void stop('SIGINT'))

try {
  const config = readGatewayConfig(process.env)
  const { logLevel } = config
  logger = createLogger({ service: 'gateway', level: logLevel === 'trace' ? 'debug' : logLevel })
  logger.info('starting', { mode: config.mode })
  running = await startGateway(config, logger)
  logger.info('ready', { port: running.port, trial: config.mode === 'trial' })
} catch (error) {
  const refused = error instanceof SettingsError
  if (refused) process.stderr.write(`${JSON.stringify({ level: 'fatal', code: error.code, message: error.message })}\n`)
  else logger?.fatal('start failed', { error })
  await logger?.flush()
  process.exit(refused ? badSettings : 1)
}
