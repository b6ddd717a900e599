import type { AddressInfo } from 'node:net'
import { readWebConfig, type WebConfig } from '@stillhere/config'
import { createHealth, createMetrics, type Logger, type RunningService, runService } from '@stillhere/observability'
import { buildWeb, builtFiles } from './build-web.ts'
import { pagesBuilt } from './pages-built.ts'

async function startWeb(config: WebConfig, logger: Logger): Promise<RunningService> {
  const health = createHealth({
    port: config.internalPort,
    host: config.host,
    metrics: createMetrics({ process: true }),
    logger,
  })
  const isBuilt = pagesBuilt(builtFiles, logger)
  isBuilt()
  health.check('pages', isBuilt)
  const web = await buildWeb(config)
  await web.listen({ host: config.host, port: config.port })
  const { port: internalPort } = await health.start()
  return {
    port: (web.server.address() as AddressInfo).port,
    internalPort,
    stop: async () => void (await Promise.all([web.close(), health.close()])),
  }
}

await runService({ service: 'web', read: readWebConfig, start: startWeb })
