import { readWorkerConfig, SettingsError } from '@stillhere/config'
import { watchEventLoop } from '@stillhere/observability'
import { buildWorker } from './build-worker.ts'

/** A stop that takes longer than this is ended by force: leases and rows make it safe. */
const hardStopMs = 9_000

try {
  const config = readWorkerConfig(process.env)
  const watch = watchEventLoop()
  const worker = await buildWorker(config)
  const stop = () => {
    setTimeout(() => process.exit(1), hardStopMs).unref()
    void worker.stop().then(
      () => watch.stop().then(() => process.exit(0)),
      () => process.exit(1),
    )
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
} catch (error) {
  if (!(error instanceof SettingsError)) throw error
  process.stderr.write(`${JSON.stringify({ code: error.code, message: error.message })}\n`)
  process.exit(78)
}
