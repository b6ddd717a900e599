import { readWebConfig, SettingsError } from '@stillhere/config'
import { createEvents, createHealth, createLogger, createMetrics } from '@stillhere/observability'
import { buildWeb } from './build-web.ts'

const hardStopMs = 9_000

try {
  const config = readWebConfig(process.env)
  const logger = createLogger({ service: 'web', level: config.logLevel === 'trace' ? 'debug' : config.logLevel })
  const metrics = createMetrics({ process: true })
  const events = createEvents({ logger, metrics })
  const health = createHealth({ port: config.internalPort, host: config.host, metrics, logger })
  const web = await buildWeb(config)
  await web.listen({ host: config.host, port: config.port })
  await health.start()
  events.process('ready', { port: config.port, trial: config.mode === 'trial' })
  const stop = () => {
    setTimeout(() => process.exit(1), hardStopMs).unref()
    void Promise.all([web.close(), health.close()]).then(() => process.exit(0))
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
} catch (error) {
  if (!(error instanceof SettingsError)) throw error
  process.stderr.write(`${JSON.stringify({ code: error.code, message: error.message })}\n`)
  process.exit(78)
}
