import type { GatewayConfig } from '@stillhere/config'
import { codeOfException, errorCodes } from '@stillhere/contracts'
import { createEvents, createHealth, createMetrics, type Logger, type RunningService } from '@stillhere/observability'
import { checkGoingLive, openStore } from '@stillhere/operations'
import { createSignals } from '@stillhere/signals'
import { createWakeUps, wakeThrough } from '@stillhere/timers'
import { bindOperations } from './bind-operations.ts'
import { buildGateway } from './build-gateway.ts'

/** Postgres away is met several times a second here; it is said this often. */
const sayAwayEveryMs = 10_000

/** Builds the process from its settings and starts it: the internal listener first, then the public one. */
export async function startGateway(config: GatewayConfig, logger: Logger): Promise<RunningService & { port: number }> {
  const metrics = createMetrics({ process: true })
  const events = createEvents({ logger, metrics })
  const refusals = metrics.counter('live_refusals_total', 'Frames and upgrades refused, by code', { code: errorCodes })
  const store = openStore({
    url: config.databaseUrl.reveal(),
    size: config.databasePoolSize,
    applicationName: 'still-here-gateway',
    events,
  })
  const redisUrl = config.redisUrl?.reveal()
  const signals = createSignals({ redisUrl, events })
  const wakeUps = createWakeUps({ redisUrl, events })
  const health = createHealth({ port: config.internalPort, host: config.host, metrics, logger })
  health.check('database', async () => ({ ok: await store.answers() }))
  // Ready means that the public listener answers, too: it is the last to come.
  let listening = false
  health.check('listener', () => ({ ok: listening }))
  const { port: internalPort } = await health.start()

  const context = await store.context(wakeThrough(wakeUps, signals))
  await checkGoingLive(context, { live: config.mode === 'live' })
  let saidAt = Number.NEGATIVE_INFINITY
  const gateway = buildGateway({
    operations: bindOperations(context, config.mode === 'trial'),
    signals,
    webOrigins: [config.webUrl],
    events: {
      refused: ({ code }) => refusals({ code }),
      trouble: ({ error }) => {
        if (codeOfException(error) === 'internal') logger.error('live trouble', { error })
        else if (performance.now() - saidAt > sayAwayEveryMs) {
          saidAt = performance.now()
          events.trouble('databaseAway', { error })
        }
      },
    },
  })
  metrics.gauge('live_connections', 'Open live sockets', () => gateway.connections())
  const { port } = await gateway.listen({ host: config.host, port: config.port })
  listening = true
  return {
    port,
    internalPort,
    async stop() {
      await gateway.close()
      await Promise.allSettled([wakeUps.close(), signals.close(), store.close(), health.close()])
    },
  }
}
